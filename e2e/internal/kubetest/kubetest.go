// Package kubetest asks the lab's cluster on behalf of a test. It knows no product and no stack.
package kubetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tracestack/tracestack/e2e/internal/wait"
	"github.com/tracestack/tracestack/lab/cluster"
)

// Cluster is the lab's. What a test makes in it goes with the test.
type Cluster struct{ *cluster.Cluster }

// Objects are all objects of a kind in a namespace, or in every namespace if none is named.
func (c Cluster) Objects(t *testing.T, kind schema.GroupVersionResource, namespace string) []unstructured.Unstructured {
	t.Helper()
	list, err := c.Resource(kind, namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return list.Items
}

// Pods are those that run or will run, by the instance that they belong to.
func (c Cluster) Pods(t *testing.T, namespace string) map[string]corev1.Pod {
	t.Helper()
	pods := map[string]corev1.Pod{}
	for _, pod := range c.AllPods(t, namespace) {
		if pod.DeletionTimestamp == nil && pod.Status.Phase != corev1.PodSucceeded {
			pods[pod.Labels["app.kubernetes.io/instance"]] = pod
		}
	}
	return pods
}

// AllPods are the pods of a namespace.
func (c Cluster) AllPods(t *testing.T, namespace string) (all []corev1.Pod) {
	t.Helper()
	for _, object := range c.Objects(t, cluster.Core("pods"), namespace) {
		var pod corev1.Pod
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, &pod); err != nil {
			t.Fatal(err)
		}
		all = append(all, pod)
	}
	return all
}

// WaitForAnother waits until a pod of the same instance is ready in the place of this one.
func (c Cluster) WaitForAnother(t *testing.T, old corev1.Pod) {
	t.Helper()
	instance := old.Labels["app.kubernetes.io/instance"]
	wait.For(t, "another pod of "+instance, func() error {
		now := c.Pods(t, old.Namespace)[instance]
		for _, condition := range now.Status.Conditions {
			if condition.Type == corev1.PodReady && condition.Status == corev1.ConditionTrue && now.UID != old.UID {
				return nil
			}
		}
		return fmt.Errorf("pod %q is %s", now.Name, now.Status.Phase)
	})
}

// ReplacePods deletes every pod of a namespace and waits for others.
func (c Cluster) ReplacePods(t *testing.T, namespace string) {
	t.Helper()
	pods := c.Pods(t, namespace)
	for _, pod := range pods {
		c.Delete(t, cluster.Core("pods"), pod.Namespace, pod.Name)
	}
	for _, pod := range pods {
		c.WaitForAnother(t, pod)
	}
}

// Address is where this machine reaches a Service.
func (c Cluster) Address(t *testing.T, namespace, service string) string {
	t.Helper()
	address, err := c.ServiceIP(t.Context(), namespace, service)
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// NewSecret makes a Secret, which goes with the test.
func (c Cluster) NewSecret(t *testing.T, namespace, name string, entries map[string]string) {
	t.Helper()
	data := map[string]any{}
	for entry, value := range entries {
		data[entry] = value
	}
	c.Create(t, cluster.Core("secrets"), namespace, map[string]any{
		"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": name}, "stringData": data,
	})
}

// Create makes an object, which goes with the test.
func (c Cluster) Create(t *testing.T, kind schema.GroupVersionResource, namespace string, object map[string]any) *unstructured.Unstructured {
	t.Helper()
	client := c.Resource(kind, namespace)
	made, err := client.Create(t.Context(), &unstructured.Unstructured{Object: object}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Delete(context.Background(), made.GetName(), metav1.DeleteOptions{}) })
	return made
}

// NewNamespace makes a namespace as somebody else would.
func (c Cluster) NewNamespace(t *testing.T, name string) *unstructured.Unstructured {
	t.Helper()
	return c.Create(t, cluster.Core("namespaces"), "", map[string]any{
		"apiVersion": "v1", "kind": "Namespace",
		"metadata": map[string]any{"name": name, "labels": map[string]any{"example.com/team": "payments"}},
	})
}

// DeleteNamespace waits until it is gone, with what was in it.
func DeleteNamespace(ctx context.Context, c *cluster.Cluster, name string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	namespaces := c.Resource(cluster.Core("namespaces"), "")
	err := namespaces.Delete(ctx, name, metav1.DeleteOptions{})
	for ; err == nil; _, err = namespaces.Get(ctx, name, metav1.GetOptions{}) {
		time.Sleep(200 * time.Millisecond)
	}
	if !apierrors.IsNotFound(err) {
		return fmt.Errorf("delete namespace %s: %w", name, err)
	}
	return nil
}

// Delete deletes an object, with its usual grace period, and does not wait for its end.
func (c Cluster) Delete(t *testing.T, kind schema.GroupVersionResource, namespace, name string) {
	t.Helper()
	if err := c.Resource(kind, namespace).Delete(t.Context(), name, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
}

// Kill ends the process of each of a pod's containers as the kernel does where memory is short: the process
// can do nothing about it. It waits until the kubelet has seen it. The node's processes are this machine's.
func (c Cluster) Kill(t *testing.T, pod corev1.Pod) {
	t.Helper()
	groups, err := filepath.Glob("/proc/[0-9]*/cgroup")
	if err != nil {
		t.Fatal(err)
	}
	killed := 0
	for _, group := range groups {
		body, err := os.ReadFile(group)
		if err != nil || !strings.Contains(string(body), string(pod.UID)) {
			continue // It has ended, or is another's.
		}
		name, err := os.Readlink(filepath.Join(filepath.Dir(group), "exe"))
		if err != nil || strings.HasSuffix(name, "/pause") {
			continue
		}
		id, err := strconv.Atoi(filepath.Base(filepath.Dir(group)))
		if err != nil {
			t.Fatal(err)
		}
		if err := syscall.Kill(id, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		killed++
	}
	if killed == 0 {
		t.Fatalf("pod %s has no process here", pod.Name)
	}
	before := restarts(pod)
	wait.For(t, "pod "+pod.Name+" to have been killed", func() error {
		for _, object := range c.Objects(t, cluster.Core("pods"), pod.Namespace) {
			var now corev1.Pod
			if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, &now); err != nil {
				return err
			}
			if now.UID == pod.UID && (restarts(now) > before || !Running(now)) {
				return nil
			}
		}
		return errors.New("its containers run on")
	})
}

// Running tells whether every container of a pod runs: one that ended often is started again later and later.
func Running(pod corev1.Pod) bool {
	return !slices.ContainsFunc(pod.Status.ContainerStatuses, func(c corev1.ContainerStatus) bool { return c.State.Running == nil })
}

// restarts are those of all containers of a pod.
func restarts(pod corev1.Pod) (count int32) {
	for _, container := range pod.Status.ContainerStatuses {
		count += container.RestartCount
	}
	return count
}

// Unchanged compares an object with what it was: every write gives it another version.
func (c Cluster) Unchanged(t *testing.T, kind schema.GroupVersionResource, before *unstructured.Unstructured) {
	t.Helper()
	now, err := c.Resource(kind, before.GetNamespace()).Get(t.Context(), before.GetName(), metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if now.GetUID() != before.GetUID() || now.GetResourceVersion() != before.GetResourceVersion() {
		t.Errorf("%s %s is another, or changed: %v, before %v", now.GetKind(), now.GetName(), now.Object["metadata"], before.Object["metadata"])
	}
}

// kinds are those of which a stack makes anything, and those that controllers make of them.
var kinds = []schema.GroupVersionResource{
	cluster.Core("services"), cluster.Core("configmaps"), cluster.Core("secrets"), cluster.Core("serviceaccounts"),
	cluster.Core("persistentvolumeclaims"), cluster.Core("pods"),
	cluster.Apps("deployments"), cluster.Apps("statefulsets"), cluster.Apps("replicasets"),
	{Group: "batch", Version: "v1", Resource: "jobs"},
	{Group: "batch", Version: "v1", Resource: "cronjobs"},
	{Group: "policy", Version: "v1", Resource: "poddisruptionbudgets"},
	{Group: "networking.k8s.io", Version: "v1", Resource: "networkpolicies"},
	{Group: "networking.k8s.io", Version: "v1", Resource: "ingresses"},
}

// Names are the kinds and names of everything in a namespace, except what every namespace has and what
// is being deleted. An object that a controller made appears under the name of its owner, because a
// Deployment keeps old ReplicaSets.
func (c Cluster) Names(t *testing.T, namespace string) (names []string) {
	t.Helper()
	everywhere := []string{"ConfigMap kube-root-ca.crt", "ServiceAccount default"}
	for _, kind := range kinds {
		for _, object := range c.Objects(t, kind, namespace) {
			name := object.GetKind() + " " + object.GetName()
			if owners := object.GetOwnerReferences(); len(owners) > 0 {
				name = object.GetKind() + " of " + owners[0].Name
			}
			if object.GetDeletionTimestamp() == nil && !slices.Contains(everywhere, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
