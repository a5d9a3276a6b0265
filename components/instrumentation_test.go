package components_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/settings"
)

func instrumentation(args *components.InstrumentationArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := components.NewInstrumentation(ctx, "agents", args)
		return err
	}
}

// inShop is for one namespace, with what is changed.
func inShop(change func(*components.InstrumentationArgs)) *components.InstrumentationArgs {
	args := &components.InstrumentationArgs{
		OTLPHTTPEndpoint: pulumi.String("http://gateway.ns.svc:4318"), OTLPGRPCEndpoint: pulumi.String("gateway.ns.svc:4317"),
		Instrumentation: settings.Instrumentation{Namespaces: []string{"shop"}},
	}
	if change != nil {
		change(args)
	}
	return args
}

const theOperators = "kubernetes:opentelemetry.io/v1alpha1:Instrumentation"

func TestAnInstrumentationSaysAllThatTheOperatorsWebhookWouldFillIn(t *testing.T) {
	graph := run(t, instrumentation(inShop(nil)))
	spec := graph.Named(t, theOperators, "agents-shop").Object()["spec"].(map[string]any)
	for _, language := range []string{"java", "nodejs", "python", "dotnet", "go", "apacheHttpd", "nginx"} {
		agent := spec[language].(map[string]any)
		resources := "resourceRequirements"
		if language == "java" {
			resources = "resources"
		}
		got, _ := json.Marshal(agent[resources])
		if want := `{"limits":{"cpu":"500m","memory":"256Mi"},"requests":{"cpu":"50m","memory":"128Mi"}}`; string(got) != want {
			t.Errorf("%s gets %s, want %s", language, got, want)
		}
		if image, _ := agent["image"].(string); !strings.HasPrefix(image, "ghcr.io/open-telemetry/") {
			t.Errorf("%s is %q", language, image)
		}
	}
	for path, want := range map[string]string{
		"exporter": `{"endpoint":"http://gateway.ns.svc:4318"}`, "propagators": `["tracecontext","baggage"]`, "sampler": `{"type":"parentbased_always_on"}`,
		"env": `[{"name":"OTEL_EXPORTER_OTLP_PROTOCOL","value":"http/protobuf"},{"name":"OTEL_LOGS_EXPORTER","value":"none"},` +
			`{"name":"OTEL_METRICS_EXPORTER","value":"none"},{"name":"OTEL_TRACES_EXPORTER","value":"otlp"}]`,
	} {
		if got, _ := json.Marshal(spec[path]); string(got) != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
	for module, want := range map[string]string{
		"apacheHttpd": `[{"name":"ApacheModuleOtelExporterEndpoint","value":"http://gateway.ns.svc:4317"}]`,
		"nginx":       `[{"name":"NginxModuleOtelExporterEndpoint","value":"http://gateway.ns.svc:4317"}]`,
	} {
		if got, _ := json.Marshal(spec[module].(map[string]any)["attrs"]); string(got) != want {
			t.Errorf("%s, which speaks gRPC, is told %s, want %s", module, got, want)
		}
	}
}

func TestWhatAnInstrumentationIsGivenIsInEveryNamespace(t *testing.T) {
	graph := run(t, instrumentation(inShop(func(a *components.InstrumentationArgs) {
		a.Namespaces = []string{"shop", "billing"}
		a.Propagators = []settings.Propagator{settings.PropagatorB3}
		a.Sampler = &settings.Sampler{Type: settings.SamplerTraceIDRatio, Argument: "0.25"}
		a.ResourceAttributes = map[string]string{"deployment.environment.name": "prod"}
		a.Resources = &settings.Resources{Limits: &settings.Amounts{CPU: "1000m"}}
		a.Images = &settings.AgentImages{Java: &settings.Image{Repository: "registry.example.com/java", Tag: "2.0.0"}}
		a.Metadata = &settings.Metadata{Labels: map[string]string{"team": "tracing"}}
	})))
	for _, namespace := range []string{"shop", "billing"} {
		object := graph.Named(t, theOperators, "agents-"+namespace).Object()
		metadata, spec := object["metadata"].(map[string]any), object["spec"].(map[string]any)
		if metadata["namespace"] != namespace || metadata["name"] != "agents" || metadata["labels"].(map[string]any)["team"] != "tracing" {
			t.Errorf("%s: %v", namespace, metadata)
		}
		for path, want := range map[string]string{
			"propagators": `["b3"]`, "sampler": `{"argument":"0.25","type":"traceidratio"}`, "resource": `{"resourceAttributes":{"deployment.environment.name":"prod"}}`,
			"java": `{"image":"registry.example.com/java:2.0.0","resources":{"limits":{"cpu":"1","memory":"256Mi"},"requests":{"cpu":"50m","memory":"128Mi"}}}`,
		} {
			if got, _ := json.Marshal(spec[path]); string(got) != want {
				t.Errorf("%s: %s is %s, want %s", namespace, path, got, want)
			}
		}
	}
}

func TestAnInstrumentationRefusesWhatTheOperatorWouldRefuseOrOverwrite(t *testing.T) {
	refuses(t, instrumentation(&components.InstrumentationArgs{
		Instrumentation: settings.Instrumentation{
			Namespaces: []string{"shop", "Shop"}, ResourceAttributes: map[string]string{"service.name": "shop"},
			Sampler: &settings.Sampler{Type: settings.SamplerTraceIDRatio},
		},
	}),
		"namespaces[1]: Shop: must be a DNS label: at most 63 lower-case letters, digits and -",
		"otlpGrpcEndpoint: not set: must be given",
		"otlpHttpEndpoint: not set: must be given",
		`resourceAttributes["service.name"]: [not shown]: must be the name of an attribute, and not one that the operator sets for each pod`,
		"sampler.argument: not set: must be given with type traceidratio",
	)
}

func TestACollectorTellsApplicationsWhereItIs(t *testing.T) {
	graph := run(t, collector("edge", &components.CollectorArgs{
		Namespace: pulumi.String("ns"), Backend: &components.BackendArgs{Name: "tempo", OTLPEndpoint: pulumi.String("tempo.ns.svc:4317")},
		Applications: settings.Applications{Namespaces: []string{"shop", "billing"}},
	}))
	for _, namespace := range []string{"shop", "billing"} {
		told := graph.Named(t, configMapType, "edge-collector-environment-"+namespace)
		object := told.Object()
		metadata, data := object["metadata"].(map[string]any), object["data"].(map[string]any)
		if metadata["name"] != "otel-environment" || metadata["namespace"] != namespace || object["immutable"] != nil {
			t.Errorf("%s: %v, immutable %v", namespace, metadata, object["immutable"])
		}
		if got, want := data["OTEL_EXPORTER_OTLP_ENDPOINT"], "http://edge-collector.ns.svc:4318"; got != want {
			t.Errorf("%s: the endpoint is %v, want %s", namespace, got, want)
		}
		if !waits(told, "edge-collector-deployment") {
			t.Errorf("%s: it waits for %v", namespace, told.Depends)
		}
	}
}
