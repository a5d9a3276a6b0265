package e2e_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/traffic"
	"github.com/tracestack/tracestack/e2e/internal/wait"
	"github.com/tracestack/tracestack/lab/cluster"
	"github.com/tracestack/tracestack/lab/trace"
)

// rolledCollector keeps the demo busy while the collector's pod is replaced. Every dispatch that was
// answered must have its whole trace afterwards.
func rolledCollector(t *testing.T, s *project.Stack) {
	demo := traffic.Demo(t, s)
	before := kube.Pods(t, s.Namespace)["center-collector"].UID
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	calls := make(chan []trace.Call)
	go func() { calls <- traffic.Busy(ctx, demo) }()

	restart(t, cluster.Workload{Kind: "Deployment", Namespace: s.Namespace, Name: "center-collector-jaeger"})
	wait.For(t, "the new collector to have taken over", func() error {
		return rolledOut(t, s.Namespace, "center-collector-jaeger")
	})
	cancel()
	answered := <-calls
	if after := kube.Pods(t, s.Namespace)["center-collector"].UID; after == before {
		t.Fatal("the collector's pod was not replaced")
	}
	t.Logf("%d dispatches were answered during the rollout", len(answered))
	if len(answered) < 5 {
		t.Errorf("%d dispatches were answered, too few to tell anything", len(answered))
	}
	traffic.Whole(t, demo, answered)
}

// restart is `kubectl rollout restart`.
func restart(t *testing.T, w cluster.Workload) {
	t.Helper()
	patch := fmt.Sprintf(`{"spec":{"template":{"metadata":{"annotations":{"kubectl.kubernetes.io/restartedAt":%q}}}}}`,
		time.Now().Format(time.RFC3339))
	if _, err := kube.Resource(cluster.Apps(strings.ToLower(w.Kind)+"s"), w.Namespace).Patch(t.Context(), w.Name,
		types.StrategicMergePatchType, []byte(patch), metav1.PatchOptions{FieldManager: "kubectl-rollout"}); err != nil {
		t.Fatal(err)
	}
}

// rolledOut gives an error that says what is missing, until only new pods are there.
func rolledOut(t *testing.T, namespace, name string) error {
	object, err := kube.Resource(cluster.Apps("deployments"), namespace).Get(t.Context(), name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	var d appsv1.Deployment
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, &d); err != nil {
		return err
	}
	list, err := kube.Resource(cluster.Core("pods"), namespace).List(t.Context(),
		metav1.ListOptions{LabelSelector: metav1.FormatLabelSelector(d.Spec.Selector)})
	if err != nil {
		return err
	}
	wanted := *d.Spec.Replicas
	if d.Status.ObservedGeneration < d.Generation || d.Status.UpdatedReplicas != wanted ||
		d.Status.ReadyReplicas != wanted || len(list.Items) != int(wanted) {
		return fmt.Errorf("deployment %s: %d of %d updated, %d ready, %d pods there",
			name, d.Status.UpdatedReplicas, wanted, d.Status.ReadyReplicas, len(list.Items))
	}
	return nil
}
