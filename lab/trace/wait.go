package trace

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	pollEvery = 200 * time.Millisecond
	// patience bounds a wait whose context has no nearer deadline.
	patience = time.Minute
	// clockMargin widens the search window: the spans carry the cluster's
	// clock, the window ours.
	clockMargin = 30 * time.Second
	// searchDepth leaves room for other people's dispatches in the window.
	searchDepth = 100
)

// Wait polls Jaeger until the trace of the call is whole: Check passes, the
// caller's complete passes (nil asks for nothing more), and the number of
// spans is what it was one poll earlier. It ends with the context, or after a
// minute, and then says what it saw last.
//
// Pass a complete that knows the application: services export on timers of
// their own, so a tree that is sound may still lack its last leaves.
func Wait(ctx context.Context, jaeger Getter, call Call, complete func(Trace) error) (Trace, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	began := time.Now()
	w := waiter{jaeger: jaeger, call: call, complete: complete, seen: errors.New("nothing was asked yet")}
	for {
		t, done := w.poll(ctx)
		if done {
			return t, nil
		}
		select {
		case <-ctx.Done():
			return t, fmt.Errorf("no whole trace of %s?…%s after %s: %w: last seen: %w",
				hotrodOperation, call.query(), time.Since(began).Round(100*time.Millisecond), context.Cause(ctx), w.seen)
		case <-time.After(pollEvery):
		}
	}
}

type waiter struct {
	jaeger   Getter
	call     Call
	complete func(Trace) error
	last     Trace
	seen     error // why the last poll was not enough
}

// poll asks once. A failing request is not the end: pods restart.
func (w *waiter) poll(ctx context.Context) (Trace, bool) {
	t, err := w.fetch(ctx)
	if err != nil {
		// A request that was cut by the deadline says less than the one before.
		if ctx.Err() == nil {
			w.seen = err
		}
		return w.last, false
	}
	before := len(w.last.Spans)
	w.last = t
	if err := w.whole(t); err != nil {
		w.seen = fmt.Errorf("trace %s, %d spans of %s:\n%w", t.ID, len(t.Spans), strings.Join(t.Services(), ", "), err)
		return t, false
	}
	w.seen = fmt.Errorf("trace %s, whole with %d spans, but one poll earlier it had %d", t.ID, len(t.Spans), before)
	return t, before == len(t.Spans)
}

func (w *waiter) whole(t Trace) error {
	problems := []error{Check(t)}
	if w.complete != nil {
		problems = append(problems, w.complete(t))
	}
	return errors.Join(problems...)
}

// fetch searches until the trace is known, then asks for it by its ID, which
// every storage answers sooner and cheaper than a search.
func (w *waiter) fetch(ctx context.Context) (Trace, error) {
	path := "/api/v3/traces/" + w.last.ID
	if w.last.ID == "" {
		path = w.search(time.Now())
	}
	body, err := w.jaeger(ctx, path)
	if errors.Is(err, ErrNotFound) {
		return Trace{}, fmt.Errorf("no trace at all: %w", err)
	}
	if err != nil {
		return Trace{}, err
	}
	traces, err := Parse(body)
	if err != nil {
		return Trace{}, err
	}
	for _, t := range traces {
		if t.ID == w.last.ID || w.call.made(t) {
			return t, nil
		}
	}
	return Trace{}, fmt.Errorf("no trace of this request among %d of %s %s", len(traces), hotrodService, hotrodOperation)
}

// search is by operation and time only: API v3 has no attribute filter over
// HTTP, so the nonce is looked for in what comes back.
func (w *waiter) search(now time.Time) string {
	return "/api/v3/traces?" + url.Values{
		"query.service_name":   {hotrodService},
		"query.operation_name": {hotrodOperation},
		"query.start_time_min": {w.call.Sent.Add(-clockMargin).UTC().Format(time.RFC3339Nano)},
		"query.start_time_max": {now.Add(clockMargin).UTC().Format(time.RFC3339Nano)},
		"query.num_traces":     {strconv.Itoa(searchDepth)},
	}.Encode()
}
