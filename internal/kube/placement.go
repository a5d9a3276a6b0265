package kube

import (
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/settings"
)

// place puts the pods where they are asked to be. The rollout is the label that tells the pods of one
// from those of the next; empty: there is one pod, which has none to be kept apart from.
func (r Role) place(pod *corev1.PodSpecArgs, rollout string) {
	if secrets := r.pullSecrets(); secrets != nil {
		pod.ImagePullSecrets = secrets
	}
	if len(r.Placement.NodeSelector) > 0 {
		pod.NodeSelector = pulumi.ToStringMap(r.Placement.NodeSelector)
	}
	if len(r.Placement.Tolerations) > 0 {
		pod.Tolerations = tolerations(r.Placement.Tolerations)
	}
	if len(r.Placement.TopologySpread) > 0 && rollout != "" {
		pod.TopologySpreadConstraints = spreads(r.Placement.TopologySpread, r.podSelector(), rollout)
	}
}

func (r Role) pullSecrets() corev1.LocalObjectReferenceArray {
	var secrets corev1.LocalObjectReferenceArray
	for _, name := range r.Placement.PullSecrets {
		secrets = append(secrets, corev1.LocalObjectReferenceArgs{Name: pulumi.String(name)})
	}
	return secrets
}

func tolerations(given []settings.Toleration) corev1.TolerationArray {
	var all corev1.TolerationArray
	for _, t := range given {
		all = append(all, corev1.TolerationArgs{
			Key: optional(t.Key), Operator: pulumi.String(t.Operator), Value: optional(t.Value), Effect: optional(string(t.Effect)),
			TolerationSeconds: pulumi.IntPtrFromPtr(t.Seconds),
		})
	}
	return all
}

// spreads keep the pods of one role apart from each other only.
func spreads(given []settings.TopologySpread, selector map[string]string, rollout string) corev1.TopologySpreadConstraintArray {
	var all corev1.TopologySpreadConstraintArray
	for _, s := range given {
		all = append(all, corev1.TopologySpreadConstraintArgs{
			TopologyKey:       pulumi.String(s.TopologyKey),
			MaxSkew:           pulumi.Int(s.MaxSkew),
			WhenUnsatisfiable: pulumi.String(s.WhenUnsatisfiable),
			LabelSelector:     &metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(selector)},
			// Pods of the rollout that is ending do not count, or the new ones end up uneven.
			MatchLabelKeys: pulumi.ToStringArray([]string{rollout}),
		})
	}
	return all
}
