package e2e_test

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/lab/trace"
)

// switched changes the backend with one update, and dispatches cars before, during and after it. A trace
// may have spans in both backends, so each trace is read from both until it is whole. It is read at once,
// because the old backend is deleted with what it has.
func switched(t *testing.T, s *project.Stack, settings project.Config) {
	address, err := kube.ServiceIP(t.Context(), s.Namespace, "go-demo")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	f := followed{stack: s, in: map[string]int{}}
	loaded := make(chan struct{})
	go func() { defer close(loaded); f.load(ctx, t.Context(), address) }()
	const around = 5 * time.Second
	time.Sleep(around)
	began := time.Now()
	stacktest.Configure(t, s, settings)
	stacktest.Up(t, s)
	took := time.Since(began)
	time.Sleep(around)
	stop()
	<-loaded
	f.followers.Wait()
	f.report(t, took)
}

// followed is what became of the dispatches that were answered.
type followed struct {
	stack     *project.Stack
	followers sync.WaitGroup

	sync.Mutex
	// in counts traces by the backends that had spans of them.
	in   map[string]int
	lost []error
}

// load dispatches one car after another until the first context ends. The traces are read until the
// second one ends.
func (f *followed) load(ctx, whole context.Context, address string) {
	for ctx.Err() == nil {
		if id, err := identified(ctx, address); err == nil {
			f.followers.Go(func() { f.follow(whole, id) })
		}
	}
}

// identified dispatches a car in a trace of a given ID, so that it can be read at once.
func identified(ctx context.Context, address string) (id string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+":8080/dispatch?customer=123", nil)
	if err != nil {
		return "", err
	}
	var ids [24]byte
	rand.Read(ids[:])
	id = hex.EncodeToString(ids[:16])
	request.Header.Set("traceparent", "00-"+id+"-"+hex.EncodeToString(ids[16:])+"-01")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the demo answers %s", response.Status)
	}
	return id, nil
}

// follow reads a trace from both backends until their parts together are whole.
func (f *followed) follow(ctx context.Context, id string) {
	spans, in := map[string]trace.Span{}, map[string]bool{}
	missing := errors.New("no span")
	for deadline := time.Now().Add(time.Minute); missing != nil && time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		for name, source := range sources(f.stack) {
			part, err := source.ByID(ctx, id)
			if err != nil {
				continue // The backend does not run, or has no span of this trace.
			}
			in[name] = true
			for _, span := range part.Spans {
				spans[span.ID] = span
			}
		}
		if len(spans) > 0 {
			missing = trace.HotROD(union(id, spans))
		}
	}
	f.Lock()
	defer f.Unlock()
	f.in[strings.Join(slices.Sorted(maps.Keys(in)), " and ")]++
	if missing != nil {
		f.lost = append(f.lost, fmt.Errorf("trace %s, %d spans: %w", id, len(spans), missing))
	}
}

// union makes one trace of the spans from both backends. The parent of its root is a span of this test,
// which no backend has.
func union(id string, spans map[string]trace.Span) trace.Trace {
	whole := trace.Trace{ID: id}
	for _, span := range spans {
		if span.Service == "frontend" && span.Operation == "/dispatch" {
			span.ParentID = ""
		}
		whole.Spans = append(whole.Spans, span)
	}
	return whole
}

func (f *followed) report(t *testing.T, took time.Duration) {
	t.Helper()
	t.Logf("the update took %.0f s; traces by the backends that had them: %v", took.Seconds(), f.in)
	if f.in["jaeger"] == 0 || f.in["tempo"] == 0 {
		t.Error("one backend had no trace for itself, so nothing was switched")
	}
	if err := errors.Join(f.lost...); err != nil {
		t.Errorf("%d traces are not whole:\n%v", len(f.lost), err)
	}
}
