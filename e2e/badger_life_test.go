package e2e_test

import (
	"reflect"
	"testing"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/traffic"
	"github.com/tracestack/tracestack/lab/cluster"
)

func TestJaegerKeepsItsTracesInBadgerOnAVolume(t *testing.T) {
	t.Parallel()
	s := newStack(t, project.Config{"tracestack:storage": "badger"})
	stacktest.Up(t, s)
	before := traffic.Dispatch(t, traffic.Demo(t, s))
	stacktest.UpChangesNothing(t, s)
	restrictedPods(t, s, "center-collector", "go-demo", "jaeger")

	pod := kube.Pods(t, s.Namespace)["jaeger"]
	kube.Delete(t, cluster.Core("pods"), pod.Namespace, pod.Name)
	kube.WaitForAnother(t, pod)
	after, err := traffic.Demo(t, s).Backend.ByID(t.Context(), before.ID)
	if err != nil || !reflect.DeepEqual(after, before) {
		t.Errorf("from another pod the trace is not what it was: error %v", err)
	}
	computedGraph(t, s)
	stacktest.Destroy(t, s)
	stacktest.NothingMade(t, lab.Cluster, s)
}
