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
// its Deployment, with the very change that rolls the pods: so the label names the state, and the annotation
// is the provider's own for what to wait for.
type revision struct{ awaited pulumi.StringOutput }

const waitFor = "pulumi.com/waitFor"

// markRevision names the state by the hash of all that is in it.
func markRevision(metadata *metav1.ObjectMetaArgs, spec map[string]any, replicas int) revision {
	labels, annotations := metadata.Labels.(pulumi.StringMap), metadata.Annotations.(pulumi.StringMap)
	// Copies: what is added below is made of them.
	hash := pulumi.All(maps.Clone(labels), maps.Clone(annotations), pulumi.ToOutput(spec)).ApplyT(func(all []any) (string, error) {
		text, err := json.Marshal(all)
		sum := sha256.Sum256(text)
		return hex.EncodeToString(sum[:])[:10], err
	}).(pulumi.StringOutput)
	made := revision{hash.ApplyT(func(hash string) string { return rolledOutTo(hash, replicas) }).(pulumi.StringOutput)}
	labels[naming.RevisionLabel], annotations[waitFor] = hash, made.awaited
	return made
}

// rolledOutTo is true of the resource once the operator has acted on it: its status then has the selector of
// an autoscaler, and with it the label. It is true of the Deployment once that runs this state, and no
// other pods. Two conditions in one, because both objects have the annotation. No = stands
// alone in it, where the provider would cut it, and no blank before a ), which its parser does not take.
func rolledOutTo(hash string, replicas int) string {
	return fmt.Sprintf("jsonpath={.metadata.labels[?@=='%[1]s'&&($.status.scale.selector&&search($.status.scale.selector,'%[1]s')||"+
		"$.status.updatedReplicas==%[2]d&&$.status.availableReplicas==%[2]d&&$.status.replicas==%[2]d)]}", hash, replicas)
}

// by waits for the operator's Deployment: it patches the annotation that is there already.
func (v revision) by(ctx *pulumi.Context, r Role, deployment string, opts ...pulumi.ResourceOption) (pulumi.Resource, error) {
	return appsv1.NewDeploymentPatch(ctx, r.Name+"-rollout", &appsv1.DeploymentPatchArgs{
		Metadata: &metav1.ObjectMetaPatchArgs{
			Name: pulumi.String(deployment), Namespace: r.Namespace.ToStringOutput().ToStringPtrOutput(),
			Annotations: pulumi.StringMap{waitFor: v.awaited},
		},
	}, opts...)
}
