package kube

import (
	"maps"

	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/settings"
)

// Object is the metadata of one object: what is asked for everywhere, below the object's own, and
// whose it is. Pods do not say it: they go with what runs them.
func Object(
	ctx *pulumi.Context, everywhere *settings.Metadata, name, namespace pulumi.StringInput, labels, annotations map[string]string,
) *metav1.ObjectMetaArgs {
	owner := map[string]string{naming.StackAnnotation: naming.Stack(ctx.Project(), ctx.Stack())}
	return &metav1.ObjectMetaArgs{
		Name: name, Namespace: namespace,
		Labels:      pulumi.ToStringMap(merged(everywhere.Labels, labels)),
		Annotations: pulumi.ToStringMap(merged(everywhere.Annotations, annotations, owner)),
	}
}

// object is the metadata of one object of the role.
func (r Role) object(
	ctx *pulumi.Context, name pulumi.StringInput, annotations map[string]string,
) *metav1.ObjectMetaArgs {
	return Object(ctx, r.Metadata, name, r.Namespace, r.labels(), annotations)
}

// runner is the metadata of what runs the pods. Its fields are the program's: a number of pods or an image
// that somebody else has set gives way to the next change of the object, which by default ends with a
// conflict instead. The number of pods is the autoscaler's where there is one.
func (r Role) runner(ctx *pulumi.Context, annotations map[string]string) *metav1.ObjectMetaArgs {
	forced := map[string]string{"pulumi.com/patchForce": "true"}
	return r.object(ctx, pulumi.String(r.Runner.target(r).name), merged(annotations, forced, r.scaledBy()))
}

// merged gives all of them; the last wins.
func merged(some ...map[string]string) map[string]string {
	all := map[string]string{}
	for _, one := range some {
		maps.Copy(all, one)
	}
	return all
}

// optional is an input that is left out when empty.
func optional(text string) pulumi.StringPtrInput {
	if text == "" {
		return nil
	}
	return pulumi.String(text)
}

// The engine does not wait for an object with this annotation.
var notAwaited = map[string]string{"pulumi.com/skipAwait": "true"}
