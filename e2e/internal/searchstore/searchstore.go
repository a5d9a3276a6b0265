// Package searchstore asks a search store, which OpenSearch is: the lab's, or one of a test's own with a
// stack on it.
package searchstore

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/tracestack/tracestack/lab/cluster"
)

const (
	labs    = "elk" // the namespace of the lab's own
	service = "elasticsearch-es-http"
)

// host is the name by which pods know the store of a namespace.
func host(namespace string) string { return service + "." + namespace + ".svc" }

// A Client asks it as one user.
type Client struct {
	User, Password string
	// CA is the authority that it believes, in PEM; empty: those of the machine.
	CA string

	at, host string // where this machine reaches it, and what it is called
}

// AsJaeger is a client with what the lab gives to whoever runs a Jaeger.
func AsJaeger(t *testing.T, c *cluster.Cluster) Client {
	t.Helper()
	return jaegerOf(t, c, labs)
}

// AsAdmin is a client that may do everything.
func AsAdmin(t *testing.T, c *cluster.Cluster) Client {
	t.Helper()
	return adminOf(t, c, labs)
}

func jaegerOf(t *testing.T, c *cluster.Cluster, namespace string) Client {
	t.Helper()
	own := func(key string) string { return entry(t, c, namespace, "jaeger-elasticsearch", key) }
	return newClient(t, c, namespace, own("username"), own("password"))
}

func adminOf(t *testing.T, c *cluster.Cluster, namespace string) Client {
	t.Helper()
	return newClient(t, c, namespace, "elastic", entry(t, c, namespace, "elasticsearch-es-elastic-user", "elastic"))
}

func newClient(t *testing.T, c *cluster.Cluster, namespace, user, password string) Client {
	t.Helper()
	address, err := c.ServiceIP(t.Context(), namespace, service)
	if err != nil {
		t.Fatal(err)
	}
	return Client{
		User: user, Password: password, CA: entry(t, c, namespace, service+"-certs-public", "ca.crt"),
		at: net.JoinHostPort(address, "9200"), host: host(namespace),
	}
}

func entry(t *testing.T, c *cluster.Cluster, namespace, name, key string) string {
	t.Helper()
	secret, err := c.Resource(cluster.Core("secrets"), namespace).Get(t.Context(), name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	encoded, _, _ := unstructured.NestedString(secret.Object, "data", key)
	value, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(value) == 0 {
		t.Fatalf("secret %s has no %s", name, key)
	}
	return string(value)
}

// Ask sends a request, with a body of JSON or none, under the name by which pods know the store.
func (c Client) Ask(ctx context.Context, method, path, body string) (status int, answer string, err error) {
	request, err := http.NewRequestWithContext(ctx, method, "https://"+c.at+path, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	request.Header.Set("Content-Type", "application/json")
	request.SetBasicAuth(c.User, c.Password)
	believed := &tls.Config{ServerName: c.host}
	if c.CA != "" {
		believed.RootCAs = x509.NewCertPool()
		believed.RootCAs.AppendCertsFromPEM([]byte(c.CA))
	}
	transport := &http.Transport{TLSClientConfig: believed, DisableKeepAlives: true}
	response, err := (&http.Client{Transport: transport, Timeout: 10 * time.Second}).Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, string(text), err
}
