package e2e_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/traffic"
	"github.com/tracestack/tracestack/lab/cluster"
)

// changedJaeger changes one word of Jaeger's configuration file.
func changedJaeger(t *testing.T, s *project.Stack) {
	before := kube.Pods(t, s.Namespace)
	stacktest.Configure(t, s, project.Config{"tracestack:jaeger": project.Config{"maxTraces": 4321}})
	want := map[string]apitype.OpType{
		"jaeger":            apitype.OpUpdate, // The component, whose Args are in the state.
		"jaeger-config":     apitype.OpReplace,
		"jaeger-deployment": apitype.OpUpdate,
	}
	if got := previewed(t, s); !maps.Equal(got, want) {
		t.Errorf("the preview shows %v, want %v", got, want)
	}
	stacktest.Up(t, s)
	after := kube.Pods(t, s.Namespace)
	for name, pod := range after {
		replaced := before[name].UID != pod.UID
		if rolled := name == "jaeger"; replaced != rolled {
			t.Errorf("%s: replaced is %v, want %v", name, replaced, rolled)
		}
	}
	old, now := configMapOf(before["jaeger"]), configMapOf(after["jaeger"])
	if old == now || now == "" {
		t.Errorf("Jaeger's pod mounts ConfigMap %q, before %q: want a new one", now, old)
	}
	stored, err := kube.Resource(cluster.Core("configmaps"), s.Namespace).Get(t.Context(), now, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	data, _ := stored.Object["data"].(map[string]any)
	if file, _ := data["jaeger.yaml"].(string); !strings.Contains(file, "max_traces: 4321") {
		t.Errorf("ConfigMap %s has not the new value:\n%s", now, file)
	}
	traffic.Dispatch(t, traffic.Demo(t, s)) // It still works.
}

// previewed is what a preview announces for each resource that would change.
func previewed(t *testing.T, s *project.Stack) map[string]apitype.OpType {
	t.Helper()
	planned := map[string]apitype.OpType{}
	for _, step := range stacktest.Steps(t, s) {
		// The parts of a replacement are announced besides the replacement.
		if !slices.Contains([]apitype.OpType{apitype.OpSame, apitype.OpCreateReplacement, apitype.OpDeleteReplaced}, step.Op) {
			planned[stacktest.Name(step)] = step.Op
		}
	}
	return planned
}

func configMapOf(pod corev1.Pod) string {
	for _, volume := range pod.Spec.Volumes {
		if volume.ConfigMap != nil {
			return volume.ConfigMap.Name
		}
	}
	return ""
}
