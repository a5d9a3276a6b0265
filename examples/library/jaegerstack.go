package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/settings"
)

// traceStore is a JaegerStack alone: whatever speaks OTLP sends to it, whatever speaks Jaeger's
// query API reads from it.
func traceStore(ctx *pulumi.Context, namespace pulumi.StringInput, cluster pulumi.ProviderResource) error {
	traces, err := components.NewJaegerStack(ctx, "traces", &components.JaegerStackArgs{
		Namespace: namespace,
		Jaeger:    settings.Jaeger{MaxTraces: 20_000},
	}, pulumi.Provider(cluster))
	if err != nil {
		return err
	}
	ctx.Export("tracesOtlp", traces.Backend.OTLPEndpoint)
	ctx.Export("tracesUi", traces.Backend.UIURL)
	// One entry of Grafana's provisioning, for a Grafana that is run elsewhere.
	ctx.Export("tracesDatasource", traces.Backend.Datasource.ToMap())
	return nil
}
