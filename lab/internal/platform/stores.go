package platform

import (
	"bytes"
	"errors"

	"github.com/tracestack/tracestack/lab/internal/node"
	"github.com/tracestack/tracestack/lab/pki"
)

// cassandraSecrets make the certificate of Cassandra, by an authority of its own. It reads it with its key from
// one file.
func cassandraSecrets(s secrets) error {
	own, public := s["cassandra-certs"], s["cassandra-ca"]
	if own.value("server.pem") != nil && public.value("ca.crt") != nil {
		return nil
	}
	ca, err := pki.NewAuthority("cassandra")
	if err != nil {
		return err
	}
	cert, err := ca.Issue("cassandra", "", hosts("cassandra")...)
	if err != nil {
		return err
	}
	return errors.Join(own.set("server.pem", bytes.Join([][]byte{cert.Key, cert.Cert}, nil)), public.set("ca.crt", ca.Cert))
}

// remoteStorageSecrets make two certificates by one authority: what the server shows, and what lets a client in.
func remoteStorageSecrets(s secrets) error {
	own, client := s["remote-storage-certs"], s["jaeger-remote-storage"]
	if own.value("tls.crt") != nil && client.value("tls.crt") != nil {
		return nil
	}
	ca, err := pki.NewAuthority("remote-storage")
	if err != nil {
		return err
	}
	shown, err := ca.Issue("remote-storage", "", hosts("remote-storage")...)
	if err != nil {
		return err
	}
	letsIn, err := ca.Issue("jaeger", "")
	if err != nil {
		return err
	}
	return errors.Join(
		own.set("ca.crt", ca.Cert), own.set("tls.crt", shown.Cert), own.set("tls.key", shown.Key),
		client.set("ca.crt", ca.Cert), client.set("tls.crt", letsIn.Cert), client.set("tls.key", letsIn.Key),
	)
}

// hosts are the names of a service in a namespace of its own name.
func hosts(service string) []string {
	host := service + "." + service + ".svc"
	return []string{host, host + "." + node.Domain}
}
