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

// CustomResource is what an operator makes a Deployment from. Its spec holds the configuration that a
// ConfigMap would hold otherwise. To all that it makes the operator hands on the resource's labels, but for
// four of its own, and its annotations.
type CustomResource struct {
	Version, Kind string
	Name          string // empty: the role's
	Deployment    string // what the operator calls the one that it makes
	Replicas      int
	// Spec is the resource's, made from the pod as a Deployment would have it, so that an operator's pods
	// get the same security, resources and account, and from the configuration as maps and lists; nil
	// where the role has none.
	Spec func(pod *corev1.PodTemplateSpecArgs, config pulumi.Output) map[string]any
}

func (c CustomResource) replicas() int { return c.Replicas }

func (c CustomResource) target(r Role) target {
	return target{c.Version, c.Kind, cmp.Or(c.Name, r.Name)}
}

// run makes the resource and waits for its pods. As with a Deployment of the program's own its name tells the
// backend: for another there is a second resource, and the first goes with its pods when they have sent what
// they hold.
func (c CustomResource) run(ctx *pulumi.Context, parent pulumi.Resource, r Role) (pulumi.Resource, error) {
	definition, err := Definition(ctx, parent, r.Name+"-kind", c.Version, c.Kind)
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
	r.place(made.pod, "pod-template-hash")
	spec, metadata := c.Spec(made.PodTemplateSpecArgs, config), r.runner(ctx, nil)
	labels := metadata.Labels.(pulumi.StringMap)
	for key, value := range merged(r.Selector(), r.towards()) {
		labels[key] = pulumi.String(value)
	}
	awaited := markRevision(metadata, spec, c.Replicas)
	resource, err := NewObject(ctx, r.Name, c.Version, c.Kind, metadata, spec,
		pulumi.Parent(parent), pulumi.DependsOn(append([]pulumi.Resource{definition}, r.After...)), r.leavesReplicas())
	if err != nil {
		return nil, err
	}
	return awaited.by(ctx, r, c.Deployment, pulumi.Parent(parent), pulumi.DependsOn([]pulumi.Resource{resource}))
}

// operated tells whether an operator makes the role's pods, and labels them in its own way.
func (r Role) operated() bool {
	_, is := r.Runner.(CustomResource)
	return is
}

// NewObject makes an object of a kind that not every cluster knows. It must depend on the kind's
// Definition.
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

// Definition reads the definition of a kind. Without one a preview would pass, and an update
// would try for minutes; a read that finds nothing ends both with a sentence that names it.
func Definition(ctx *pulumi.Context, parent pulumi.Resource, name, version, kind string) (pulumi.Resource, error) {
	group, _, _ := strings.Cut(version, "/")
	id := strings.ToLower(kind) + "s." + group
	definition := &pulumi.CustomResourceState{}
	err := ctx.ReadResource("kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition", name,
		pulumi.ID(id), pulumi.Map{}, definition, pulumi.Parent(parent))
	return definition, err
}
