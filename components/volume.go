package components

import (
	"fmt"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/naming"
)

// claim asks for the volume. It is not a template of the StatefulSet: those cannot be changed, stay
// behind when it goes, and are in no preview.
func (w workload) claim(ctx *pulumi.Context, parent pulumi.Resource) (*corev1.PersistentVolumeClaim, error) {
	spec := &corev1.PersistentVolumeClaimSpecArgs{
		AccessModes:      pulumi.ToStringArray([]string{"ReadWriteOnce"}),
		StorageClassName: optional(w.disk.StorageClass),
		Resources: &corev1.VolumeResourceRequirementsArgs{
			Requests: pulumi.StringMap{"storage": pulumi.String(w.disk.Size.String())},
		},
	}
	return corev1.NewPersistentVolumeClaim(ctx, w.name+"-volume", &corev1.PersistentVolumeClaimArgs{
		Metadata: object(w.metadata, pulumi.String(naming.Volume(w.name, w.disk.StorageClass)), w.namespace, w.labels(), map[string]string{
			// Many classes make the volume only for a pod that is there, and the pod comes after.
			"pulumi.com/skipAwait": "true",
		}),
		Spec: spec,
	}, pulumi.Parent(parent), pulumi.RetainOnDelete(w.disk.Retain))
}

// statefulSet runs the one pod that writes to the volume.
func (w workload) statefulSet(
	ctx *pulumi.Context, parent pulumi.Resource, template *corev1.PodTemplateSpecArgs,
) (*appsv1.StatefulSet, error) {
	claim, err := w.claim(ctx, parent)
	if err != nil {
		return nil, fmt.Errorf("volume: %w", err)
	}
	const volume = "data"
	pod := template.Spec.(*corev1.PodSpecArgs)
	attach(pod, corev1.VolumeArgs{
		Name: pulumi.String(volume),
		PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSourceArgs{
			ClaimName: claim.Metadata.Name().Elem(),
		},
	}, corev1.VolumeMountArgs{Name: pulumi.String(volume), MountPath: pulumi.String(w.disk.path)})
	// Only where it is wrong: with many files every start would take minutes.
	pod.SecurityContext.(*corev1.PodSecurityContextArgs).FsGroupChangePolicy = pulumi.String("OnRootMismatch")
	set, err := appsv1.NewStatefulSet(ctx, w.name+"-statefulset", &appsv1.StatefulSetArgs{
		Metadata: object(w.metadata, pulumi.String(w.name), w.namespace, w.labels(), map[string]string{
			"pulumi.com/waitFor": rolledOut(w.replicas),
		}),
		Spec: &appsv1.StatefulSetSpecArgs{
			Replicas:    pulumi.Int(w.replicas),
			ServiceName: pulumi.String(w.name),
			// In order, a pod that cannot become ready is waited for, even if it would be replaced by
			// one that can.
			PodManagementPolicy: pulumi.String("Parallel"),
			Selector:            &metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(w.selector())},
			Template:            template,
		},
	}, pulumi.Parent(parent))
	if err != nil {
		return nil, fmt.Errorf("stateful set: %w", err)
	}
	return set, nil
}

// rolledOut is when a change of a StatefulSet has come to its pods. By itself the provider looks at a
// status that may be older than the change, and then waits for nothing: what the old pod still uses,
// such as its key to the store, would be deleted under it.
func rolledOut(replicas int) string {
	return fmt.Sprintf(`["jsonpath={.status.updatedReplicas}=%[1]d","jsonpath={.status.availableReplicas}=%[1]d"]`, replicas)
}
