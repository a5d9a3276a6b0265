package kube

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/naming"
)

// revision is one state of a custom resource, which an operator turns into pods some time later. The
// resource's status does not tell of which state it is. But the operator hands a label and an annotation on to
// its Deployment or StatefulSet, with the very change that rolls the pods: so the label names the state, and the annotation
// is the provider's own for what to wait for.
type revision struct{ awaited pulumi.StringOutput }

const waitFor = "pulumi.com/waitFor"

// markRevision names the state by the hash of all that is in it.
func markRevision(metadata *metav1.ObjectMetaArgs, spec map[string]any) revision {
	labels, annotations := metadata.Labels.(pulumi.StringMap), metadata.Annotations.(pulumi.StringMap)
	// Copies: what is added below is made of them.
	hash := pulumi.All(maps.Clone(labels), maps.Clone(annotations), pulumi.ToOutput(spec)).ApplyT(func(all []any) (string, error) {
		text, err := json.Marshal(all)
		sum := sha256.Sum256(text)
		return hex.EncodeToString(sum[:])[:10], err
	}).(pulumi.StringOutput)
	made := revision{hash.ApplyT(rolledOutTo).(pulumi.StringOutput)}
	labels[naming.RevisionLabel], annotations[waitFor] = hash, made.awaited
	return made
}

// rolledOutTo is true of the resource once the operator has acted on it: its status then has the selector of
// an autoscaler, and with it the label. It is true of what runs the pods once that has seen this state, and runs it
// in as many pods as it should, and in no others. Two conditions in one, because both objects have the annotation. No
// = stands alone in it, where the provider would cut it, and no blank before a ), which its parser does not take.
func rolledOutTo(hash string) string {
	const all = "$.status.observedGeneration==$.metadata.generation&&$.status.updatedReplicas==$.spec.replicas&&" +
		"$.status.availableReplicas==$.spec.replicas&&$.status.replicas==$.spec.replicas"
	return fmt.Sprintf("jsonpath={.metadata.labels[?@=='%[1]s'&&($.status.scale.selector&&search($.status.scale.selector,'%[1]s')||%[2]s)]}", hash, all)
}

// by waits for what runs the pods: it patches the annotation that is there already.
func (v revision) by(ctx *pulumi.Context, r Role, c CustomResource, opts ...pulumi.ResourceOption) (pulumi.Resource, error) {
	name, metadata := r.Name+"-rollout", &metav1.ObjectMetaPatchArgs{
		Name: pulumi.String(c.Makes), Namespace: r.Namespace.ToStringOutput().ToStringPtrOutput(),
		Annotations: pulumi.StringMap{waitFor: v.awaited},
	}
	if c.Volume != nil {
		return appsv1.NewStatefulSetPatch(ctx, name, &appsv1.StatefulSetPatchArgs{Metadata: metadata}, opts...)
	}
	return appsv1.NewDeploymentPatch(ctx, name, &appsv1.DeploymentPatchArgs{Metadata: metadata}, opts...)
}
