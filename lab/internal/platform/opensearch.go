package platform

import (
	"errors"

	"golang.org/x/crypto/bcrypt"
	"sigs.k8s.io/yaml"

	"github.com/tracestack/tracestack/lab/internal/node"
	"github.com/tracestack/tracestack/lab/internal/pki"
)

// openSearchSecrets makes the certificate of OpenSearch, by an authority of its own, and its users.
func openSearchSecrets(s secrets) error {
	return errors.Join(openSearchCertificate(s), openSearchUsers(s))
}

func openSearchCertificate(s secrets) error {
	authority, own, public := s["elasticsearch-es-http-ca-internal"], s["elasticsearch-es-http-certs-internal"], s["elasticsearch-es-http-certs-public"]
	if authority.value("tls.crt") != nil && own.value("tls.crt") != nil && public.value("tls.crt") != nil {
		return nil
	}
	ca, err := pki.NewAuthority("elasticsearch-http")
	if err != nil {
		return err
	}
	const host = "elasticsearch-es-http"
	cert, err := ca.Issue("elasticsearch", "", host, host+".elk", host+".elk.svc", host+".elk.svc."+node.Domain)
	if err != nil {
		return err
	}
	return errors.Join(
		authority.set("tls.crt", ca.Cert), authority.set("tls.key", ca.Key),
		own.set("ca.crt", ca.Cert), own.set("tls.crt", cert.Cert), own.set("tls.key", cert.Key),
		public.set("ca.crt", ca.Cert), public.set("tls.crt", cert.Cert),
	)
}

// openSearchUsers writes the file that OpenSearch takes its users from at its first start. It holds
// hashes of the passwords, which the other Secrets have.
func openSearchUsers(s secrets) error {
	const entry = "internal_users.yml"
	if s["opensearch-users"].value(entry) != nil {
		return nil
	}
	file := map[string]any{"_meta": map[string]any{"type": "internalusers", "config_version": 2}}
	for user, password := range map[string][]byte{
		"elastic": s["elasticsearch-es-elastic-user"].value("elastic"),
		"jaeger":  s["jaeger-elasticsearch"].value("password"),
	} {
		hash, err := bcrypt.GenerateFromPassword(password, bcrypt.DefaultCost)
		if err != nil {
			return err
		}
		file[user] = map[string]any{"hash": string(hash)}
	}
	body, err := yaml.Marshal(file)
	if err != nil {
		return err
	}
	return s["opensearch-users"].set(entry, body)
}
