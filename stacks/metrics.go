package stacks

import (
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/versions"
)

// metricsMode is none where nobody writes metrics: what is said of Prometheus may stay in the file
// while Tempo is away.
func metricsMode(c config.Config) config.PrometheusMode {
	if _, writes := c.StorageOf(config.BackendTempo); !writes {
		return config.NoPrometheus
	}
	return c.Prometheus.Mode
}

// findPrometheus reads the Prometheus that is to be patched; nil where none is. It comes before
// everything else, so a stack that names one that is not there makes nothing.
func findPrometheus(ctx *pulumi.Context, c config.Config, cluster *kubernetes.Provider) (*components.Prometheus, error) {
	if metricsMode(c) != config.PatchPrometheus {
		return nil, nil
	}
	return components.GetPrometheus(ctx, c.Prometheus.Namespace, c.Prometheus.Name, pulumi.Provider(cluster))
}

// newMetrics gives the Prometheus that metrics are written to; nil where there is none.
func newMetrics(ctx *pulumi.Context, c config.Config, found *components.Prometheus, at place) (*components.MetricsStore, error) {
	args := &components.PrometheusRemoteWriteArgs{
		Namespace: at.namespace,
		Image:     c.Images.Reference(c.Images.Prometheus, versions.Prometheus),
		Metadata:  metadata(c),
		Pods:      pods(c),
	}
	switch metricsMode(c) {
	case config.NoPrometheus:
		return nil, nil
	case config.PatchPrometheus:
		args.Patch = patch(c.Prometheus, found)
	case config.ExternalPrometheus:
		args.External = external(c.Prometheus)
	case config.StandalonePrometheus:
		args.Standalone = &components.PrometheusStandalone{}
	}
	written, err := components.NewPrometheusRemoteWrite(ctx, naming.Prometheus, args, pulumi.Provider(at.cluster))
	if err != nil {
		return nil, err
	}
	return &written.MetricsStore, nil
}

func patch(p config.Prometheus, found *components.Prometheus) *components.PrometheusPatch {
	patch := &components.PrometheusPatch{Prometheus: found, QueryURL: p.QueryURL}
	if p.NetworkPolicy != "" {
		patch.NetworkPolicy, patch.Writers = p.NetworkPolicy, naming.TempoPods(naming.Tempo)
	}
	return patch
}

func external(p config.Prometheus) *components.PrometheusExternal {
	external := &components.PrometheusExternal{WriteURLs: p.WriteURLs, QueryURL: p.QueryURL}
	if p.User != "" {
		external.Auth = &components.BasicAuth{
			User: p.User, SecretName: p.PasswordSecret.SecretName, PasswordEntry: p.PasswordSecret.Key,
		}
	}
	return external
}
