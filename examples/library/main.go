// Command platform is a Pulumi program that uses tracestack's components without its
// configuration: with a provider and a namespace of its own, each component alone.
package main

import (
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(platform)
}

func platform(ctx *pulumi.Context) error {
	cluster, err := kubernetes.NewProvider(ctx, "platform", &kubernetes.ProviderArgs{
		Context: pulumi.String(config.Require(ctx, "kubernetes:context")),
		// What Grafana's sidecar reads is changed in place; what pods mount is immutable, and
		// replaced all the same.
		EnableConfigMapMutable: pulumi.Bool(true),
	})
	if err != nil {
		return err
	}
	namespace, err := corev1.NewNamespace(ctx, "tracing", &corev1.NamespaceArgs{
		Metadata: &metav1.ObjectMetaArgs{Name: pulumi.String("tracing")},
	}, pulumi.Provider(cluster))
	if err != nil {
		return err
	}
	name := namespace.Metadata.Name().Elem()
	for _, use := range []func(*pulumi.Context, pulumi.StringInput, pulumi.ProviderResource) error{
		traceStore, blocks, gateway, agents, demo, picture, bucket, metrics,
	} {
		if err := use(ctx, name, cluster); err != nil {
			return err
		}
	}
	return nil
}
