package kubetest

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tracestack/tracestack/e2e/internal/wait"
	"github.com/tracestack/tracestack/lab/cluster"
)

// FromInside asks these addresses from a pod, as Grafana would: by their names, through the cluster's
// DNS and network. No image of the lab has an HTTP client, so the pod gets the node's kubectl, which
// prints what any server answers.
func (c Cluster) FromInside(t *testing.T, namespace string, addresses ...string) []string {
	t.Helper()
	var containers []any
	for i, address := range addresses {
		at, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		containers = append(containers, map[string]any{
			"name": fmt.Sprint("ask-", i), "image": "registry.k8s.io/pause:3.10",
			"command":      []any{"/node/kubectl", "get", "--raw", at.RequestURI(), "--server", at.Scheme + "://" + at.Host},
			"volumeMounts": []any{map[string]any{"name": "node", "mountPath": "/node", "readOnly": true}},
		})
	}
	pod := c.Create(t, cluster.Core("pods"), namespace, map[string]any{
		"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{"generateName": "grafana-"},
		"spec": map[string]any{
			"restartPolicy": "Never", "automountServiceAccountToken": false, "containers": containers,
			"volumes": []any{map[string]any{"name": "node", "hostPath": map[string]any{"path": filepath.Join(os.Getenv("TRACESTACK_LAB"), "bin")}}},
		},
	})
	wait.For(t, "the pod to have asked", func() error { return c.ended(t, pod) })
	var answers []string
	for i := range addresses {
		answers = append(answers, c.Log(t, pod.GetNamespace(), pod.GetName(), "--container", fmt.Sprint("ask-", i)))
	}
	return answers
}

// ended is nil when every container of a pod has ended, and well.
func (c Cluster) ended(t *testing.T, pod *unstructured.Unstructured) error {
	t.Helper()
	object, err := c.Resource(cluster.Core("pods"), pod.GetNamespace()).Get(t.Context(), pod.GetName(), metav1.GetOptions{})
	if err != nil {
		return err
	}
	var now corev1.Pod
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, &now); err != nil {
		return err
	}
	switch now.Status.Phase {
	case corev1.PodSucceeded:
		return nil
	case corev1.PodFailed:
		for _, one := range now.Status.ContainerStatuses {
			if one.State.Terminated != nil && one.State.Terminated.ExitCode != 0 {
				t.Errorf("%s: %s", one.Name, c.Log(t, pod.GetNamespace(), pod.GetName(), "--container", one.Name))
			}
		}
		t.FailNow()
	}
	return fmt.Errorf("it is %s", now.Status.Phase)
}

// Log is what `kubectl logs` prints.
func (c Cluster) Log(t *testing.T, namespace string, args ...string) string {
	t.Helper()
	return c.Kubectl(t, append([]string{"logs", "--namespace", namespace}, args...)...)
}

// Kubectl is what a person reads who types a command.
func (Cluster) Kubectl(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "kubectl", args...)
	var problems strings.Builder
	cmd.Stderr = &problems
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(cmd.Args, " "), err, problems.String())
	}
	return string(output)
}
