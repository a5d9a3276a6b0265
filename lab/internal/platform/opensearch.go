package platform

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/crypto/bcrypt"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/tracestack/tracestack/lab/cluster"
	"github.com/tracestack/tracestack/lab/internal/node"
	"github.com/tracestack/tracestack/lab/pki"
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

// openSearchHands reads what a stack's pods need of the store and cannot read in its own namespace.
func openSearchHands(ctx context.Context, c *cluster.Cluster, config Config) ([]*unstructured.Unstructured, error) {
	read := c.Resource(cluster.Core("secrets"), "elk")
	public, err := read.Get(ctx, "elasticsearch-es-http-certs-public", metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	user, err := read.Get(ctx, "jaeger-elasticsearch", metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	return openSearchHanded(config, secret{public}.value("ca.crt"), secret{user}.value("password"))
}

// openSearchHanded is a stack's namespace with the authority and the password of Jaeger's user, in Secrets
// of the names in the stack's file. Where the stack makes its namespace, nobody can put them there before.
func openSearchHanded(config Config, authority, password []byte) ([]*unstructured.Unstructured, error) {
	namespace := config.text("namespace")
	if namespace == "" || fmt.Sprint(config["tracestack:createNamespace"]) != "false" {
		return nil, nil
	}
	all := []*unstructured.Unstructured{newObject("Namespace", "", namespace)}
	all[0].SetLabels(map[string]string{"pod-security.kubernetes.io/enforce": "restricted"})
	for _, storage := range []string{"elasticsearch", "opensearch"} {
		given := storage + "Password"
		for _, s := range []struct {
			name, entry string
			value       []byte
		}{
			{config.text(storage, "caSecret"), "ca.crt", authority},
			{config.text(given, "secretName"), config.text(given, "key"), password},
		} {
			if s.name == "" {
				continue
			}
			object := newObject("Secret", namespace, s.name)
			if err := (secret{object}).set(s.entry, s.value); err != nil {
				return nil, err
			}
			all = append(all, object)
		}
	}
	return all, nil
}

func newObject(kind, namespace, name string) *unstructured.Unstructured {
	object := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": kind}}
	object.SetNamespace(namespace)
	object.SetName(name)
	return object
}
