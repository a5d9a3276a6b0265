package e2e_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

func TestTheEnginePreviewsOfEachExampleWhatItsFolderShows(t *testing.T) {
	t.Parallel()
	examples, err := lab.Examples()
	if err != nil {
		t.Fatal(err)
	}
	s := newStack(t, nil)
	for _, example := range examples {
		t.Run(example.Name, func(t *testing.T) {
			if err := s.Configure(example.Config); err != nil {
				t.Fatal(err)
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
