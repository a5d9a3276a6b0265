package e2e_test

import (
	"reflect"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/prometheus"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/wait"
	"github.com/tracestack/tracestack/lab/cluster"
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
func TestAPrometheusThatTakesNoWritesEndsTheUpdateUntilItIsMended(t *testing.T) {
	t.Parallel()
	namespace := prometheus.New(t, lab).GetNamespace()
	address := prometheus.URL(namespace)
	s := newStack(t, onDisk(map[string]any{
		"mode": "external", "queryUrl": address, "writeUrls": []string{address + "/api/v1/write"},
	}))
	answer := []string{"prometheus-check", "404 Not Found", "remote write receiver needs to be enabled"}
	_, err := s.Up(t.Context())
	stacktest.Refused(t, err, answer...)
	if _, has := kube.Pods(t, s.Namespace)["tempo"]; has {
		t.Error("Tempo was made all the same")
	}

	kube.Delete(t, schema.GroupVersionResource{Group: "batch", Version: "v1", Resource: "jobs"}, s.Namespace, "prometheus-check")
	// As for any object that somebody deletes by hand, the engine must be told to look.
	_, err = s.Up(t.Context(), optup.Refresh())
	stacktest.Refused(t, err, answer...)

	prometheus.TakeWrites(t, kube, namespace)
	if _, err = s.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, has := kube.Pods(t, s.Namespace)["tempo"]; !has {
		t.Error("Tempo was not made")
	}
}

// A dashboard that asks at an address where nothing answers is empty, and nobody says why.
func TestTheMetricsAddressThatIsExportedHasAnswered(t *testing.T) {
	t.Parallel()
	namespace := prometheus.New(t, lab).GetNamespace()
	address := prometheus.URL(namespace)
	prometheus.Set(t, kube, namespace, `{"spec":{"enableRemoteWriteReceiver":true,"routePrefix":"/prometheus"}}`)
	get := kube.Getter(cluster.Address{Service: "prometheus-k8s", Namespace: namespace, Port: 9090})
	wait.For(t, "the Prometheus to answer below its prefix", func() error {
		_, err := get(t.Context(), "/prometheus/api/v1/query?query=vector(1)")
		return err
	})
	s := newStack(t, onDisk(map[string]any{
		"mode": "external", "queryUrl": address, "writeUrls": []string{address + "/prometheus/api/v1/write"},
	}))
	_, err := s.Up(t.Context())
	stacktest.Refused(t, err, "prometheus-query-check", "prometheus-query-url", "404")

	stacktest.Configure(t, s, onDisk(prometheus.Patched(namespace)))
	stacktest.Up(t, s)
	outputs, err := s.Outputs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := outputs["metricsUrl"]; got != address+"/prometheus" {
		t.Errorf("the metrics are asked for at %v", got)
	}

	kube.Delete(t, cluster.Core("services"), namespace, "prometheus-k8s")
	_, err = s.Preview(t.Context())
	stacktest.Refused(t, err, "prometheus-service-unless-queryUrl-is-given", "resource '"+namespace+"/prometheus-k8s' does not exist")
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
