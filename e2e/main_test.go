package e2e_test

import (
	"testing"

	"github.com/tracestack/tracestack/e2e/internal/kubetest"
	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
)

// lab is shared by all tests, each with stacks and namespaces of its own; kube is its cluster.
var (
	lab  *project.Lab
	kube kubetest.Cluster
)

func TestMain(m *testing.M) { stacktest.Main(m, &lab, &kube) }

// newStack makes an empty stack that goes with the test.
func newStack(t *testing.T, settings project.Config) *project.Stack {
	t.Helper()
	return stacktest.New(t, lab, settings)
}
