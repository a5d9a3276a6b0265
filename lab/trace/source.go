package trace

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"time"
)

// Source is a backend's query API.
type Source interface {
	// Find gives the traces that may be the call's, as far as they are stored.
	// None at all is an error that wraps ErrNotFound.
	Find(ctx context.Context, call Call) ([]Trace, error)
	// ByID gives one trace as far as it is stored; not a span of it is an error
	// that wraps ErrNotFound.
	ByID(ctx context.Context, id string) (Trace, error)
}

// NewSource reads from the backend of this name: jaeger or tempo, as a stack's
// output backend has it.
func NewSource(backend string, get Getter) (Source, error) {
	switch backend {
	case "jaeger":
		return Jaeger{get}, nil
	case "tempo":
		return Tempo{get}, nil
	default:
		return nil, fmt.Errorf("backend: %q: must be jaeger or tempo", backend)
	}
}

const (
	// clockMargin widens the search window: the spans carry the cluster's
	// clock, the window ours.
	clockMargin = 30 * time.Second
	// searchDepth leaves room for other people's dispatches in the window.
	searchDepth = 100
)

// window is when a call's spans can have been made.
func (c Call) window() (from, to time.Time) {
	return c.Sent.Add(-clockMargin), time.Now().Add(clockMargin)
}

// Jaeger reads through API v3, which Parse describes.
type Jaeger struct{ Get Getter }

// Find is by operation and time only: API v3 has no attribute filter over
// HTTP, so the nonce is looked for in what comes back.
func (j Jaeger) Find(ctx context.Context, call Call) ([]Trace, error) {
	from, to := call.window()
	return j.read(ctx, "?"+url.Values{
		"query.service_name":   {hotrodService},
		"query.operation_name": {hotrodOperation},
		"query.start_time_min": {from.UTC().Format(time.RFC3339Nano)},
		"query.start_time_max": {to.UTC().Format(time.RFC3339Nano)},
		"query.num_traces":     {strconv.Itoa(searchDepth)},
	}.Encode())
}

// ByID implements Source.
func (j Jaeger) ByID(ctx context.Context, id string) (Trace, error) {
	traces, err := j.read(ctx, "/"+id)
	if err != nil {
		return Trace{}, err
	}
	return only(traces, id)
}

func (j Jaeger) read(ctx context.Context, rest string) ([]Trace, error) {
	body, err := j.Get(ctx, "/api/v3/traces"+rest)
	if err != nil {
		return nil, err
	}
	return Parse(body)
}

// only is the trace that was asked for.
func only(traces []Trace, id string) (Trace, error) {
	for _, t := range traces {
		if t.ID == id {
			return t, nil
		}
	}
	if len(traces) > 0 {
		return Trace{}, fmt.Errorf("asked for trace %s, got another", id)
	}
	return Trace{}, fmt.Errorf("trace %s: %w", id, ErrNotFound)
}
