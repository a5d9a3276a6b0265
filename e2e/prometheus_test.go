package e2e_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/lab/cluster"
	"github.com/tracestack/tracestack/lab/trace"
)

var prometheuses = schema.GroupVersionResource{Group: "monitoring.coreos.com", Version: "v1", Resource: "prometheuses"}

// newMonitoring is a Prometheus as the lab's monitoring/k8s, under the same names but in a namespace of
// the test's own: what is counted in it is the test's alone.
func newMonitoring(t *testing.T, namespace string) *unstructured.Unstructured {
	t.Helper()
	newNamespace(t, namespace)
	body, err := os.ReadFile(filepath.Join(lab.Root, "lab", "internal", "platform", "monitoring", "2-prometheus.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := lab.Cluster.Apply(t.Context(), strings.ReplaceAll(string(body), "namespace: monitoring", "namespace: "+namespace)); err != nil {
		t.Fatal(err)
	}
	// The operator makes the pods of it in its own time.
	waitFor(t, "the Prometheus to run", func() error {
		return lab.Cluster.WaitReady(t.Context(), cluster.Workload{Kind: "StatefulSet", Namespace: namespace, Name: "prometheus-k8s"})
	})
	return prometheusIn(t, namespace)
}

func prometheusIn(t *testing.T, namespace string) *unstructured.Unstructured {
	t.Helper()
	object, err := lab.Cluster.Resource(prometheuses, namespace).Get(t.Context(), "k8s", metav1.GetOptions{})
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
	want := []string{"Prometheus", "resource 'monitoring/absent' does not exist"}
	_, err := s.Preview(t.Context())
	refuses(t, err, want)
	_, err = s.Up(t.Context())
	refuses(t, err, want)
	nothingMade(t, s)
}

// Prometheus answers 404 while its receiver is off, and Tempo would only log that.
func TestAPrometheusThatTakesNoWritesEndsTheUpdateUntilItIsMended(t *testing.T) {
	t.Parallel()
	prometheus := newMonitoring(t, project.RandomName()).GetNamespace()
	address := "http://prometheus-k8s." + prometheus + ".svc:9090"
	s := newStack(t, onDisk(map[string]any{
		"mode": "external", "queryUrl": address, "writeUrls": []string{address + "/api/v1/write"},
	}))
	answer := []string{"prometheus-check", "404 Not Found", "remote write receiver needs to be enabled"}
	began := time.Now()
	_, err := s.Up(t.Context())
	refuses(t, err, answer)
	t.Logf("the update ended after %s", time.Since(began))
	if _, has := pods(t, s.Namespace)["tempo"]; has {
		t.Error("Tempo was made all the same")
	}

	jobs := schema.GroupVersionResource{Group: "batch", Version: "v1", Resource: "jobs"}
	if err := lab.Cluster.Resource(jobs, s.Namespace).Delete(t.Context(), "prometheus-check", metav1.DeleteOptions{
		PropagationPolicy: new(metav1.DeletePropagationForeground),
	}); err != nil {
		t.Fatal(err)
	}
	// As for any object that somebody deletes by hand, the engine must be told to look.
	_, err = s.Up(t.Context(), optup.Refresh())
	refuses(t, err, answer)

	takeWrites(t, prometheus)
	if _, err = s.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, has := pods(t, s.Namespace)["tempo"]; !has {
		t.Error("Tempo was not made")
	}
}

// A dashboard that asks at an address where nothing answers is empty, and nobody says why.
func TestTheMetricsAddressThatIsExportedHasAnswered(t *testing.T) {
	t.Parallel()
	prometheus := newMonitoring(t, project.RandomName()).GetNamespace()
	set(t, prometheus, `{"spec":{"enableRemoteWriteReceiver":true,"routePrefix":"/prometheus"}}`)
	host := "http://prometheus-k8s." + prometheus + ".svc:9090"
	get := lab.Cluster.Getter(cluster.Address{Service: "prometheus-k8s", Namespace: prometheus, Port: 9090})
	waitFor(t, "the Prometheus to answer below its prefix", func() error {
		_, err := get(t.Context(), "/prometheus/api/v1/query?query=vector(1)")
		return err
	})
	s := newStack(t, onDisk(map[string]any{
		"mode": "external", "queryUrl": host, "writeUrls": []string{host + "/prometheus/api/v1/write"},
	}))
	_, err := s.Up(t.Context())
	refuses(t, err, []string{"prometheus-query-check", "prometheus-query-url", "404"})

	reconfigured(t, s, onDisk(patched(prometheus)))
	outputs, err := s.Outputs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := outputs["metricsUrl"]; got != host+"/prometheus" {
		t.Errorf("the metrics are asked for at %v", got)
	}

	if err := lab.Cluster.Resource(cluster.Core("services"), prometheus).Delete(t.Context(), "prometheus-k8s", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	_, err = s.Preview(t.Context())
	refuses(t, err, []string{"prometheus-service-unless-queryUrl-is-given", "resource '" + prometheus + "/prometheus-k8s' does not exist"})
}

// takeWrites is how its owner mends a Prometheus.
func takeWrites(t *testing.T, namespace string) {
	t.Helper()
	set(t, namespace, `{"spec":{"enableRemoteWriteReceiver":true}}`)
	flags := lab.Cluster.Getter(cluster.Address{Service: "prometheus-k8s", Namespace: namespace, Port: 9090})
	waitFor(t, "the Prometheus to take writes", func() error {
		body, err := flags(t.Context(), "/api/v1/status/flags")
		if err == nil && !strings.Contains(string(body), `"web.enable-remote-write-receiver":"true"`) {
			err = errors.New("its receiver is off")
		}
		return err
	})
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
	set(t, namespace, `{"metadata":{"labels":{"example.com/team":"payments"}},"spec":{"retention":"3d"}}`)
}

// set changes the Prometheus, as its owner does with kubectl.
func set(t *testing.T, namespace, change string) {
	t.Helper()
	if _, err := lab.Cluster.Resource(prometheuses, namespace).Patch(t.Context(), "k8s", types.MergePatchType,
		[]byte(change), metav1.PatchOptions{FieldManager: "kubectl-edit"}); err != nil {
		t.Fatal(err)
	}
}

// givenBack destroys the stack and shows that the Prometheus is as it was, but for what the colleague set.
func givenBack(t *testing.T, s *project.Stack, before *unstructured.Unstructured) {
	setByTheirs(t, before.GetNamespace())
	if _, err := s.Destroy(t.Context()); err != nil {
		t.Fatal(err)
	}
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
	policies := objects(t, schema.GroupVersionResource{Group: "networking.k8s.io", Version: "v1", Resource: "networkpolicies"}, before.GetNamespace())
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
