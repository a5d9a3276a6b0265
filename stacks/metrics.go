package stacks

import (
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/settings"
)

// metricsMode is none where nobody writes metrics: what is said of Prometheus may stay in the file
// while Tempo is away.
func metricsMode(c config.Config) settings.PrometheusMode {
	if _, writes := c.StorageOf(settings.BackendTempo); !writes {
		return settings.PrometheusNone
	}
	return c.Prometheus.Mode
}

// findPrometheus reads the Prometheus that is to be patched, if one is. It comes before everything
// else, so a stack that names one that is not there makes nothing.
func findPrometheus(ctx *pulumi.Context, c config.Config, cluster *kubernetes.Provider) error {
	if metricsMode(c) != settings.PrometheusPatch {
		return nil
	}
	_, err := components.GetPrometheus(ctx, c.Prometheus.Namespace, c.Prometheus.Name, pulumi.Provider(cluster))
	return err
}

// newMetrics gives the Prometheus that metrics are written to; nil where there is none.
func newMetrics(ctx *pulumi.Context, c config.Config, at target) (*components.MetricsStore, error) {
	if metricsMode(c) == settings.PrometheusNone {
		return nil, nil
	}
	args := &components.PrometheusRemoteWriteArgs{
		Namespace:  at.namespace,
		Prometheus: &c.Prometheus,
		Image:      c.Images.Prometheus.String(),
		Metadata:   c.Metadata(),
		Pods:       c.Pods(),
	}
	if c.Prometheus.NetworkPolicy != "" {
		args.Writers = naming.TempoPods(naming.Tempo)
	}
	written, err := components.NewPrometheusRemoteWrite(ctx, naming.Prometheus, args, pulumi.Provider(at.cluster))
	if err != nil {
		return nil, err
	}
	return &written.MetricsStore, nil
}
