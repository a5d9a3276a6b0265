package e2e_test

import (
	"crypto/sha1"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/tracestack/tracestack/e2e/internal/otlp"
	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/traffic"
	"github.com/tracestack/tracestack/e2e/internal/wait"
	"github.com/tracestack/tracestack/lab/cluster"
	"github.com/tracestack/tracestack/lab/pki"
)

// guarded is a gateway that asks who sends.
type guarded struct {
	gateway
	host      string
	authority *pki.Authority
	issuer    *otlp.Issuer
	forwarded *atomic.Int32 // requests with metrics
	forwardTo string
}

const token, nextToken, word = "correct-horse", "battery-staple", "troubador"

func TestTheCollectorKnowsItsSenders(t *testing.T) {
	t.Parallel()
	g := newGuarded(t)
	stacktest.Configure(t, g.Stack, g.settings(map[string]any{
		"tls":     map[string]any{"secret": "gateway", "caSecret": "gateway", "clientCASecret": "gateway", "clientCertSecret": "sender"},
		"signIn":  map[string]any{"kind": "token", "tokenSecrets": []any{entry("tokens", "now"), entry("tokens", "next")}, "headersSecret": entry("headers", "headers")},
		"browser": map[string]any{"origins": []any{"https://*.example.com"}},
		"metrics": map[string]any{"forwardTo": g.forwardTo},
	}))
	stacktest.Up(t, g.Stack)
	g.find(t)
	right := g.sender(t, g.authority, "Bearer "+token)
	t.Run("a sender without the right certificate is not let in", func(t *testing.T) { g.certificateAsked(t) })
	t.Run("a token is right, wrong or not there", func(t *testing.T) {
		g.known(t, right, g.sender(t, g.authority, "Bearer "+nextToken))
		for _, wrong := range []string{"", "Bearer", "Bearer ", "Bearer wrong", "Basic " + token, token} {
			g.unknown(t, g.sender(t, g.authority, wrong))
		}
	})
	t.Run("the demo is told what to show", func(t *testing.T) { traffic.Dispatch(t, traffic.Demo(t, g.Stack)) })
	t.Run("metrics go on, and logs are refused", func(t *testing.T) { g.signals(t, right) })
	t.Run("a page that may send is told so, another is not", func(t *testing.T) { g.pages(t, right) })
	t.Run("a certificate is changed while spans flow, and none is lost", func(t *testing.T) { g.certificateChanged(t) })
	t.Run("a user's password is right, wrong or not there", func(t *testing.T) { g.users(t) })
	t.Run("an issuer's token is right, wrong or not there", func(t *testing.T) { g.issued(t) })
}

func entry(secret, key string) map[string]any {
	return map[string]any{"secretName": secret, "key": key}
}

// newGuarded makes a namespace with everything that the gateway is let read.
func newGuarded(t *testing.T) *guarded {
	t.Helper()
	s := newStack(t, nil)
	kube.NewNamespace(t, s.Namespace)
	g := &guarded{gateway: gateway{Stack: s, stored: sources(s)["jaeger"]}, host: "center-collector." + s.Namespace + ".svc", forwarded: &atomic.Int32{}}
	var err error
	if g.authority, err = pki.NewAuthority("senders"); err != nil {
		t.Fatal(err)
	}
	if g.issuer, err = otlp.NewIssuer(besideNode(t)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.issuer.Close)
	g.receive(t)
	kube.NewSecret(t, s.Namespace, "gateway", g.certificate(t))
	own := issue(t, g.authority, "demo")
	kube.NewSecret(t, s.Namespace, "sender", map[string]string{"tls.crt": string(own.Cert), "tls.key": string(own.Key)})
	kube.NewSecret(t, s.Namespace, "tokens", map[string]string{"now": token, "next": nextToken})
	kube.NewSecret(t, s.Namespace, "headers", map[string]string{"headers": "authorization=Bearer%20" + token, "basic": "authorization=" + strings.ReplaceAll(basic("shop", word), " ", "%20")})
	sum := sha1.Sum([]byte(word))
	kube.NewSecret(t, s.Namespace, "users", map[string]string{"htpasswd": "shop:{SHA}" + base64.StdEncoding.EncodeToString(sum[:]) + "\n"})
	kube.NewSecret(t, s.Namespace, "issuer", map[string]string{"ca.crt": string(g.issuer.CA)})
	return g
}

// receive stands for a receiver of metrics, on this machine.
func (g *guarded) receive(t *testing.T) {
	listener, err := net.Listen("tcp", net.JoinHostPort(besideNode(t).String(), "0"))
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/otlp/v1/metrics" {
			g.forwarded.Add(1)
		}
	})}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	g.forwardTo = "http://" + listener.Addr().String() + "/otlp"
}

func (g *guarded) settings(collector map[string]any) project.Config {
	return project.With(withJaeger, project.Config{"tracestack:createNamespace": false, "tracestack:collector": collector})
}

func (g *guarded) certificate(t *testing.T) map[string]string {
	own := issue(t, g.authority, "gateway", g.host)
	return map[string]string{"ca.crt": string(g.authority.Cert), "tls.crt": string(own.Cert), "tls.key": string(own.Key)}
}

func issue(t *testing.T, authority *pki.Authority, name string, hosts ...string) pki.Certificate {
	t.Helper()
	own, err := authority.Issue(name, "", hosts...)
	if err != nil {
		t.Fatal(err)
	}
	return own
}

// find asks for the address again: a Service may have been made anew.
func (g *guarded) find(t *testing.T) {
	t.Helper()
	g.Receiver = otlp.Receiver(kube.Address(t, g.Namespace, "center-collector"))
}

// sender shows a certificate of an authority, or none, and a header.
func (g *guarded) sender(t *testing.T, by *pki.Authority, authorization string) otlp.Sender {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(g.authority.Cert)
	config := &tls.Config{RootCAs: roots, ServerName: g.host}
	if by != nil {
		own := issue(t, by, "test")
		pair, err := tls.X509KeyPair(own.Cert, own.Key)
		if err != nil {
			t.Fatal(err)
		}
		// Shown whatever authorities the server asks for.
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &pair, nil }
	}
	return otlp.Sender{Receiver: g.Receiver, TLS: config, Authorization: authorization}
}

func (g *guarded) certificateAsked(t *testing.T) {
	other, err := pki.NewAuthority("others")
	if err != nil {
		t.Fatal(err)
	}
	plain := otlp.Sender{Receiver: g.Receiver, Authorization: "Bearer " + token}
	for claim, sender := range map[string]otlp.Sender{
		"none": g.sender(t, nil, "Bearer "+token), "one of somebody else": g.sender(t, other, "Bearer "+token), "no TLS": plain,
	} {
		for _, by := range []otlp.Encoding{otlp.GRPC, otlp.Protobuf} {
			if answer, err := sender.Send(t.Context(), by, one()); err == nil && answer.Taken() {
				t.Errorf("%s, %s: taken", claim, by)
			}
		}
	}
}

func one() *otlp.Request { return otlp.NewRequest("known", otlp.NewSpans(otlp.NewID(16), 1)...) }

// known senders are taken, and what they sent is stored. The way to a new pod may take a moment.
func (g *guarded) known(t *testing.T, all ...otlp.Sender) {
	t.Helper()
	for _, sender := range all {
		for _, by := range []otlp.Encoding{otlp.GRPC, otlp.Protobuf} {
			id := otlp.NewID(16)
			wait.For(t, "the collector to take a span by "+string(by), func() error {
				answer, err := sender.Send(t.Context(), by, otlp.NewRequest("known", otlp.NewSpans(id, 1)...))
				if err == nil && !answer.Taken() {
					err = fmt.Errorf("%s: %s", answer.Code, answer.Says)
				}
				return err
			})
			g.waitForSpans(t, id, 1)
		}
	}
}

func (g *guarded) unknown(t *testing.T, sender otlp.Sender) {
	t.Helper()
	for by, want := range map[otlp.Encoding]string{otlp.GRPC: "Unauthenticated", otlp.Protobuf: "401"} {
		if answer, err := sender.Send(t.Context(), by, one()); err != nil || answer.Code != want {
			t.Errorf("%q by %s: %s, want %s: %v", sender.Authorization, by, answer.Code, want, err)
		}
	}
}

func (g *guarded) signals(t *testing.T, sender otlp.Sender) {
	body := []byte(`{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"rides","sum":{"aggregationTemporality":2,"isMonotonic":true,"dataPoints":[{"asInt":"7","timeUnixNano":"1764345600000000000"}]}}]}]}]}`)
	if answer, err := sender.Post(t.Context(), "/v1/metrics", "application/json", false, body); err != nil || !answer.Taken() {
		t.Fatalf("metrics: %v, %v", answer, err)
	}
	wait.For(t, "metrics to come", func() error {
		if g.forwarded.Load() == 0 {
			return fmt.Errorf("none")
		}
		return nil
	})
	if answer, err := sender.Post(t.Context(), "/v1/logs", "application/json", false, []byte(`{}`)); err != nil || answer.Code != "404" {
		t.Errorf("logs: %v, %v; want 404", answer, err)
	}
}

func (g *guarded) pages(t *testing.T, sender otlp.Sender) {
	sender.Authorization = "" // A browser sends none before it may.
	for origin, want := range map[string]string{
		"https://shop.example.com": "https://shop.example.com", "https://example.com": "", "http://shop.example.com": "", "https://shop.example.com.evil.org": "",
	} {
		if allowed, err := sender.Preflight(t.Context(), origin); err != nil || allowed != want {
			t.Errorf("%s: %q may send, want %q: %v", origin, allowed, want, err)
		}
	}
}

// certificateChanged replaces the Secret as whoever renews certificates does. The kubelet is called on: by itself
// it would look within a minute or so.
func (g *guarded) certificateChanged(t *testing.T) {
	before, pod := g.serial(t), kube.Pods(t, g.Namespace)["center-collector"]
	sender := g.sender(t, g.authority, "Bearer "+token)
	stop, done := make(chan struct{}), make(chan [][]byte)
	go func() {
		var taken [][]byte
		for by := otlp.GRPC; ; by = map[otlp.Encoding]otlp.Encoding{otlp.GRPC: otlp.Protobuf, otlp.Protobuf: otlp.GRPC}[by] {
			select {
			case <-stop:
				done <- taken
				return
			case <-time.After(20 * time.Millisecond):
			}
			id := otlp.NewID(16)
			answer, err := sender.Send(t.Context(), by, otlp.NewRequest("renewed", otlp.NewSpans(id, 1)...))
			if err != nil || !answer.Taken() {
				t.Errorf("a span is refused: %v, %v", answer, err)
				continue
			}
			taken = append(taken, id)
		}
	}()
	g.patch(t, "secrets", "gateway", map[string]any{"stringData": g.certificate(t)})
	g.patch(t, "pods", pod.Name, map[string]any{"metadata": map[string]any{"annotations": map[string]any{"example.com/look": "again"}}})
	wait.For(t, "another certificate", func() error {
		if now := g.serial(t); now == before {
			return fmt.Errorf("it is the same")
		}
		return nil
	})
	time.Sleep(time.Second) // Of spans under the new one.
	close(stop)
	taken := <-done
	for _, id := range taken {
		g.waitForSpans(t, id, 1)
	}
	t.Logf("%d spans taken and stored", len(taken))
	if after := kube.Pods(t, g.Namespace)["center-collector"]; after.UID != pod.UID {
		t.Error("the pod was replaced")
	}
}

func (g *guarded) patch(t *testing.T, kind, name string, with map[string]any) {
	t.Helper()
	body, err := json.Marshal(with)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := kube.Resource(cluster.Core(kind), g.Namespace).Patch(t.Context(), name, types.MergePatchType, body, metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
}

// serial is the number of the certificate that is shown.
func (g *guarded) serial(t *testing.T) string {
	t.Helper()
	connection, err := tls.Dial("tcp", string(g.Receiver)+":4318", g.sender(t, g.authority, "").TLS)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	return connection.ConnectionState().PeerCertificates[0].SerialNumber.String()
}

func basic(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

// users sign in without TLS, which the gateway does not speak any more.
func (g *guarded) users(t *testing.T) {
	stacktest.Configure(t, g.Stack, g.settings(map[string]any{"signIn": map[string]any{
		"kind": "basic", "usersSecret": entry("users", "htpasswd"), "headersSecret": entry("headers", "basic"),
	}}))
	stacktest.Up(t, g.Stack)
	with := func(authorization string) otlp.Sender {
		return otlp.Sender{Receiver: g.Receiver, Authorization: authorization}
	}
	g.known(t, with(basic("shop", word)))
	for _, wrong := range []string{"", basic("shop", "wrong"), basic("shop", ""), basic("nobody", word), "Bearer " + token} {
		g.unknown(t, with(wrong))
	}
}

func (g *guarded) issued(t *testing.T) {
	stacktest.Configure(t, g.Stack, project.With(g.settings(map[string]any{"signIn": map[string]any{
		"kind": "oidc", "issuer": g.issuer.URL, "audience": "tracing", "issuerCASecret": "issuer",
	}}), project.Config{"tracestack:demo": false}))
	stacktest.Up(t, g.Stack)
	with := func(audience string, valid time.Duration) otlp.Sender {
		token, err := g.issuer.Token(audience, valid)
		if err != nil {
			t.Fatal(err)
		}
		return otlp.Sender{Receiver: g.Receiver, Authorization: "Bearer " + token}
	}
	g.known(t, with("tracing", time.Minute))
	changed := with("tracing", time.Minute)
	changed.Authorization += "x"
	for _, wrong := range []otlp.Sender{{Receiver: g.Receiver}, with("another", time.Minute), with("tracing", -time.Minute), changed} {
		g.unknown(t, wrong)
	}
}
