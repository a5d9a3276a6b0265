package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
)

// demo is a DemoApp alone, sending to any OTLP/HTTP receiver there is.
func demo(ctx *pulumi.Context, namespace pulumi.StringInput, cluster pulumi.ProviderResource) error {
	rides, err := components.NewDemoApp(ctx, "rides", &components.DemoAppArgs{
		Namespace:    namespace,
		OTLPEndpoint: pulumi.String("http://otel-collector.observability.svc:4318"),
	}, pulumi.Provider(cluster))
	if err != nil {
		return err
	}
	ctx.Export("demoUrl", rides.URL)
	return nil
}
