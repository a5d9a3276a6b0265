package kube

import (
	"fmt"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/settings"
)

// Volume is a disk that outlives the pod. Each claim is a resource of the program's, also where Kubernetes
// would make it from a template: previews show it, and it grows in place.
type Volume struct {
	Path string // in the pod
	*settings.Volume
	// EachPod has a claim of its own. Otherwise there is one pod with one claim.
	EachPod bool
}

const volumeName = "data"

// claim gives the one pod its volume.
func (v Volume) claim(ctx *pulumi.Context, parent pulumi.Resource, r Role, pod *corev1.PodSpecArgs) error {
	claim, err := corev1.NewPersistentVolumeClaim(ctx, r.Name+"-volume", &corev1.PersistentVolumeClaimArgs{
		// Many classes make the volume only for a pod that is there, and the pod comes after.
		Metadata: r.object(ctx, pulumi.String(naming.Volume(r.Name, v.StorageClass)), notAwaited),
		Spec:     v.spec(),
	}, pulumi.Parent(parent), v.stays())
	if err != nil {
		return err
	}
	attach(pod, corev1.VolumeArgs{
		Name: pulumi.String(volumeName),
		PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSourceArgs{
			ClaimName: claim.Metadata.Name().Elem(),
		},
	}, corev1.VolumeMountArgs{Name: pulumi.String(volumeName), MountPath: pulumi.String(v.Path)})
	return nil
}

// claimEach gives each pod of a StatefulSet its volume: the template that the set must have, and the claims
// under the names that Kubernetes gives them, which it then takes. By the template alone are those of pods
// that an autoscaler, or somebody else, adds. The options are for what has the template.
func (v Volume) claimEach(
	ctx *pulumi.Context, parent pulumi.Resource, r Role, set string, pod *corev1.PodSpecArgs,
) (template corev1.PersistentVolumeClaimTypeArgs, options pulumi.ResourceOption, err error) {
	name := naming.VolumeOfEach(v.StorageClass)
	mountInAll(pod, corev1.VolumeMountArgs{Name: pulumi.String(name), MountPath: pulumi.String(v.Path)})
	var claims []pulumi.Resource
	for i := range r.replicas() {
		claim, err := corev1.NewPersistentVolumeClaim(ctx, fmt.Sprintf("%s-volume-%d", r.Name, i), &corev1.PersistentVolumeClaimArgs{
			Metadata: r.object(ctx, pulumi.String(naming.PodClaim(name, set, i)), notAwaited),
			Spec:     v.spec(),
		}, pulumi.Parent(parent), v.stays())
		if err != nil {
			return template, nil, err
		}
		claims = append(claims, claim)
	}
	metadata := r.object(ctx, pulumi.String(name), nil)
	metadata.Namespace = nil // The set's.
	return corev1.PersistentVolumeClaimTypeArgs{Metadata: metadata, Spec: v.spec()}, pulumi.Composite(
		pulumi.DependsOn(claims),
		// A template cannot be changed: for another size or label the set would be deleted with its pods, and made
		// anew. The claims themselves change in place.
		pulumi.IgnoreChanges([]string{
			"spec.volumeClaimTemplates[0].spec.resources",
			"spec.volumeClaimTemplates[0].metadata.labels", "spec.volumeClaimTemplates[0].metadata.annotations",
		}),
	), nil
}

func (v Volume) stays() pulumi.ResourceOption { return If(v.Retain, pulumi.RetainOnDelete(true)) }

func (v Volume) spec() *corev1.PersistentVolumeClaimSpecArgs {
	return &corev1.PersistentVolumeClaimSpecArgs{
		AccessModes:      pulumi.ToStringArray([]string{"ReadWriteOnce"}),
		StorageClassName: optional(v.StorageClass),
		Resources: &corev1.VolumeResourceRequirementsArgs{
			Requests: pulumi.StringMap{"storage": pulumi.String(v.Size.String())},
		},
	}
}
