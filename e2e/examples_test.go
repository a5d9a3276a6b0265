package e2e_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"github.com/tracestack/tracestack/e2e/internal/project"
)

// elsewhere are examples that need what the lab has not, with what a preview says of that.
var elsewhere = map[string]string{
	"grafana-operator": ".grafana.integreatly.org' does not exist",
	// Its password was sealed for another stack.
	"tempo-minio": "validating stack config: bad value",
}

func TestTheEnginePreviewsOfEachExampleWhatItsFolderShows(t *testing.T) {
	t.Parallel()
	examples, err := lab.Examples()
	if err != nil {
		t.Fatal(err)
	}
	s, shared := newStack(t, nil), newNamespace(t, project.RandomName())
	for _, example := range examples {
		t.Run(example.Name, func(t *testing.T) {
			if example.Config["tracestack:createNamespace"] == false {
				example.Config["tracestack:namespace"] = shared.GetName()
			}
			if err := s.Configure(example.Config); err != nil {
				t.Fatal(err)
			}
			if want := elsewhere[example.Name]; want != "" {
				if _, err := s.Preview(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("the preview ends with %v, want %q", err, want)
				}
				return
			}
			var created []string
			for _, step := range steps(t, s) {
				if step.Op == apitype.OpCreate && step.Type != "pulumi:pulumi:Stack" {
					created = append(created, step.Type+" "+name(step))
				}
			}
			slices.Sort(created)
			if want := slices.Sorted(slices.Values(example.Created)); !slices.Equal(created, want) {
				t.Errorf("the engine would create\n%s\nthe folder shows\n%s", strings.Join(created, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}
