package kube

import (
	"maps"
	"slices"

	rbacv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/rbac/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Rights are what an account may do in the Kubernetes API.
type Rights struct {
	Namespace string              // empty: in every one
	Verbs     []string            // what it may do
	Resources map[string][]string // with what, by API group
}

// give makes the rights of the role's account. Its pods come after them: they ask when they start.
func (r Role) give(ctx *pulumi.Context, parent pulumi.Resource) ([]pulumi.Resource, error) {
	if r.Account == nil || r.Account.Rights == nil {
		return nil, nil
	}
	rights := *r.Account.Rights
	// The account's namespace is in the name: another stack may have the same in the cluster, or in that namespace.
	name := pulumi.Sprintf("%s-%s", r.Namespace, r.Name)
	metadata := r.object(ctx, name, nil)
	metadata.Namespace = optional(rights.Namespace)
	subject := rbacv1.SubjectArgs{Kind: pulumi.String("ServiceAccount"), Name: pulumi.String(r.Name), Namespace: r.Namespace.ToStringOutput().ToStringPtrOutput()}
	of := func(kind string) rbacv1.RoleRefArgs {
		return rbacv1.RoleRefArgs{ApiGroup: pulumi.String("rbac.authorization.k8s.io"), Kind: pulumi.String(kind), Name: name}
	}
	if rights.Namespace == "" {
		role, err := rbacv1.NewClusterRole(ctx, r.Name+"-role", &rbacv1.ClusterRoleArgs{Metadata: metadata, Rules: rights.rules()}, pulumi.Parent(parent))
		if err != nil {
			return nil, err
		}
		binding, err := rbacv1.NewClusterRoleBinding(ctx, r.Name+"-role-binding", &rbacv1.ClusterRoleBindingArgs{
			Metadata: metadata, RoleRef: of("ClusterRole"), Subjects: rbacv1.SubjectArray{subject},
		}, pulumi.Parent(parent))
		return []pulumi.Resource{role, binding}, err
	}
	role, err := rbacv1.NewRole(ctx, r.Name+"-role", &rbacv1.RoleArgs{Metadata: metadata, Rules: rights.rules()}, pulumi.Parent(parent))
	if err != nil {
		return nil, err
	}
	binding, err := rbacv1.NewRoleBinding(ctx, r.Name+"-role-binding", &rbacv1.RoleBindingArgs{
		Metadata: metadata, RoleRef: of("Role"), Subjects: rbacv1.SubjectArray{subject},
	}, pulumi.Parent(parent))
	return []pulumi.Resource{role, binding}, err
}

func (r Rights) rules() rbacv1.PolicyRuleArray {
	var all rbacv1.PolicyRuleArray
	for _, group := range slices.Sorted(maps.Keys(r.Resources)) {
		all = append(all, rbacv1.PolicyRuleArgs{
			ApiGroups: pulumi.ToStringArray([]string{group}), Resources: pulumi.ToStringArray(r.Resources[group]), Verbs: pulumi.ToStringArray(r.Verbs),
		})
	}
	return all
}
