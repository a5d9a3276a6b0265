package searchstore

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tracestack/tracestack/e2e/internal/otlp"
	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/traffic"
	"github.com/tracestack/tracestack/e2e/internal/wait"
	"github.com/tracestack/tracestack/lab/cluster"
	"github.com/tracestack/tracestack/lab/trace"
)

// Prefix is in front of the names of the stack's indices. Jaeger's user may use what begins with jaeger-.
const Prefix = "jaeger-e2e"

// PasswordSecret is the stack's Secret with the password.
const PasswordSecret = "elasticsearch-jaeger"

// A Stack is one whose Jaeger keeps traces in a store of the test's own.
type Stack struct {
	*project.Stack
	Store

	settings project.Config
}

// NewStack makes a namespace with the Secrets that the stack needs, and configures the stack.
func NewStack(t *testing.T, lab *project.Lab, store Store) Stack {
	t.Helper()
	s := stacktest.New(t, lab, nil)
	store.kube.NewNamespace(t, s.Namespace)
	made := Stack{Stack: s, Store: store, settings: project.Config{
		"tracestack:createNamespace": false,
		"tracestack:backend":         "jaeger",
		"tracestack:storage":         "elasticsearch",
		"tracestack:elasticsearch": map[string]any{
			"urls": []string{store.URL()}, "user": store.Jaeger.User, "caSecret": "es-tls-secret", "indexPrefix": Prefix,
		},
		"tracestack:ingress": map[string]any{"kind": "ingress", "className": "skipper", "domain": s.Namespace + ".example.com"},
	}}
	made.Secret(t, "es-tls-secret", "ca.crt", store.Jaeger.CA)
	made.Secret(t, PasswordSecret, "password", store.Jaeger.Password)
	stacktest.Configure(t, s, made.With(PasswordSecret))
	return made
}

// With are the stack's settings with the password in this Secret.
func (s Stack) With(secret string) project.Config {
	return project.With(s.settings, project.Config{
		"tracestack:elasticsearchPassword": map[string]any{"secretName": secret, "key": "password"},
	})
}

// Secret makes one in the stack's namespace.
func (s Stack) Secret(t *testing.T, name, entry, value string) {
	t.Helper()
	s.kube.NewSecret(t, s.Stack.Namespace, name, map[string]string{entry: value})
}

// LastWords are what the containers of an instance said when they ended, of all its pods.
func (s Stack) LastWords(t *testing.T, instance string) string {
	t.Helper()
	var words strings.Builder
	for _, object := range s.kube.Objects(t, cluster.Core("pods"), s.Stack.Namespace) {
		var pod corev1.Pod
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, &pod); err != nil {
			t.Fatal(err)
		}
		for _, one := range pod.Status.ContainerStatuses {
			for _, state := range []corev1.ContainerState{one.State, one.LastTerminationState} {
				if state.Terminated != nil && pod.Labels["app.kubernetes.io/instance"] == instance {
					words.WriteString(state.Terminated.Message)
				}
			}
		}
	}
	return words.String()
}

// Jaeger is the stack's query API.
func (s Stack) Jaeger(t *testing.T) trace.Jaeger {
	t.Helper()
	return traffic.Demo(t, s.Stack).Backend.(trace.Jaeger)
}

// Receiver is the stack's collector.
func (s Stack) Receiver(t *testing.T) otlp.Receiver {
	t.Helper()
	return otlp.Receiver(s.kube.Address(t, s.Stack.Namespace, "center-collector"))
}

// spansEach is how many spans each trace of a Flow has.
const spansEach = 10

// A Flow is what is sent while something happens.
type Flow struct {
	otlp.Record
	stop  context.CancelFunc
	ended chan struct{}
}

// Send begins to send five small traces a second.
func (s Stack) Send(t *testing.T) *Flow {
	t.Helper()
	receiver := s.Receiver(t)
	ctx, stop := context.WithCancel(t.Context())
	f := &Flow{Record: otlp.Record{Service: project.RandomName(), Each: spansEach}, stop: stop, ended: make(chan struct{})}
	go func() {
		defer close(f.ended)
		for tick := time.Tick(200 * time.Millisecond); ctx.Err() == nil; <-tick {
			f.Record.Send(t.Context(), receiver)
		}
	}()
	return f
}

// Stored ends the flow and checks what became of it: at least so many traces were sent, the Collector
// acknowledged all, and each is in the store, and answered by its ID with each span once.
func (s Stack) Stored(t *testing.T, f *Flow, least int) {
	t.Helper()
	f.stop()
	<-f.ended
	if len(f.Taken) < least {
		t.Errorf("%d traces were acknowledged, too few to tell anything", len(f.Taken))
	}
	if len(f.Refused) > 0 {
		t.Errorf("%d traces were refused; the first with %s", len(f.Refused), f.Refused[0])
	}
	began := time.Now()
	wait.AtMost(t, 3*time.Minute, "every acknowledged span to be stored", func() error {
		missing := 0
		found := s.Spans(t, f.Service)
		for _, id := range f.Taken {
			missing += spansEach - len(found[id])
		}
		if missing > 0 {
			return fmt.Errorf("%d of %d spans are missing", missing, len(f.Taken)*spansEach)
		}
		return nil
	})
	took := time.Since(began)
	s.Answered(t, f)
	t.Logf("%d spans were acknowledged and are stored; the last came %v after the end", len(f.Taken)*spansEach, took.Round(time.Second))
}

// Answered checks that Jaeger answers each acknowledged trace by its ID, with each span once.
func (s Stack) Answered(t *testing.T, f *Flow) {
	t.Helper()
	jaeger := s.Jaeger(t)
	traffic.SomeAtATime(f.Taken, func(_ int, id string) {
		got, err := jaeger.ByID(t.Context(), id)
		if err == nil && len(got.Spans) != spansEach {
			err = fmt.Errorf("it has %d spans, want %d", len(got.Spans), spansEach)
		}
		if err != nil {
			t.Errorf("trace %s: %v", id, err)
		}
	})
}

// Copies are how many the store has of a flow beside one of each span, when no more come.
func (s Stack) Copies(t *testing.T, f *Flow) int {
	t.Helper()
	for before := -1; ; time.Sleep(5 * time.Second) {
		now := 0
		for _, spans := range s.Spans(t, f.Service) {
			for _, times := range spans {
				now += times - 1
			}
		}
		if now == before {
			return now
		}
		before = now
	}
}

// Away stops the store for so long while spans are sent, and checks that none is lost. What is sent is
// little: it is the Collector's queue that holds it.
func (s Stack) Away(t *testing.T, long time.Duration) {
	t.Helper()
	flow := s.Send(t)
	over := time.After(long)
	s.Stop(t)
	<-over
	s.Start(t)
	s.Stored(t, flow, int(4*long.Seconds()))
	t.Logf("the store has %d copies of spans", s.Copies(t, flow))
}
