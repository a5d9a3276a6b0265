package kube

import (
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	policyv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/policy/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// budget lets a drain of nodes take one pod at a time. A single pod gets none, as there is nothing to keep
// behind it. Where there may be more at times it has one, which lets the last pod go too.
func (r Role) budget(ctx *pulumi.Context, parent pulumi.Resource) error {
	// An operator makes one of its own, and of a pod with two budgets no drain takes any.
	if !r.Budget || r.operated() || r.Autoscaling == nil && r.Runner.replicas() < 2 {
		return nil
	}
	_, err := policyv1.NewPodDisruptionBudget(ctx, r.Name+"-budget", &policyv1.PodDisruptionBudgetArgs{
		Metadata: r.object(ctx, pulumi.String(r.Name), nil),
		Spec: &policyv1.PodDisruptionBudgetSpecArgs{
			MaxUnavailable: pulumi.Int(1),
			Selector:       &metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(r.Selector())},
			// A pod that does not run protects nothing, and must not keep its node either.
			UnhealthyPodEvictionPolicy: pulumi.String("AlwaysAllow"),
		},
	}, pulumi.Parent(parent))
	return err
}
