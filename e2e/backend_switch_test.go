package e2e_test

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/traffic"
	"github.com/tracestack/tracestack/e2e/internal/wait"
	"github.com/tracestack/tracestack/lab/cluster"
	"github.com/tracestack/tracestack/lab/trace"
)

// withJaeger and withTempo differ in what a person changes: two words.
var (
	withJaeger = project.Config{"tracestack:backend": "jaeger", "tracestack:storage": "memory"}
	withTempo  = project.Config{"tracestack:backend": "tempo", "tracestack:storage": "local"}
)

// The claims about a change of the backend, in the order of a migration and of the way back.
func TestTheBackendIsSwitchedWhileApplicationsSend(t *testing.T) {
	t.Parallel()
	s := newStack(t, withJaeger)
	stacktest.Up(t, s)
	traffic.Dispatch(t, traffic.Demo(t, s))
	demo, before := demoPod(t, s), kube.Names(t, s.Namespace)
	t.Run("a mirror gets the same trace", func(t *testing.T) { mirroredTrace(t, s) })
	t.Run("without the mirror nothing of it is left", func(t *testing.T) {
		stacktest.Configure(t, s, withJaeger)
		stacktest.Up(t, s)
		sameObjects(t, kube.Names(t, s.Namespace), before)
	})
	t.Run("from Jaeger to Tempo no span is lost", func(t *testing.T) { switched(t, s, withTempo) })
	t.Run("and nothing of Jaeger is left", func(t *testing.T) { noneOf(t, kube.Names(t, s.Namespace), "jaeger") })
	t.Run("from Tempo to Jaeger no span is lost", func(t *testing.T) { switched(t, s, withJaeger) })
	t.Run("and all is as it was", func(t *testing.T) { sameObjects(t, kube.Names(t, s.Namespace), before) })
	t.Run("the demo's pod was not touched", func(t *testing.T) {
		if now := demoPod(t, s); now != demo {
			t.Errorf("the demo is pod %v, it was %v", now, demo)
		}
	})
}

func mirroredTrace(t *testing.T, s *project.Stack) {
	both := maps.Clone(withJaeger)
	both["tracestack:mirror"] = map[string]any{"backend": "tempo", "storage": "local"}
	stacktest.Configure(t, s, both)
	stacktest.Up(t, s)
	first := traffic.Dispatch(t, traffic.Demo(t, s))
	var second trace.Trace
	wait.For(t, "the trace in the mirror", func() (err error) {
		second, err = sources(s)["tempo"].ByID(t.Context(), first.ID)
		return errors.Join(err, trace.HotROD(second))
	})
	if !reflect.DeepEqual(second, first) {
		t.Errorf("trace %s has %d spans in Jaeger and %d in Tempo, or they are others", first.ID, len(first.Spans), len(second.Spans))
	}
}

// sources are both backends of a stack, each at the address that it has while it runs.
func sources(s *project.Stack) map[string]trace.Source {
	at := func(service string, port int) trace.Getter {
		return kube.Getter(cluster.Address{Service: service, Namespace: s.Namespace, Port: port})
	}
	return map[string]trace.Source{
		"jaeger": trace.Jaeger{Get: at("jaeger-query", 16686)},
		"tempo":  trace.Tempo{Get: at("tempo", 3200)},
	}
}

// An identity changes when a pod is restarted or replaced.
type identity struct {
	uid      types.UID
	restarts int32
}

func demoPod(t *testing.T, s *project.Stack) identity {
	t.Helper()
	pod := kube.Pods(t, s.Namespace)["go-demo"]
	if len(pod.Status.ContainerStatuses) != 1 || pod.Status.Phase != corev1.PodRunning {
		t.Fatalf("the demo's pod is %s", pod.Status.Phase)
	}
	return identity{pod.UID, pod.Status.ContainerStatuses[0].RestartCount}
}

func sameObjects(t *testing.T, now, before []string) {
	t.Helper()
	if !slices.Equal(now, before) {
		t.Errorf("in the namespace are\n%s\nbefore there were\n%s", strings.Join(now, "\n"), strings.Join(before, "\n"))
	}
}

func noneOf(t *testing.T, names []string, product string) {
	t.Helper()
	for _, name := range names {
		if strings.Contains(name, product) {
			t.Errorf("%s is left", name)
		}
	}
}
