package trace

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// script answers one poll after the other, the last one for ever.
type script struct {
	answers []any // []byte or error
	asked   []string
}

func (s *script) get(_ context.Context, path string) ([]byte, error) {
	next := s.answers[min(len(s.asked), len(s.answers)-1)]
	s.asked = append(s.asked, path)
	switch next := next.(type) {
	case error:
		return nil, next
	case []byte:
		return next, nil
	}
	panic("a script has bytes and errors")
}

var (
	errNone = fmt.Errorf("404: %w", ErrNotFound)
	root    = `{"traceId":"t1","spanId":"1","name":"/dispatch","startTimeUnixNano":"1","endTimeUnixNano":"9",
		"events":[{"name":"HTTP request received","timeUnixNano":"1","attributes":[{"key":"url","value":{"stringValue":"/dispatch?customer=1&nonse=MINE"}}]}]}`
	child = `{"traceId":"t1","spanId":"2","parentSpanId":"1","name":"child","startTimeUnixNano":"2","endTimeUnixNano":"8"}`
	leaf  = `{"traceId":"t1","spanId":"3","parentSpanId":"2","name":"leaf","startTimeUnixNano":"3","endTimeUnixNano":"7"}`
	other = strings.NewReplacer("t1", "t0", "MINE", "THEIRS").Replace(root)
)

// wait runs Wait on a clock of its own and returns how long it took there.
func wait(t *testing.T, complete func(Trace) error, answers ...any) (got Trace, took time.Duration, s *script, err error) {
	t.Helper()
	s = &script{answers: answers}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		began := time.Now()
		got, err = Wait(ctx, Jaeger{s.get}, Call{Nonce: "MINE", Sent: began}, complete)
		took = time.Since(began)
	})
	return got, took, s, err
}

func TestWait(t *testing.T) {
	t.Run("a whole and quiet trace is returned one poll after it is complete", func(t *testing.T) {
		got, took, _, err := wait(t, nil, errNone, spansJSON(child, root), spansJSON(root, child, leaf), spansJSON(root, child, leaf))
		if err != nil {
			t.Fatal(err)
		}
		if got.ID != "t1" || len(got.Spans) != 3 || took != 3*pollEvery {
			t.Errorf("trace %s, %d spans, after %s", got.ID, len(got.Spans), took)
		}
	})
	t.Run("another request's trace is not taken", func(t *testing.T) {
		got, _, _, err := wait(t, nil, spansJSON(other), spansJSON(other, root, child))
		if err != nil || got.ID != "t1" {
			t.Errorf("trace %s, %v", got.ID, err)
		}
	})
	t.Run("a sound tree that the application does not call complete is waited for", func(t *testing.T) {
		wantLeaf := func(t Trace) error {
			if len(t.Spans) < 3 {
				return errors.New("leaf: 0 of 1")
			}
			return nil
		}
		same := spansJSON(root, child)
		got, _, _, err := wait(t, wantLeaf, same, same, same, spansJSON(root, child, leaf))
		if err != nil || len(got.Spans) != 3 {
			t.Errorf("%d spans, %v", len(got.Spans), err)
		}
	})
	t.Run("a failing request is tried again", func(t *testing.T) {
		_, _, _, err := wait(t, nil, errors.New("connection refused"), []byte("<html>starting"), spansJSON(root))
		if err != nil {
			t.Error(err)
		}
	})
	t.Run("it searches by operation and time, then asks by ID", func(t *testing.T) {
		_, _, s, _ := wait(t, nil, errNone, spansJSON(root))
		search, err := url.Parse(s.asked[0])
		if err != nil {
			t.Fatal(err)
		}
		q := search.Query()
		if search.Path != "/api/v3/traces" || q.Get("query.service_name") != "frontend" || q.Get("query.operation_name") != "/dispatch" {
			t.Errorf("searched %s", s.asked[0])
		}
		for _, bound := range []string{"query.start_time_min", "query.start_time_max"} {
			if _, err := time.Parse(time.RFC3339Nano, q.Get(bound)); err != nil {
				t.Errorf("%s: %v", bound, err) // API v3 requires both
			}
		}
		if last := s.asked[len(s.asked)-1]; last != "/api/v3/traces/t1" {
			t.Errorf("then asked %s", last)
		}
	})
}

func TestWaitGivesUp(t *testing.T) {
	late := func(t *testing.T, answers ...any) error {
		_, took, _, err := wait(t, nil, answers...)
		if !errors.Is(err, context.DeadlineExceeded) || took != 5*time.Second {
			t.Errorf("after %s with %v", took, err)
		}
		return err
	}
	t.Run("and says that there was no trace at all", func(t *testing.T) {
		says(t, late(t, errNone), "nonse=MINE", "after 5s", "no trace at all")
	})
	t.Run("and says that only other requests' traces were there", func(t *testing.T) {
		says(t, late(t, spansJSON(other)), "no trace of this request among 1")
	})
	t.Run("and says how many spans there were and which parents were missing", func(t *testing.T) {
		says(t, late(t, spansJSON(root, leaf)), "trace t1, 2 spans of s", "span 3 (s leaf): parent 2 is missing")
	})
	t.Run("and says how Jaeger failed", func(t *testing.T) {
		says(t, late(t, errors.New("connection refused")), "connection refused")
	})
	t.Run("and returns the incomplete trace, so that it can be drawn", func(t *testing.T) {
		got, _, _, _ := wait(t, nil, spansJSON(root, leaf))
		if len(got.Spans) != 2 {
			t.Errorf("%d spans", len(got.Spans))
		}
	})
	t.Run("after a minute, when the caller set no deadline", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			_, err := Wait(t.Context(), Jaeger{(&script{answers: []any{errNone}}).get}, Call{Nonce: "MINE"}, nil)
			if err == nil || time.Since(began) != time.Minute {
				t.Errorf("after %s with %v", time.Since(began), err)
			}
		})
	})
}
