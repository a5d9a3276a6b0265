package kube

import (
	"strings"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// CustomResource is what an operator makes pods from. Its spec holds the configuration that a ConfigMap
// would hold otherwise.
type CustomResource struct {
	Version, Kind string
	Replicas      int
	// Spec is the resource's, made from the rendered configuration.
	Spec func(config map[string]any) map[string]any
	// WaitFor is when its pods run what it says, as the provider's annotation has it.
	WaitFor string
}

func (c CustomResource) replicas() int { return c.Replicas }

func (c CustomResource) run(ctx *pulumi.Context, parent pulumi.Resource, r Role) (pulumi.Resource, error) {
	definition, err := Definition(ctx, parent, r.Name+"-kind", c.Version, c.Kind)
	if err != nil {
		return nil, err
	}
	spec := r.Pod.Config.object.ApplyT(func(config any) map[string]any { return c.Spec(config.(map[string]any)) })
	return apiextensions.NewCustomResource(ctx, r.Name, &apiextensions.CustomResourceArgs{
		ApiVersion:  pulumi.String(c.Version),
		Kind:        pulumi.String(c.Kind),
		Metadata:    r.object(ctx, pulumi.String(r.Name), map[string]string{"pulumi.com/waitFor": c.WaitFor}),
		OtherFields: kubernetes.UntypedArgs{"spec": spec},
	}, pulumi.Parent(parent), pulumi.DependsOn([]pulumi.Resource{definition}))
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
