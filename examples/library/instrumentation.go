package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/settings"
)

// agents is an Instrumentation alone, for pods of one namespace and a gateway that no component here makes. The
// namespace must exist, and the cluster must have the OpenTelemetry operator.
func agents(ctx *pulumi.Context, _ pulumi.StringInput, cluster pulumi.ProviderResource) error {
	_, err := components.NewInstrumentation(ctx, "agents", &components.InstrumentationArgs{
		OTLPHTTPEndpoint: pulumi.String("http://gateway.observability.svc:4318"),
		OTLPGRPCEndpoint: pulumi.String("gateway.observability.svc:4317"),
		Instrumentation: settings.Instrumentation{
			Namespaces: []string{"shop"},
			Sampler:    &settings.Sampler{Type: settings.SamplerParentBasedTraceIDRatio, Argument: "0.25"},
		},
	}, pulumi.Provider(cluster))
	return err
}
