package components_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/pulumitest"
	"github.com/tracestack/tracestack/settings"
)

const (
	deploymentType  = "kubernetes:apps/v1:Deployment"
	statefulSetType = "kubernetes:apps/v1:StatefulSet"
	configMapType   = "kubernetes:core/v1:ConfigMap"
	serviceType     = "kubernetes:core/v1:Service"
	accountType     = "kubernetes:core/v1:ServiceAccount"
	claimType       = "kubernetes:core/v1:PersistentVolumeClaim"
)

// run runs a program that uses a component as another program would: without configuration.
func run(t *testing.T, program pulumi.RunFunc) pulumitest.Graph {
	t.Helper()
	graph, err := pulumitest.Run(t, nil, nil, program)
	if err != nil {
		t.Fatal(err)
	}
	return graph
}

func collector(name string, args *components.CollectorArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := components.NewCollector(ctx, name, args)
		return err
	}
}

func jaegerStack(name string, args *components.JaegerStackArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := components.NewJaegerStack(ctx, name, args)
		return err
	}
}

func tempoStack(name string, args *components.TempoStackArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := components.NewTempoStack(ctx, name, args)
		return err
	}
}

func demoApp(name string, args *components.DemoAppArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := components.NewDemoApp(ctx, name, args)
		return err
	}
}

// refuses wants a component to end with these problems and no other, before anything is registered. In
// front of them is the component's name.
func refuses(t *testing.T, program pulumi.RunFunc, want ...string) {
	t.Helper()
	graph, err := pulumitest.Run(t, nil, nil, program)
	if err == nil {
		t.Fatal("accepted")
	}
	if want := strings.Join(want, "\n"); !strings.HasSuffix(strings.TrimSpace(err.Error()), `": `+want) {
		t.Errorf("refused with\n%v\nwant\n%s", err, want)
	}
	if len(graph) != 0 {
		t.Errorf("%d resources were registered", len(graph))
	}
}

// elsewhere is a backend that no component here makes.
func elsewhere(endpoint string) *components.BackendArgs {
	return &components.BackendArgs{Name: "elsewhere", OTLPEndpoint: pulumi.String(endpoint)}
}

func TestAComponentReportsEveryProblemOfItsArgsAndRegistersNothing(t *testing.T) {
	const name = `name: Not_A_Label: must be a DNS label of at most 40 characters that begins with a letter`
	const namespace = "namespace: not set: must be given"
	const image = `image: app:latest: must carry a tag other than latest, or a digest`
	for _, c := range []struct {
		claim   string
		program pulumi.RunFunc
		want    []string
	}{
		{"Collector", collector("Not_A_Label", &components.CollectorArgs{Image: "app:latest", Collector: settings.Collector{Replicas: -1}}), []string{
			name, "backend: not set: must be given", image, namespace, "replicas: -1: must be between 1 and 100",
		}},
		{"JaegerStack", jaegerStack("Not_A_Label", &components.JaegerStackArgs{Image: "app:latest", Jaeger: settings.Jaeger{MaxTraces: 100_001}}), []string{
			name, image, "maxTraces: 100001: must be between 1500 and 100000", namespace,
		}},
		{"TempoStack", tempoStack("Not_A_Label", &components.TempoStackArgs{Image: "app:latest", Tempo: settings.Tempo{Retention: "1s"}}), []string{
			name, image, namespace, "retention: 1s: must be between 1h and 3650d",
		}},
		{"DemoApp", demoApp("Not_A_Label", &components.DemoAppArgs{Image: "app:latest"}), []string{
			name, image, namespace, "otlpEndpoint: not set: must be given",
		}},
		{"MinioBucket", minioBucket(&components.MinioBucketArgs{StoreBucket: settings.StoreBucket{Bucket: "No_Bucket"}}), []string{
			"bucket: No_Bucket: must be the name of a bucket: 3 to 63 lower-case letters, digits, -, _ and .",
			"endpoint: not set: must be given", namespace,
		}},
		{"PrometheusRemoteWrite", remoteWrite("Not_A_Label", &components.PrometheusRemoteWriteArgs{Image: "app:latest"}), []string{
			name, image, namespace, "prometheus.mode: none: must be patch, external or standalone",
		}},
		{"Collector without Args", collector("center", nil), []string{"backend: not set: must be given", namespace}},
		{"Collector whose backend has no name", collector("center", &components.CollectorArgs{
			Namespace: pulumi.String("ns"), Backend: &components.BackendArgs{OTLPEndpoint: pulumi.String("a:4317")},
		}), []string{"backend.name: not set: must be given"}},
		{"Collector whose backend is empty", collector("center", &components.CollectorArgs{
			Namespace: pulumi.String("ns"), Backend: &components.BackendArgs{},
		}), []string{"backend.name: not set: must be given", "backend.otlpEndpoint: not set: must be given"}},
		{"JaegerStack without Args", jaegerStack("jaeger", nil), []string{namespace}},
		{"TempoStack without Args", tempoStack("tempo", nil), []string{namespace}},
		{"DemoApp without Args", demoApp("demo", nil), []string{namespace, "otlpEndpoint: not set: must be given"}},
		{"PrometheusRemoteWrite without Args", remoteWrite("metrics", nil), []string{
			namespace, "prometheus.mode: none: must be patch, external or standalone",
		}},
	} {
		t.Run(c.claim, func(t *testing.T) {
			refuses(t, c.program, c.want...)
		})
	}
}

func TestAnImageIsPinnedByTagOrDigest(t *testing.T) {
	digest := "@sha256:" + strings.Repeat("0", 64)
	for image, accepted := range map[string]bool{
		"app:1.2.3":                         true,
		"registry.example.com:5000/app:1.2": true,
		"app" + digest:                      true,
		"app:1.2.3" + digest:                true,
		"app":                               false,
		"app:latest":                        false,
		"app:":                              false,
		"registry.example.com:5000/app":     false,
		"app@sha256:0":                      false,
		"app:1 2":                           false,
	} {
		t.Run(image, func(t *testing.T) {
			_, err := pulumitest.Run(t, nil, nil, jaegerStack("jaeger", &components.JaegerStackArgs{
				Namespace: pulumi.String("ns"), Image: image,
			}))
			if (err == nil) != accepted {
				t.Errorf("accepted: %v, want %v", err == nil, accepted)
			}
		})
	}
}

func TestServicesAreNamedAfterTheComponentAndKeepTheirPorts(t *testing.T) {
	for _, c := range []struct {
		claim   string
		program pulumi.RunFunc
		want    map[string]string
	}{
		{"Collector", collector("center", &components.CollectorArgs{
			Namespace: pulumi.String("ns"), Backend: elsewhere("tempo.elsewhere.svc:4317"),
		}), map[string]string{
			"center-collector": "otlp-grpc=4317 otlp-http=4318", "center-collector-monitoring": "metrics=8888",
			"center-collector-headless": "otlp-grpc=4317 otlp-http=4318",
		}},
		{"JaegerStack", jaegerStack("jaeger", &components.JaegerStackArgs{Namespace: pulumi.String("ns")}), map[string]string{
			"jaeger-collector": "otlp-grpc=4317 otlp-http=4318", "jaeger-query": "query-http=16686 query-grpc=16685",
			"jaeger-monitoring": "metrics=8888 health=13133",
		}},
		{"TempoStack", tempoStack("tempo", &components.TempoStackArgs{Namespace: pulumi.String("ns")}), map[string]string{
			"tempo": "tempo-http=3200 otlp-grpc=4317 otlp-http=4318",
		}},
		{"DemoApp", demoApp("go-demo", &components.DemoAppArgs{
			Namespace: pulumi.String("ns"), OTLPEndpoint: pulumi.String("http://elsewhere:4318"),
		}), map[string]string{"go-demo": "http=8080"}},
	} {
		t.Run(c.claim, func(t *testing.T) {
			got := map[string]string{}
			for _, service := range run(t, c.program).Of(serviceType) {
				var ports []string
				for _, port := range service.Inputs["spec"].ObjectValue()["ports"].ArrayValue() {
					p := port.ObjectValue()
					ports = append(ports, fmt.Sprintf("%s=%d", p["name"].StringValue(), int(p["port"].NumberValue())))
				}
				got[service.Inputs["metadata"].ObjectValue()["name"].StringValue()] = strings.Join(ports, " ")
			}
			if !maps.Equal(got, c.want) {
				t.Errorf("services are %v, want %v", got, c.want)
			}
		})
	}
}

func TestEveryComponentIsSoundOnItsOwnWithTheNamespaceOfItsCaller(t *testing.T) {
	graph := run(t, func(ctx *pulumi.Context) error {
		namespace, err := corev1.NewNamespace(ctx, "mine", &corev1.NamespaceArgs{
			Metadata: &metav1.ObjectMetaArgs{Name: pulumi.String("mine")},
		})
		if err != nil {
			return err
		}
		jaeger, err := components.NewJaegerStack(ctx, "traces", &components.JaegerStackArgs{
			Namespace: namespace.Metadata.Name().Elem(),
		})
		if err != nil {
			return err
		}
		tempo, err := components.NewTempoStack(ctx, "blocks", &components.TempoStackArgs{
			Namespace: namespace.Metadata.Name().Elem(),
		})
		if err != nil {
			return err
		}
		gateway, err := components.NewCollector(ctx, "edge", &components.CollectorArgs{
			Namespace: namespace.Metadata.Name().Elem(), Backend: jaeger.Backend.Args(), Mirror: tempo.Backend.Args(),
		})
		if err != nil {
			return err
		}
		_, err = components.NewDemoApp(ctx, "rides", &components.DemoAppArgs{
			Namespace: namespace.Metadata.Name().Elem(), OTLPEndpoint: gateway.OTLPHTTPEndpoint,
		})
		return err
	})
	// The provider is the caller's business, here the default one.
	for _, check := range []func(pulumitest.Graph) error{
		pulumitest.Orphans, pulumitest.Identities, pulumitest.Tags, pulumitest.Resources,
		pulumitest.Security, pulumitest.Probes, pulumitest.Secrets,
	} {
		if err := check(graph); err != nil {
			t.Error(err)
		}
	}
	for _, want := range []string{"endpoint: traces-collector.mine.svc:4317", "endpoint: blocks.mine.svc:4317"} {
		if got := file(t, graph, "edge-collector-config", "collector.yaml"); !strings.Contains(got, want) {
			t.Errorf("the collector does not send to %q:\n%s", want, got)
		}
	}
}

func TestAChangeOfConfigurationRollsThePods(t *testing.T) {
	at := func(endpoint string) (configMap, volume, checksum string) {
		graph := run(t, collector("center", &components.CollectorArgs{Namespace: pulumi.String("ns"), Backend: elsewhere(endpoint)}))
		stored := graph.Named(t, configMapType, "center-collector-config")
		template := graph.Named(t, deploymentType, "center-collector-deployment").Inputs["spec"].ObjectValue()["template"].ObjectValue()
		return stored.Inputs["metadata"].ObjectValue()["name"].StringValue(),
			template["spec"].ObjectValue()["volumes"].ArrayValue()[0].ObjectValue()["configMap"].ObjectValue()["name"].StringValue(),
			template["metadata"].ObjectValue()["annotations"].ObjectValue()["checksum/config"].StringValue()
	}
	name, volume, checksum := at("one.svc:4317")
	if name != volume || name != "center-collector-"+checksum {
		t.Errorf("ConfigMap %s, mounted %s, annotated %s", name, volume, checksum)
	}
	if again, _, _ := at("one.svc:4317"); again != name {
		t.Errorf("the same configuration is %s and %s", name, again)
	}
	if other, _, _ := at("two.svc:4317"); other == name {
		t.Error("another configuration has the same name")
	}
}

func TestJaegersMemoryLimitFollowsTheTracesItHolds(t *testing.T) {
	for traces, want := range map[int]string{1500: "397Mi", 5000: "725Mi", 8192: "1Gi", 100_000: "9631Mi"} {
		t.Run(fmt.Sprint(traces), func(t *testing.T) {
			graph := run(t, jaegerStack("jaeger", &components.JaegerStackArgs{Namespace: pulumi.String("ns"), Jaeger: settings.Jaeger{MaxTraces: traces}}))
			limits := container(t, graph, "jaeger-deployment")["resources"].ObjectValue()["limits"].ObjectValue()
			if got := limits["memory"].StringValue(); got != want {
				t.Errorf("limit %s, want %s", got, want)
			}
		})
	}
}

func TestTheDemoIsProbedWithoutMakingTraces(t *testing.T) {
	graph := run(t, demoApp("go-demo", &components.DemoAppArgs{
		Namespace: pulumi.String("ns"), OTLPEndpoint: pulumi.String("http://elsewhere:4318"),
	}))
	demo := container(t, graph, "go-demo-deployment")
	for _, probe := range []resource.PropertyKey{"startupProbe", "readinessProbe", "livenessProbe"} {
		if demo[probe].ObjectValue().HasValue("httpGet") {
			t.Errorf("%s asks by HTTP, which HotROD traces", probe)
		}
	}
}

func TestAComponentRecordsItsInputsAndItsType(t *testing.T) {
	graph := run(t, collector("center", &components.CollectorArgs{
		Namespace: pulumi.String("ns"), Backend: elsewhere("tempo.svc:4317"), Collector: settings.Collector{Replicas: 2},
	}))
	component := graph.Named(t, "tracestack:index:Collector", "center")
	var names []string
	for name := range component.Inputs {
		names = append(names, string(name))
	}
	slices.Sort(names)
	if want := []string{"backend", "compression", "image", "kubernetesAttributes", "managedBy", "namespace", "queue", "replicas", "resources", "route", "sampling", "signIn"}; !slices.Equal(names, want) {
		t.Errorf("inputs are %v, want %v", names, want)
	}
	for _, r := range graph {
		if r.Custom && !strings.HasPrefix(r.Name, "center-") {
			t.Errorf("%s does not extend the component's name", r.Name)
		}
	}
}

func TestNoServiceHoldsAWorkerOfTheEngineWhileItWaitsForPods(t *testing.T) {
	graph := run(t, jaegerStack("jaeger", &components.JaegerStackArgs{Namespace: pulumi.String("ns")}))
	for _, service := range graph.Of(serviceType) {
		annotations := service.Inputs["metadata"].ObjectValue()["annotations"].ObjectValue()
		if annotations["pulumi.com/skipAwait"].StringValue() != "true" {
			t.Errorf("%s is awaited", service.Name)
		}
	}
}

// A package of another module cannot name an internal type, so it could not fill in such a field.
func TestArgsNameOnlyPublicTypes(t *testing.T) {
	var check func(t *testing.T, typ reflect.Type)
	check = func(t *testing.T, typ reflect.Type) {
		if strings.Contains(typ.PkgPath(), "/internal/") {
			t.Errorf("%s is internal", typ)
		}
		switch typ.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			check(t, typ.Elem())
		case reflect.Struct:
			if !strings.HasPrefix(typ.PkgPath(), "github.com/tracestack/") {
				return
			}
			for i := range typ.NumField() {
				check(t, typ.Field(i).Type)
			}
		}
	}
	for _, args := range []any{components.CollectorArgs{}, components.JaegerStackArgs{}, components.TempoStackArgs{}, components.DemoAppArgs{}, components.GrafanaProvisioningArgs{}, components.MinioBucketArgs{}, components.PrometheusRemoteWriteArgs{}} {
		t.Run(reflect.TypeOf(args).Name(), func(t *testing.T) { check(t, reflect.TypeOf(args)) })
	}
}

func file(t *testing.T, graph pulumitest.Graph, configMap, name string) string {
	t.Helper()
	return graph.Named(t, configMapType, configMap).Inputs["data"].ObjectValue()[resource.PropertyKey(name)].StringValue()
}

func container(t *testing.T, graph pulumitest.Graph, deployment string) resource.PropertyMap {
	t.Helper()
	template := graph.Named(t, deploymentType, deployment).Inputs["spec"].ObjectValue()["template"].ObjectValue()
	return template["spec"].ObjectValue()["containers"].ArrayValue()[0].ObjectValue()
}
