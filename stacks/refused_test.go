package stacks_test

import (
	"errors"
	"strings"
	"testing"

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
