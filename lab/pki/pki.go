// Package pki issues certificates: those of the node, and those of services in it.
package pki

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"time"
)

// lifetime is how long the certificates are valid. The node is thrown away long before.
const lifetime = 365 * 24 * time.Hour

// An Authority issues certificates.
type Authority struct {
	// Certificate is its own, with its key.
	Certificate
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// A Certificate is one with its key, both in PEM. The key is in PKCS #8, which Java reads too.
type Certificate struct{ Cert, Key []byte }

// NewAuthority makes an authority that nobody else knows.
func NewAuthority(name string) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := certTemplate(name, "")
	template.IsCA, template.BasicConstraintsValid = true, true
	template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	own, err := encode(der, key)
	return &Authority{own, cert, key}, err
}

// Issue makes a certificate for a user (name and group, as Kubernetes reads them), valid for the hosts as a server.
func (a *Authority) Issue(name, group string, hosts ...string) (Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Certificate{}, err
	}
	template := certTemplate(name, group)
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	if len(hosts) > 0 {
		template.ExtKeyUsage = append(template.ExtKeyUsage, x509.ExtKeyUsageServerAuth)
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		return Certificate{}, fmt.Errorf("certificate of %s: %w", name, err)
	}
	return encode(der, key)
}

func certTemplate(name, group string) *x509.Certificate {
	subject := pkix.Name{CommonName: name}
	if group != "" {
		subject.Organization = []string{group}
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		panic(err) // The kernel's source of random numbers does not fail.
	}
	return &x509.Certificate{
		SerialNumber: serial,
		Subject:      subject,
		NotBefore:    time.Now().Add(-time.Minute),
		NotAfter:     time.Now().Add(lifetime),
	}
}

func encode(der []byte, key *ecdsa.PrivateKey) (Certificate, error) {
	body, err := x509.MarshalPKCS8PrivateKey(key)
	return Certificate{
		Cert: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		Key:  pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: body}),
	}, err
}

// Write writes both to files.
func (c Certificate) Write(certFile, keyFile string) error {
	if err := os.WriteFile(certFile, c.Cert, 0o600); err != nil {
		return err
	}
	return os.WriteFile(keyFile, c.Key, 0o600)
}
