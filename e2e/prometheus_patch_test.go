package e2e_test

import (
	"reflect"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/prometheus"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
)

// onDisk are the settings of a stack with Tempo alone that writes its metrics there.
func onDisk(metrics map[string]any) project.Config {
	return project.Config{
		"tracestack:backend": "tempo", "tracestack:storage": "local", "tracestack:demo": nil,
		"tracestack:prometheus": metrics,
	}
}

func TestAPrometheusThatIsNotThereIsRefusedBeforeAnythingIsCreated(t *testing.T) {
	t.Parallel()
	s := newStack(t, onDisk(map[string]any{"mode": "patch", "name": "absent", "namespace": "monitoring"}))
	for _, operation := range stacktest.Operations(s) {
		stacktest.Refused(t, operation(t.Context()), "Prometheus", "resource 'monitoring/absent' does not exist")
	}
	stacktest.NothingMade(t, lab.Cluster, s)
}

// Prometheus answers 404 while its remote write receiver is off. Tempo would only log that.
func TestAPrometheusThatTakesNoWritesEndsTheUpdate(t *testing.T) {
	t.Parallel()
	address := prometheus.URL(prometheus.New(t, lab).GetNamespace())
	s := newStack(t, onDisk(map[string]any{
		"mode": "external", "queryUrl": address, "writeUrls": []string{address + "/api/v1/write"},
	}))
	_, err := s.Up(t.Context())
	stacktest.Refused(t, err, "prometheus-check", "404 Not Found", "remote write receiver needs to be enabled")
	if _, has := kube.Pods(t, s.Namespace)["tempo"]; has {
		t.Error("Tempo was made all the same")
	}
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
	if _, err := kube.Resource(prometheus.Kind, namespace).Patch(t.Context(), prometheus.Name, types.MergePatchType,
		[]byte(`{"metadata":{"labels":{"example.com/team":"payments"}},"spec":{"retention":"3d"}}`),
		metav1.PatchOptions{FieldManager: "kubectl-edit"}); err != nil {
		t.Fatal(err)
	}
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
