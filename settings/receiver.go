package settings

import (
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/spec"
)

// Receiver is who may send to the gateway, over what, and what it takes beside spans.
type Receiver struct {
	TLS     *ReceiverTLS `json:"tls,omitempty" pulumi:"tls,optional" doc:"The certificate that the gateway shows on both ports, and those that it asks for. Without it senders speak no TLS. docs/gateway.md has the whole of it."`
	SignIn  *SignIn      `json:"signIn,omitempty" pulumi:"signIn,optional" doc:"Who may send."`
	Browser *Browser     `json:"browser,omitempty" pulumi:"browser,optional" doc:"Pages whose browsers may send by OTLP over HTTP. Without it no page may. The route is ingress.otlp." see:"https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS"`
	Metrics *Forward     `json:"metrics,omitempty" pulumi:"metrics,optional" doc:"What becomes of metrics that the same SDKs send. Without it they are refused."`
	Logs    *Forward     `json:"logs,omitempty" pulumi:"logs,optional" doc:"What becomes of logs that the same SDKs send. Without it they are refused."`
}

// ReceiverTLS are the certificates between senders and the gateway.
type ReceiverTLS struct {
	Secret           string     `json:"secret" pulumi:"secret" format:"secret" doc:"Name of a Secret of type kubernetes.io/tls in the stack's namespace, with the certificate that is shown. It must be valid for the names of the Service, such as center-collector.opentelemetry.svc. It is read again when it changes." see:"https://kubernetes.io/docs/concepts/configuration/secret/#tls-secrets"`
	CASecret         string     `json:"caSecret,omitempty" pulumi:"caSecret,optional" format:"secret" doc:"Name of a Secret whose entry ca.crt signed that certificate. The demo reads it in the stack's namespace, agents in each of instrumentation.namespaces. Without one it must be signed by a public authority."`
	ClientCASecret   string     `json:"clientCASecret,omitempty" pulumi:"clientCASecret,optional" format:"secret" doc:"Name of a Secret in the stack's namespace whose entry ca.crt signed the certificates that senders must show. Without one they need none. It is read again when it changes."`
	ClientCertSecret string     `json:"clientCertSecret,omitempty" pulumi:"clientCertSecret,optional" format:"secret" doc:"Name of a Secret of type kubernetes.io/tls with the certificate that the stack's own senders show: the demo in the stack's namespace, agents in theirs, where the Secret must have the entry ca.crt of caSecret too." rule:"must not be given without clientCASecret; must be given with clientCASecret where there is the demo or instrumentation"`
	MinVersion       TLSVersion `json:"minVersion,omitempty" pulumi:"minVersion,optional" default:"1.2" doc:"The oldest version of TLS that is spoken."`
}

// Rules across the fields.
func (t *ReceiverTLS) Rules(l spec.Look) {
	if l.GivenSound("clientCertSecret") && !l.Given("clientCASecret") {
		l.Refuse("clientCertSecret", spec.NotShown, "must not be given without clientCASecret: nobody asks for it")
	}
}

// SignIn is how senders are known.
type SignIn struct {
	Kind           SignInKind  `json:"kind,omitempty" pulumi:"kind,optional" default:"anyone" doc:"How: anyone who reaches the ports may send; token: by a bearer token; basic: by user and password; oidc: by a token that an issuer has signed, such as that of a ServiceAccount." rule:"must be given with profile prod, unless collector.tls.clientCASecret is"`
	TokenSecrets   []SecretKey `json:"tokenSecrets,omitempty" pulumi:"tokenSecrets,optional" doc:"With kind token, the entries of Secrets in the stack's namespace with the tokens that are taken, one in each, without a line break at its end. With two, senders can be given the new one while the first is still taken. They are read when a pod starts." rule:"must be given with kind token; must not be given with another kind; must have at least one; must be named once"`
	UsersSecret    *SecretKey  `json:"usersSecret,omitempty" pulumi:"usersSecret,optional" doc:"With kind basic, the entry of a Secret in the stack's namespace with users and hashes of their passwords, as htpasswd writes them. It is read when a pod starts." rule:"must be given with kind basic; must not be given with another kind" see:"https://httpd.apache.org/docs/current/misc/password_encryptions.html"`
	Issuer         string      `json:"issuer,omitempty" pulumi:"issuer,optional" doc:"With kind oidc, the issuer of the tokens, as they name it. Pods ask it for its keys when they start, and start only when it answers. It must sign with RS256." rule:"must be given with kind oidc; must not be given with another kind; must be an https address without credentials" see:"https://openid.net/specs/openid-connect-discovery-1_0.html"`
	Audience       string      `json:"audience,omitempty" pulumi:"audience,optional" format:"notEmpty" doc:"With kind oidc, for whom tokens must be issued." rule:"must be given with kind oidc; must not be given with another kind"`
	IssuerCASecret string      `json:"issuerCASecret,omitempty" pulumi:"issuerCASecret,optional" format:"secret" doc:"With kind oidc, name of a Secret in the stack's namespace whose entry ca.crt, one certificate, signed the issuer's. Without one it must be signed by a public authority." rule:"must not be given with another kind"`
	HeadersSecret  *SecretKey  `json:"headersSecret,omitempty" pulumi:"headersSecret,optional" doc:"The entry of a Secret with what the stack's own senders send, as the variable OTEL_EXPORTER_OTLP_HEADERS has it, such as authorization=Bearer%20TOKEN. The demo reads it in the stack's namespace, agents in each of instrumentation.namespaces." rule:"must not be given with kind anyone; must be given with another kind where there is the demo or instrumentation"`
}

// Rules across the fields.
func (s *SignIn) Rules(l spec.Look) {
	if l.Sound("", "kind") {
		oidc := []SignInKind{SignInOIDC}
		spec.CheckReadBy(l, "kind", s.Kind, []spec.ReadBy[SignInKind]{
			{Name: "tokenSecrets", By: []SignInKind{SignInToken}, Needed: []SignInKind{SignInToken}},
			{Name: "usersSecret", By: []SignInKind{SignInBasic}, Needed: []SignInKind{SignInBasic}},
			{Name: "issuer", By: oidc, Needed: oidc},
			{Name: "audience", By: oidc, Needed: oidc},
			{Name: "issuerCASecret", By: oidc},
			{Name: "headersSecret", By: []SignInKind{SignInToken, SignInBasic, SignInOIDC}},
		})
	}
	s.checkTokens(l)
	if l.GivenSound("issuer") && !isSecureAddress(s.Issuer) {
		l.Refuse("issuer", spec.NotShown, "must be an https address without credentials, such as https://accounts.example.com")
	}
}

func (s *SignIn) checkTokens(l spec.Look) {
	if !l.GivenSound("tokenSecrets") {
		return
	}
	if len(s.TokenSecrets) == 0 {
		l.Refuse("tokenSecrets", "[]", "must have at least one")
	}
	for i, token := range s.TokenSecrets {
		if at := fmt.Sprintf("tokenSecrets[%d]", i); l.Sound(at) && slices.Contains(s.TokenSecrets[:i], token) {
			l.Refuse(at, spec.NotShown, "must be named once")
		}
	}
}

// isSecureAddress tells an https address that says nothing beside host and path.
func isSecureAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Scheme == "https" && u.Hostname() != "" && u.User == nil && u.RawQuery == "" && u.Fragment == ""
}

// Anyone tells whether nobody has to sign in.
func (s *SignIn) Anyone() bool { return s.Kind == SignInAnyone }

// Browser is what may be sent by pages.
type Browser struct {
	Origins []string `json:"origins" pulumi:"origins" doc:"The origins of those pages, as browsers send them: https://shop.example.com, with a port that is not the scheme's own. One * may stand for what is before a dot of the host, or for the port: https://*.example.com, http://localhost:*." rule:"must have at least one; must be named once; must be a scheme, a host and a port alone"`
	Headers []string `json:"headers,omitempty" pulumi:"headers,optional" format:"header" doc:"Headers that they may send beside content-type and, where senders sign in, authorization." rule:"must be named once"`
}

// origin is what a browser sends: its collector compares it as a text, and takes the first * for any text.
var origin = regexp.MustCompile(`^https?://(\*\.)?([a-z0-9]([-a-z0-9]*[a-z0-9])?)(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*(:([1-9][0-9]{0,4}|\*))?$`)

// Rules across the fields.
func (b *Browser) Rules(l spec.Look) {
	checkOnce(l, "origins", b.Origins)
	checkOnce(l, "headers", b.Headers)
	if l.GivenSound("origins") && len(b.Origins) == 0 {
		l.Refuse("origins", "[]", "must have at least one")
	}
	for i, one := range b.Origins {
		at := fmt.Sprintf("origins[%d]", i)
		standard := strings.HasPrefix(one, "https:") && strings.HasSuffix(one, ":443") || strings.HasPrefix(one, "http:") && strings.HasSuffix(one, ":80")
		if l.Sound("origins", at) && (!origin.MatchString(one) || strings.Count(one, "*") > 1 || standard) {
			l.Refuse(at, spec.Shown(one), "must be a scheme, a host and a port that is not the scheme's own, in lower case and without a path, such as https://shop.example.com; "+
				"one * may be what is before a dot of the host, or the port")
		}
	}
}

// Forward is where another signal than traces goes.
type Forward struct {
	ForwardTo string `json:"forwardTo" pulumi:"forwardTo" doc:"The OTLP receiver: host:port by gRPC, without TLS, or an http or https address, to which /v1/metrics or /v1/logs is added. What it does not take waits in memory, apart from spans." rule:"must be host:port, or an http or https address without credentials; must not end with /v1/metrics or /v1/logs; must not be the gateway itself"`
	CASecret  string `json:"caSecret,omitempty" pulumi:"caSecret,optional" format:"secret" doc:"Name of a Secret in the stack's namespace whose entry ca.crt signed the receiver's certificate. Without one it must be signed by a public authority." rule:"must not be given without an https address"`
}

// Rules across the fields.
func (f *Forward) Rules(l spec.Look) {
	if !l.GivenSound("forwardTo") {
		return
	}
	const rule = "must be host:port, or an http or https address without credentials, such as http://prometheus.monitoring.svc:9090/api/v1/otlp"
	path := strings.TrimSuffix(f.ForwardTo, "/")
	switch u, err := url.Parse(f.ForwardTo); {
	case !strings.Contains(f.ForwardTo, "://"):
		if host, _, err := net.SplitHostPort(f.ForwardTo); err != nil || host == "" || !naming.IsHostPort(f.ForwardTo) {
			l.Refuse("forwardTo", spec.NotShown, rule)
		}
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "", u.User != nil, u.RawQuery != "", u.Fragment != "":
		l.Refuse("forwardTo", spec.NotShown, rule)
	case strings.HasSuffix(path, "/v1/metrics"), strings.HasSuffix(path, "/v1/logs"):
		l.Refuse("forwardTo", spec.NotShown, "must not end with /v1/metrics or /v1/logs: the collector adds it")
	}
	if l.GivenSound("caSecret") && !strings.HasPrefix(f.ForwardTo, "https://") {
		l.Refuse("caSecret", spec.NotShown, "must not be given without an https address: no certificate is shown there")
	}
}

// Forwards are the receivers of other signals.
func (r *Receiver) Forwards() int {
	count := 0
	for _, one := range []*Forward{r.Metrics, r.Logs} {
		if one != nil {
			count++
		}
	}
	return count
}

// CheckForwards refuses the gateway as a receiver of what it takes itself. It has this Service.
func (r *Receiver) CheckForwards(l spec.Look, service string) {
	for name, one := range map[string]*Forward{"metrics": r.Metrics, "logs": r.Logs} {
		if one == nil || !l.GivenSound(name+".forwardTo") {
			continue
		}
		_, address, found := strings.Cut(one.ForwardTo, "://")
		if !found {
			address = one.ForwardTo
		}
		if host, _, _ := strings.Cut(address, ":"); host == service || strings.HasPrefix(host, service+".") {
			l.Refuse(name+".forwardTo", spec.NotShown, "must not be the gateway itself: what it takes would go round for ever")
		}
	}
}

// CheckSenders asks for what the stack's own senders need: the demo and agents. The second name is that of who
// they are.
func (r *Receiver) CheckSenders(l spec.Look, senders string) {
	if r.TLS != nil && l.GivenSound("tls.clientCASecret") && !l.Given("tls.clientCertSecret") {
		l.Refuse("tls.clientCertSecret", spec.NotSet, "must be given with clientCASecret where there is "+senders+", which must show a certificate")
	}
	if l.Sound("signIn", "signIn.kind") && !r.SignIn.Anyone() && !l.Given("signIn.headersSecret") {
		l.Refuse("signIn.headersSecret", spec.NotSet, "must be given with kind "+string(r.SignIn.Kind)+" where there is "+senders+", which must sign in")
	}
}

// CheckStated asks who may send: whoever runs production says so, also where it is anyone.
func (r *Receiver) CheckStated(l spec.Look) {
	if !l.Given("signIn.kind") && l.Sound("", "signIn", "signIn.kind") && !l.Given("tls.clientCASecret") {
		l.Refuse("signIn.kind", spec.NotSet, "must be given with profile prod, unless tls.clientCASecret is: that anyone may send is said, not left to a default")
	}
}

// Sender is what whoever sends to the gateway shows and believes. Without it the gateway speaks no TLS and takes
// spans from anyone.
type Sender struct {
	TLS              bool       `json:"tls,omitempty" pulumi:"tls,optional" doc:"Whether the gateway speaks TLS."`
	CASecret         string     `json:"caSecret,omitempty" pulumi:"caSecret,optional" format:"secret" doc:"Name of a Secret of the sender's namespace whose entry ca.crt signed the gateway's certificate. Without one it must be signed by a public authority."`
	ClientCertSecret string     `json:"clientCertSecret,omitempty" pulumi:"clientCertSecret,optional" format:"secret" doc:"Name of a Secret of type kubernetes.io/tls of the sender's namespace, with the certificate that it shows."`
	HeadersSecret    *SecretKey `json:"headersSecret,omitempty" pulumi:"headersSecret,optional" doc:"The entry of a Secret of the sender's namespace with the headers that it sends, as the variable OTEL_EXPORTER_OTLP_HEADERS has them."`
}

// Sender is what the gateway asks of those who send.
func (r *Receiver) Sender() *Sender {
	sender := &Sender{HeadersSecret: r.SignIn.HeadersSecret}
	if r.TLS != nil {
		sender.TLS, sender.CASecret, sender.ClientCertSecret = true, r.TLS.CASecret, r.TLS.ClientCertSecret
	}
	return sender
}
