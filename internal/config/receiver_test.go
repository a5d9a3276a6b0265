package config_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/tracestack/tracestack/internal/config"
)

// receiving is a problem of a gateway that is right but for what is written.
func receiving(claim, inside, want string) refusal {
	return nested(claim, "collector", inside, "collector"+want)
}

// sending is one of a stack with senders of its own.
func sending(claim, inside, want string, more map[string]string) refusal {
	r := receiving(claim, inside, want)
	maps.Copy(r.given, more)
	return r
}

const (
	originRule  = "must be a scheme, a host and a port that is not the scheme's own, in lower case and without a path, such as https://shop.example.com; one * may be what is before a dot of the host, or the port"
	forwardRule = "must be host:port, or an http or https address without credentials, such as http://prometheus.monitoring.svc:9090/api/v1/otlp"
	issuerRule  = "must be an https address without credentials, such as https://accounts.example.com"
	round       = "must not be the gateway itself: what it takes would go round for ever"
)

func onlyWith(kinds string) string {
	return ": [not shown]: must not be given with kind anyone, only with " + kinds
}

func pages(claim, shown string) refusal {
	return receiving(claim, `{"browser":{"origins":["`+shown+`"]}}`, ".browser.origins[0]: "+shown+": "+originRule)
}

func forwarded(claim, to, problem string) refusal {
	return receiving(claim, `{"metrics":{"forwardTo":"`+to+`"}}`, ".metrics.forwardTo: [not shown]: "+problem)
}

var ofReceiver = []refusal{
	receiving("TLS without a certificate", `{"tls":{"caSecret":"ca"}}`, ".tls.secret: not set: must be given"),
	receiving("TLS that is only switched on", `{"tls":true}`, ".tls: [not shown]: must be an object, not a boolean"),
	receiving("a certificate that is no name", `{"tls":{"secret":"a/b"}}`, ".tls.secret: a/b: "+secretRule),
	receiving("a version that is broken", `{"tls":{"secret":"tls","minVersion":"1.1"}}`, ".tls.minVersion: 1.1: must be 1.2 or 1.3"),
	receiving("a certificate that nobody asks for", `{"tls":{"secret":"tls","clientCertSecret":"demo"}}`, ".tls.clientCertSecret: [not shown]: must not be given without clientCASecret: nobody asks for it"),
	sending("a demo that has no certificate", `{"tls":{"secret":"tls","clientCASecret":"ca"}}`,
		".tls.clientCertSecret: not set: must be given with clientCASecret where there is the demo, which must show a certificate", key("demo", "true")),
	sending("a demo that cannot sign in", `{"signIn":{"kind":"token","tokenSecrets":[{"secretName":"t","key":"k"}]}}`,
		".signIn.headersSecret: not set: must be given with kind token where there is the demo, which must sign in", key("demo", "true")),
	sending("agents that cannot sign in", `{"signIn":{"kind":"basic","usersSecret":{"secretName":"u","key":"k"}}}`,
		".signIn.headersSecret: not set: must be given with kind basic where there is instrumentation, which must sign in", key("instrumentation", `{"namespaces":["shop"]}`)),
	sending("production that does not say who may send", `{}`,
		".signIn.kind: not set: must be given with profile prod, unless tls.clientCASecret is: that anyone may send is said, not left to a default",
		map[string]string{"tracestack:profile": "prod", "tracestack:storage": "elasticsearch", "tracestack:elasticsearch": `{"urls":["https://search:9200"]}`}),
	receiving("a sign-in that there is not", `{"signIn":{"kind":"mtls"}}`, ".signIn.kind: mtls: must be anyone, token, basic or oidc"),
	receiving("a token in plain", `{"signIn":{"kind":"token","token":"hunter2","tokenSecrets":[{"secretName":"t","key":"k"}]}}`, ".signIn.token: [not shown]: no such key"),
	receiving("tokens that nobody reads", `{"signIn":{"tokenSecrets":[{"secretName":"t","key":"k"}]}}`, ".signIn.tokenSecrets"+onlyWith("token")),
	receiving("kind token without one", `{"signIn":{"kind":"token"}}`, ".signIn.tokenSecrets: not set: must be given with kind token"),
	receiving("an empty list of tokens", `{"signIn":{"kind":"token","tokenSecrets":[]}}`, ".signIn.tokenSecrets: []: must have at least one"),
	receiving("one token twice", `{"signIn":{"kind":"token","tokenSecrets":[{"secretName":"t","key":"k"},{"secretName":"t","key":"k"}]}}`, ".signIn.tokenSecrets[1]: [not shown]: must be named once"),
	receiving("an entry that is none", `{"signIn":{"kind":"token","tokenSecrets":[{"secretName":"t","key":"a/b"}]}}`, ".signIn.tokenSecrets[0].key: a/b: must be the key of a Secret's entry: letters, digits, -, _ and ."),
	receiving("users that nobody reads", `{"signIn":{"usersSecret":{"secretName":"u","key":"k"}}}`, ".signIn.usersSecret"+onlyWith("basic")),
	receiving("kind basic without users", `{"signIn":{"kind":"basic"}}`, ".signIn.usersSecret: not set: must be given with kind basic"),
	receiving("an issuer that nobody reads", `{"signIn":{"issuer":"https://accounts.example.com"}}`, ".signIn.issuer"+onlyWith("oidc")),
	receiving("kind oidc without an issuer", `{"signIn":{"kind":"oidc","audience":"tracing"}}`, ".signIn.issuer: not set: must be given with kind oidc"),
	receiving("an issuer without TLS", `{"signIn":{"kind":"oidc","audience":"tracing","issuer":"http://accounts.example.com"}}`, ".signIn.issuer: [not shown]: "+issuerRule),
	receiving("an issuer with a password", `{"signIn":{"kind":"oidc","audience":"tracing","issuer":"https://me:hunter2@accounts.example.com"}}`, ".signIn.issuer: [not shown]: "+issuerRule),
	receiving("an audience that nobody reads", `{"signIn":{"audience":"tracing"}}`, ".signIn.audience"+onlyWith("oidc")),
	receiving("kind oidc for everybody", `{"signIn":{"kind":"oidc","issuer":"https://accounts.example.com"}}`, ".signIn.audience: not set: must be given with kind oidc"),
	receiving("an authority that nobody reads", `{"signIn":{"issuerCASecret":"ca"}}`, ".signIn.issuerCASecret"+onlyWith("oidc")),
	receiving("headers that nobody needs", `{"signIn":{"headersSecret":{"secretName":"h","key":"k"}}}`, ".signIn.headersSecret"+onlyWith("token, basic, oidc")),
	receiving("no origin", `{"browser":{"origins":[]}}`, ".browser.origins: []: must have at least one"),
	receiving("a browser without origins", `{"browser":{"headers":["x-tenant"]}}`, ".browser.origins: not set: must be given"),
	receiving("an origin twice", `{"browser":{"origins":["https://a.example.com","https://a.example.com"]}}`, ".browser.origins[1]: https://a.example.com: must be named once"),
	pages("every page", "*"),
	pages("every page by TLS", "https://*"),
	pages("a host without a scheme", "shop.example.com"),
	pages("an origin with a path", "https://shop.example.com/"),
	pages("an origin with a capital", "https://Shop.example.com"),
	pages("an origin with the port that browsers leave out", "https://shop.example.com:443"),
	pages("the same by HTTP", "http://shop.example.com:80"),
	pages("two asterisks, of which the second would be a letter", "https://*.example.com:*"),
	pages("an asterisk that is the end of a name", "https://*example.com"),
	pages("an asterisk that is all below a company's name", "https://shop.*.com"),
	pages("a page of a file", "null"),
	receiving("a header of gRPC's own", `{"browser":{"origins":["https://a.example.com"],"headers":["grpc-timeout"]}}`, ".browser.headers[0]: grpc-timeout: must be the name of a header in lower case, such as x-tenant, not of gRPC's own"),
	receiving("a header twice", `{"browser":{"origins":["https://a.example.com"],"headers":["x-tenant","x-tenant"]}}`, ".browser.headers[1]: x-tenant: must be named once"),
	sending("pages on a route to a gateway with TLS", `{"tls":{"secret":"tls"},"browser":{"origins":["https://a.example.com"]}}`,
		".browser: [not shown]: must not be given with collector.tls and a route: controllers speak no TLS to the gateway", key("ingress", `{"kind":"ingress","domain":"example.com"}`)),
	routed("a route on which no browser may send", `"otlp":{"host":"otlp.example.com"}`, ".otlp: [not shown]: must not be given: no browser may send without collector.browser"),
	{"a route for browsers on the host of a page", map[string]string{
		"tracestack:ingress":   `{"kind":"ingress","domain":"example.com","otlp":{"host":"jaeger.example.com"}}`,
		"tracestack:collector": `{"browser":{"origins":["https://a.example.com"]}}`,
	}, "tracestack:ingress.otlp.host: jaeger.example.com: must not be the host of a page: a host leads to one place"},
	{"a host of browsers that no route reads", map[string]string{
		"tracestack:ingress": `{"otlp":{"host":"otlp.example.com"}}`, "tracestack:collector": `{"browser":{"origins":["https://a.example.com"]}}`,
	}, "tracestack:ingress.otlp.host: [not shown]: must not be given with kind none, only with ingressroute, ingress, httproute"},
	forwarded("metrics to a host without a port", "prometheus", forwardRule),
	forwarded("metrics to a port without a host", ":4317", forwardRule),
	forwarded("metrics by another protocol", "ftp://prometheus", forwardRule),
	forwarded("metrics with a password", "https://me:hunter2@prometheus", forwardRule),
	forwarded("metrics to nowhere", "", forwardRule),
	forwarded("metrics to the path that is added", "http://prometheus:9090/api/v1/otlp/v1/metrics", "must not end with /v1/metrics or /v1/logs: the collector adds it"),
	forwarded("metrics to the gateway", "center-collector:4317", round),
	forwarded("metrics to the gateway by HTTP", "http://center-collector.opentelemetry.svc:4318", round),
	receiving("logs to the gateway", `{"logs":{"forwardTo":"center-collector.opentelemetry:4317"}}`, ".logs.forwardTo: [not shown]: "+round),
	receiving("logs to nobody", `{"logs":{}}`, ".logs.forwardTo: not set: must be given"),
	receiving("an authority of a receiver without TLS", `{"logs":{"forwardTo":"logs:4317","caSecret":"ca"}}`, ".logs.caSecret: [not shown]: must not be given without an https address: no certificate is shown there"),
	receiving("less memory than metrics take beside spans", `{"metrics":{"forwardTo":"m:4317"},"resources":{"limits":{"memory":"191Mi"}}}`,
		".resources.limits.memory: 191Mi: must be at least 192Mi: metrics and logs that are forwarded have a queue each, and every queue must hold what comes at once"),
	receiving("a queue above what metrics leave", `{"metrics":{"forwardTo":"m:4317"},"queue":{"size":"53Mi"}}`,
		".queue.size: 53Mi: must be at most 52Mi, what metrics and logs leave of an eighth of resources.limits.memory, 512Mi"+decoded),
}

func TestAGatewayThatCannotBeReachedIsRefusedWithItsReason(t *testing.T) {
	for _, c := range ofReceiver {
		t.Run(c.claim, func(t *testing.T) {
			_, err := config.Load(raw(c.given))
			if got := fmt.Sprint(err); got != c.want {
				t.Errorf("refused with\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestWhoMaySendIsTakenInEveryWay(t *testing.T) {
	for claim, given := range map[string]map[string]string{
		"a certificate":                key("collector", `{"tls":{"secret":"tls"}}`),
		"a certificate of both":        key("collector", `{"tls":{"secret":"tls","caSecret":"ca","clientCASecret":"ca","minVersion":"1.3"}}`),
		"two tokens of one Secret":     key("collector", `{"signIn":{"kind":"token","tokenSecrets":[{"secretName":"t","key":"a"},{"secretName":"t","key":"b"}]}}`),
		"users":                        key("collector", `{"signIn":{"kind":"basic","usersSecret":{"secretName":"u","key":"k"}}}`),
		"an issuer with a path":        key("collector", `{"signIn":{"kind":"oidc","issuer":"https://sign-in.example.com:8443/realms/shop","audience":"tracing","issuerCASecret":"ca"}}`),
		"an issuer that ends with /":   key("collector", `{"signIn":{"kind":"oidc","issuer":"https://shop.example.com/","audience":"https://traces.example.com"}}`),
		"pages of every kind":          key("collector", `{"browser":{"origins":["https://shop.example.com","https://*.example.com","http://localhost:3000","http://localhost:*","http://10.0.0.1:8080"],"headers":["traceparent"]}}`),
		"metrics by gRPC":              key("collector", `{"metrics":{"forwardTo":"collector.monitoring.svc:4317"}}`),
		"metrics and logs by HTTP":     key("collector", `{"metrics":{"forwardTo":"http://prometheus:9090/api/v1/otlp"},"logs":{"forwardTo":"https://loki.example.com/otlp","caSecret":"ca"}}`),
		"a receiver with a like name":  key("collector", `{"metrics":{"forwardTo":"center-collector-2.monitoring.svc:4317"}}`),
		"production for anyone":        {"tracestack:profile": "prod", "tracestack:storage": "grpc", "tracestack:remoteStorage": `{"endpoint":"r:1"}`},
		"production with certificates": {"tracestack:profile": "prod", "tracestack:storage": "grpc", "tracestack:remoteStorage": `{"endpoint":"r:1"}`, "tracestack:collector": `{"tls":{"secret":"tls","clientCASecret":"ca"}}`},
		"a gateway that is all that is reached": {"tracestack:backend": "tempo", "tracestack:storage": "local",
			"tracestack:collector": `{"browser":{"origins":["https://a.example.com"]}}`, "tracestack:ingress": `{"kind":"ingress","otlp":{"host":"otlp.example.com"}}`},
	} {
		if _, err := config.Load(raw(given)); err != nil {
			t.Errorf("%s: %v", claim, err)
		}
	}
}
