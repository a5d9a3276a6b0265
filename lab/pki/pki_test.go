package pki

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"testing"

	"k8s.io/client-go/util/keyutil"
)

func TestIssue(t *testing.T) {
	ca, err := NewAuthority("somebody")
	if err != nil {
		t.Fatal(err)
	}
	c, err := ca.Issue("store", "", "store.elk.svc", "10.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.X509KeyPair(c.Cert, c.Key)
	if err != nil {
		t.Fatal(err)
	}
	verify := func(ca []byte, host string) error {
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(ca)
		_, err := pair.Leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: host})
		return err
	}
	t.Run("its hosts are believed by those who have the authority's certificate", func(t *testing.T) {
		for _, host := range []string{"store.elk.svc", "10.0.0.1"} {
			if err := verify(ca.Cert, host); err != nil {
				t.Error(err)
			}
		}
	})
	t.Run("another host is not", func(t *testing.T) {
		if verify(ca.Cert, "store.example.com") == nil {
			t.Error("it is")
		}
	})
	t.Run("nobody else believes it, also not by another authority of that name", func(t *testing.T) {
		other, err := NewAuthority("somebody")
		if err != nil {
			t.Fatal(err)
		}
		if verify(other.Cert, "store.elk.svc") == nil {
			t.Error("they do")
		}
	})
	t.Run("Kubernetes signs tokens with the key, and checks them with the certificate", func(t *testing.T) {
		_, err := keyutil.ParsePrivateKeyPEM(c.Key)
		if _, errPublic := keyutil.ParsePublicKeysPEM(c.Cert); errors.Join(err, errPublic) != nil {
			t.Error(errors.Join(err, errPublic))
		}
	})
}
