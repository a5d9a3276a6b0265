package components

import (
	"fmt"
	"path"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render/jaeger"
	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/settings"
)

// SignIn is the password of a user of what a JaegerStack reaches.
type SignIn struct {
	Password       pulumi.StringInput  `pulumi:"password,optional" doc:"The password of the user, for which a Secret is made." rule:"must not be given with passwordSecret"`
	PasswordSecret *settings.SecretKey `pulumi:"passwordSecret,optional" doc:"The password of the user, in a Secret of the namespace." rule:"must be given with a user, or a password; must not be given with password"`
}

// Rules ask for one password with a user, and for none without. The user is beside them.
func (s *SignIn) Rules(l spec.Look) {
	given := s.Password != nil || l.Given("passwordSecret")
	if s.Password != nil && l.GivenSound("passwordSecret") {
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
func (s *SignIn) seal() {
	if s.Password != nil {
		s.Password = pulumi.ToSecret(s.Password).(pulumi.StringOutput)
	}
}

// access is how pods get into what a Jaeger reaches.
type access struct {
	of                         string // in the names of what is made for it
	files                      jaeger.Files
	caSecret, clientCertSecret string
	user                       string
	SignIn
	token *settings.SecretKey // instead of user and password
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

// credential gives the entry that lets the user in, of a Secret that exists or of one that is made of the
// password; nil where nobody signs in. A Secret that is made is changed in place: pods that read it again do
// so while they run.
func (a JaegerStackArgs) credential(ctx *pulumi.Context, parent pulumi.Resource, name string, to access) (*credential, error) {
	for _, existing := range []*settings.SecretKey{to.PasswordSecret, to.token} {
		if existing != nil {
			return &credential{secret: pulumi.String(existing.SecretName), entry: existing.Key}, nil
		}
	}
	if to.Password == nil {
		return nil, nil
	}
	secret, err := corev1.NewSecret(ctx, name+"-"+to.of, &corev1.SecretArgs{
		Metadata: kube.Object(ctx, a.Metadata, pulumi.String(naming.JaegerPasswordSecret(name, to.of, to.user)), a.Namespace,
			naming.Labels("jaeger", name, to.of), nil),
		Type:       pulumi.String("Opaque"),
		StringData: pulumi.StringMap{passwordEntry: to.Password},
	}, pulumi.Parent(parent))
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	return &credential{secret.Metadata.Name().Elem(), passwordEntry, secret.Metadata.ResourceVersion().Elem()}, nil
}

// certify lets the pods of a role see the certificates. A pod that is not let in ends, and its last words say
// why.
func (to access) certify(role *kube.Role) {
	pod := &role.Pod
	pod.Containers[0].Tells = true
	if to.caSecret != "" {
		pod.Secrets = append(pod.Secrets, secretFile(to.of+"-ca", pulumi.String(to.caSecret), "ca.crt", to.files.CA))
	}
	if to.clientCertSecret != "" {
		pod.Secrets = append(pod.Secrets, keyPair(to.of+"-client", to.clientCertSecret, to.files.Cert, to.files.Key))
	}
}

// secretFile is an entry of a Secret as a file.
func secretFile(volume string, secret pulumi.StringInput, entry, file string) kube.Secret {
	return kube.Secret{Volume: volume, Name: secret, Dir: path.Dir(file), Files: map[string]string{entry: path.Base(file)}}
}

// keyPair is a certificate and its key, of a Secret of type kubernetes.io/tls, as files.
func keyPair(volume, secret, cert, key string) kube.Secret {
	return kube.Secret{
		Volume: volume, Name: pulumi.String(secret), Dir: path.Dir(cert),
		Files: map[string]string{"tls.crt": path.Base(cert), "tls.key": path.Base(key)},
	}
}

// inFile gives it to the pods of a role as a file, which they read again when it changes.
func (c *credential) inFile(role *kube.Role, to access) {
	if c != nil {
		role.Pod.Secrets = append(role.Pod.Secrets, secretFile(to.of+"-credential", c.secret, c.entry, to.files.Credential))
	}
}

// inVariable gives it as an environment variable, which a pod reads only when it starts.
func (c *credential) inVariable(role *kube.Role, variable string) {
	if c == nil {
		return
	}
	container := &role.Pod.Containers[0]
	container.Env = append(container.Env, kube.Variable(variable, c.secret, c.entry))
	role.Pod.Revision = joined(role.Pod.Revision, c.revision)
}

// joined is a revision of both; nil where neither is known.
func joined(one, other pulumi.StringInput) pulumi.StringInput {
	if one == nil || other == nil {
		return orDefault(one, other)
	}
	return pulumi.Sprintf("%s.%s", one, other)
}
