package e2e_test

import (
	"context"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tracestack/tracestack/lab/cluster"
)

func TestANamespaceThatSomebodyElseMadeIsNeitherTakenOverNorDestroyed(t *testing.T) {
	t.Parallel()
	s := newStack(t, nil)
	theirs := newNamespace(t, s.Namespace)
	if _, err := s.Up(t.Context()); err == nil || !strings.Contains(err.Error(), s.Namespace) || !strings.Contains(err.Error(), "already exists") {
		t.Errorf("up into namespace %s got %v, want that it already exists", s.Namespace, err)
	}
	if _, err := s.Destroy(t.Context()); err != nil {
		t.Fatal(err)
	}
	unchanged(t, cluster.Core("namespaces"), theirs)
}

// newNamespace makes a namespace as somebody else would, which goes with the test.
func newNamespace(t *testing.T, name string) *unstructured.Unstructured {
	t.Helper()
	return create(t, cluster.Core("namespaces"), "", map[string]any{
		"apiVersion": "v1", "kind": "Namespace",
		"metadata": map[string]any{"name": name, "labels": map[string]any{"example.com/team": "payments"}},
	})
}

type resource = schema.GroupVersionResource

// create makes an object, which goes with the test.
func create(t *testing.T, kind resource, namespace string, object map[string]any) *unstructured.Unstructured {
	t.Helper()
	client := lab.Cluster.Resource(kind, namespace)
	made, err := client.Create(t.Context(), &unstructured.Unstructured{Object: object}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Delete(context.Background(), made.GetName(), metav1.DeleteOptions{}) })
	return made
}

// unchanged compares an object with what it was: every write gives it another version.
func unchanged(t *testing.T, kind resource, before *unstructured.Unstructured) {
	t.Helper()
	now, err := lab.Cluster.Resource(kind, before.GetNamespace()).Get(t.Context(), before.GetName(), metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if now.GetUID() != before.GetUID() || now.GetResourceVersion() != before.GetResourceVersion() {
		t.Errorf("%s %s is another, or changed: %v, before %v", now.GetKind(), now.GetName(), now.Object["metadata"], before.Object["metadata"])
	}
}

func objects(t *testing.T, kind resource, namespace string) []unstructured.Unstructured {
	t.Helper()
	list, err := lab.Cluster.Resource(kind, namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return list.Items
}
