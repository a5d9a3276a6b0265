// Package proof is what takes too long for every run of the tests.
package proof_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/tracestack/tracestack/e2e/internal/kubetest"
	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/prometheus"
	"github.com/tracestack/tracestack/lab/cluster"
)

// late is longer than the checks of an external Prometheus take where it refuses.
const late = 200 * time.Second

// A node that is cordoned takes no pods at all. Here it takes none of this stack's alone, so that what
// others do in the lab is not disturbed.
func TestANodeThatTakesThePodsLateFailsNoUpdate(t *testing.T) {
	lab, err := project.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { lab.Close() })
	kube := kubetest.Cluster{Cluster: lab.Cluster}
	namespace := prometheus.New(t, lab).GetNamespace()
	prometheus.TakeWrites(t, kube, namespace)
	address := prometheus.URL(namespace)
	label := "e2e.tracestack.io/" + project.RandomName()
	s, err := lab.NewStack(t.Context(), t.TempDir(), project.Config{
		"tracestack:backend": "tempo", "tracestack:storage": "local", "tracestack:demo": nil,
		"tracestack:scheduling": map[string]any{"nodeSelector": map[string]any{label: "yes"}},
		"tracestack:prometheus": map[string]any{
			"mode": "external", "queryUrl": address, "writeUrls": []string{address + "/api/v1/write"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Remove(context.Background()); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { labelNode(t, lab, label, "null") })

	began := time.Now()
	opened := time.AfterFunc(late, func() { labelNode(t, lab, label, `"yes"`) })
	defer opened.Stop()
	if _, err := s.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < late {
		t.Errorf("the update ended after %s, before there was a node for its pods", took)
	} else {
		t.Logf("the update ended after %s", took)
	}
}

func labelNode(t *testing.T, lab *project.Lab, label, value string) {
	nodes := lab.Cluster.Resource(cluster.Core("nodes"), "")
	patch := fmt.Sprintf(`{"metadata":{"labels":{%q:%s}}}`, label, value)
	if _, err := nodes.Patch(context.Background(), "tracestack-lab", types.MergePatchType, []byte(patch), metav1.PatchOptions{}); err != nil {
		t.Error(err)
	}
}
