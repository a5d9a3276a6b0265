// Package traffic drives a stack's demo application on behalf of a test, and checks the traces of what
// it was sent. It changes no stack.
package traffic

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/lab/trace"
)

// Demo is the stack's demo.
func Demo(t *testing.T, s *project.Stack) project.Demo {
	t.Helper()
	demo, err := s.Demo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return demo
}

// Dispatch calls the demo once and gives the trace of it, read back and checked: one root, every parent
// there, and exactly the edges of a dispatch.
func Dispatch(t *testing.T, demo project.Demo) trace.Trace {
	t.Helper()
	call, err := demo.Call(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := demo.Trace(t.Context(), call)
	if err != nil {
		t.Fatal(err)
	}
	if err := trace.Check(got); err != nil {
		t.Errorf("trace %s: %v", got.ID, err)
	}
	if err := trace.HotROD(got); err != nil {
		t.Errorf("trace %s: %v", got.ID, err)
	}
	// The edges hold the numbers too, but a person reads these.
	if services := got.Services(); len(services) < 6 || len(got.Spans) < 30 {
		t.Errorf("trace %s has %d spans of %v, want at least 30 spans of 6 services", got.ID, len(got.Spans), services)
	}
	return got
}

// Busy dispatches one car after another until the context ends, and gives the dispatches that were
// answered.
func Busy(ctx context.Context, demo project.Demo) (answered []trace.Call) {
	for ctx.Err() == nil {
		if call, err := demo.Call(ctx); err == nil {
			answered = append(answered, call)
		}
	}
	return answered
}

// Slow is Busy with one car each second: it leaves the machine to others over a long time.
func Slow(ctx context.Context, demo project.Demo) (answered []trace.Call) {
	for tick := time.Tick(time.Second); ; {
		select {
		case <-ctx.Done():
			return answered
		case <-tick:
		}
		if call, err := demo.Call(ctx); err == nil {
			answered = append(answered, call)
		}
	}
}

// Whole gives the IDs of the dispatches' traces. It reports each dispatch that has no trace, or only a
// part of one.
func Whole(t *testing.T, demo project.Demo, calls []trace.Call) []string {
	t.Helper()
	ids := make([]string, len(calls))
	SomeAtATime(calls, func(i int, call trace.Call) {
		got, err := demo.Trace(t.Context(), call)
		if err != nil {
			// A store that has just started answers its first searches slowly. What is lost stays lost.
			got, err = demo.Trace(t.Context(), call)
		}
		if err != nil {
			t.Errorf("dispatch %d of %d, answered at %s: %v", i+1, len(calls), call.Answered.Format(time.TimeOnly), err)
		}
		ids[i] = got.ID
	})
	return ids
}

// SomeAtATime does something with each of a list, several at once: a query spends most of its time
// waiting.
func SomeAtATime[T any](list []T, do func(i int, one T)) {
	const atATime = 8
	slots := make(chan struct{}, atATime)
	var all sync.WaitGroup
	for i, one := range list {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			do(i, one)
		})
	}
	all.Wait()
}

// Status is the HTTP status with which an address answers.
func Status(t *testing.T, client *http.Client, address string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode
}
