package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/settings"
)

// metrics is a PrometheusRemoteWrite alone: kube-prometheus' Prometheus takes metrics by remote
// write, until this is destroyed.
func metrics(ctx *pulumi.Context, namespace pulumi.StringInput, cluster pulumi.ProviderResource) error {
	written, err := components.NewPrometheusRemoteWrite(ctx, "metrics", &components.PrometheusRemoteWriteArgs{
		Namespace: namespace,
		Prometheus: &settings.Prometheus{
			Mode:          settings.PrometheusPatch,
			Namespace:     "monitoring",
			Name:          "k8s",
			NetworkPolicy: "prometheus-k8s",
		},
		Writers: map[string]string{"app.kubernetes.io/name": "tempo"},
	}, pulumi.Provider(cluster))
	if err != nil {
		return err
	}
	ctx.Export("metricsWrite", written.MetricsStore.RemoteWriteURLs)
	ctx.Export("metricsQuery", written.MetricsStore.QueryURL)
	return nil
}
