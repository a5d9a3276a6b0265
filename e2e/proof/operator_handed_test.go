package proof_test

import (
	"context"
	"testing"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/traffic"
	"github.com/tracestack/tracestack/lab/trace"
)

func TestNoSpanIsLostWhileTheCollectorIsHandedToTheOperatorAndBack(t *testing.T) {
	t.Parallel()
	s := stacktest.New(t, lab, nil)
	stacktest.Up(t, s)
	traffic.Dispatch(t, traffic.Demo(t, s))
	t.Run("to the operator", func(t *testing.T) {
		handed(t, s, project.Config{"tracestack:collector": project.Config{"managedBy": "operator"}})
	})
	t.Run("and back", func(t *testing.T) { handed(t, s, nil) })
}

// handed keeps the demo busy while somebody else comes to run the collector. Every dispatch that was answered
// must have its whole trace.
func handed(t *testing.T, s *project.Stack, settings project.Config) {
	demo := traffic.Demo(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	calls := make(chan []trace.Call)
	go func() { calls <- traffic.Busy(ctx, demo) }()
	stacktest.Configure(t, s, settings)
	stacktest.Up(t, s)
	cancel()
	answered := <-calls
	t.Logf("%d dispatches were answered during the update", len(answered))
	if len(answered) < 5 {
		t.Errorf("%d dispatches were answered, too few to tell anything", len(answered))
	}
	traffic.Whole(t, demo, answered)
}
