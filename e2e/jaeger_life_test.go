package e2e_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/traffic"
)

// The claims about a stack with Jaeger, in the order of its life. They share one stack, because bringing
// it up takes most of the time.
func TestOneStackThroughItsLife(t *testing.T) {
	t.Parallel()
	s := newStack(t, nil)
	if !t.Run("up on an empty namespace gives a stack that stores a whole trace", func(t *testing.T) {
		stacktest.Up(t, s)
		traffic.Dispatch(t, traffic.Demo(t, s))
	}) {
		return // Everything else would only fail for the same reason.
	}
	t.Run("a second up changes nothing", func(t *testing.T) { stacktest.UpChangesNothing(t, s) })
	t.Run("a preview without a change has none to show", func(t *testing.T) { idlePreview(t, s) })
	t.Run("a refresh finds in the cluster what the state has", func(t *testing.T) { idleRefresh(t, s) })
	t.Run("Grafana's datasource answers inside the cluster", func(t *testing.T) { answeringJaeger(t, s) })
	t.Run("the graph of services has the demo's five edges", func(t *testing.T) { computedGraph(t, s) })
	t.Run("the preview workflow comments on a change", func(t *testing.T) { commented(t, s) })
	t.Run("every pod runs with the least that it needs", func(t *testing.T) { restrictedPods(t, s, "center-collector", "go-demo", "jaeger") })
	t.Run("the cluster refuses a pod that asks for more", func(t *testing.T) { restrictedNamespace(t, s) })
	t.Run("a dispatch that is answered while the collector is replaced has its trace", func(t *testing.T) { rolledCollector(t, s) })
	t.Run("applications send by what they are told", func(t *testing.T) { toldApplications(t, s) })
	t.Run("a change of Jaeger's settings shows in the preview and rolls Jaeger alone", func(t *testing.T) { changedJaeger(t, s) })
}

func idlePreview(t *testing.T, s *project.Stack) {
	result, err := s.Preview(t.Context(), optpreview.ExpectNoChanges())
	if err != nil {
		t.Fatal(err)
	}
	if len(result.ChangeSummary) != 1 || result.ChangeSummary["same"] == 0 {
		t.Errorf("the preview shows %v, want only same", result.ChangeSummary)
	}
}

func idleRefresh(t *testing.T, s *project.Stack) {
	result, err := s.Refresh(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if changes := *result.Summary.ResourceChanges; len(changes) != 1 || changes["same"] == 0 {
		t.Errorf("the refresh found %v, want only same", changes)
	}
}
