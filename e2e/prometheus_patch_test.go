package e2e_test

import (
	"reflect"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/prometheus"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
)

func TestAPrometheusThatIsNotThereIsRefusedBeforeAnythingIsCreated(t *testing.T) {
	t.Parallel()
	s := newStack(t, prometheus.WrittenByTempo(map[string]any{"mode": "patch", "name": "absent", "namespace": "monitoring"}))
	for _, operation := range stacktest.Operations(s) {
		stacktest.Refused(t, operation(t.Context()), "Prometheus", "resource 'monitoring/absent' does not exist")
	}
	stacktest.NothingMade(t, lab.Cluster, s)
}

// takesWrites checks what the patch has changed in the Prometheus.
func takesWrites(t *testing.T, before *unstructured.Unstructured) {
	now := spec(prometheus.In(t, kube, before.GetNamespace()))
	if now["enableRemoteWriteReceiver"] != true || !reflect.DeepEqual(now["enableFeatures"], []any{"exemplar-storage"}) {
		t.Errorf("the receiver is %v and the features are %v", now["enableRemoteWriteReceiver"], now["enableFeatures"])
	}
	delete(now, "enableRemoteWriteReceiver")
	delete(now, "enableFeatures")
	if !reflect.DeepEqual(now, spec(before)) {
		t.Errorf("apart from these it is\n%v\nbefore it was\n%v", now, spec(before))
	}
}

// setByTheirs changes what a colleague might change with kubectl while the stack is up.
func setByTheirs(t *testing.T, namespace string) {
	t.Helper()
	prometheus.Set(t, kube, namespace, `{"metadata":{"labels":{"example.com/team":"payments"}},"spec":{"retention":"3d"}}`)
}

// givenBack destroys the stack. Then the Prometheus must be as it was, apart from what the colleague set.
func givenBack(t *testing.T, s *project.Stack, before *unstructured.Unstructured) {
	setByTheirs(t, before.GetNamespace())
	stacktest.Destroy(t, s)
	after := prometheus.In(t, kube, before.GetNamespace())
	want := before.DeepCopy()
	if err := unstructured.SetNestedField(want.Object, "3d", "spec", "retention"); err != nil {
		t.Fatal(err)
	}
	labels := want.GetLabels()
	labels["example.com/team"] = "payments"
	if !reflect.DeepEqual(spec(after), spec(want)) {
		t.Errorf("after destroy the Prometheus is\n%v\nwant\n%v", spec(after), spec(want))
	}
	if !reflect.DeepEqual(after.GetLabels(), labels) || !reflect.DeepEqual(after.GetAnnotations(), before.GetAnnotations()) {
		t.Errorf("after destroy it has the labels %v and annotations %v, want %v and %v",
			after.GetLabels(), after.GetAnnotations(), labels, before.GetAnnotations())
	}
	if after.GetUID() != before.GetUID() {
		t.Error("after destroy the Prometheus is another")
	}
	policies := kube.Objects(t, schema.GroupVersionResource{Group: "networking.k8s.io", Version: "v1", Resource: "networkpolicies"}, before.GetNamespace())
	if len(policies) != 1 {
		t.Errorf("%d network policies are left at the Prometheus, want the one that was there", len(policies))
	}
}

func spec(object *unstructured.Unstructured) map[string]any {
	fields, _, _ := unstructured.NestedMap(object.Object, "spec")
	return fields
}
