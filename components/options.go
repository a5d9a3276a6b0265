package components

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/naming"
)

// Metadata is put on every object that a component makes, its pods included.
type Metadata struct {
	// Labels beside the component's own, which may not be among them: selectors depend on those.
	Labels map[string]string `json:"labels,omitempty"`
	// Annotations beside the component's own, which win.
	Annotations map[string]string `json:"annotations,omitempty"`
}

// Pods is how a component's pods are pulled and placed.
type Pods struct {
	// PullSecrets are names of existing Secrets that sign in to the images' registry.
	PullSecrets []string `json:"pullSecrets,omitempty"`
	// NodeSelector holds labels that a node must have.
	NodeSelector map[string]string `json:"nodeSelector,omitempty"`
	// Tolerations let pods onto nodes with taints.
	Tolerations []Toleration `json:"tolerations,omitempty"`
	// TopologySpread keeps the pods of one component apart.
	TopologySpread []TopologySpread `json:"topologySpread,omitempty"`
}

// Toleration lets pods onto nodes with a taint, as Kubernetes defines it.
type Toleration struct {
	Key      string `json:"key,omitempty"` // empty: any, with operator Exists
	Operator string `json:"operator"`      // Equal or Exists
	Value    string `json:"value,omitempty"`
	Effect   string `json:"effect,omitempty"` // empty: any
}

// TopologySpread keeps the number of pods in two domains, such as nodes or zones, close.
type TopologySpread struct {
	TopologyKey       string `json:"topologyKey"` // the node label that names the domain
	MaxSkew           int    `json:"maxSkew"`
	WhenUnsatisfiable string `json:"whenUnsatisfiable"` // ScheduleAnyway or DoNotSchedule
}

func (m Metadata) validate() error {
	var problems []error
	for _, key := range slices.Sorted(maps.Keys(m.Labels)) {
		path := fmt.Sprintf("metadata.labels[%q]", key)
		switch value := m.Labels[key]; {
		case !naming.IsLabelKey(key):
			problems = append(problems, fmt.Errorf("%s: %q: must have the key of a label", path, value))
		case naming.IsOwnLabel(key):
			problems = append(problems, fmt.Errorf("%s: %q: must not be a label that the component sets", path, value))
		case !naming.IsLabelValue(value):
			problems = append(problems, fmt.Errorf("%s: %q: must be the value of a label", path, value))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(m.Annotations)) {
		if !naming.IsLabelKey(key) {
			problems = append(problems, fmt.Errorf("metadata.annotations[%q]: must have the key of an annotation", key))
		}
	}
	return errors.Join(problems...)
}

func (p Pods) validate() error {
	var problems []error
	for i, name := range p.PullSecrets {
		if !naming.IsSubdomain(name) {
			problems = append(problems, fmt.Errorf("pods.pullSecrets[%d]: %q: must be the name of a Secret", i, name))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(p.NodeSelector)) {
		if value := p.NodeSelector[key]; !naming.IsLabelKey(key) || !naming.IsLabelValue(value) {
			problems = append(problems, fmt.Errorf("pods.nodeSelector[%q]: %q: must be a label", key, value))
		}
	}
	for i, toleration := range p.Tolerations {
		problems = append(problems, toleration.validate(fmt.Sprintf("pods.tolerations[%d]", i)))
	}
	for i, spread := range p.TopologySpread {
		problems = append(problems, spread.validate(fmt.Sprintf("pods.topologySpread[%d]", i)))
	}
	return errors.Join(problems...)
}

func (t Toleration) validate(path string) error {
	return errors.Join(
		checkOneOf(path+".operator", t.Operator, "Equal", "Exists"),
		checkOneOf(path+".effect", t.Effect, "", "NoSchedule", "PreferNoSchedule", "NoExecute"),
		checkThat(t.Key == "" || naming.IsLabelKey(t.Key), path+".key", t.Key, "must be the key of a taint"),
		checkThat(t.Key != "" || t.Operator == "Exists", path+".key", t.Key, "must be given with operator Equal"),
		checkThat(t.Value == "" || t.Operator == "Equal", path+".value", t.Value, "must not be given with operator Exists"),
	)
}

func (s TopologySpread) validate(path string) error {
	return errors.Join(
		checkThat(naming.IsLabelKey(s.TopologyKey), path+".topologyKey", s.TopologyKey, "must be the key of a node's label"),
		checkRange(path+".maxSkew", s.MaxSkew, 1, 100),
		checkOneOf(path+".whenUnsatisfiable", s.WhenUnsatisfiable, "ScheduleAnyway", "DoNotSchedule"),
	)
}

// object is the metadata of one object: what is asked for everywhere, below the object's own.
func (m Metadata) object(
	name pulumi.StringInput, namespace pulumi.StringInput, labels, annotations map[string]string,
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
func (p Pods) place(pod *corev1.PodSpecArgs, selector map[string]string, rollout string) {
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

func tolerations(given []Toleration) corev1.TolerationArray {
	var all corev1.TolerationArray
	for _, t := range given {
		all = append(all, corev1.TolerationArgs{
			Key: optional(t.Key), Operator: pulumi.String(t.Operator), Value: optional(t.Value), Effect: optional(t.Effect),
		})
	}
	return all
}

func spreads(given []TopologySpread, selector map[string]string, rollout string) corev1.TopologySpreadConstraintArray {
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
