package stacks_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/internal/pulumitest"
	"github.com/tracestack/tracestack/internal/versions"
	"github.com/tracestack/tracestack/settings"
	"github.com/tracestack/tracestack/stacks"
)

func dev() map[string]string {
	return map[string]string{"kubernetes:context": "kind-dev", "tracestack:demo": "true"}
}

func TestTheStackFilesOfTheRepositoryPassTheEnginesSchema(t *testing.T) {
	for _, file := range stackFiles {
		t.Run(filepath.Base(file), func(t *testing.T) {
			values, _, err := engineConfig(t, file)
			if err != nil {
				t.Fatal(err)
			}
			if values["pulumi:disable-default-providers"] != `["*"]` {
				t.Errorf("default providers are on: %q", values["pulumi:disable-default-providers"])
			}
		})
	}
}

func TestTheEngineRefusesAWrongTypeBeforeTheProgramRuns(t *testing.T) {
	file := filepath.Join(t.TempDir(), "Pulumi.test.yaml")
	if err := os.WriteFile(file, []byte("config:\n  tracestack:collector: operator\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err := engineConfig(t, file)
	if err == nil || !strings.Contains(err.Error(), "must be of type 'object'") {
		t.Errorf("the schema says %v", err)
	}
}

// read shows what a configuration decides, in one text.
func read(values map[string]string) (string, error) {
	c, err := config.Load(config.Raw{Values: values})
	text, _ := json.Marshal(c)
	return string(text), err
}

func TestProjectDefaultsAreTheProgramsOwn(t *testing.T) {
	file := filepath.Join(t.TempDir(), "Pulumi.test.yaml")
	if err := os.WriteFile(file, []byte("config:\n  kubernetes:context: kind-dev\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	byProject, _, err := engineConfig(t, file)
	if err != nil {
		t.Fatal(err)
	}
	for _, profile := range []string{"dev", "prod"} {
		byProject["tracestack:profile"] = profile
		withSchema, err := read(byProject)
		without, alone := read(map[string]string{"kubernetes:context": "kind-dev", "tracestack:profile": profile})
		if withSchema != without || fmt.Sprint(err) != fmt.Sprint(alone) {
			t.Errorf("Pulumi.yaml's defaults give\n%s %v\nthe program's\n%s %v", withSchema, err, without, alone)
		}
	}
}

func TestConfigurationAndComponentsAgreeOnTheDefaults(t *testing.T) {
	c := config.Defaults(settings.ProfileDev, settings.SizeDemo)
	c.Kubernetes.Context, c.Backend, c.Storage = "kind-dev", settings.BackendTempo, settings.StorageLocal
	// As settled: nobody asked for them.
	c.Collector.Queue.Volume, c.Collector.Sampling, c.Collector.KubernetesAttributes = nil, nil, nil
	for claim, of := range map[string]func(pulumitest.Resource) any{
		configMap:                                  func(r pulumitest.Resource) any { return r.Object()["data"] },
		"kubernetes:apps/v1:StatefulSet":           func(r pulumitest.Resource) any { return podOf(r)["containers"] },
		"kubernetes:core/v1:PersistentVolumeClaim": func(r pulumitest.Resource) any { return r.Object()["spec"] },
	} {
		alone := tempoOf(t, claim, func(ctx *pulumi.Context) error {
			_, err := components.NewTempoStack(ctx, "tempo", &components.TempoStackArgs{Namespace: pulumi.String("ns")})
			return err
		})
		composed := tempoOf(t, claim, func(ctx *pulumi.Context) error { return stacks.Compose(ctx, c) })
		if got, want := of(composed), of(alone); !reflect.DeepEqual(got, want) {
			t.Errorf("%s of the configuration is\n%v\nthe component's\n%v", claim, got, want)
		}
	}
}

const configMap = "kubernetes:core/v1:ConfigMap"

func podOf(r pulumitest.Resource) map[string]any {
	return r.Object()["spec"].(map[string]any)["template"].(map[string]any)["spec"].(map[string]any)
}

// tempoOf runs a program and gives Tempo's resource of a type.
func tempoOf(t *testing.T, typ string, program pulumi.RunFunc) pulumitest.Resource {
	t.Helper()
	graph, err := pulumitest.Run(t, nil, nil, program)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range graph.Of(typ) {
		if strings.HasPrefix(r.Name, "tempo-") {
			return r
		}
	}
	t.Fatalf("there is no %s of Tempo", typ)
	return pulumitest.Resource{}
}

func TestARefusalShowsEveryProblemAndRegistersNothing(t *testing.T) {
	graph, err := pulumitest.Run(t, map[string]string{
		"tracestack:demmo":                 "true",
		"tracestack:storage":               "s3",
		"tracestack:collector":             `{"replicas":"two"}`,
		"tracestack:elasticsearchPassword": "hunter2",
	}, nil, stacks.Run)
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{
		"the configuration of stack test is refused, nothing was changed; 6 things to correct:",
		"\n\t    kubernetes:context: not set: ",
		"\n\t    tracestack:collector.replicas: \"two\": must be a whole number, not a string",
		"\n\t    tracestack:demmo: [not shown]: no such key; did you mean tracestack:demo?",
		"\n\t    tracestack:elasticsearchPassword: [not shown]: must be a secret",
		"\n\t    tracestack:storage: s3: must be memory",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the password shows in\n%v", err)
	}
	if len(graph) != 0 {
		t.Errorf("%d resources were registered before the refusal", len(graph))
	}
}

// gives holds the outputs of a configuration against JSON.
func gives(t *testing.T, values map[string]string, want string) {
	t.Helper()
	got, err := json.Marshal(pulumitest.Outputs(t, values, stacks.Run))
	if err != nil {
		t.Fatal(err)
	}
	var gotten, wanted any
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(got, &gotten); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(gotten, wanted) {
		t.Errorf("outputs are\n%s\nwant\n%s", got, want)
	}
}

const jaegerDatasource = `{
	"name": "Jaeger", "type": "jaeger", "uid": "tracestack-jaeger", "access": "proxy",
	"url": "http://jaeger-query.opentelemetry.svc:16686",
	"jsonData": {"nodeGraph": {"enabled": true}}
}`

const tempoDatasource = `{
	"name": "Tempo", "type": "tempo", "uid": "tracestack-tempo", "access": "proxy",
	"url": "http://tempo.opentelemetry.svc:3200",
	"jsonData": {"nodeGraph": {"enabled": true}}
}`

const environment = `{
	"OTEL_EXPORTER_OTLP_ENDPOINT": "http://center-collector.opentelemetry.svc:4318", "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
	"OTEL_TRACES_EXPORTER": "otlp", "OTEL_METRICS_EXPORTER": "none", "OTEL_LOGS_EXPORTER": "none",
	"OTEL_PROPAGATORS": "tracecontext,baggage"
}`

func TestAStackGivesItsAddresses(t *testing.T) {
	gives(t, dev(), `{
		"otlpGrpcEndpoint": "center-collector.opentelemetry.svc:4317",
		"otlpHttpEndpoint": "http://center-collector.opentelemetry.svc:4318",
		"otelEnvironment": `+environment+`,
		"queryUrl": "http://jaeger-query.opentelemetry.svc:16686",
		"uiUrl": "http://jaeger-query.opentelemetry.svc:16686",
		"demoUrl": "http://go-demo.opentelemetry.svc:8080",
		"backend": "jaeger",
		"storage": "memory",
		"namespace": "opentelemetry",
		"grafana": {"apiVersion": 1, "datasources": [`+jaegerDatasource+`], "dashboards": []}
	}`)
}

func TestTempoGivesNoAddressOfPagesWhichItHasNot(t *testing.T) {
	gives(t, map[string]string{"kubernetes:context": "kind-dev", "tracestack:backend": "tempo", "tracestack:storage": "local"}, `{
		"otlpGrpcEndpoint": "center-collector.opentelemetry.svc:4317",
		"otlpHttpEndpoint": "http://center-collector.opentelemetry.svc:4318",
		"otelEnvironment": `+environment+`,
		"queryUrl": "http://tempo.opentelemetry.svc:3200",
		"backend": "tempo",
		"storage": "local",
		"namespace": "opentelemetry",
		"grafana": {"apiVersion": 1, "datasources": [`+tempoDatasource+`], "dashboards": []}
	}`)
}

func TestTheMetricsOfTemposSpansHaveAnAddress(t *testing.T) {
	outputs := pulumitest.Outputs(t, map[string]string{
		"kubernetes:context": "kind-dev", "tracestack:backend": "tempo", "tracestack:storage": "local",
		"tracestack:prometheus": `{"mode":"standalone"}`,
	}, stacks.Run)
	if got, want := outputs["metricsUrl"], "http://prometheus.opentelemetry.svc:9090"; got != want {
		t.Errorf("metricsUrl is %v, want %s", got, want)
	}
}

func TestAMirrorGivesItsAddressesApartFromTheBackends(t *testing.T) {
	gives(t, map[string]string{
		"kubernetes:context": "kind-dev", "tracestack:backend": "tempo", "tracestack:storage": "local",
		"tracestack:mirror": `{"backend":"jaeger","storage":"memory"}`,
	}, `{
		"otlpGrpcEndpoint": "center-collector.opentelemetry.svc:4317",
		"otlpHttpEndpoint": "http://center-collector.opentelemetry.svc:4318",
		"otelEnvironment": `+environment+`,
		"queryUrl": "http://tempo.opentelemetry.svc:3200",
		"backend": "tempo",
		"storage": "local",
		"namespace": "opentelemetry",
		"mirror": {
			"backend": "jaeger", "storage": "memory",
			"queryUrl": "http://jaeger-query.opentelemetry.svc:16686", "uiUrl": "http://jaeger-query.opentelemetry.svc:16686"
		},
		"grafana": {"apiVersion": 1, "datasources": [`+tempoDatasource+`,`+jaegerDatasource+`], "dashboards": []}
	}`)
}

func TestABackendSwitchLeavesApplicationsUntouched(t *testing.T) {
	demo := func(backend, storage string) any {
		values := dev()
		values["tracestack:backend"], values["tracestack:storage"] = backend, storage
		graph, err := pulumitest.Run(t, values, nil, stacks.Run)
		if err != nil {
			t.Fatal(err)
		}
		return graph.Named(t, deployment, "go-demo-deployment").Object()
	}
	if jaeger, tempo := demo("jaeger", "memory"), demo("tempo", "local"); !reflect.DeepEqual(jaeger, tempo) {
		t.Errorf("the demo is\n%v\nwith jaeger and\n%v\nwith tempo", jaeger, tempo)
	}
}

func TestARouteAddsTheAddressFromOutsideAndLeavesTheOneInside(t *testing.T) {
	for _, c := range []struct {
		claim, ingress string
		ui, demo       any
	}{
		{"no route", `{}`, nil, nil},
		{"a domain", `{"kind":"ingressroute","domain":"example.com"}`, "http://jaeger.example.com", "http://go-demo.example.com"},
		{"a host of Jaeger's alone", `{"kind":"ingress","tls":true,"jaeger":{"host":"traces.example.com"}}`, "https://traces.example.com", nil},
		{"a domain and a host", `{"kind":"httproute","domain":"example.com","gateway":{"name":"g"},"demo":{"host":"rides.example.com"}}`, "http://jaeger.example.com", "http://rides.example.com"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			values := dev()
			values["tracestack:ingress"] = c.ingress
			outputs := pulumitest.Outputs(t, values, stacks.Run)
			if outputs["uiExternalUrl"] != c.ui || outputs["demoExternalUrl"] != c.demo {
				t.Errorf("addresses from outside are %v and %v, want %v and %v", outputs["uiExternalUrl"], outputs["demoExternalUrl"], c.ui, c.demo)
			}
			if outputs["uiUrl"] != "http://jaeger-query.opentelemetry.svc:16686" || outputs["demoUrl"] != "http://go-demo.opentelemetry.svc:8080" {
				t.Errorf("addresses inside are %v and %v", outputs["uiUrl"], outputs["demoUrl"])
			}
			if err := pulumitest.Exports(outputs); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestANamespaceThatIsThereIsUsedAndNotManaged(t *testing.T) {
	values := dev()
	values["tracestack:namespace"], values["tracestack:createNamespace"] = "default", "false"
	graph, err := pulumitest.Run(t, values, nil, stacks.Run)
	if err != nil {
		t.Fatal(err)
	}
	if made := graph.Of("kubernetes:core/v1:Namespace"); len(made) != 0 {
		t.Errorf("%s is made", made[0].Name)
	}
	for _, r := range graph {
		if !strings.HasPrefix(r.Type, "kubernetes:") {
			continue
		}
		if metadata := r.Inputs["metadata"].ObjectValue(); metadata["namespace"].StringValue() != "default" {
			t.Errorf("%s is in %v", r.Name, metadata["namespace"])
		}
	}
}

func TestImagesComeFromWhereTheConfigurationSays(t *testing.T) {
	digest := "sha256:" + strings.Repeat("0", 64)
	values := dev()
	values["tracestack:images"] = `{"registry":"mirror.example.com:5000/hub","pullSecrets":["a","b"],` +
		`"jaeger":{"tag":"2.20.0","digest":"` + digest + `"},"demo":{"repository":"other.example.com/hotrod"}}`
	graph, err := pulumitest.Run(t, values, nil, stacks.Run)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"center-collector-deployment": "mirror.example.com:5000/hub/otel/opentelemetry-collector-k8s:" + versions.Collector.Tag,
		"jaeger-deployment":           "mirror.example.com:5000/hub/jaegertracing/jaeger:2.20.0@" + digest,
		"go-demo-deployment":          "other.example.com/hotrod:" + versions.HotROD.Tag,
	} {
		pod := graph.Named(t, deployment, name).Inputs["spec"].ObjectValue()["template"].ObjectValue()["spec"].ObjectValue()
		if got := pod["containers"].ArrayValue()[0].ObjectValue()["image"].StringValue(); got != want {
			t.Errorf("%s runs %s, want %s", name, got, want)
		}
		if secrets := pod["imagePullSecrets"].ArrayValue(); len(secrets) != 2 {
			t.Errorf("%s signs in with %v", name, secrets)
		}
	}
}

func TestWithoutTheDemoThereIsNoDemo(t *testing.T) {
	values := map[string]string{"kubernetes:context": "kind-dev"}
	if _, ok := pulumitest.Outputs(t, values, stacks.Run)["demoUrl"]; ok {
		t.Error("demoUrl is given")
	}
	graph, err := pulumitest.Run(t, values, nil, stacks.Run)
	if err != nil {
		t.Fatal(err)
	}
	if demo := graph.Of("tracestack:index:DemoApp"); len(demo) != 0 {
		t.Errorf("there is %s", demo[0].Name)
	}
}

const deployment = "kubernetes:apps/v1:Deployment"

func waitsFor(r pulumitest.Resource, name string) bool {
	return slices.ContainsFunc(r.Depends, func(urn string) bool { return strings.HasSuffix(urn, "::"+name) })
}

func TestTheDemoWaitsForTheCollectorAndTheCollectorForItsBackend(t *testing.T) {
	graph, err := pulumitest.Run(t, dev(), nil, stacks.Run)
	if err != nil {
		t.Fatal(err)
	}
	if !waitsFor(graph.Named(t, deployment, "go-demo-deployment"), "center-collector-deployment") {
		t.Error("the demo is made before the collector: its first spans are lost")
	}
	for _, name := range []string{"jaeger-deployment", "jaeger-collector-service"} {
		if !waitsFor(graph.Named(t, deployment, "center-collector-deployment"), name) {
			t.Errorf("the collector is deleted beside %s: what it holds is lost", name)
		}
	}
}

func TestEverythingIsMadeInANamespaceThatExists(t *testing.T) {
	graph, err := pulumitest.Run(t, dev(), nil, stacks.Run)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range graph {
		if strings.HasPrefix(r.Type, "kubernetes:") && r.Name != "namespace" && !waitsFor(r, "namespace") {
			t.Errorf("%s does not wait for the namespace", r.Name)
		}
	}
}

func TestAKubeconfigReachesTheProviderAsASecretOnlyWhereItIsOne(t *testing.T) {
	for _, c := range []struct {
		claim, kubeconfig string
		secret            []string
		hidden            bool
	}{
		{"a path is shown", "/home/me/.kube/config", nil, false},
		{"contents are a secret", "kind: Config\n", []string{"kubernetes:kubeconfig"}, true},
	} {
		t.Run(c.claim, func(t *testing.T) {
			graph, err := pulumitest.Run(t, map[string]string{"kubernetes:kubeconfig": c.kubeconfig}, c.secret, stacks.Run)
			if err != nil {
				t.Fatal(err)
			}
			provider := graph.Named(t, "pulumi:providers:kubernetes", "cluster")
			if got := provider.Inputs["kubeconfig"].IsSecret(); got != c.hidden {
				t.Errorf("secret: %v, want %v", got, c.hidden)
			}
		})
	}
}

func TestAProgramInsideAnotherProcessReadsItsKeysFromTheContext(t *testing.T) {
	var seen []string
	t.Setenv(pulumi.EnvConfig, "")
	if err := os.Unsetenv(pulumi.EnvConfig); err != nil {
		t.Fatal(err)
	}
	pulumitest.SetContext(t, dev()["kubernetes:context"])
	recorder := pulumitest.NewRecorder()
	err := pulumi.RunErr(stacks.Run, pulumi.WithMocks(pulumitest.Project, pulumitest.Stack, recorder), func(info *pulumi.RunInfo) {
		info.Config = dev()
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range recorder.Graph().Of("tracestack:index:DemoApp") {
		seen = append(seen, r.Name)
	}
	if !slices.Equal(seen, []string{"go-demo"}) {
		t.Errorf("the demo that the configuration asks for is %v", seen)
	}
}
