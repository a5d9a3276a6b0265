package components

import (
	"fmt"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render/environment"
)

// tell puts what applications must know of the gateway into their namespaces. It keeps its name when its
// content changes, because applications name it.
func (c *Collector) tell(ctx *pulumi.Context, name string, a CollectorArgs) error {
	service := naming.CollectorService(name)
	for _, namespace := range a.Applications.Namespaces {
		_, err := corev1.NewConfigMap(ctx, service+"-environment-"+namespace, &corev1.ConfigMapArgs{
			Metadata: kube.Object(ctx, a.Metadata, pulumi.String(environment.Name), pulumi.String(namespace),
				naming.Labels(collectorProduct, service, "environment"), nil),
			Data: c.Environment,
		}, pulumi.Parent(c))
		if err != nil {
			return fmt.Errorf("environment in %s: %w", namespace, err)
		}
	}
	return nil
}

// environment is the set for a gateway at an address. It is known at once, and handed on when the address is.
func (a CollectorArgs) environment(httpEndpoint pulumi.StringOutput) pulumi.StringMapOutput {
	gateway := environment.Gateway{Metrics: a.Metrics != nil, Logs: a.Logs != nil}
	if a.TLS != nil {
		gateway.CA, gateway.ClientCert = a.TLS.CASecret != "", a.TLS.ClientCASecret != ""
	}
	return httpEndpoint.ApplyT(func(address string) map[string]string {
		gateway.HTTPEndpoint = address
		return environment.Render(gateway)
	}).(pulumi.StringMapOutput)
}
