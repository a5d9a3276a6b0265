// Package prometheus gives a test a Prometheus of its own, as a platform team runs one for others.
package prometheus

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/tracestack/tracestack/e2e/internal/kubetest"
	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/wait"
	"github.com/tracestack/tracestack/lab/cluster"
)

// Kind is what the operator calls a Prometheus.
var Kind = schema.GroupVersionResource{Group: "monitoring.coreos.com", Version: "v1", Resource: "prometheuses"}

// Name is the one that each has in its namespace, and URL where pods reach it.
const Name = "k8s"

func URL(namespace string) string { return "http://prometheus-k8s." + namespace + ".svc:9090" }

// New is a Prometheus like the lab's monitoring/k8s, under the same names but in a namespace of the
// test's own: what is counted in it is the test's alone.
func New(t *testing.T, lab *project.Lab) *unstructured.Unstructured {
	t.Helper()
	c := kubetest.Cluster{Cluster: lab.Cluster}
	namespace := c.NewNamespace(t, project.RandomName()).GetName()
	body, err := os.ReadFile(filepath.Join(lab.Root, "lab", "internal", "platform", "monitoring", "2-prometheus.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Apply(t.Context(), strings.ReplaceAll(string(body), "namespace: monitoring", "namespace: "+namespace)); err != nil {
		t.Fatal(err)
	}
	// The operator makes the pods of it in its own time.
	wait.For(t, "the Prometheus to run", func() error {
		return c.WaitReady(t.Context(), cluster.Workload{Kind: "StatefulSet", Namespace: namespace, Name: "prometheus-k8s"})
	})
	return In(t, c, namespace)
}

// In is the Prometheus of a namespace, as it is now.
func In(t *testing.T, c kubetest.Cluster, namespace string) *unstructured.Unstructured {
	t.Helper()
	object, err := c.Resource(Kind, namespace).Get(t.Context(), Name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return object
}

// Patched are the settings of a stack that makes the Prometheus of a namespace take its metrics.
func Patched(namespace string) map[string]any {
	return map[string]any{"mode": "patch", "name": Name, "namespace": namespace, "networkPolicy": "prometheus-k8s"}
}

// Set changes the Prometheus of a namespace, as its owner does with kubectl.
func Set(t *testing.T, c kubetest.Cluster, namespace, change string) {
	t.Helper()
	if _, err := c.Resource(Kind, namespace).Patch(t.Context(), Name, types.MergePatchType, []byte(change),
		metav1.PatchOptions{FieldManager: "kubectl-edit"}); err != nil {
		t.Fatal(err)
	}
}

// TakeWrites turns the receiver on, as its owner does, and waits until it is.
func TakeWrites(t *testing.T, c kubetest.Cluster, namespace string) {
	t.Helper()
	Set(t, c, namespace, `{"spec":{"enableRemoteWriteReceiver":true}}`)
	flags := c.Getter(cluster.Address{Service: "prometheus-k8s", Namespace: namespace, Port: 9090})
	wait.For(t, "the Prometheus to take writes", func() error {
		body, err := flags(t.Context(), "/api/v1/status/flags")
		if err == nil && !strings.Contains(string(body), `"web.enable-remote-write-receiver":"true"`) {
			err = errors.New("its receiver is off")
		}
		return err
	})
}

// WrittenByTempo are the settings of a stack with Tempo alone that writes its metrics there.
func WrittenByTempo(metrics map[string]any) project.Config {
	return project.Config{
		"tracestack:backend": "tempo", "tracestack:storage": "local", "tracestack:demo": nil,
		"tracestack:prometheus": metrics,
	}
}
