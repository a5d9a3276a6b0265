package e2e_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/tracestack/tracestack/e2e/internal/kubetest"
	"github.com/tracestack/tracestack/e2e/internal/project"
)

// lab is shared by all tests, each with stacks and namespaces of its own; kube is its cluster.
var (
	lab  *project.Lab
	kube kubetest.Cluster
)

func TestMain(m *testing.M) {
	var err error
	if lab, err = project.Open(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	kube = kubetest.Cluster{Cluster: lab.Cluster}
	code := m.Run()
	lab.Close()
	os.Exit(code)
}

// newStack makes an empty stack that goes with the test.
func newStack(t *testing.T, settings project.Config) *project.Stack {
	t.Helper()
	s, err := lab.NewStack(t.Context(), t.TempDir(), settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
		defer cancel()
		if err := s.Remove(ctx); err != nil {
			t.Error(err)
		}
	})
	return s
}
