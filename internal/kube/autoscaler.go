package kube

import (
	autoscalingv2 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/autoscaling/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/naming"
)

// autoscaler lets the number of pods follow the processor time that they use.
func (r Role) autoscaler(ctx *pulumi.Context, parent, runner pulumi.Resource) error {
	if r.Autoscaling == nil {
		return nil
	}
	// Without the metrics of pods an autoscaler would do nothing, and say so nowhere but in its own status.
	metrics, err := Served(ctx, parent, r.Name+"-metrics", "metrics.k8s.io/v1beta1")
	if err != nil {
		return err
	}
	target := r.Runner.target(r)
	_, err = autoscalingv2.NewHorizontalPodAutoscaler(ctx, r.Name+"-autoscaler", &autoscalingv2.HorizontalPodAutoscalerArgs{
		Metadata: r.object(ctx, pulumi.String(r.Name), nil),
		Spec: &autoscalingv2.HorizontalPodAutoscalerSpecArgs{
			ScaleTargetRef: &autoscalingv2.CrossVersionObjectReferenceArgs{
				ApiVersion: pulumi.String(target.version), Kind: pulumi.String(target.kind), Name: pulumi.String(target.name),
			},
			MinReplicas: pulumi.Int(r.Autoscaling.MinReplicas),
			MaxReplicas: pulumi.Int(r.Autoscaling.MaxReplicas),
			Metrics: autoscalingv2.MetricSpecArray{autoscalingv2.MetricSpecArgs{
				Type: pulumi.String("Resource"),
				Resource: &autoscalingv2.ResourceMetricSourceArgs{
					Name: pulumi.String("cpu"),
					Target: &autoscalingv2.MetricTargetArgs{
						Type: pulumi.String("Utilization"), AverageUtilization: pulumi.Int(r.Autoscaling.TargetCPUUtilization),
					},
				},
			}},
			Behavior: &autoscalingv2.HorizontalPodAutoscalerBehaviorArgs{ScaleDown: scaleDown()},
		},
	}, pulumi.Parent(parent), pulumi.DependsOn([]pulumi.Resource{metrics, runner}))
	return err
}

// scaleDown takes pods away when the load has been lower for five minutes, and then a tenth of them each
// minute, one at least: each hands on what it holds before it goes. More come at once, as Kubernetes does
// by itself.
func scaleDown() *autoscalingv2.HPAScalingRulesArgs {
	atMost := func(kind string, amount int) autoscalingv2.HPAScalingPolicyArgs {
		return autoscalingv2.HPAScalingPolicyArgs{Type: pulumi.String(kind), Value: pulumi.Int(amount), PeriodSeconds: pulumi.Int(60)}
	}
	return &autoscalingv2.HPAScalingRulesArgs{
		StabilizationWindowSeconds: pulumi.Int(300),
		SelectPolicy:               pulumi.String("Max"),
		Policies:                   autoscalingv2.HPAScalingPolicyArray{atMost("Pods", 1), atMost("Percent", 10)},
	}
}

// replicas is how many pods there are at least.
func (r Role) replicas() int {
	if r.Autoscaling != nil {
		return r.Autoscaling.MinReplicas
	}
	return r.Runner.replicas()
}

// leavesReplicas keeps the number of pods as it is where an autoscaler decides it. The field stays in what the
// program says: were it taken out, Kubernetes would make it one when an autoscaler comes to pods that run
// already. The provider says to the cluster what is there already, or nothing where it was set by another.
func (r Role) leavesReplicas() pulumi.ResourceOption {
	return If(r.Autoscaling != nil, pulumi.IgnoreChanges([]string{"spec.replicas"}))
}

// scaledBy is on what runs pods that an autoscaler counts. When it goes, that is a change: the number that the
// program says is set again, though it may be the one that it said before there was an autoscaler.
func (r Role) scaledBy() map[string]string {
	if r.Autoscaling == nil {
		return nil
	}
	return map[string]string{naming.ReplicasAnnotation: "autoscaler"}
}
