package platform

import (
	"errors"

	"github.com/tracestack/tracestack/lab/internal/node"
	"github.com/tracestack/tracestack/lab/pki"
)

// operatorSecrets makes the certificate with which the operator's webhooks answer the API server.
func operatorSecrets(s secrets) error {
	authority, own := s["opentelemetry-operator-ca"], s["opentelemetry-operator-controller-manager-service-cert"]
	if authority.value(authorityEntry) != nil && own.value("tls.crt") != nil {
		return nil
	}
	ca, err := pki.NewAuthority("opentelemetry-operator")
	if err != nil {
		return err
	}
	const host = "opentelemetry-operator-webhook-service.opentelemetry-operator-system.svc"
	cert, err := ca.Issue("opentelemetry-operator", "", host, host+"."+node.Domain)
	if err != nil {
		return err
	}
	return errors.Join(
		authority.set(authorityEntry, ca.Cert),
		own.set("tls.crt", cert.Cert), own.set("tls.key", cert.Key),
	)
}
