package platform

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"os"
	"slices"
	"testing"

	"golang.org/x/crypto/bcrypt"
	"sigs.k8s.io/yaml"
)

// openSearchEmpty are the Secrets of the service as a first install finds them: with passwords alone.
func openSearchEmpty(t *testing.T) secrets {
	t.Helper()
	i := len(Services) - 1
	for Services[i].Name != "opensearch" {
		i--
	}
	objects, err := Services[i].objects()
	if err != nil {
		t.Fatal(err)
	}
	all := secrets{}
	for _, object := range objects {
		if object.GetKind() == "Secret" {
			all[object.GetName()] = secret{object}
			if err := all[object.GetName()].fill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	return all
}

func TestOpenSearchSecrets(t *testing.T) {
	s := openSearchEmpty(t)
	if err := openSearchSecrets(s); err != nil {
		t.Fatal(err)
	}
	t.Run("the public certificate of the authority believes the server under the names of its Service", func(t *testing.T) {
		own, public := s["elasticsearch-es-http-certs-internal"], s["elasticsearch-es-http-certs-public"]
		pair, err := tls.X509KeyPair(own.value("tls.crt"), own.value("tls.key"))
		if err != nil {
			t.Fatal(err)
		}
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(public.value("ca.crt"))
		for _, host := range []string{"elasticsearch-es-http.elk.svc", "elasticsearch-es-http.elk.svc.cluster.local"} {
			if _, err := pair.Leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: host}); err != nil {
				t.Error(err)
			}
		}
		if !bytes.Equal(public.value("tls.crt"), own.value("tls.crt")) {
			t.Error("the public one is another")
		}
	})
	t.Run("no key is public", func(t *testing.T) {
		if s["elasticsearch-es-http-certs-public"].value("tls.key") != nil {
			t.Error("one is")
		}
	})
	t.Run("each user has the password of its Secret, as a hash", func(t *testing.T) {
		var users map[string]struct{ Hash string }
		if err := yaml.Unmarshal(s["opensearch-users"].value("internal_users.yml"), &users); err != nil {
			t.Fatal(err)
		}
		for user, password := range map[string][]byte{
			"elastic": s["elasticsearch-es-elastic-user"].value("elastic"),
			"jaeger":  s["jaeger-elasticsearch"].value("password"),
		} {
			if len(password) < 26 {
				t.Errorf("%s has a password of %d characters", user, len(password))
			}
			if err := bcrypt.CompareHashAndPassword([]byte(users[user].Hash), password); err != nil {
				t.Errorf("%s: %v", user, err)
			}
		}
	})
	t.Run("a second install keeps everything", func(t *testing.T) {
		again := openSearchEmpty(t)
		for name, own := range again {
			own.SetAnnotations(nil)
			delete(own.Object, "data")
			if err := own.keep(s[name]); err != nil {
				t.Fatal(err)
			}
		}
		if err := openSearchSecrets(again); err != nil {
			t.Fatal(err)
		}
		for name, entry := range map[string]string{
			"elasticsearch-es-http-ca-internal": "tls.key", "elasticsearch-es-http-certs-internal": "tls.key",
			"elasticsearch-es-http-certs-public": "tls.crt", "opensearch-users": "internal_users.yml",
		} {
			if !bytes.Equal(again[name].value(entry), s[name].value(entry)) {
				t.Errorf("%s of %s is another", entry, name)
			}
		}
	})
}

func TestOpenSearchHanded(t *testing.T) {
	handed := func(t *testing.T, config Config) (all []string) {
		t.Helper()
		objects, err := openSearchHanded(config, []byte("authority"), []byte("password"))
		if err != nil {
			t.Fatal(err)
		}
		for _, object := range objects {
			about := object.GetKind() + " " + object.GetNamespace() + "/" + object.GetName()
			for _, entry := range []string{"ca.crt", "password"} {
				if value := (secret{object}).value(entry); value != nil {
					about += " " + entry + "=" + string(value)
				}
			}
			all = append(all, about)
		}
		return all
	}
	t.Run("the stack elasticsearch finds its namespace and both Secrets that its file names", func(t *testing.T) {
		body, err := os.ReadFile("../../../Pulumi.elasticsearch.yaml")
		if err != nil {
			t.Fatal(err)
		}
		got := handed(t, parse(t, string(body))["config"].(map[string]any))
		want := []string{"Namespace /tracing", "Secret tracing/es-tls-secret ca.crt=authority", "Secret tracing/elasticsearch-jaeger password=password"}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
	t.Run("a stack that makes its namespace finds nothing there", func(t *testing.T) {
		if got := handed(t, parse(t, `{"tracestack:namespace": a, "tracestack:elasticsearch": {caSecret: b}}`)); got != nil {
			t.Errorf("got %q", got)
		}
	})
	t.Run("what the file does not name is not made", func(t *testing.T) {
		got := handed(t, parse(t, `{"tracestack:namespace": a, "tracestack:createNamespace": "false", "tracestack:opensearch": {caSecret: b}}`))
		if want := []string{"Namespace /a", "Secret a/b ca.crt=authority"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}
