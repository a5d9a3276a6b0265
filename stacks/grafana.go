package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/settings"
)

// composeGrafana gives what a Grafana needs, always as the output, and as objects where the
// configuration asks for them. The first backend is the one in use; nil is none.
func composeGrafana(ctx *pulumi.Context, c config.Config, at target, backends ...*exportedBackend) error {
	sources := components.GrafanaSources{Metrics: at.metricsArgs()}
	for _, backend := range backends {
		if backend != nil {
			sources.Backends = append(sources.Backends, *backend.Args())
		}
	}
	provisioning, err := sources.Provisioning()
	if err != nil {
		return err
	}
	ctx.Export("grafana", provisioning)
	if c.Grafana.Datasources == settings.GrafanaOutput {
		return nil
	}
	namespace := at.namespace
	if other := c.Grafana.Namespace; other != "" && other != c.Namespace {
		// Somebody else's, so there is nothing to wait for.
		namespace = pulumi.String(other).ToStringOutput()
	}
	_, err = components.NewGrafanaProvisioning(ctx, naming.Grafana, &components.GrafanaProvisioningArgs{
		Namespace:     namespace,
		Sources:       &sources,
		Datasources:   c.Grafana.Datasources,
		GrafanaLabels: c.Grafana.GrafanaLabels,
		Metadata:      c.Metadata(),
	}, pulumi.Provider(at.cluster))
	return err
}
