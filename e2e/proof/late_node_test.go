package proof_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/prometheus"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/lab/cluster"
)

// late is longer than the checks of an external Prometheus take where it refuses.
const late = 200 * time.Second

// A node that is cordoned takes no pods at all. Here it takes none of this stack's alone, so that what
// others do in the lab is not disturbed.
func TestANodeThatTakesThePodsLateFailsNoUpdate(t *testing.T) {
	t.Parallel()
	namespace := prometheus.New(t, lab).GetNamespace()
	prometheus.TakeWrites(t, kube, namespace)
	address := prometheus.URL(namespace)
	label := "e2e.tracestack.io/" + project.RandomName()
	s := stacktest.New(t, lab, project.Config{
		"tracestack:backend": "tempo", "tracestack:storage": "local", "tracestack:demo": nil,
		"tracestack:scheduling": map[string]any{"nodeSelector": map[string]any{label: "yes"}},
		"tracestack:prometheus": map[string]any{
			"mode": "external", "queryUrl": address, "writeUrls": []string{address + "/api/v1/write"},
		},
	})
	t.Cleanup(func() { labelNode(t, label, "null") })

	began := time.Now()
	opened := time.AfterFunc(late, func() { labelNode(t, label, `"yes"`) })
	defer opened.Stop()
	if _, err := s.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < late {
		t.Errorf("the update ended after %s, before there was a node for its pods", took)
	} else {
		t.Logf("the update ended after %s", took.Round(time.Second))
	}
}

func labelNode(t *testing.T, label, value string) {
	nodes := kube.Resource(cluster.Core("nodes"), "")
	patch := fmt.Sprintf(`{"metadata":{"labels":{%q:%s}}}`, label, value)
	if _, err := nodes.Patch(context.Background(), "tracestack-lab", types.MergePatchType, []byte(patch), metav1.PatchOptions{}); err != nil {
		t.Error(err)
	}
}
