package e2e_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tracestack/tracestack/e2e/internal/bucket"
	"github.com/tracestack/tracestack/e2e/internal/grafana"
	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/prometheus"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/traffic"
	"github.com/tracestack/tracestack/e2e/internal/wait"
	"github.com/tracestack/tracestack/lab/cluster"
	"github.com/tracestack/tracestack/lab/trace"
)

// The claims about a stack with Tempo, a bucket and a Prometheus, in the order of its life.
func TestTempoThroughItsLife(t *testing.T) {
	t.Parallel()
	theirs := prometheus.New(t, lab)
	s := newStack(t, nil)
	b := bucket.New(t, lab, s, bucket.SharedServer(t, lab), project.Config{
		"tracestack:prometheus": prometheus.Patched(theirs.GetNamespace()),
	})
	var first trace.Trace
	if !t.Run("up gives a stack that stores a whole trace", func(t *testing.T) {
		stacktest.Up(t, s)
		first = traffic.Dispatch(t, traffic.Demo(t, s))
	}) {
		return
	}
	t.Run("a second up changes nothing", func(t *testing.T) { stacktest.UpChangesNothing(t, s) })
	t.Run("every pod runs with the least that it needs", func(t *testing.T) { restrictedPods(t, s, "center-collector", "go-demo", "tempo") })
	t.Run("the Prometheus takes writes and is else as it was", func(t *testing.T) { takesWrites(t, theirs) })
	exported := grafana.Exported(t, lab.Cluster, s)
	calls := append(drive(t, s), first)
	t.Run("the service graph counts every call", func(t *testing.T) { countedCalls(t, exported, calls) })
	t.Run("the span metrics count every span", func(t *testing.T) { countedSpans(t, exported, calls) })
	t.Run("TraceQL counts every span", func(t *testing.T) { countedByTraceQL(t, exported, calls) })
	t.Run("each datasource answers inside the cluster", func(t *testing.T) { answeringDatasources(t, exported, theirs.GetNamespace()) })
	t.Run("the queries behind Grafana's service graph have the demo's", func(t *testing.T) { grafanasServiceGraph(t, exported) })
	t.Run("an exemplar leads to its trace", func(t *testing.T) { exemplars(t, exported, calls) })
	t.Run("a span leads to the metrics of its service", func(t *testing.T) { tracesToMetrics(t, exported) })
	t.Run("every query of the dashboard has data", func(t *testing.T) { dashboards(t, exported) })
	t.Run("no secret is in what Grafana gets", func(t *testing.T) { noSecret(t, s, exported) })
	t.Run("a trace outlives Tempo's pod", func(t *testing.T) { lostPod(t, b, exported, first) })
	t.Run("a trace in the bucket outlives Tempo's disk", func(t *testing.T) { lostDisk(t, s, exported, first) })
	t.Run("destroy gives the Prometheus back", func(t *testing.T) { givenBack(t, s, theirs) })
}

// drive dispatches cars until Prometheus can compute a rate, and gives their traces. One dispatch in six
// is for a customer who does not exist.
func drive(t *testing.T, s *project.Stack) []trace.Trace {
	t.Helper()
	demo := traffic.Demo(t, s)
	var calls []trace.Call
	// Tempo sends its counts every 15 seconds, and a rate needs two of them.
	for began := time.Now(); time.Since(began) < 40*time.Second; time.Sleep(time.Second) {
		call, err := demo.Call(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		calls = append(calls, call)
		if failed := (trace.Call{Nonce: "FAILED" + call.Nonce, Sent: time.Now()}); len(calls)%5 == 0 {
			if _, err := demo.App(t.Context(), "/dispatch?customer=1&nonse="+failed.Nonce); err == nil {
				t.Fatal("a car went to a customer who does not exist")
			}
			calls = append(calls, failed)
		}
	}
	var traces []trace.Trace
	for _, call := range calls {
		whole := trace.HotROD
		if strings.HasPrefix(call.Nonce, "FAILED") {
			whole = refusedDispatch
		}
		got, err := trace.Wait(t.Context(), demo.Backend, call, whole)
		if err != nil {
			t.Fatal(err)
		}
		traces = append(traces, got)
	}
	t.Logf("%d dispatches, of which one in six fails, have their traces", len(calls))
	return traces
}

// refusedDispatch checks the trace of a dispatch to a customer who does not exist.
func refusedDispatch(t trace.Trace) error {
	if len(t.Spans) != 4 || t.Errors() == 0 {
		return fmt.Errorf("%d spans, %d of them failed: want 4, and a failed one", len(t.Spans), t.Errors())
	}
	return nil
}

// lostPod deletes Tempo's pod once the trace is in the bucket.
func lostPod(t *testing.T, b bucket.Bucket, g grafana.Output, before trace.Trace) {
	wait.For(t, "blocks in the bucket", func() error {
		objects := b.Objects(t)
		blocks := bucket.Blocks(objects)
		if blocks == 0 {
			return fmt.Errorf("%d objects, none of them a block's data", len(objects))
		}
		t.Logf("%d objects are in the bucket, %d blocks among them", len(objects), blocks)
		return nil
	})
	pod := kube.Pods(t, b.Namespace)["tempo"]
	kube.Delete(t, cluster.Core("pods"), b.Namespace, pod.Name)
	kube.WaitForAnother(t, pod)
	sameByID(t, g, before)
	traceQL := fmt.Sprintf(`{ trace:id = %q && event.url =~ ".*/dispatch.*" }`, before.ID)
	found, err := trace.Tempo{Get: g.Getter(t, "tempo")}.Search(t.Context(), traceQL, before.Start().Add(-time.Minute), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 1 || found[0] != before.ID {
		t.Errorf("%s finds %v, want the one trace %s", traceQL, found, before.ID)
	}
}

// lostDisk deletes the disk as well: what is read afterwards comes from the bucket. Tempo searches the
// bucket only for traces older than 15 minutes, so this trace is read by its ID.
func lostDisk(t *testing.T, s *project.Stack, g grafana.Output, before trace.Trace) {
	kube.Delete(t, cluster.Core("persistentvolumeclaims"), s.Namespace, "tempo-data")
	kube.Delete(t, cluster.Core("pods"), s.Namespace, kube.Pods(t, s.Namespace)["tempo"].Name)
	wait.For(t, "the disk to be gone", func() error {
		if claims := kube.Objects(t, cluster.Core("persistentvolumeclaims"), s.Namespace); len(claims) > 0 {
			return fmt.Errorf("%s is there", claims[0].GetName())
		}
		return nil
	})
	if _, err := s.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	stacktest.Up(t, s)
	sameByID(t, g, before)
}

// sameByID reads a trace through the exported datasource.
func sameByID(t *testing.T, g grafana.Output, before trace.Trace) {
	t.Helper()
	after, err := trace.Tempo{Get: g.Getter(t, "tempo")}.ByID(t.Context(), before.ID)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(after, before) {
		t.Errorf("trace %s has %d spans, before %d, or they are others", before.ID, len(after.Spans), len(before.Spans))
	}
}
