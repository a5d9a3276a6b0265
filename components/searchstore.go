package components

import (
	"fmt"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/settings"
)

// SearchStoreArgs are an Elasticsearch or an OpenSearch as a JaegerStack takes one.
type SearchStoreArgs struct {
	Engine settings.SearchEngine `pulumi:"engine" doc:"What it is: elasticsearch or opensearch."`
	settings.SearchStore
	Password       pulumi.StringInput  `pulumi:"password,optional" doc:"The password of the user, for which a Secret is made." rule:"must not be given with passwordSecret"`
	PasswordSecret *settings.SecretKey `pulumi:"passwordSecret,optional" doc:"The password of the user, in a Secret of the namespace." rule:"must be given with a user, or a password; must not be given with password"`
}

// Rules across the fields. Those of the embedded settings are asked by themselves.
func (a *SearchStoreArgs) Rules(l spec.Look) {
	a.CheckChosen(l)
	checkPassword(l, a.Password)
}

// checkPassword asks for one password with a user, and for none without.
func checkPassword(l spec.Look, password pulumi.StringInput) {
	given := password != nil || l.Given("passwordSecret")
	if password != nil && l.GivenSound("passwordSecret") {
		l.Refuse("passwordSecret", spec.NotShown, "must not be given with password")
	}
	if l.GivenSound("user") && !given {
		l.Refuse("passwordSecret", spec.NotSet, "must be given with a user, or a password")
	}
	if given && l.Sound("user") && !l.Given("user") {
		l.Refuse("user", spec.NotSet, "must be given with a password")
	}
}

// seal makes a secret of a password that came in plain, before anything is recorded of it.
func (a *SearchStoreArgs) seal() {
	if a != nil {
		a.Password = sealed(a.Password)
	}
}

func sealed(password pulumi.StringInput) pulumi.StringInput {
	if password == nil {
		return nil
	}
	return pulumi.ToSecret(password).(pulumi.StringOutput)
}

// credential is the entry of a Secret that lets pods in.
type credential struct {
	secret pulumi.StringInput
	entry  string
	// revision changes with the Secret, where it is made here.
	revision pulumi.StringInput
}

// passwordEntry is the one of a Secret that is made here.
const passwordEntry = "password"

// credential gives the entry that lets a user into what a Jaeger reaches, of a Secret that exists or of one
// that is made of the password; nil where nobody signs in. A Secret that is made is changed in place: pods
// that read it again do so while they run.
func (a JaegerStackArgs) credential(
	ctx *pulumi.Context, parent pulumi.Resource, name, of, user string, password pulumi.StringInput, existing ...*settings.SecretKey,
) (*credential, error) {
	for _, one := range existing {
		if one != nil {
			return &credential{secret: pulumi.String(one.SecretName), entry: one.Key}, nil
		}
	}
	if password == nil {
		return nil, nil
	}
	secret, err := corev1.NewSecret(ctx, name+"-"+of, &corev1.SecretArgs{
		Metadata: kube.Object(ctx, a.Metadata, pulumi.String(naming.JaegerPasswordSecret(name, of, user)), a.Namespace,
			naming.Labels("jaeger", name, of), nil),
		Type:       pulumi.String("Opaque"),
		StringData: pulumi.StringMap{passwordEntry: password},
	}, pulumi.Parent(parent))
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	return &credential{secret.Metadata.Name().Elem(), passwordEntry, secret.Metadata.ResourceVersion().Elem()}, nil
}
