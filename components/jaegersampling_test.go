package components_test

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/pulumitest"
	"github.com/tracestack/tracestack/settings"
)

func TestTheServiceThatTakesSpansAnswersSDKsWhereJaegerIsAsked(t *testing.T) {
	static := settings.Jaeger{Sampling: &settings.JaegerSampling{Mode: settings.SamplingStatic}}
	for claim, c := range map[string]struct {
		graph pulumitest.Graph
		want  string
	}{
		"nobody asks": {run(t, searching(asItIs)), "[otlp-grpc otlp-http]"},
		"strategies on a search store": {run(t, searching(func(a *components.JaegerStackArgs) { a.Jaeger = static })),
			"[otlp-grpc otlp-http sampling-http sampling-grpc]"},
		"strategies in memory": {run(t, jaegerStack("jaeger", &components.JaegerStackArgs{Namespace: pulumi.String("ns"), Jaeger: static})),
			"[otlp-grpc otlp-http sampling-http sampling-grpc]"},
		"Jaeger decides": {run(t, onVolume(func(a *components.JaegerStackArgs) {
			a.Sampling = &settings.JaegerSampling{Mode: settings.SamplingAdaptive}
		})), "[otlp-grpc otlp-http sampling-http sampling-grpc]"},
	} {
		var names []any
		for _, port := range c.graph.Named(t, serviceType, "jaeger-collector-service").Object()["spec"].(map[string]any)["ports"].([]any) {
			names = append(names, port.(map[string]any)["name"])
		}
		if got := fmt.Sprint(names); got != c.want {
			t.Errorf("%s: the Service has %s, want %s", claim, got, c.want)
		}
		if err := pulumitest.Configurations(c.graph); err != nil {
			t.Errorf("%s: %v", claim, err)
		}
	}
}

func TestJaegerCannotDecideOnASearchStore(t *testing.T) {
	refuses(t, searching(func(a *components.JaegerStackArgs) {
		a.Sampling = &settings.JaegerSampling{Mode: settings.SamplingAdaptive}
	}), "sampling.mode: adaptive: must not be adaptive with storage elasticsearch: Jaeger keeps what it has counted in memory or badger alone")
}
