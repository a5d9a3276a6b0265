package collector

import (
	"fmt"
	"slices"
	"time"

	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/internal/sizes"
	"github.com/tracestack/tracestack/settings"
)

// Receiver is who may send, and over what.
type Receiver struct {
	TLS              bool
	ClientCA         bool // senders must show a certificate
	MinVersion       settings.TLSVersion
	SignIn           settings.SignInKind // empty: anyone
	Tokens           int
	Issuer, Audience string
	IssuerCA         bool
	Origins, Headers []string // of pages
}

// Where pods see what lets senders in, each in a folder of its own.
const (
	CertFile     = "/etc/tracestack-tls/tls.crt"
	KeyFile      = "/etc/tracestack-tls/tls.key"
	ClientCAFile = "/etc/tracestack-client-ca/ca.crt"
	UsersFile    = "/etc/tracestack-users/htpasswd"
	IssuerCAFile = "/etc/tracestack-issuer-ca/ca.crt"
)

// TokenFile is where a pod sees one of the tokens that are taken.
func TokenFile(i int) string { return fmt.Sprintf("/etc/tracestack-token-%d/token", i) }

// reload is how soon a certificate that changed is read.
const reload = 10 * time.Second

// preflight is the longest that a browser keeps an answer: Chrome's most.
const preflight = 2 * time.Hour

// authenticators are the extensions that know senders.
var authenticators = map[settings.SignInKind]string{
	settings.SignInToken: "bearertokenauth", settings.SignInBasic: "basicauth", settings.SignInOIDC: "oidc",
}

func (r Receiver) receiver() render.OTLPReceiver {
	made := render.NewOTLPReceiver(sizes.Request)
	access := render.Access{TLS: r.tls()}
	if name := authenticators[r.SignIn]; name != "" {
		access.Auth = &render.Authenticator{Authenticator: name}
	}
	made.Protocols.GRPC.Access, made.Protocols.HTTP.Access = access, access
	made.Protocols.HTTP.CORS = r.cors()
	return made
}

func (r Receiver) tls() *render.ServerTLS {
	if !r.TLS {
		return nil
	}
	made := &render.ServerTLS{CertFile: CertFile, KeyFile: KeyFile, ReloadInterval: reload, MinVersion: string(r.MinVersion)}
	if r.ClientCA {
		made.ClientCAFile, made.ReloadClientCAFile = ClientCAFile, true
	}
	return made
}

// cors writes out the headers that every exporter sends: a list takes the place of the receiver's own.
func (r Receiver) cors() *render.CORS {
	if len(r.Origins) == 0 {
		return nil
	}
	headers := []string{"content-type"}
	if authenticators[r.SignIn] != "" {
		headers = append(headers, "authorization")
	}
	for _, one := range r.Headers {
		if !slices.Contains(headers, one) {
			headers = append(headers, one)
		}
	}
	return &render.CORS{AllowedOrigins: r.Origins, AllowedHeaders: headers, MaxAge: int(preflight.Seconds())}
}

// signIn is what the extensions that know senders read. The collector puts the tokens in when it starts. Its own
// way to read a file of tokens is not used: an empty line there lets in who sends an empty token, and it does not
// see that a mounted Secret has changed.
type signIn struct {
	Token *bearerTokens  `yaml:"bearertokenauth,omitempty"`
	Basic *basicUsers    `yaml:"basicauth,omitempty"`
	OIDC  *oidcProviders `yaml:"oidc,omitempty"`
}

type bearerTokens struct {
	Tokens []render.Variable `yaml:"tokens"`
}

// bearerToken is one of the tokens once more, as an extension that no receiver names. It keeps a pod from starting
// with a token that is empty; in a list the collector would take an empty one.
type bearerToken struct {
	Token render.Variable `yaml:"token"`
}

type basicUsers struct {
	Htpasswd htpasswd `yaml:"htpasswd"`
}

type htpasswd struct {
	File string `yaml:"file"`
}

type oidcProviders struct {
	Providers []oidcProvider `yaml:"providers"`
}

type oidcProvider struct {
	Issuer   string `yaml:"issuer_url"`
	Audience string `yaml:"audience"`
	CAFile   string `yaml:"issuer_ca_path,omitempty"`
}

func (r Receiver) signIn() signIn {
	var made signIn
	switch r.SignIn {
	case settings.SignInToken:
		made.Token = &bearerTokens{r.tokens()}
	case settings.SignInBasic:
		made.Basic = &basicUsers{htpasswd{UsersFile}}
	case settings.SignInOIDC:
		provider := oidcProvider{Issuer: r.Issuer, Audience: r.Audience}
		if r.IssuerCA {
			provider.CAFile = IssuerCAFile
		}
		made.OIDC = &oidcProviders{[]oidcProvider{provider}}
	}
	return made
}

// tokens are put in when the collector starts.
func (r Receiver) tokens() []render.Variable {
	var all []render.Variable
	for i := range r.Tokens {
		all = append(all, render.Variable("file:"+TokenFile(i)))
	}
	return all
}

// checks are the tokens once more.
func (r Receiver) checks() map[string]bearerToken {
	all := map[string]bearerToken{}
	for i, token := range r.tokens() {
		all[fmt.Sprintf("bearertokenauth/token-%d", i)] = bearerToken{token}
	}
	return all
}

// started are the extensions that know senders.
func (r Receiver) started() []string {
	if name := authenticators[r.SignIn]; name != "" {
		return []string{name}
	}
	return nil
}
