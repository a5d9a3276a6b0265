package settings

import "github.com/tracestack/tracestack/internal/spec"

// Certificates are how pods know that what they reach is what it says, and show who they are.
type Certificates struct {
	TLS              bool   `json:"tls,omitempty" pulumi:"tls,optional" doc:"Whether TLS is spoken there."`
	CASecret         string `json:"caSecret,omitempty" pulumi:"caSecret,optional" format:"secret" doc:"Name of a Secret in the stack's namespace whose entry ca.crt signed the certificate that is shown there. Without one it must be signed by a public authority." rule:"must not be given without tls: true"`
	ClientCertSecret string `json:"clientCertSecret,omitempty" pulumi:"clientCertSecret,optional" format:"secret" doc:"Name of a Secret of type kubernetes.io/tls in the stack's namespace, with the certificate that Jaeger shows." rule:"must not be given without tls: true"`
}

// Rules across the fields, and those beside them that only TLS reads.
func (c *Certificates) Rules(l spec.Look) {
	for _, name := range []string{"caSecret", "clientCertSecret", "serverName"} {
		if l.GivenSound(name) && l.Sound("tls") && !c.TLS {
			l.Refuse(name, spec.NotShown, "must not be given without tls: true: no certificate is shown there")
		}
	}
}
