package components_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/pulumitest"
)

var (
	metadata = components.Metadata{
		Labels:      map[string]string{"example.com/team": "tracing"},
		Annotations: map[string]string{"example.com/owner": "Ann and Bo"},
	}
	pods = components.Pods{
		PullSecrets:    []string{"registry"},
		NodeSelector:   map[string]string{"kubernetes.io/os": "linux"},
		Tolerations:    []components.Toleration{{Key: "dedicated", Operator: "Equal", Value: "tracing", Effect: "NoSchedule"}},
		TopologySpread: []components.TopologySpread{{TopologyKey: "kubernetes.io/hostname", MaxSkew: 1, WhenUnsatisfiable: "ScheduleAnyway"}},
	}
)

// everyComponent uses each with the same options.
func everyComponent(replicas int) map[string]pulumi.RunFunc {
	ns := pulumi.String("ns")
	return map[string]pulumi.RunFunc{
		"Collector":   collector("center", &components.CollectorArgs{Namespace: ns, Backend: elsewhere("t:4317"), Replicas: replicas, Metadata: metadata, Pods: pods}),
		"JaegerStack": jaegerStack("jaeger", &components.JaegerStackArgs{Namespace: ns, Metadata: metadata, Pods: pods}),
		"TempoStack":  tempoStack("tempo", &components.TempoStackArgs{Namespace: ns, Metadata: metadata, Pods: pods}),
		"DemoApp":     demoApp("demo", &components.DemoAppArgs{Namespace: ns, OTLPEndpoint: pulumi.String("http://c:4318"), Metadata: metadata, Pods: pods}),
	}
}

func TestLabelsAndAnnotationsAreOnEveryObjectAndPod(t *testing.T) {
	for name, program := range everyComponent(2) {
		t.Run(name, func(t *testing.T) {
			for _, r := range run(t, program) {
				if !strings.HasPrefix(r.Type, "kubernetes:") {
					continue
				}
				object := r.Object()
				places := []any{object["metadata"]}
				if r.Type == deploymentType || r.Type == statefulSetType {
					places = append(places, object["spec"].(map[string]any)["template"].(map[string]any)["metadata"])
				}
				for _, place := range places {
					labels, _ := place.(map[string]any)["labels"].(map[string]any)
					annotations, _ := place.(map[string]any)["annotations"].(map[string]any)
					if labels["example.com/team"] != "tracing" || labels["app.kubernetes.io/part-of"] != "tracestack" || annotations["example.com/owner"] != "Ann and Bo" {
						t.Errorf("%s %s has labels %v and annotations %v", r.Type, r.Name, labels, annotations)
					}
				}
			}
		})
	}
}

func TestPodsArePlacedAsAskedAndApartFromTheirOwnKindOnly(t *testing.T) {
	for name, program := range everyComponent(2) {
		t.Run(name, func(t *testing.T) {
			graph, rollout := run(t, program), "pod-template-hash"
			makers := graph.Of(deploymentType)
			if len(makers) == 0 {
				makers, rollout = graph.Of(statefulSetType), "controller-revision-hash"
			}
			spec := makers[0].Object()["spec"].(map[string]any)
			pod := spec["template"].(map[string]any)["spec"].(map[string]any)
			for field, want := range map[string]any{
				"imagePullSecrets": []any{map[string]any{"name": "registry"}},
				"nodeSelector":     map[string]any{"kubernetes.io/os": "linux"},
				"tolerations":      []any{map[string]any{"key": "dedicated", "operator": "Equal", "value": "tracing", "effect": "NoSchedule"}},
				"topologySpreadConstraints": []any{map[string]any{
					"topologyKey": "kubernetes.io/hostname", "maxSkew": 1.0, "whenUnsatisfiable": "ScheduleAnyway",
					"labelSelector": spec["selector"], "matchLabelKeys": []any{rollout},
				}},
			} {
				if !reflect.DeepEqual(pod[field], want) {
					t.Errorf("%s is %v, want %v", field, pod[field], want)
				}
			}
		})
	}
}

func TestOnlySeveralPodsHaveADisruptionBudget(t *testing.T) {
	const budget = "kubernetes:policy/v1:PodDisruptionBudget"
	for replicas, want := range map[int]int{1: 0, 2: 1, 5: 1} {
		if got := len(run(t, everyComponent(replicas)["Collector"]).Of(budget)); got != want {
			t.Errorf("%d pods have %d budgets, want %d", replicas, got, want)
		}
	}
}

func TestOptionsThatKubernetesWouldRefuseAreRefused(t *testing.T) {
	for _, c := range []struct {
		claim    string
		metadata components.Metadata
		pods     components.Pods
		want     string
	}{
		{"a label that selectors depend on", components.Metadata{Labels: map[string]string{"app.kubernetes.io/name": "x"}}, components.Pods{}, "must not be a label that the component sets"},
		{"a label's key with a space", components.Metadata{Labels: map[string]string{"a b": "x"}}, components.Pods{}, "must have the key of a label"},
		{"a label's value with a space", components.Metadata{Labels: map[string]string{"a": "x y"}}, components.Pods{}, "must be the value of a label"},
		{"an annotation without key", components.Metadata{Annotations: map[string]string{"": "x"}}, components.Pods{}, "must have the key of an annotation"},
		{"a Secret's name with a slash", components.Metadata{}, components.Pods{PullSecrets: []string{"a/b"}}, `pods.pullSecrets[0]: "a/b": must be the name of a Secret`},
		{"a node selector with a space", components.Metadata{}, components.Pods{NodeSelector: map[string]string{"a": "x y"}}, "must be a label"},
		{"a toleration without operator", components.Metadata{}, components.Pods{Tolerations: []components.Toleration{{Key: "a"}}}, "pods.tolerations[0].operator"},
		{"a toleration of every taint by its value", components.Metadata{}, components.Pods{Tolerations: []components.Toleration{{Operator: "Equal", Value: "x"}}}, "must be given with operator Equal"},
		{"a toleration with a value that is not compared", components.Metadata{}, components.Pods{Tolerations: []components.Toleration{{Key: "a", Operator: "Exists", Value: "x"}}}, "must not be given with operator Exists"},
		{"an unknown effect", components.Metadata{}, components.Pods{Tolerations: []components.Toleration{{Key: "a", Operator: "Exists", Effect: "Never"}}}, "must be one of NoSchedule, PreferNoSchedule, NoExecute"},
		{"a spread over nothing", components.Metadata{}, components.Pods{TopologySpread: []components.TopologySpread{{MaxSkew: 1, WhenUnsatisfiable: "DoNotSchedule"}}}, "pods.topologySpread[0].topologyKey"},
		{"a spread without skew", components.Metadata{}, components.Pods{TopologySpread: []components.TopologySpread{{TopologyKey: "zone", WhenUnsatisfiable: "DoNotSchedule"}}}, "maxSkew: 0: must be between 1 and 100"},
		{"a spread that decides nothing", components.Metadata{}, components.Pods{TopologySpread: []components.TopologySpread{{TopologyKey: "zone", MaxSkew: 1}}}, "must be one of ScheduleAnyway, DoNotSchedule"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			graph, err := pulumitest.Run(t, nil, nil, jaegerStack("jaeger", &components.JaegerStackArgs{
				Namespace: pulumi.String("ns"), Metadata: c.metadata, Pods: c.pods,
			}))
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Count(err.Error(), ": must ") != 1 {
				t.Errorf("refused with\n%v\nwant %q alone", err, c.want)
			}
			if len(graph) != 0 {
				t.Errorf("%d resources were registered", len(graph))
			}
		})
	}
}

func TestResourcesAreTheDefaultWhereNotGivenAndNeverMoreThanTheLimit(t *testing.T) {
	for _, c := range []struct {
		claim string
		given components.Resources
		want  string // requests, then limits; or the refusal
	}{
		{"nothing given", components.Resources{}, "25m 64Mi, 2 512Mi"},
		{"a limit below the default request", components.Resources{CPULimit: 10}, "10m 64Mi, 10m 512Mi"},
		{"everything given", components.Resources{CPURequest: 1000, CPULimit: 4000, MemoryRequest: 1024, MemoryLimit: 2048}, "1 1Gi, 4 2Gi"},
		{"more processor than the limit", components.Resources{CPURequest: 3000}, "resources.cpuRequest: 3: must not be more than the limit, 2"},
		{"more memory than the limit", components.Resources{MemoryRequest: 1024}, "resources.memoryRequest: 1Gi: must not be more than the limit, 512Mi"},
		{"less memory than its queue takes", components.Resources{MemoryLimit: 95}, "resources.memoryLimit: 95Mi: must be at least 96Mi"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			graph, err := pulumitest.Run(t, nil, nil, collector("center", &components.CollectorArgs{
				Namespace: pulumi.String("ns"), Backend: elsewhere("t:4317"), Resources: c.given,
			}))
			if err != nil {
				if !strings.HasSuffix(strings.TrimSpace(err.Error()), c.want) {
					t.Errorf("refused with\n%v\nwant\n%s", err, c.want)
				}
				return
			}
			resources := container(t, graph, "center-collector-deployment")["resources"].ObjectValue()
			requests, limits := resources["requests"].ObjectValue(), resources["limits"].ObjectValue()
			got := requests["cpu"].StringValue() + " " + requests["memory"].StringValue() + ", " +
				limits["cpu"].StringValue() + " " + limits["memory"].StringValue()
			if got != c.want {
				t.Errorf("requests and limits are %s, want %s", got, c.want)
			}
		})
	}
}
