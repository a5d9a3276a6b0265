package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/wait"
	"github.com/tracestack/tracestack/lab/cluster"
	"github.com/tracestack/tracestack/lab/trace"
)

var prometheuses = schema.GroupVersionResource{Group: "monitoring.coreos.com", Version: "v1", Resource: "prometheuses"}

// newMonitoring is a Prometheus as the lab's monitoring/k8s, under the same names but in a namespace of
// the test's own: what is counted in it is the test's alone.
func newMonitoring(t *testing.T, namespace string) *unstructured.Unstructured {
	t.Helper()
	kube.NewNamespace(t, namespace)
	body, err := os.ReadFile(filepath.Join(lab.Root, "lab", "internal", "platform", "monitoring", "2-prometheus.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := kube.Apply(t.Context(), strings.ReplaceAll(string(body), "namespace: monitoring", "namespace: "+namespace)); err != nil {
		t.Fatal(err)
	}
	// The operator makes the pods of it in its own time.
	wait.For(t, "the Prometheus to run", func() error {
		return kube.WaitReady(t.Context(), cluster.Workload{Kind: "StatefulSet", Namespace: namespace, Name: "prometheus-k8s"})
	})
	return prometheusIn(t, namespace)
}

func prometheusIn(t *testing.T, namespace string) *unstructured.Unstructured {
	t.Helper()
	object, err := kube.Resource(prometheuses, namespace).Get(t.Context(), "k8s", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return object
}

// onDisk are the settings of a stack with Tempo alone that writes its metrics there.
func onDisk(prometheus map[string]any) project.Config {
	return project.Config{
		"tracestack:backend": "tempo", "tracestack:storage": "local", "tracestack:demo": nil,
		"tracestack:prometheus": prometheus,
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

// Prometheus answers 404 while its receiver is off, and Tempo would only log that.
func TestAPrometheusThatTakesNoWritesEndsTheUpdate(t *testing.T) {
	t.Parallel()
	prometheus := newMonitoring(t, project.RandomName()).GetNamespace()
	address := "http://prometheus-k8s." + prometheus + ".svc:9090"
	s := newStack(t, onDisk(map[string]any{
		"mode": "external", "queryUrl": address, "writeUrls": []string{address + "/api/v1/write"},
	}))
	_, err := s.Up(t.Context())
	stacktest.Refused(t, err, "prometheus-check", "404 Not Found", "remote write receiver needs to be enabled")
	if _, has := kube.Pods(t, s.Namespace)["tempo"]; has {
		t.Error("Tempo was made all the same")
	}
}

// patched are the settings of a stack that makes that Prometheus take its metrics.
func patched(namespace string) map[string]any {
	return map[string]any{"mode": "patch", "name": "k8s", "namespace": namespace, "networkPolicy": "prometheus-k8s"}
}

// takesWrites shows what the patch has made of the Prometheus.
func takesWrites(t *testing.T, before *unstructured.Unstructured) {
	now := spec(prometheusIn(t, before.GetNamespace()))
	if now["enableRemoteWriteReceiver"] != true || !reflect.DeepEqual(now["enableFeatures"], []any{"exemplar-storage"}) {
		t.Errorf("the receiver is %v and the features are %v", now["enableRemoteWriteReceiver"], now["enableFeatures"])
	}
	delete(now, "enableRemoteWriteReceiver")
	delete(now, "enableFeatures")
	if !reflect.DeepEqual(now, spec(before)) {
		t.Errorf("apart from these it is\n%v\nbefore it was\n%v", now, spec(before))
	}
}

// setByTheirs is what a colleague changes with kubectl while the stack is up.
func setByTheirs(t *testing.T, namespace string) {
	t.Helper()
	if _, err := kube.Resource(prometheuses, namespace).Patch(t.Context(), "k8s", types.MergePatchType,
		[]byte(`{"metadata":{"labels":{"example.com/team":"payments"}},"spec":{"retention":"3d"}}`),
		metav1.PatchOptions{FieldManager: "kubectl-edit"}); err != nil {
		t.Fatal(err)
	}
}

// givenBack destroys the stack and shows that the Prometheus is as it was, but for what the colleague set.
func givenBack(t *testing.T, s *project.Stack, before *unstructured.Unstructured) {
	setByTheirs(t, before.GetNamespace())
	stacktest.Destroy(t, s)
	after := prometheusIn(t, before.GetNamespace())
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

// A sample is one series of an instant query's answer.
type sample struct {
	labels map[string]string
	value  float64
}

// query is an instant query.
func query(t *testing.T, prometheus trace.Getter, expression string) []sample {
	t.Helper()
	body, err := prometheus(t.Context(), "/api/v1/query?"+url.Values{"query": {expression}}.Encode())
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	samples, err := samplesIn(body)
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return samples
}

func samplesIn(body []byte) (samples []sample, err error) {
	var answer struct {
		Data struct {
			Result []struct {
				Metric map[string]string
				Value  [2]any
			}
		}
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, err
	}
	for _, series := range answer.Data.Result {
		text, _ := series.Value[1].(string)
		value, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, fmt.Errorf("series %v: %w", series.Metric, err)
		}
		samples = append(samples, sample{series.Metric, value})
	}
	return samples, nil
}
