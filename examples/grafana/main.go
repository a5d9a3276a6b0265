// Command grafana is a Pulumi program that runs a Grafana for a tracestack stack. It knows nothing
// of tracestack but one output of that stack, grafana, which it reads through a StackReference and
// mounts as Grafana's provisioning files.
package main

import (
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(program)
}

func program(ctx *pulumi.Context) error {
	cluster, err := kubernetes.NewProvider(ctx, "cluster", &kubernetes.ProviderArgs{
		Context: pulumi.String(config.Require(ctx, "kubernetes:context")),
	})
	if err != nil {
		return err
	}
	shown := config.Require(ctx, "grafana:stack")
	stack, err := pulumi.NewStackReference(ctx, shown, nil)
	if err != nil {
		return err
	}
	files := stack.GetOutput(pulumi.String("grafana")).ApplyT(func(output any) (map[string]string, error) {
		return provisioningFiles(shown, output)
	}).(pulumi.StringMapOutput)

	namespace, err := corev1.NewNamespace(ctx, "grafana", &corev1.NamespaceArgs{
		Metadata: &metav1.ObjectMetaArgs{
			Name:   pulumi.String("grafana"),
			Labels: pulumi.StringMap{"pod-security.kubernetes.io/enforce": pulumi.String("restricted")},
		},
	}, pulumi.Provider(cluster))
	if err != nil {
		return err
	}
	return grafana(ctx, namespace.Metadata.Name().Elem(), files, passwords(ctx), pulumi.Provider(cluster))
}

// passwords are the variables in Grafana's environment that are secret. Where the stack's
// Prometheus knows users, its datasource names the variable that has the password.
func passwords(ctx *pulumi.Context) pulumi.StringMap {
	all := pulumi.StringMap{"GF_SECURITY_ADMIN_PASSWORD": config.RequireSecret(ctx, "grafana:adminPassword")}
	if password, err := config.TrySecret(ctx, "grafana:prometheusPassword"); err == nil {
		all["TRACESTACK_PROMETHEUS_PASSWORD"] = password
	}
	return all
}
