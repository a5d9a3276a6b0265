package e2e_test

import (
	"encoding/hex"
	"fmt"
	"maps"
	"testing"

	"github.com/tracestack/tracestack/e2e/internal/otlp"
	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/wait"
	"github.com/tracestack/tracestack/lab/trace"
)

// The claims about what senders may send, with each backend, and with each storage of the collector's queue.
func TestWhatWasAcknowledgedIsStored(t *testing.T) {
	t.Parallel()
	onDisk := project.With(withJaeger, project.Config{"tracestack:collector": map[string]any{"queue": map[string]any{"storage": "disk"}}})
	for backend, settings := range map[string]project.Config{"jaeger": onDisk, "tempo": withTempo} {
		t.Run(backend, func(t *testing.T) {
			t.Parallel()
			g := newGateway(t, backend, settings)
			t.Run("an odd span is dropped alone", func(t *testing.T) { oddSpans(t, g) })
			t.Run("a large request is stored whole or refused", func(t *testing.T) { largeRequests(t, g) })
			if backend == "jaeger" {
				t.Run("what waits on disk outlives the collector", func(t *testing.T) { queueOutlives(t, g) })
			}
		})
	}
}

// A gateway is a stack's collector as a sender sees it, with the backend behind it.
type gateway struct {
	*project.Stack
	otlp.Receiver
	stored trace.Source
}

func newGateway(t *testing.T, backend string, settings project.Config) gateway {
	t.Helper()
	settings = maps.Clone(settings)
	settings["tracestack:demo"] = false
	s := newStack(t, settings)
	if _, err := s.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	address, err := kube.ServiceIP(t.Context(), s.Namespace, "center-collector")
	if err != nil {
		t.Fatal(err)
	}
	return gateway{Stack: s, Receiver: otlp.Receiver(address), stored: sources(s)[backend]}
}

// taken sends a request and fails where it is refused.
func (g gateway) taken(t *testing.T, by otlp.Encoding, request *otlp.Request) {
	t.Helper()
	answer, err := g.Send(t.Context(), by, request)
	if err != nil {
		t.Fatal(err)
	}
	if !answer.Taken() {
		t.Fatalf("by %s the answer is %s: %s", by, answer.Code, answer.Says)
	}
}

// waitForSpans waits until a trace is stored with so many spans.
func (g gateway) waitForSpans(t *testing.T, traceID []byte, want int) {
	t.Helper()
	wait.For(t, "the whole trace", func() error {
		got, err := g.stored.ByID(t.Context(), hex.EncodeToString(traceID))
		if err == nil && len(got.Spans) != want {
			err = fmt.Errorf("it has %d spans, want %d", len(got.Spans), want)
		}
		return err
	})
}
