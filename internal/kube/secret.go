package kube

import (
	"maps"
	"slices"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Secret is an existing Secret that a pod sees as files in a folder.
type Secret struct {
	Volume string
	Name   pulumi.StringInput
	Dir    string
	// Files are the entries that the pod sees, each with the name of its file; nil: the whole Secret.
	Files map[string]string
}

func (s Secret) mount(pod *corev1.PodSpecArgs) {
	source := &corev1.SecretVolumeSourceArgs{SecretName: s.Name.ToStringOutput().ToStringPtrOutput()}
	if s.Files != nil {
		source.Items = items(s.Files)
	}
	attach(pod, corev1.VolumeArgs{Name: pulumi.String(s.Volume), Secret: source}, corev1.VolumeMountArgs{
		Name: pulumi.String(s.Volume), MountPath: pulumi.String(s.Dir), ReadOnly: pulumi.Bool(true),
	})
}

func items(files map[string]string) corev1.KeyToPathArray {
	var all corev1.KeyToPathArray
	for _, entry := range slices.Sorted(maps.Keys(files)) {
		all = append(all, corev1.KeyToPathArgs{Key: pulumi.String(entry), Path: pulumi.String(files[entry])})
	}
	return all
}

// Variable is an environment variable with the value of an entry of a Secret.
func Variable(name string, secret pulumi.StringInput, entry string) corev1.EnvVarArgs {
	return corev1.EnvVarArgs{Name: pulumi.String(name), ValueFrom: &corev1.EnvVarSourceArgs{
		SecretKeyRef: &corev1.SecretKeySelectorArgs{
			Name: secret.ToStringOutput().ToStringPtrOutput(), Key: pulumi.String(entry),
		},
	}}
}
