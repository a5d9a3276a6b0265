package proof_test

import (
	"fmt"
	"os"
	"testing"

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
