package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/settings"
)

// picture is a GrafanaProvisioning alone: a Grafana with the sidecar of its chart shows the traces
// of a Jaeger that no component here makes.
func picture(ctx *pulumi.Context, namespace pulumi.StringInput, cluster pulumi.ProviderResource) error {
	elsewhere := components.BackendArgs{Name: "jaeger", Datasource: &components.DatasourceArgs{
		Name: "Jaeger in production", Type: "jaeger", UID: "jaeger-production",
		URL: pulumi.String("http://jaeger-query.observability.svc:16686"),
	}}
	sources := &components.GrafanaSources{Backends: []components.BackendArgs{elsewhere}}
	if _, err := components.NewGrafanaProvisioning(ctx, "picture", &components.GrafanaProvisioningArgs{
		Namespace:   namespace,
		Sources:     sources,
		Datasources: settings.GrafanaConfigMap,
	}, pulumi.Provider(cluster)); err != nil {
		return err
	}
	// The same for a Grafana that is run in another way: a provisioning file as it stands.
	file, err := sources.Provisioning()
	if err != nil {
		return err
	}
	ctx.Export("grafana", file)
	return nil
}
