package kube

import (
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render"
)

// ConfigDir is where a product's file is in its pod.
const ConfigDir = "/etc/tracestack"

// Config is a rendered file, or will be when its inputs are known.
type Config struct {
	name       string
	body, hash pulumi.StringOutput
	object     pulumi.Output // the same as maps and lists, for a resource that holds it instead of a file
}

// NewConfig takes an output of a render.File.
func NewConfig(name string, rendered pulumi.Output) *Config {
	field := func(get func(render.File) string) pulumi.StringOutput {
		return rendered.ApplyT(func(f any) string { return get(f.(render.File)) }).(pulumi.StringOutput)
	}
	return &Config{
		name:   name,
		body:   field(func(f render.File) string { return f.Body }),
		hash:   field(func(f render.File) string { return f.Hash }),
		object: rendered.ApplyT(func(f any) (map[string]any, error) { return f.(render.File).Object() }),
	}
}

// Path is where the file is in its pod.
func (c Config) Path() string { return ConfigDir + "/" + c.name }

// configMap stores the file under a name that carries its hash. It is immutable: a change makes a
// new one beside it, and pods of the old rollout keep what they were started with.
func (r Role) configMap(ctx *pulumi.Context, parent pulumi.Resource) (*corev1.ConfigMap, error) {
	return corev1.NewConfigMap(ctx, r.Name+"-config", &corev1.ConfigMapArgs{
		Metadata: r.object(ctx, r.Pod.Config.hash.ApplyT(func(hash string) string {
			return naming.Hashed(r.Name, hash)
		}).(pulumi.StringOutput), nil),
		Immutable: pulumi.Bool(true),
		Data:      pulumi.StringMap{r.Pod.Config.name: r.Pod.Config.body},
	}, pulumi.Parent(parent))
}

// mount puts the stored file into the pod, read-only.
func (c Config) mount(pod *corev1.PodSpecArgs, stored *corev1.ConfigMap) {
	const volume = "config"
	attach(pod, corev1.VolumeArgs{
		Name: pulumi.String(volume), ConfigMap: &corev1.ConfigMapVolumeSourceArgs{Name: stored.Metadata.Name()},
	}, corev1.VolumeMountArgs{
		Name: pulumi.String(volume), MountPath: pulumi.String(ConfigDir), ReadOnly: pulumi.Bool(true),
	})
}
