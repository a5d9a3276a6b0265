package e2e_test

import (
	"context"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/tracestack/tracestack/lab/cluster"
)

func TestANamespaceThatSomebodyElseMadeIsNeitherTakenOverNorDestroyed(t *testing.T) {
	t.Parallel()
	s := newStack(t, nil)
	namespaces := lab.Cluster.Resource(cluster.Core("namespaces"), "")
	theirs, err := namespaces.Create(t.Context(), &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": s.Namespace},
	}}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { namespaces.Delete(context.Background(), s.Namespace, metav1.DeleteOptions{}) })

	if _, err := s.Up(t.Context()); err == nil || !strings.Contains(err.Error(), s.Namespace) || !strings.Contains(err.Error(), "already exists") {
		t.Errorf("up into namespace %s got %v, want that it already exists", s.Namespace, err)
	}
	if _, err := s.Destroy(t.Context()); err != nil {
		t.Fatal(err)
	}
	now, err := namespaces.Get(t.Context(), s.Namespace, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if now.GetUID() != theirs.GetUID() || len(now.GetLabels()) != len(theirs.GetLabels()) {
		t.Errorf("the namespace is another, or changed: %v, before %v", now.Object, theirs.Object)
	}
}
