package otlp

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/tracestack/tracestack/lab/pki"
)

// Issuer signs tokens, and tells who asks for its keys.
type Issuer struct {
	URL string
	CA  []byte // that signed its certificate

	key    *rsa.PrivateKey
	server *httptest.Server
}

// NewIssuer runs an issuer on an address of this machine.
func NewIssuer(address net.IP) (*Issuer, error) {
	authority, err := pki.NewAuthority("issuer-ca")
	if err != nil {
		return nil, err
	}
	own, err := authority.Issue("issuer", "", address.String())
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(own.Cert, own.Key)
	if err != nil {
		return nil, err
	}
	i := &Issuer{CA: authority.Cert}
	if i.key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(address.String(), "0"))
	if err != nil {
		return nil, err
	}
	i.server = &httptest.Server{Listener: listener, Config: &http.Server{Handler: i}, TLS: &tls.Config{Certificates: []tls.Certificate{pair}}}
	i.server.StartTLS()
	i.URL = "https://" + listener.Addr().String()
	return i, nil
}

// Close ends it.
func (i *Issuer) Close() { i.server.Close() }

// ServeHTTP tells where the keys are, and which.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := map[string]any{"issuer": i.URL, "jwks_uri": i.URL + "/keys", "id_token_signing_alg_values_supported": []string{"RS256"}}
	if r.URL.Path == "/keys" {
		answer = map[string]any{"keys": []any{map[string]any{
			"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1",
			"n": encoded(i.key.N.Bytes()), "e": encoded(big.NewInt(int64(i.key.E)).Bytes()),
		}}}
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(answer)
}

// Token is one for an audience, for as long as it says.
func (i *Issuer) Token(audience string, valid time.Duration) (string, error) {
	head, err := json.Marshal(map[string]string{"alg": "RS256", "kid": "1", "typ": "JWT"})
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(map[string]any{"iss": i.URL, "aud": audience, "sub": "shop", "exp": time.Now().Add(valid).Unix()})
	if err != nil {
		return "", err
	}
	signed := encoded(head) + "." + encoded(body)
	hash := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, i.key, crypto.SHA256, hash[:])
	return signed + "." + encoded(signature), err
}

func encoded(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }
