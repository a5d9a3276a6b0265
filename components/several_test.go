package components_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/pulumitest"
	"github.com/tracestack/tracestack/settings"
)

func TestTwoTemposOfOneProgramAreTwoDatasources(t *testing.T) {
	outputs := pulumitest.Outputs(t, nil, func(ctx *pulumi.Context) error {
		var sources components.GrafanaSources
		for _, name := range []string{"tempo", "blocks"} {
			made, err := components.NewTempoStack(ctx, name, &components.TempoStackArgs{Namespace: pulumi.String("ns")})
			if err != nil {
				return err
			}
			sources.Backends = append(sources.Backends, *made.Backend.Args())
		}
		file, err := sources.Provisioning()
		ctx.Export("grafana", file)
		return err
	})
	datasources := outputs["grafana"].(map[string]any)["datasources"].([]map[string]any)
	for field, want := range map[string][2]string{"uid": {"tracestack-tempo", "tracestack-blocks"}, "name": {"Tempo", "Tempo (blocks)"}} {
		for i := range want {
			if got := datasources[i][field]; got != want[i] {
				t.Errorf("%s of the datasource %d is %v, want %s", field, i, got, want[i])
			}
		}
	}
}

func TestProvisioningRefusesSourcesThatGrafanaCannotUse(t *testing.T) {
	for claim, sources := range map[string]components.GrafanaSources{
		"none":                     {},
		"without a datasource":     {Backends: []components.BackendArgs{{Name: "a", OTLPEndpoint: pulumi.String("a:4317")}}},
		"a datasource without URL": {Backends: []components.BackendArgs{{Name: "a", Datasource: &components.DatasourceArgs{Name: "A", Type: "jaeger", UID: "a"}}}},
	} {
		if file, err := sources.Provisioning(); err == nil || !strings.Contains(err.Error(), "must be given") {
			t.Errorf("%s: gives %v and %v", claim, file, err)
		}
	}
}

func TestAUIDWithAnUnderscoreIsTheNameOfNoInvalidObject(t *testing.T) {
	args := byOperator()
	args.Sources.Backends[0].Datasource.UID = "my_tempo"
	for _, r := range run(t, provisioning(args)).Of(grafanaDatasourceType) {
		object := r.Object()
		if name := object["metadata"].(map[string]any)["name"].(string); strings.Contains(name, "_") {
			t.Errorf("an object is called %s", name)
		}
	}
}

func TestNobodyWaitsForAMirror(t *testing.T) {
	graph := run(t, func(ctx *pulumi.Context) error {
		ns := pulumi.String("ns")
		jaeger, err := components.NewJaegerStack(ctx, "jaeger", &components.JaegerStackArgs{Namespace: ns})
		if err != nil {
			return err
		}
		tempo, err := components.NewTempoStack(ctx, "tempo", &components.TempoStackArgs{Namespace: ns})
		if err != nil {
			return err
		}
		_, err = components.NewCollector(ctx, "center", &components.CollectorArgs{
			Namespace: ns, Backend: jaeger.Backend.Args(), Mirror: tempo.Backend.MirrorArgs(),
		})
		return err
	})
	if got := file(t, graph, "center-collector-config", "collector.yaml"); !strings.Contains(got, "endpoint: tempo.ns.svc:4317") {
		t.Errorf("copies do not go to Tempo:\n%s", got)
	}
	gateway := graph.Named(t, configMapType, "center-collector-config")
	if !waits(gateway, "jaeger-deployment") || waits(gateway, "tempo-statefulset") {
		t.Errorf("it waits for %v", gateway.Depends)
	}
}

func TestAStackWithALongNameHasABucket(t *testing.T) {
	args := traces(func(a *components.MinioBucketArgs) { a.Bucket = strings.Repeat("b", 63) })
	args.Retention = settings.Duration("2d")
	graph := run(t, minioBucket(args))
	prefix := graph.Named(t, randomType, "store-name").Object()["prefix"].(string)
	if len(prefix) > 88 {
		t.Errorf("its user begins with %d characters", len(prefix))
	}
}
