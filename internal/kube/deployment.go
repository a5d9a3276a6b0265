package kube

import (
	"fmt"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/naming"
)

// Deployment runs pods of which one is as good as another.
type Deployment struct {
	Replicas int
	// OneAtATime lets the old pod go before the new one starts, where two would each have a part of the
	// data. Otherwise the new one starts first: a gateway that is away for a moment loses the spans of
	// every application.
	OneAtATime bool
}

func (d Deployment) replicas() int { return d.Replicas }

func (Deployment) target(r Role) target {
	return target{"apps/v1", "Deployment", naming.Deployment(r.Name, r.Backend)}
}

// Where pods send to a backend the Deployment carries that backend's name, so that for another a second
// one is made: were it changed in place, the backend would be deleted while old pods are still sending
// what they hold.
func (d Deployment) run(ctx *pulumi.Context, parent pulumi.Resource, r Role) (pulumi.Resource, error) {
	made, err := r.template(ctx, parent, true)
	if err != nil {
		return nil, err
	}
	r.place(made.pod, "pod-template-hash")
	deployment, err := appsv1.NewDeployment(ctx, r.Name+"-deployment", &appsv1.DeploymentArgs{
		Metadata: r.runner(ctx, nil),
		Spec: &appsv1.DeploymentSpecArgs{
			Replicas: pulumi.Int(r.replicas()),
			Strategy: d.strategy(),
			Selector: &metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(r.podSelector())},
			Template: made.PodTemplateSpecArgs,
		},
	}, pulumi.Parent(parent), pulumi.DependsOn(r.After), r.leavesReplicas())
	if err != nil {
		return nil, fmt.Errorf("deployment: %w", err)
	}
	return deployment, nil
}

func (d Deployment) strategy() appsv1.DeploymentStrategyArgs {
	if d.OneAtATime {
		return appsv1.DeploymentStrategyArgs{Type: pulumi.String("Recreate")}
	}
	return appsv1.DeploymentStrategyArgs{
		Type: pulumi.String("RollingUpdate"),
		RollingUpdate: &appsv1.RollingUpdateDeploymentArgs{
			MaxSurge: pulumi.Int(1), MaxUnavailable: pulumi.Int(0),
		},
	}
}
