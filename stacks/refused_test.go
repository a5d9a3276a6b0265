package stacks_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/tracestack/tracestack/internal/pulumitest"
	"github.com/tracestack/tracestack/settings"
	"github.com/tracestack/tracestack/stacks"
)

func TestARefusalTellsWhatElseWentWrong(t *testing.T) {
	problem := settings.Problem{Path: "tracestack:demo", Value: "maybe", Rule: "must be true or false"}
	err := stacks.Refused("dev", errors.Join(problem, errors.New("open /root/.kube/config: permission denied")))
	for _, want := range []string{"1 thing to correct", problem.Error(), "beside that: open /root/.kube/config: permission denied"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in\n%v", want, err)
		}
	}
	alone := errors.New("no space left on device")
	if got := stacks.Refused("dev", alone); !errors.Is(got, alone) {
		t.Errorf("what is not about the configuration becomes %v", got)
	}
}

// refusedWith checks that a run was refused with each of these texts, and registered nothing.
func refusedWith(t *testing.T, graph pulumitest.Graph, err error, want []string) {
	t.Helper()
	if err == nil {
		t.Fatal("it was not refused")
	}
	for _, text := range want {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("%q is not in\n%v", text, err)
		}
	}
	if len(graph) > 0 {
		t.Errorf("resources were registered: %v", graph)
	}
}
