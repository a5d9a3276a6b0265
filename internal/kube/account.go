package kube

import (
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Account is a ServiceAccount of the role's own. A program that does not talk to the Kubernetes API has no
// token there.
type Account struct {
	// Annotations are what a cloud knows the pods by.
	Annotations map[string]string
	Token       bool
	Rights      *Rights // nil: none, or somebody else gives them
}

func (r Role) useAccount(ctx *pulumi.Context, parent pulumi.Resource, pod *corev1.PodSpecArgs) error {
	if r.Account == nil {
		return nil
	}
	args := &corev1.ServiceAccountArgs{
		Metadata:                     r.object(ctx, pulumi.String(r.Name), r.Account.Annotations),
		AutomountServiceAccountToken: pulumi.Bool(r.Account.Token),
	}
	if r.operated() {
		// The operator's pods have none of their own.
		args.ImagePullSecrets = r.pullSecrets()
	}
	account, err := corev1.NewServiceAccount(ctx, r.Name+"-account", args, pulumi.Parent(parent))
	if err == nil {
		pod.ServiceAccountName = account.Metadata.Name()
		pod.AutomountServiceAccountToken = pulumi.Bool(r.Account.Token)
	}
	return err
}
