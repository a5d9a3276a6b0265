package components_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/internal/pulumitest"
	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/settings"
)

// problems are those that a component ends with.
func problems(t *testing.T, program pulumi.RunFunc) []settings.Problem {
	t.Helper()
	var refused error
	_, err := pulumitest.Run(t, nil, nil, func(ctx *pulumi.Context) error {
		refused = program(ctx)
		return refused
	})
	if err == nil {
		t.Fatal("accepted")
	}
	return spec.ProblemsOf(refused)
}

// A value that is wrong by itself breaks no rule across fields beside that, and the rules of an embedded
// struct are those of the Args as well, but asked once.
func TestEachPathIsRefusedOnce(t *testing.T) {
	ns := pulumi.String("ns")
	for _, c := range []struct {
		claim   string
		program pulumi.RunFunc
		want    []string // the paths
	}{
		{"an image that is not pinned has no release either", tempoStack("tempo", &components.TempoStackArgs{Namespace: ns, Image: "app:latest"}), []string{"image"}},
		{"rules of embedded settings", tempoStack("tempo", &components.TempoStackArgs{
			Namespace: ns, Tempo: settings.Tempo{Resources: limits("", "64Mi"), Limits: &settings.TempoLimits{Burst: "1Mi"}},
		}), []string{"limits.burst", "resources.limits.memory"}},
		{"a limit that is none is not compared", collector("center", &components.CollectorArgs{
			Namespace: ns, Backend: elsewhere("t:4317"), Collector: settings.Collector{Resources: &settings.Resources{
				Requests: &settings.Amounts{CPU: "3", Memory: "2Gi"}, Limits: &settings.Amounts{CPU: "two", Memory: "1"},
			}},
		}), []string{"resources.limits.cpu", "resources.limits.memory"}},
		{"a kind that there is not reads no field", routed(settings.Route{Router: settings.Router{Kind: "nginx", ClassName: "a", TLSSecret: "b"}}), []string{"route.kind"}},
		{"a provider that there is not", tempoWith(func(a *components.TempoStackArgs) {
			a.Store = &components.ObjectStoreArgs{Provider: "ftp", Bucket: pulumi.String("b"), Region: "x", Account: "acc"}
		}), []string{"store.provider"}},
		{"a bucket that is no name, nor a part of the default user's", minioBucket(traces(func(a *components.MinioBucketArgs) { a.Bucket, a.Endpoint = "a b", "c d" })), []string{"bucket", "endpoint"}},
		{"a way to Grafana that there is not", provisioning(&components.GrafanaProvisioningArgs{
			Namespace: ns, Sources: sources(), Datasources: "sidecar", GrafanaLabels: settings.GrafanaLabels{InstanceSelector: map[string]string{"a": "b"}},
		}), []string{"datasources"}},
	} {
		t.Run(c.claim, func(t *testing.T) {
			var paths []string
			for _, problem := range problems(t, c.program) {
				paths = append(paths, problem.Path)
			}
			if slices.Sort(paths); !slices.Equal(paths, c.want) {
				t.Errorf("refused are %v, want %v", paths, c.want)
			}
		})
	}
}

// everyArgs has each component's Args with a little in every struct, so that much is filled in beside it.
// Made again, they are the same.
func everyArgs() map[string]any {
	ns := pulumi.String("ns")
	little := &settings.Resources{Limits: &settings.Amounts{CPU: "10m"}}
	placed := &settings.Pods{Scheduling: settings.Scheduling{
		Tolerations: []settings.Toleration{{Key: "a"}}, TopologySpread: []settings.TopologySpread{{TopologyKey: "zone"}},
	}}
	labelled := &settings.Metadata{Labels: map[string]string{"a": "b"}}
	backend := &components.BackendArgs{Name: "b", OTLPEndpoint: pulumi.String("b:4317"), Datasource: &components.DatasourceArgs{
		Name: "Tempo", Type: "tempo", UID: "b", URL: pulumi.String("http://b"),
	}}
	return map[string]any{
		"Collector":   &components.CollectorArgs{Namespace: ns, Backend: backend, Mirror: backend, Collector: settings.Collector{Resources: little}, Metadata: labelled, Pods: placed},
		"JaegerStack": &components.JaegerStackArgs{Namespace: ns, Jaeger: settings.Jaeger{Resources: little}, Route: &settings.Route{Router: settings.Router{Gateway: &settings.Gateway{}}}, Pods: placed},
		"TempoStack": &components.TempoStackArgs{
			Namespace: ns, Store: s3(func(*components.ObjectStoreArgs) {}), Metrics: metricsAt("http://a"), Pods: placed,
			Tempo: settings.Tempo{Resources: little, Limits: &settings.TempoLimits{Rate: "64Mi"}, Volume: &settings.Volume{}, Queries: &settings.TempoQueries{}},
		},
		"MinioBucket":         traces(func(a *components.MinioBucketArgs) { a.Metadata = labelled }),
		"DemoApp":             &components.DemoAppArgs{Namespace: ns, OTLPEndpoint: pulumi.String("http://c:4318"), Route: &settings.Route{}, Pods: placed},
		"GrafanaProvisioning": &components.GrafanaProvisioningArgs{Namespace: ns, Sources: &components.GrafanaSources{Backends: []components.BackendArgs{*backend}}, Datasources: settings.GrafanaConfigMap},
		"PrometheusRemoteWrite": &components.PrometheusRemoteWriteArgs{
			Namespace: ns, Prometheus: &settings.Prometheus{Mode: settings.PrometheusStandalone}, Standalone: &settings.StandalonePrometheus{Resources: little},
		},
	}
}

// construct makes the component of Args.
func construct(ctx *pulumi.Context, args any) (err error) {
	provider, err := kubernetes.NewProvider(ctx, "cluster", &kubernetes.ProviderArgs{})
	if err != nil {
		return err
	}
	cluster := pulumi.Provider(provider)
	switch a := args.(type) {
	case *components.CollectorArgs:
		_, err = components.NewCollector(ctx, "own", a, cluster)
	case *components.JaegerStackArgs:
		_, err = components.NewJaegerStack(ctx, "own", a, cluster)
	case *components.TempoStackArgs:
		_, err = components.NewTempoStack(ctx, "own", a, cluster)
	case *components.MinioBucketArgs:
		_, err = components.NewMinioBucket(ctx, "own", a, cluster)
	case *components.DemoAppArgs:
		_, err = components.NewDemoApp(ctx, "own", a, cluster)
	case *components.GrafanaProvisioningArgs:
		_, err = components.NewGrafanaProvisioning(ctx, "own", a, cluster)
	case *components.PrometheusRemoteWriteArgs:
		_, err = components.NewPrometheusRemoteWrite(ctx, "own", a, cluster)
	}
	return err
}

// A caller may use the same settings for several components: what one fills in must not reach another.
func TestAConstructorLeavesItsArgsAsTheyWere(t *testing.T) {
	for name, args := range everyArgs() {
		t.Run(name, func(t *testing.T) {
			run(t, func(ctx *pulumi.Context) error { return construct(ctx, args) })
			if want := everyArgs()[name]; !reflect.DeepEqual(args, want) {
				t.Errorf("they are\n%#v\nthey were\n%#v", args, want)
			}
		})
	}
}

func TestAComponentRefusesAsTheConfigurationDoes(t *testing.T) {
	with := func(change func(*components.CollectorArgs)) pulumi.RunFunc {
		args := &components.CollectorArgs{Namespace: pulumi.String("ns"), Backend: elsewhere("t:4317")}
		change(args)
		return collector("center", args)
	}
	jaegerWith := func(j settings.Jaeger) pulumi.RunFunc {
		return jaegerStack("jaeger", &components.JaegerStackArgs{Namespace: pulumi.String("ns"), Jaeger: j})
	}
	prometheus := func(p settings.Prometheus) pulumi.RunFunc {
		return remoteWrite("metrics", &components.PrometheusRemoteWriteArgs{Namespace: pulumi.String("ns"), Prometheus: &p})
	}
	for _, c := range []struct {
		key, value string // of the configuration
		below      string // where the component has it
		program    pulumi.RunFunc
	}{
		{"collector", `{"replicas":101}`, "", with(func(a *components.CollectorArgs) { a.Replicas = 101 })},
		{"collector", `{"managedBy":"helm"}`, "", with(func(a *components.CollectorArgs) { a.ManagedBy = "helm" })},
		{"collector", `{"resources":{"limits":{"memory":"32Mi"}}}`, "", with(func(a *components.CollectorArgs) { a.Resources = limits("", "32Mi") })},
		{"collector", `{"resources":{"requests":{"cpu":"3"}}}`, "", with(func(a *components.CollectorArgs) { a.Resources = requests("3", "") })},
		{"collector", `{"queue":{"size":"65Mi"}}`, "", with(func(a *components.CollectorArgs) { a.Queue = &settings.Queue{Size: "65Mi"} })},
		{"collector", `{"queue":{"storage":"disk","size":"1Gi"}}`, "", with(func(a *components.CollectorArgs) {
			a.Queue = &settings.Queue{Storage: settings.QueueDisk, Size: "1Gi"}
		})},
		{"jaeger", `{"maxTraces":-5}`, "", jaegerWith(settings.Jaeger{MaxTraces: -5})},
		{"jaeger", `{"resources":{"requests":{"memory":"1Gi"}}}`, "", jaegerWith(settings.Jaeger{Resources: requests("", "1Gi")})},
		{"tempo", `{"traceIdle":"1m"}`, "", tempoWith(func(a *components.TempoStackArgs) { a.TraceIdle = "1m" })},
		{"tempo", `{"limits":{"burst":"5Mi"}}`, "", tempoWith(func(a *components.TempoStackArgs) { a.Limits = &settings.TempoLimits{Burst: "5Mi"} })},
		{"tempo", `{"volume":{"size":"512Mi"}}`, "", tempoWith(func(a *components.TempoStackArgs) { a.Volume = &settings.Volume{Size: "512Mi"} })},
		{"scheduling", `{"tolerations":[{"value":"x"}]}`, "pods", with(func(a *components.CollectorArgs) {
			a.Pods = &settings.Pods{Scheduling: settings.Scheduling{Tolerations: []settings.Toleration{{Value: "x"}}}}
		})},
		{"scheduling", `{"topologySpread":[{"maxSkew":1}]}`, "pods", with(func(a *components.CollectorArgs) {
			a.Pods = &settings.Pods{Scheduling: settings.Scheduling{TopologySpread: []settings.TopologySpread{{MaxSkew: 1}}}}
		})},
		{"labels", `{"app.kubernetes.io/name":"x"}`, "metadata.labels", with(func(a *components.CollectorArgs) {
			a.Metadata = &settings.Metadata{Labels: map[string]string{"app.kubernetes.io/name": "x"}}
		})},
		{"ingress", `{"kind":"ingress","domain":"a.b","tlsSecret":"s"}`, "route", routed(settings.Route{
			Host: "a.b", Router: settings.Router{Kind: settings.RouteIngress, TLSSecret: "s"},
		})},
		{"prometheus", `{"mode":"patch","namespace":"monitoring"}`, "prometheus", prometheus(settings.Prometheus{Mode: settings.PrometheusPatch, Namespace: "monitoring"})},
		{"prometheus", `{"mode":"external","queryUrl":"https://a","writeUrls":[]}`, "prometheus", prometheus(settings.Prometheus{
			Mode: settings.PrometheusExternal, QueryURL: "https://a", WriteURLs: []string{},
		})},
		{"grafana", `{"datasources":"operator"}`, "", provisioning(&components.GrafanaProvisioningArgs{
			Namespace: pulumi.String("ns"), Sources: sources(), Datasources: settings.GrafanaOperator,
		})},
	} {
		t.Run(c.key+" "+c.value, func(t *testing.T) {
			given := map[string]string{"kubernetes:context": "kind-dev", "tracestack:" + c.key: c.value}
			_, err := config.Load(config.Raw{Values: given})
			want := config.Problems(err)
			for i := range want {
				inside := want[i].Path[len("tracestack:"+c.key):]
				if c.below == "" {
					inside = inside[1:] // The dot.
				}
				want[i].Path = c.below + inside
			}
			if got := problems(t, c.program); len(want) != 1 || !slices.Equal(got, want) {
				t.Errorf("the component refuses %v, the configuration %v", got, want)
			}
		})
	}
}
