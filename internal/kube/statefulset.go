package kube

import (
	"cmp"
	"fmt"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// StatefulSet runs pods that each write to a volume of their own.
type StatefulSet struct {
	Name     string // empty: the role's
	Replicas int
	Volume   Volume
	// Service that names each pod, a headless one where there are several.
	Service string
	// Otherwise is the type of what else may run the pods, on the same volumes; empty: nothing.
	Otherwise string
}

func (s StatefulSet) replicas() int { return s.Replicas }

func (s StatefulSet) target(r Role) target {
	return target{"apps/v1", "StatefulSet", cmp.Or(s.Name, r.Name)}
}

func (s StatefulSet) run(ctx *pulumi.Context, parent pulumi.Resource, r Role) (pulumi.Resource, error) {
	made, err := r.template(ctx, parent, true)
	if err != nil {
		return nil, err
	}
	r.placeEach(made.pod)
	spec := &appsv1.StatefulSetSpecArgs{
		Replicas:    pulumi.Int(r.replicas()),
		ServiceName: pulumi.String(s.Service),
		// In order, a pod that cannot become ready is waited for, even if it would be replaced by
		// one that can.
		PodManagementPolicy: pulumi.String("Parallel"),
		Selector:            &metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(r.podSelector())},
		Template:            made.PodTemplateSpecArgs,
	}
	volume, err := s.volume(ctx, parent, r, made.pod, spec)
	if err != nil {
		return nil, fmt.Errorf("volume: %w", err)
	}
	set, err := appsv1.NewStatefulSet(ctx, r.Name+"-statefulset", &appsv1.StatefulSetArgs{
		Metadata: r.runner(ctx, r.rolledOut()),
		Spec:     spec,
	}, pulumi.Parent(parent), pulumi.DependsOn(r.After), volume, r.leavesReplicas(), If(s.Otherwise != "", insteadOf(s.Otherwise)))
	if err != nil {
		return nil, fmt.Errorf("stateful set: %w", err)
	}
	return set, nil
}

// volume gives the pods what they write to, and says how the set depends on it.
func (s StatefulSet) volume(
	ctx *pulumi.Context, parent pulumi.Resource, r Role, pod *corev1.PodSpecArgs, spec *appsv1.StatefulSetSpecArgs,
) (pulumi.ResourceOption, error) {
	if !s.Volume.EachPod {
		return pulumi.Composite(), s.Volume.claim(ctx, parent, r, pod)
	}
	template, options, err := s.Volume.claimEach(ctx, parent, r, s.target(r).name, pod)
	spec.VolumeClaimTemplates = corev1.PersistentVolumeClaimTypeArray{template}
	return options, err
}

// placeEach puts the pods of a set where they are asked to be.
func (r Role) placeEach(pod *corev1.PodSpecArgs) {
	r.place(pod, "controller-revision-hash")
	// Only where it is wrong: with many files every start would take minutes.
	pod.SecurityContext.(*corev1.PodSecurityContextArgs).FsGroupChangePolicy = pulumi.String("OnRootMismatch")
}

// rolledOut is when a change of a StatefulSet has come to its pods. By itself the provider looks at a
// status that may be older than the change, and then waits for nothing: what the old pod still uses,
// such as its key to the store, would be deleted under it. Nobody can say so beforehand where an autoscaler
// decides how many pods there are, and then the provider does what it does.
func (r Role) rolledOut() map[string]string {
	if r.Autoscaling != nil {
		return nil
	}
	const condition = `["jsonpath={.status.updatedReplicas}=%[1]d","jsonpath={.status.availableReplicas}=%[1]d"]`
	return map[string]string{waitFor: fmt.Sprintf(condition, r.replicas())}
}
