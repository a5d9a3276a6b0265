package kube

import (
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/settings"
)

// Scratch is a folder that is gone with the pod.
type Scratch struct {
	Path string
	Size settings.Data // a pod that writes more is evicted
}

func (s Scratch) mount(pod *corev1.PodSpecArgs) {
	const volume = "scratch"
	attach(pod, corev1.VolumeArgs{
		Name: pulumi.String(volume), EmptyDir: &corev1.EmptyDirVolumeSourceArgs{SizeLimit: pulumi.String(s.Size.String())},
	}, corev1.VolumeMountArgs{Name: pulumi.String(volume), MountPath: pulumi.String(s.Path)})
}
