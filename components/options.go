package components

import (
	"maps"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/settings"
)

// object is the metadata of one object: what is asked for everywhere, below the object's own.
func object(
	m *settings.Metadata, name, namespace pulumi.StringInput, labels, annotations map[string]string,
) *metav1.ObjectMetaArgs {
	all := &metav1.ObjectMetaArgs{
		Name: name, Namespace: namespace, Labels: pulumi.ToStringMap(merged(m.Labels, labels)),
	}
	if own := merged(m.Annotations, annotations); len(own) > 0 {
		all.Annotations = pulumi.ToStringMap(own)
	}
	return all
}

// merged gives both; the second wins.
func merged(first, second map[string]string) map[string]string {
	all := map[string]string{}
	maps.Copy(all, first)
	maps.Copy(all, second)
	return all
}

// place puts the pods where they are asked to be. The selector finds the pods of one component,
// which are kept apart from each other only. The rollout is the label that tells one from the next.
func place(p settings.Pods, pod *corev1.PodSpecArgs, selector map[string]string, rollout string) {
	for _, name := range p.PullSecrets {
		secrets, _ := pod.ImagePullSecrets.(corev1.LocalObjectReferenceArray)
		pod.ImagePullSecrets = append(secrets, corev1.LocalObjectReferenceArgs{Name: pulumi.String(name)})
	}
	if len(p.NodeSelector) > 0 {
		pod.NodeSelector = pulumi.ToStringMap(p.NodeSelector)
	}
	if len(p.Tolerations) > 0 {
		pod.Tolerations = tolerations(p.Tolerations)
	}
	if len(p.TopologySpread) > 0 {
		pod.TopologySpreadConstraints = spreads(p.TopologySpread, selector, rollout)
	}
}

func tolerations(given []settings.Toleration) corev1.TolerationArray {
	var all corev1.TolerationArray
	for _, t := range given {
		all = append(all, corev1.TolerationArgs{
			Key: optional(t.Key), Operator: pulumi.String(t.Operator), Value: optional(t.Value), Effect: optional(string(t.Effect)),
		})
	}
	return all
}

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

// optional is an input that is left out when empty.
func optional(text string) pulumi.StringPtrInput {
	if text == "" {
		return nil
	}
	return pulumi.String(text)
}
