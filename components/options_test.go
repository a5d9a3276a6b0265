package components_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/pulumitest"
	"github.com/tracestack/tracestack/settings"
)

var (
	metadata = &settings.Metadata{
		Labels:      map[string]string{"example.com/team": "tracing"},
		Annotations: map[string]string{"example.com/owner": "Ann and Bo"},
	}
	pods = &settings.Pods{
		PullSecrets: []string{"registry"},
		Scheduling: settings.Scheduling{
			NodeSelector:   map[string]string{"kubernetes.io/os": "linux"},
			Tolerations:    []settings.Toleration{{Key: "dedicated", Operator: "Equal", Value: "tracing", Effect: "NoSchedule"}},
			TopologySpread: []settings.TopologySpread{{TopologyKey: "kubernetes.io/hostname", MaxSkew: 1, WhenUnsatisfiable: "ScheduleAnyway"}},
		},
	}
)

// everyComponent uses each with the same options.
func everyComponent(replicas int) map[string]pulumi.RunFunc {
	ns := pulumi.String("ns")
	return map[string]pulumi.RunFunc{
		"Collector":   collector("center", &components.CollectorArgs{Namespace: ns, Backend: elsewhere("t:4317"), Collector: settings.Collector{Replicas: replicas}, Metadata: metadata, Pods: pods}),
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
	const own = "must be the key of a label, and not one that the program sets"
	labels := func(key, value string) components.JaegerStackArgs {
		return components.JaegerStackArgs{Metadata: &settings.Metadata{Labels: map[string]string{key: value}}}
	}
	on := func(s settings.Scheduling) components.JaegerStackArgs {
		return components.JaegerStackArgs{Pods: &settings.Pods{Scheduling: s}}
	}
	tolerating := func(t settings.Toleration) components.JaegerStackArgs {
		return on(settings.Scheduling{Tolerations: []settings.Toleration{t}})
	}
	spread := func(s settings.TopologySpread) components.JaegerStackArgs {
		return on(settings.Scheduling{TopologySpread: []settings.TopologySpread{s}})
	}
	for _, c := range []struct {
		claim string
		args  components.JaegerStackArgs
		want  string
	}{
		{"a label that selectors depend on", labels("app.kubernetes.io/name", "x"), `metadata.labels["app.kubernetes.io/name"]: [not shown]: ` + own},
		{"a label's key with a space", labels("a b", "x"), `metadata.labels["a b"]: [not shown]: ` + own},
		{"a label's value with a space", labels("a", "x y"), `metadata.labels["a"]: x y: must be the value of a label`},
		{"an annotation without key", components.JaegerStackArgs{Metadata: &settings.Metadata{Annotations: map[string]string{"": "x"}}}, `metadata.annotations[""]: [not shown]: must be the key of an annotation`},
		{"a Secret's name with a slash", components.JaegerStackArgs{Pods: &settings.Pods{PullSecrets: []string{"a/b"}}}, "pods.pullSecrets[0]: a/b: must be the name of a Secret"},
		{"a node selector with a space", on(settings.Scheduling{NodeSelector: map[string]string{"a": "x y"}}), `pods.nodeSelector["a"]: x y: must be the value of a label`},
		{"an operator that there is not", tolerating(settings.Toleration{Key: "a", Operator: "In"}), "pods.tolerations[0].operator: In: must be Equal or Exists"},
		{"a toleration of every taint by its value", tolerating(settings.Toleration{Operator: "Equal", Value: "x"}), "pods.tolerations[0].key: not set: must be given with operator Equal"},
		{"a toleration with a value that is not compared", tolerating(settings.Toleration{Key: "a", Operator: "Exists", Value: "x"}), "pods.tolerations[0].value: x: must not be given with operator Exists"},
		{"an unknown effect", tolerating(settings.Toleration{Key: "a", Operator: "Exists", Effect: "Never"}), "pods.tolerations[0].effect: Never: must be NoSchedule, PreferNoSchedule or NoExecute"},
		{"a spread over nothing", spread(settings.TopologySpread{MaxSkew: 1, WhenUnsatisfiable: "DoNotSchedule"}), "pods.topologySpread[0].topologyKey: not set: must be given"},
		{"a spread of a negative skew", spread(settings.TopologySpread{TopologyKey: "zone", MaxSkew: -1}), "pods.topologySpread[0].maxSkew: -1: must be between 1 and 100"},
		{"a spread that decides nothing", spread(settings.TopologySpread{TopologyKey: "zone", WhenUnsatisfiable: "Never"}), "pods.topologySpread[0].whenUnsatisfiable: Never: must be ScheduleAnyway or DoNotSchedule"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			c.args.Namespace = pulumi.String("ns")
			graph, err := pulumitest.Run(t, nil, nil, jaegerStack("jaeger", &c.args))
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Count(err.Error(), ": must ") != 1 {
				t.Errorf("refused with\n%v\nwant %q alone", err, c.want)
			}
			if len(graph) != 0 {
				t.Errorf("%d resources were registered", len(graph))
			}
		})
	}
}

// What is left out of an item takes its default, as it does in the configuration.
func TestWhatIsLeftOutOfAnItemTakesItsDefault(t *testing.T) {
	graph := run(t, jaegerStack("jaeger", &components.JaegerStackArgs{Namespace: pulumi.String("ns"), Pods: &settings.Pods{Scheduling: settings.Scheduling{
		Tolerations: []settings.Toleration{{Key: "a"}}, TopologySpread: []settings.TopologySpread{{TopologyKey: "zone"}},
	}}}))
	template := graph.Named(t, deploymentType, "jaeger-deployment").Object()["spec"].(map[string]any)["template"].(map[string]any)
	pod := template["spec"].(map[string]any)
	if got, want := pod["tolerations"], []any{map[string]any{"key": "a", "operator": "Equal"}}; !reflect.DeepEqual(got, want) {
		t.Errorf("tolerated is %v, want %v", got, want)
	}
	spread := pod["topologySpreadConstraints"].([]any)[0].(map[string]any)
	if spread["maxSkew"] != 1.0 || spread["whenUnsatisfiable"] != "ScheduleAnyway" {
		t.Errorf("pods are kept apart by %v", spread)
	}
}

func requests(cpu settings.CPU, memory settings.Memory) *settings.Resources {
	return &settings.Resources{Requests: &settings.Amounts{CPU: cpu, Memory: memory}}
}

func limits(cpu settings.CPU, memory settings.Memory) *settings.Resources {
	return &settings.Resources{Limits: &settings.Amounts{CPU: cpu, Memory: memory}}
}

func TestResourcesAreTheDefaultWhereNotGivenAndNeverMoreThanTheLimit(t *testing.T) {
	for _, c := range []struct {
		claim string
		given *settings.Resources
		want  string // requests, then limits; or the refusal
	}{
		{"nothing given", nil, "25m 64Mi, 2 512Mi"},
		{"nothing in it", &settings.Resources{Limits: &settings.Amounts{}}, "25m 64Mi, 2 512Mi"},
		{"a limit below the default request", limits("10m", ""), "10m 64Mi, 10m 512Mi"},
		{"everything given", &settings.Resources{
			Requests: &settings.Amounts{CPU: "1000m", Memory: "1024Mi"}, Limits: &settings.Amounts{CPU: "4", Memory: "2Gi"},
		}, "1 1Gi, 4 2Gi"},
		{"more processor than the limit", requests("3", ""), "resources.requests.cpu: 3: must not be more than the limit, 2"},
		{"more memory than the limit", requests("", "1Gi"), "resources.requests.memory: 1Gi: must not be more than the limit, 512Mi"},
		{"memory in another unit", limits("", "64Ki"), "resources.limits.memory: 64Ki: must be an amount of memory such as 512Mi or 2Gi"},
		{"less memory than its queue takes", limits("", "95Mi"), "resources.limits.memory: 95Mi: must be at least 96Mi: its queue must hold what comes at once"},
		{"a negative limit", limits("-1", ""), "resources.limits.cpu: -1: must be an amount of processor time such as 500m or 2"},
		{"no processor", requests("0", ""), "resources.requests.cpu: 0: must be between 1m and 128"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			graph, err := pulumitest.Run(t, nil, nil, collector("center", &components.CollectorArgs{
				Namespace: pulumi.String("ns"), Backend: elsewhere("t:4317"), Collector: settings.Collector{Resources: c.given},
			}))
			if err != nil {
				if !strings.HasSuffix(strings.TrimSpace(err.Error()), `": `+c.want) {
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
