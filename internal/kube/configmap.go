package kube

import (
	"path"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render"
)

// ConfigDir is where a product's file is in its pod.
const ConfigDir = "/etc/tracestack"

// Config is a rendered file, or will be when its inputs are known.
type Config struct {
	part       string // names the volume, and is in the name of the ConfigMap and of the annotation
	name       string
	at         string // where it is in its pod
	body, hash pulumi.StringOutput
	object     pulumi.Output // the same as maps and lists, for a resource that holds it instead of a file
}

// NewConfig takes an output of a render.File.
func NewConfig(name string, rendered pulumi.Output) *Config {
	field := func(get func(render.File) string) pulumi.StringOutput {
		return rendered.ApplyT(func(f any) string { return get(f.(render.File)) }).(pulumi.StringOutput)
	}
	return &Config{
		part:   "config",
		name:   name,
		at:     ConfigDir + "/" + name,
		body:   field(func(f render.File) string { return f.Body }),
		hash:   field(func(f render.File) string { return f.Hash }),
		object: rendered.ApplyT(func(f any) (map[string]any, error) { return f.(render.File).Object() }),
	}
}

// NewFile is a file that a pod reads beside its configuration. It is mounted alone: what else there is in its
// folder stays.
func NewFile(part, at string, rendered render.File) *Config {
	made := NewConfig(rendered.Name, pulumi.ToOutput(rendered))
	made.part, made.at = part, at
	return made
}

// Path is where the file is in its pod.
func (c Config) Path() string { return c.at }

// store puts a file in a ConfigMap under a name that carries its hash. It is immutable: a change makes a
// new one beside it, and pods of the old rollout keep what they were started with.
func (r Role) store(ctx *pulumi.Context, parent pulumi.Resource, c *Config) (*corev1.ConfigMap, error) {
	name := r.Name
	if c != r.Pod.Config {
		name += "-" + c.part
	}
	return corev1.NewConfigMap(ctx, r.Name+"-"+c.part, &corev1.ConfigMapArgs{
		Metadata: r.object(ctx, c.hash.ApplyT(func(hash string) string {
			return naming.Hashed(name, hash)
		}).(pulumi.StringOutput), nil),
		Immutable: pulumi.Bool(true),
		Data:      pulumi.StringMap{c.name: c.body},
	}, pulumi.Parent(parent))
}

// configure stores the files of the pod and mounts them. Where it rolls, the pod carries their hashes.
func (r Role) configure(
	ctx *pulumi.Context, parent pulumi.Resource, pod *corev1.PodSpecArgs, annotations pulumi.StringMap, rolls bool,
) error {
	all := r.Pod.Files
	if r.Pod.Config != nil {
		all = append([]*Config{r.Pod.Config}, all...)
	}
	for _, c := range all {
		stored, err := r.store(ctx, parent, c)
		if err != nil {
			return err
		}
		if rolls {
			annotations["checksum/"+c.part] = c.hash
		}
		c.mount(pod, stored)
	}
	return nil
}

// mount puts the stored file into the pod, read-only.
func (c Config) mount(pod *corev1.PodSpecArgs, stored *corev1.ConfigMap) {
	mount := corev1.VolumeMountArgs{Name: pulumi.String(c.part), MountPath: pulumi.String(ConfigDir), ReadOnly: pulumi.Bool(true)}
	if path.Dir(c.at) != ConfigDir {
		mount.MountPath, mount.SubPath = pulumi.String(c.at), pulumi.String(c.name)
	}
	attach(pod, corev1.VolumeArgs{
		Name: pulumi.String(c.part), ConfigMap: &corev1.ConfigMapVolumeSourceArgs{Name: stored.Metadata.Name()},
	}, mount)
}
