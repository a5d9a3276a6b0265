package kube

import (
	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/settings"
)

// Volume is a disk that outlives the pod.
type Volume struct {
	Path string // in the pod
	*settings.Volume
	// EachPod has a claim of its own, which Kubernetes makes from a template. Otherwise there is one pod
	// with one claim, which is a resource of the program's: templates cannot be changed, and are in no
	// preview.
	EachPod bool
}

const volumeName = "data"

// claim gives the pod its volume, and the templates of its claims where each pod has one.
func (s StatefulSet) claim(
	ctx *pulumi.Context, parent pulumi.Resource, r Role, pod *corev1.PodSpecArgs,
) (corev1.PersistentVolumeClaimTypeArray, error) {
	mount := corev1.VolumeMountArgs{Name: pulumi.String(volumeName), MountPath: pulumi.String(s.Volume.Path)}
	if s.Volume.EachPod {
		mountInAll(pod, mount)
		return corev1.PersistentVolumeClaimTypeArray{corev1.PersistentVolumeClaimTypeArgs{
			Metadata: &metav1.ObjectMetaArgs{Name: pulumi.String(volumeName), Labels: pulumi.ToStringMap(merged(r.Metadata.Labels, r.labels()))},
			Spec:     s.Volume.spec(),
		}}, nil
	}
	claim, err := corev1.NewPersistentVolumeClaim(ctx, r.Name+"-volume", &corev1.PersistentVolumeClaimArgs{
		// Many classes make the volume only for a pod that is there, and the pod comes after.
		Metadata: r.object(ctx, pulumi.String(naming.Volume(r.Name, s.Volume.StorageClass)), notAwaited),
		Spec:     s.Volume.spec(),
	}, pulumi.Parent(parent), If(s.Volume.Retain, pulumi.RetainOnDelete(true)))
	if err != nil {
		return nil, err
	}
	attach(pod, corev1.VolumeArgs{
		Name: pulumi.String(volumeName),
		PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSourceArgs{
			ClaimName: claim.Metadata.Name().Elem(),
		},
	}, mount)
	return nil, nil
}

// retention is what becomes of the claims made from a template. Those of pods that are scaled away stay:
// what is on them may be nowhere else yet.
func (v Volume) retention() *appsv1.StatefulSetPersistentVolumeClaimRetentionPolicyArgs {
	deleted := "Delete"
	if v.Retain {
		deleted = "Retain"
	}
	return &appsv1.StatefulSetPersistentVolumeClaimRetentionPolicyArgs{
		WhenDeleted: pulumi.String(deleted), WhenScaled: pulumi.String("Retain"),
	}
}

func (v Volume) spec() *corev1.PersistentVolumeClaimSpecArgs {
	return &corev1.PersistentVolumeClaimSpecArgs{
		AccessModes:      pulumi.ToStringArray([]string{"ReadWriteOnce"}),
		StorageClassName: optional(v.StorageClass),
		Resources: &corev1.VolumeResourceRequirementsArgs{
			Requests: pulumi.StringMap{"storage": pulumi.String(v.Size.String())},
		},
	}
}
