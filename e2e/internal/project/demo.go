package project

import (
	"context"
	"fmt"

	"github.com/tracestack/tracestack/lab/cluster"
	"github.com/tracestack/tracestack/lab/trace"
)

// Demo drives a stack's demo application and reads its traces.
type Demo struct {
	App     trace.Getter
	Backend trace.Source
}

// Demo finds both addresses in the stack's outputs.
func (s *Stack) Demo(ctx context.Context) (Demo, error) {
	outputs, err := s.Outputs(ctx)
	if err != nil {
		return Demo{}, err
	}
	return s.lab.Demo(outputs["demoUrl"], outputs["backend"], outputs["queryUrl"])
}

// Demo reaches a demo application, and the backend of this name that holds its traces, at addresses
// inside the cluster.
func (l *Lab) Demo(app, backend, query string) (Demo, error) {
	var demo Demo
	var holder trace.Getter
	for _, part := range []struct {
		to   *trace.Getter
		text string
	}{{&demo.App, app}, {&holder, query}} {
		at, err := cluster.ParseAddress(part.text)
		if err != nil {
			return demo, fmt.Errorf("demo: %w", err)
		}
		*part.to = l.Cluster.Getter(at)
	}
	var err error
	if demo.Backend, err = trace.NewSource(backend, holder); err != nil {
		return demo, fmt.Errorf("demo: %w", err)
	}
	return demo, nil
}

// customer is one of HotROD's four.
const customer = 123

// Call dispatches a car.
func (d Demo) Call(ctx context.Context) (trace.Call, error) {
	return trace.Drive(ctx, d.App, customer)
}

// Trace waits until the whole trace of a dispatch is stored.
func (d Demo) Trace(ctx context.Context, call trace.Call) (trace.Trace, error) {
	return trace.Wait(ctx, d.Backend, call, trace.HotROD)
}
