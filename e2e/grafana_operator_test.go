package e2e_test

import (
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/prometheus"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
)

func grafanaKind(resource string) schema.GroupVersionResource {
	return schema.GroupVersionResource{Group: "grafana.integreatly.org", Version: "v1beta1", Resource: resource}
}

// The lab has the operator's kinds without the operator: the cluster checks what is written.
func TestTheGrafanaOperatorsKindsTakeWhatAStackMakesAndEachChangeOfIt(t *testing.T) {
	t.Parallel()
	selecting := func(grafana string) project.Config {
		return project.With(prometheus.WrittenByTempo(map[string]any{"mode": "standalone"}), project.Config{"tracestack:grafana": map[string]any{
			"datasources": "operator", "instanceSelector": map[string]any{"dashboards": grafana},
		}})
	}
	s := newStack(t, selecting("one"))
	stacktest.Up(t, s)
	datasources := kube.Objects(t, grafanaKind("grafanadatasources"), s.Namespace)
	if len(datasources) != 2 || len(kube.Objects(t, grafanaKind("grafanadashboards"), s.Namespace)) == 0 {
		t.Errorf("there are the datasources %v, want Tempo's and Prometheus'; and dashboards", datasources)
	}
	selects(t, datasources, "one")

	// The kinds let nobody change which Grafana it is.
	stacktest.Configure(t, s, selecting("another"))
	stacktest.Up(t, s)
	selects(t, kube.Objects(t, grafanaKind("grafanadatasources"), s.Namespace), "another")
	stacktest.UpChangesNothing(t, s)
}

func selects(t *testing.T, all []unstructured.Unstructured, want string) {
	t.Helper()
	for _, object := range all {
		if got, _, _ := unstructured.NestedString(object.Object, "spec", "instanceSelector", "matchLabels", "dashboards"); got != want {
			t.Errorf("%s selects the Grafana %q, want %q", object.GetName(), got, want)
		}
	}
}
