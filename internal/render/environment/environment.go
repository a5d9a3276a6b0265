// Package environment renders the variables from which applications' SDKs learn where the gateway is.
// Pure: no Pulumi, no files, no clock.
package environment

import "maps"

// Name of the ConfigMap with the variables, in every namespace whose applications are told. Applications
// name it in envFrom, so changing it is a breaking change.
const Name = "otel-environment"

// The variables, as OpenTelemetry's specification names them:
// https://opentelemetry.io/docs/languages/sdk-configuration/
const (
	Endpoint    = "OTEL_EXPORTER_OTLP_ENDPOINT"
	Headers     = "OTEL_EXPORTER_OTLP_HEADERS"
	Propagators = "OTEL_PROPAGATORS"
)

// Where applications' pods are to have certificates. Variables cannot carry a certificate, only where it is.
const (
	CAFile   = "/etc/otel/ca/ca.crt"
	CertFile = "/etc/otel/tls/tls.crt"
	KeyFile  = "/etc/otel/tls/tls.key"
)

// Gateway is what senders must know of it.
type Gateway struct {
	HTTPEndpoint  string
	CA            bool // its certificate is signed by an authority that no image knows
	ClientCert    bool // it asks for one
	Metrics, Logs bool // it takes them
}

// Render gives one set that the SDKs of every language read alike, whatever their own defaults are.
func Render(g Gateway) map[string]string {
	all := Exporters(g.Metrics, g.Logs)
	all[Endpoint] = g.HTTPEndpoint
	maps.Copy(all, Certificates(g.CA, g.ClientCert))
	// The default of every SDK, written down: an application that a platform's image has set otherwise
	// would begin a trace of its own in every service.
	all[Propagators] = "tracecontext,baggage"
	return all
}

// Certificates say where a pod has them.
func Certificates(ca, clientCert bool) map[string]string {
	all := map[string]string{}
	if ca {
		all["OTEL_EXPORTER_OTLP_CERTIFICATE"] = CAFile
	}
	if clientCert {
		all["OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"], all["OTEL_EXPORTER_OTLP_CLIENT_KEY"] = CertFile, KeyFile
	}
	return all
}

// Exporters say what is sent, and how. What the gateway does not take is not sent: where that is not said, SDKs
// send it all the same, and get 404 for ever.
func Exporters(metrics, logs bool) map[string]string {
	sent := map[bool]string{true: "otlp", false: "none"}
	return map[string]string{
		// Python's distro, .NET's SDK and version 1 of Java's agent speak gRPC where nothing is said, which
		// the port of HTTP does not take. Of the two protocols this is the one that every language has:
		// Python's, .NET's and Go's agents come without gRPC.
		"OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
		"OTEL_TRACES_EXPORTER":        "otlp",
		"OTEL_METRICS_EXPORTER":       sent[metrics],
		"OTEL_LOGS_EXPORTER":          sent[logs],
	}
}
