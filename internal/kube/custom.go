package kube

import (
	"cmp"
	"strings"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// CustomResource is what an operator makes a Deployment from, or a StatefulSet where each pod has a volume of its
// own. Its spec holds the configuration that a ConfigMap would hold otherwise. To all that it makes the operator
// hands on the resource's labels, but for four of its own, and its annotations.
type CustomResource struct {
	Version, Kind string
	Name          string // empty: the role's
	Makes         string // what the operator calls the Deployment or the StatefulSet
	Replicas      int
	Volume        *Volume // of each pod; nil: there is none
	Spec          func(Operated) map[string]any
}

// Operated is what a custom resource's spec is made from: all that a Deployment or a StatefulSet would have, so
// that an operator's pods get the same security, resources, account and volumes.
type Operated struct {
	Pod      *corev1.PodTemplateSpecArgs
	Replicas int
	Config   pulumi.Output                         // as maps and lists; nil where the role has none
	Claims   corev1.PersistentVolumeClaimTypeArray // nil: there are none
}

func (c CustomResource) replicas() int { return c.Replicas }

func (c CustomResource) target(r Role) target {
	return target{c.Version, c.Kind, cmp.Or(c.Name, r.Name)}
}

// run makes the resource and waits for its pods. As with a Deployment of the program's own its name tells the
// backend: for another there is a second resource, and the first goes with its pods when they have sent what
// they hold.
func (c CustomResource) run(ctx *pulumi.Context, parent pulumi.Resource, r Role) (pulumi.Resource, error) {
	served, err := Served(ctx, parent, r.Name+"-kind", c.Version)
	if err != nil {
		return nil, err
	}
	var config pulumi.Output
	if r.Pod.Config != nil {
		config = r.Pod.Config.object
	}
	r.Pod.Config = nil // The operator stores and mounts it.
	made, err := r.template(ctx, parent, true)
	if err != nil {
		return nil, err
	}
	of := Operated{Pod: made.PodTemplateSpecArgs, Replicas: r.replicas(), Config: config}
	name, options, err := c.volume(ctx, parent, r, made.pod, &of)
	if err != nil {
		return nil, err
	}
	spec, metadata := c.Spec(of), r.runner(ctx, nil)
	labels := metadata.Labels.(pulumi.StringMap)
	for key, value := range merged(r.Selector(), r.towards()) {
		labels[key] = pulumi.String(value)
	}
	awaited := markRevision(metadata, spec)
	resource, err := NewObject(ctx, name, c.Version, c.Kind, metadata, spec,
		pulumi.Parent(parent), pulumi.DependsOn(append([]pulumi.Resource{served}, r.After...)), r.leavesReplicas(), options)
	if err != nil {
		return nil, err
	}
	return awaited.by(ctx, r, c, pulumi.Parent(parent), pulumi.DependsOn([]pulumi.Resource{resource}))
}

// volume gives the pods what they write to, where they do, and says how the resource is called and what it
// depends on.
func (c CustomResource) volume(
	ctx *pulumi.Context, parent pulumi.Resource, r Role, pod *corev1.PodSpecArgs, of *Operated,
) (string, pulumi.ResourceOption, error) {
	if c.Volume == nil {
		r.place(pod, "pod-template-hash")
		return r.Name, pulumi.Composite(), nil
	}
	r.placeEach(pod)
	template, options, err := c.Volume.claimEach(ctx, parent, r, c.Makes, pod)
	of.Claims = corev1.PersistentVolumeClaimTypeArray{template}
	return r.Name + "-statefulset", pulumi.Composite(options, insteadOf("kubernetes:apps/v1:StatefulSet")), err
}

// insteadOf is for a resource that runs pods on the volumes of another, which goes before it comes: a volume is
// one pod's at a time. By the alias the engine takes the two for one resource, of another kind.
func insteadOf(other string) pulumi.ResourceOption {
	return pulumi.Composite(
		pulumi.Aliases([]pulumi.Alias{{Type: pulumi.String(other)}}),
		pulumi.ReplaceOnChanges([]string{"kind"}), pulumi.DeleteBeforeReplace(true),
	)
}

// operated tells whether an operator makes the role's pods, and labels them in its own way.
func (r Role) operated() bool {
	_, is := r.Runner.(CustomResource)
	return is
}

// NewObject makes an object of a kind that not every cluster knows. It must depend on its version
// being Served.
func NewObject(
	ctx *pulumi.Context, name, version, kind string, metadata *metav1.ObjectMetaArgs, spec any, opts ...pulumi.ResourceOption,
) (pulumi.Resource, error) {
	return apiextensions.NewCustomResource(ctx, name, &apiextensions.CustomResourceArgs{
		ApiVersion:  pulumi.String(version),
		Kind:        pulumi.String(kind),
		Metadata:    metadata,
		OtherFields: kubernetes.UntypedArgs{"spec": spec},
	}, opts...)
}

// Served reads where the cluster says who serves a version of a group of kinds. With nobody a preview would
// pass, and an update would try for minutes, or do nothing; a read that finds nothing ends both with a sentence
// that names it. The definition of a kind would do as well, but is megabytes of state.
func Served(ctx *pulumi.Context, parent pulumi.Resource, name, version string) (pulumi.Resource, error) {
	group, of, _ := strings.Cut(version, "/")
	service := &pulumi.CustomResourceState{}
	err := ctx.ReadResource("kubernetes:apiregistration.k8s.io/v1:APIService", name,
		pulumi.ID(of+"."+group), pulumi.Map{}, service, pulumi.Parent(parent))
	return service, err
}
