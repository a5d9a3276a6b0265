package components

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render/collector"
	"github.com/tracestack/tracestack/settings"
)

// receiver is who may send, as the collector reads it.
func (a CollectorArgs) receiver() collector.Receiver {
	signIn := a.SignIn
	made := collector.Receiver{
		SignIn: signIn.Kind, Tokens: len(signIn.TokenSecrets),
		Issuer: signIn.Issuer, Audience: signIn.Audience, IssuerCA: signIn.IssuerCASecret != "",
	}
	if a.TLS != nil {
		made.TLS, made.ClientCA, made.MinVersion = true, a.TLS.ClientCASecret != "", a.TLS.MinVersion
	}
	if a.Browser != nil {
		made.Origins, made.Headers = a.Browser.Origins, a.Browser.Headers
	}
	return made
}

// forwards are what is taken beside traces.
func (a CollectorArgs) forwards() map[collector.Signal]collector.Forward {
	all := map[collector.Signal]collector.Forward{}
	for _, one := range a.signals() {
		all[one.signal] = collector.Forward{To: one.ForwardTo, CA: one.CASecret != ""}
	}
	return all
}

// A forwarded is a signal beside traces that goes on to somebody else.
type forwarded struct {
	signal collector.Signal
	*settings.Forward
}

func (a CollectorArgs) signals() []forwarded {
	return slices.DeleteFunc([]forwarded{{collector.Metrics, a.Metrics}, {collector.Logs, a.Logs}}, func(one forwarded) bool { return one.Forward == nil })
}

// admit lets the pods see what lets senders in. A pod that cannot read it ends, and its last words say why.
func (a CollectorArgs) admit(role *kube.Role) {
	see := func(volume, secret, entry, file string) {
		if secret != "" {
			role.Pod.Secrets = append(role.Pod.Secrets, secretFile(volume, pulumi.String(secret), entry, file))
		}
	}
	if a.TLS != nil {
		role.Pod.Secrets = append(role.Pod.Secrets, keyPair("tls", a.TLS.Secret, collector.CertFile, collector.KeyFile))
		see("client-ca", a.TLS.ClientCASecret, "ca.crt", collector.ClientCAFile)
	}
	for i, token := range a.SignIn.TokenSecrets {
		see(fmt.Sprintf("token-%d", i), token.SecretName, token.Key, collector.TokenFile(i))
	}
	if users := a.SignIn.UsersSecret; users != nil {
		see("users", users.SecretName, users.Key, collector.UsersFile)
	}
	see("issuer-ca", a.SignIn.IssuerCASecret, "ca.crt", collector.IssuerCAFile)
	for _, one := range a.signals() {
		see(string(one.signal)+"-ca", one.CASecret, "ca.crt", one.signal.CAFile())
	}
	role.Pod.Containers[0].Tells = len(role.Pod.Secrets) > 0
}

// httpEndpoint is the address by HTTP.
func (a CollectorArgs) httpEndpoint(name string) pulumi.StringOutput {
	return a.Namespace.ToStringOutput().ApplyT(func(namespace string) string {
		address := naming.At(naming.CollectorService(name), namespace, naming.OTLPHTTP)
		address.TLS = a.TLS != nil
		return address.String()
	}).(pulumi.StringOutput)
}

// route leads pages from outside of the cluster to the port of HTTP.
func (a CollectorArgs) route(name string) *kube.Route {
	return &kube.Route{Route: a.Route, Service: naming.CollectorService(name), Port: naming.OTLPHTTP}
}
