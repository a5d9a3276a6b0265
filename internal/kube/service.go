package kube

import (
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/naming"
)

// Service puts a stable address in front of the role's pods.
type Service struct {
	Name  string
	Ports []naming.Port
	// MorePorts are of what the program knows nothing of.
	MorePorts []NamedPort
	// Headless gives each pod an address of its own instead.
	Headless bool
	// NotReady has also the addresses of pods that are not ready: members of a group find each other before
	// they serve.
	NotReady bool
}

// make is not awaited: what runs the pods is awaited already, and Services that wait for pods take the
// engine's few workers, until with --parallel 4 none is left to make the pods.
//
// Where pods of another runner may be in their place, it comes after them: it leads to those until these are
// ready.
func (s Service) make(ctx *pulumi.Context, parent pulumi.Resource, r Role, runner pulumi.Resource) (*corev1.Service, error) {
	spec := &corev1.ServiceSpecArgs{
		Type:     pulumi.String("ClusterIP"),
		Selector: pulumi.ToStringMap(r.Selector()),
		Ports:    append(servicePorts(s.Ports), moreServicePorts(s.MorePorts)...),
	}
	if s.Headless {
		spec.ClusterIP = pulumi.String("None")
	}
	if s.NotReady {
		spec.PublishNotReadyAddresses = pulumi.Bool(true)
	}
	return corev1.NewService(ctx, s.Name+"-service", &corev1.ServiceArgs{
		Metadata: r.object(ctx, pulumi.String(s.Name), notAwaited), Spec: spec,
	}, pulumi.Parent(parent), If(r.Backend != "", pulumi.DependsOn([]pulumi.Resource{runner})))
}

func servicePorts(ports []naming.Port) corev1.ServicePortArray {
	var all corev1.ServicePortArray
	for _, port := range ports {
		all = append(all, &corev1.ServicePortArgs{
			Name:        pulumi.String(port.Name()),
			Port:        pulumi.Int(port),
			TargetPort:  pulumi.String(port.Name()),
			Protocol:    pulumi.String("TCP"),
			AppProtocol: pulumi.String(port.AppProtocol()),
		})
	}
	return all
}

func moreServicePorts(ports []NamedPort) corev1.ServicePortArray {
	var all corev1.ServicePortArray
	for _, port := range ports {
		all = append(all, &corev1.ServicePortArgs{
			Name: pulumi.String(port.Name), Port: pulumi.Int(port.Port), TargetPort: pulumi.Int(port.Port), Protocol: pulumi.String("TCP"),
		})
	}
	return all
}
