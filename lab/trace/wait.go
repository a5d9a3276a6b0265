package trace

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

const (
	pollEvery = 200 * time.Millisecond
	// patience bounds a wait whose context has no nearer deadline.
	patience = time.Minute
)

// Wait polls a backend until the trace of the call is whole: Check passes, the
// caller's complete passes (nil asks for nothing more), and the number of
// spans is what it was one poll earlier. It ends with the context, or after a
// minute, and then says what it saw last.
//
// Pass a complete that knows the application: services export on timers of
// their own, so a tree that is sound may still lack its last leaves.
func Wait(ctx context.Context, from Source, call Call, complete func(Trace) error) (Trace, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	began := time.Now()
	w := waiter{from: from, call: call, complete: complete, seen: errors.New("nothing was asked yet")}
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
	from     Source
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
	if w.last.ID != "" {
		return known(w.from.ByID(ctx, w.last.ID))
	}
	traces, err := w.from.Find(ctx, w.call)
	if err != nil {
		return known(Trace{}, err)
	}
	for _, t := range traces {
		if w.call.made(t) {
			return t, nil
		}
	}
	return Trace{}, fmt.Errorf("no trace of this request among %d of %s %s", len(traces), hotrodService, hotrodOperation)
}

// known says in plain words what a backend's 404 means.
func known(t Trace, err error) (Trace, error) {
	if errors.Is(err, ErrNotFound) {
		return Trace{}, fmt.Errorf("no trace at all: %w", err)
	}
	return t, err
}
