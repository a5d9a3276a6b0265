package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/settings"
)

// gateway is a Collector alone, in front of a backend that no component here makes.
func gateway(ctx *pulumi.Context, namespace pulumi.StringInput, cluster pulumi.ProviderResource) error {
	elsewhere := &components.BackendArgs{
		Name:         "tempo",
		OTLPEndpoint: pulumi.String("tempo.observability.svc:4317"),
	}
	edge, err := components.NewCollector(ctx, "edge", &components.CollectorArgs{
		Namespace: namespace,
		Backend:   elsewhere,
		Collector: settings.Collector{Replicas: 2},
		// Each of these namespaces, which must exist, gets a ConfigMap otel-environment for envFrom.
		Applications: settings.Applications{Namespaces: []string{"shop"}},
	}, pulumi.Provider(cluster))
	if err != nil {
		return err
	}
	// What applications get in their environment: the same.
	ctx.Export("otelEnvironment", edge.Environment)
	ctx.Export("otlpGrpcEndpoint", edge.OTLPGRPCEndpoint)
	ctx.Export("otlpHttpEndpoint", edge.OTLPHTTPEndpoint)
	return nil
}
