package e2e_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
)

// ours is the lab's MinIO where an example has one: its password was sealed for another stack.
func ours(t *testing.T, s *project.Stack, example project.Example) project.Config {
	t.Helper()
	minio := project.Config{}
	if _, has := example.Config["minio:minioServer"]; !has {
		return minio
	}
	all, err := s.OnMinIO(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	minio["minio:minioSsl"] = nil
	for _, key := range []string{"minio:minioServer", "minio:minioUser", "minio:minioPassword"} {
		minio[key] = all[key]
	}
	return minio
}

// ofApplications are the namespaces of applications that an example names. They must be there.
func ofApplications(example project.Example) (names []string) {
	for _, key := range []string{"tracestack:applications", "tracestack:instrumentation"} {
		settings, _ := example.Config[key].(map[string]any)
		namespaces, _ := settings["namespaces"].([]any)
		for _, name := range namespaces {
			names = append(names, fmt.Sprint(name))
		}
	}
	return names
}

func TestTheEnginePreviewsOfEachExampleWhatItsFolderShows(t *testing.T) {
	t.Parallel()
	examples, err := lab.Examples()
	if err != nil {
		t.Fatal(err)
	}
	s := newStack(t, nil)
	// For those that do not make it. In a preview it does not stand against those that do.
	namespaces := []string{s.Namespace}
	for _, example := range examples {
		namespaces = append(namespaces, ofApplications(example)...)
	}
	slices.Sort(namespaces)
	for _, name := range slices.Compact(namespaces) {
		kube.NewNamespace(t, name)
	}
	for _, example := range examples {
		t.Run(example.Name, func(t *testing.T) {
			stacktest.Configure(t, s, project.With(example.Config, ours(t, s, example)))
			var created []string
			for _, step := range stacktest.Steps(t, s) {
				if step.Op == apitype.OpCreate && step.Type != "pulumi:pulumi:Stack" {
					created = append(created, step.Type+" "+stacktest.Name(step))
				}
			}
			slices.Sort(created)
			if want := slices.Sorted(slices.Values(example.Created)); !slices.Equal(created, want) {
				t.Errorf("the engine would create\n%s\nthe folder shows\n%s", strings.Join(created, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}
