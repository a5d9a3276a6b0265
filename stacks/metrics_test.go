package stacks_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/tracestack/tracestack/internal/pulumitest"
	"github.com/tracestack/tracestack/stacks"
)

const patched = `{"mode":"patch","name":"k8s","namespace":"monitoring","networkPolicy":"prometheus-k8s"}`

// metrics is a stack of Tempo that writes them.
func metrics(prometheus string) map[string]string {
	return map[string]string{
		"kubernetes:context": "kind-dev", "tracestack:backend": "tempo", "tracestack:storage": "local", "tracestack:prometheus": prometheus,
	}
}

func TestAStackWithoutThePrometheusThatItNamesMakesNothing(t *testing.T) {
	graph, err := pulumitest.RunIn(t, pulumitest.Cluster{}, metrics(patched), nil, stacks.Run)
	if err == nil || !strings.Contains(err.Error(), "resource 'monitoring/k8s' does not exist") {
		t.Errorf("it ends with %v", err)
	}
	for _, r := range graph {
		if !strings.HasPrefix(r.Type, "pulumi:providers:") {
			t.Errorf("%s %s is made", r.Type, r.Name)
		}
	}
}

func TestThePolicyLetsInThePodsThatWrite(t *testing.T) {
	graph, err := pulumitest.Run(t, metrics(patched), nil, stacks.Run)
	if err != nil {
		t.Fatal(err)
	}
	policy := graph.Named(t, "kubernetes:networking.k8s.io/v1:NetworkPolicy", "prometheus-admission")
	rule := policy.Inputs["spec"].ObjectValue()["ingress"].ArrayValue()[0].ObjectValue()
	for i, writer := range []pulumitest.Resource{
		graph.Named(t, "kubernetes:apps/v1:StatefulSet", "tempo-statefulset"), graph.Named(t, "kubernetes:batch/v1:Job", "prometheus-check"),
	} {
		peer := rule["from"].ArrayValue()[i].ObjectValue()
		namespace := peer["namespaceSelector"].ObjectValue()["matchLabels"].ObjectValue().Mappable()
		if want := (map[string]any{"kubernetes.io/metadata.name": "opentelemetry"}); !reflect.DeepEqual(namespace, want) {
			t.Errorf("%s is let in from %v", writer.Name, namespace)
		}
		labels := writer.Inputs["spec"].ObjectValue()["template"].ObjectValue()["metadata"].ObjectValue()["labels"].ObjectValue()
		for key, value := range peer["podSelector"].ObjectValue()["matchLabels"].ObjectValue() {
			if labels[key] != value {
				t.Errorf("%s is let in with %s=%v, and has %v", writer.Name, key, value, labels[key])
			}
		}
	}
}

func TestTempoWaitsUntilItsWritesAreTaken(t *testing.T) {
	graph, err := pulumitest.Run(t, metrics(patched), nil, stacks.Run)
	if err != nil {
		t.Fatal(err)
	}
	if !waitsFor(graph.Named(t, "kubernetes:core/v1:ConfigMap", "tempo-config"), "prometheus-check") {
		t.Error("Tempo's configuration does not wait for the check")
	}
}

func TestWhatIsSaidOfPrometheusMayStayWhileTempoIsAway(t *testing.T) {
	values := metrics(patched)
	values["tracestack:backend"], values["tracestack:storage"] = "jaeger", "memory"
	graph, err := pulumitest.RunIn(t, pulumitest.Cluster{}, values, nil, stacks.Run)
	if err != nil {
		t.Fatal(err)
	}
	if made := graph.Of("tracestack:index:PrometheusRemoteWrite"); len(made) != 0 {
		t.Errorf("%s is made", made[0].Name)
	}
}
