package proof_test

import (
	"context"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/traffic"
	"github.com/tracestack/tracestack/lab/cluster"
)

// The stack begins with a namespace of its own, so that the way to one that stays is proven too.
func TestADiskThatStaysIsFoundAgainByDestroyAndUp(t *testing.T) {
	t.Parallel()
	onDisk := project.Config{"tracestack:backend": "tempo", "tracestack:storage": "local"}
	s := stacktest.New(t, lab, onDisk)
	t.Cleanup(func() {
		namespaces := lab.Cluster.Resource(cluster.Core("namespaces"), "")
		if err := namespaces.Delete(context.Background(), s.Namespace, metav1.DeleteOptions{}); err != nil {
			t.Error(err)
		}
	})
	stacktest.Up(t, s)
	demo := traffic.Demo(t, s)
	before := traffic.Dispatch(t, demo)
	stacktest.Configure(t, s, project.With(onDisk, project.Config{
		"tracestack:createNamespace": false,
		"tracestack:tempo":           map[string]any{"volume": map[string]any{"retain": true}},
	}))
	pod := kube.Pods(t, s.Namespace)["tempo"].UID
	t.Run("the stack lets go of its namespace, with everything in it", func(t *testing.T) {
		stacktest.Up(t, s)
		if now := kube.Pods(t, s.Namespace)["tempo"].UID; now != pod {
			t.Errorf("Tempo's pod is another: %s, before %s", now, pod)
		}
	})
	if t.Failed() {
		return
	}
	stacktest.Destroy(t, s)
	if left := kube.Pods(t, s.Namespace); len(left) > 0 {
		t.Errorf("destroy left %d pods", len(left))
	}
	stacktest.Up(t, s)
	after, err := traffic.Demo(t, s).Backend.ByID(t.Context(), before.ID)
	if err != nil {
		t.Fatal(err)
	}
	if len(after.Spans) != len(before.Spans) {
		t.Errorf("the old trace has %d spans, before %d", len(after.Spans), len(before.Spans))
	}
}
