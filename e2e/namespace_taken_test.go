package e2e_test

import (
	"strings"
	"testing"

	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/lab/cluster"
)

func TestANamespaceThatSomebodyElseMadeIsNeitherTakenOverNorDestroyed(t *testing.T) {
	t.Parallel()
	s := newStack(t, nil)
	theirs := kube.NewNamespace(t, s.Namespace)
	if _, err := s.Up(t.Context()); err == nil || !strings.Contains(err.Error(), s.Namespace) || !strings.Contains(err.Error(), "already exists") {
		t.Errorf("up into namespace %s got %v, want that it already exists", s.Namespace, err)
	}
	stacktest.Destroy(t, s)
	kube.Unchanged(t, cluster.Core("namespaces"), theirs)
}
