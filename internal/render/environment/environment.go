// Package environment renders the variables from which applications' SDKs learn where the gateway is.
// Pure: no Pulumi, no files, no clock.
package environment

// Name of the ConfigMap with the variables, in every namespace whose applications are told. Applications
// name it in envFrom, so changing it is a breaking change.
const Name = "otel-environment"

// The variables, as OpenTelemetry's specification names them:
// https://opentelemetry.io/docs/languages/sdk-configuration/
const (
	Endpoint    = "OTEL_EXPORTER_OTLP_ENDPOINT"
	Propagators = "OTEL_PROPAGATORS"
)

// Render gives one set that the SDKs of every language read alike, whatever their own defaults are.
func Render(httpEndpoint string) map[string]string {
	all := Exporters()
	all[Endpoint] = httpEndpoint
	// The default of every SDK, written down: an application that a platform's image has set otherwise
	// would begin a trace of its own in every service.
	all[Propagators] = "tracecontext,baggage"
	return all
}

// Exporters say what is sent, and how.
func Exporters() map[string]string {
	return map[string]string{
		// Python's distro, .NET's SDK and version 1 of Java's agent speak gRPC where nothing is said, which
		// the port of HTTP does not take. Of the two protocols this is the one that every language has:
		// Python's, .NET's and Go's agents come without gRPC.
		"OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
		"OTEL_TRACES_EXPORTER":        "otlp",
		// The gateway takes traces alone. Where these are not said, SDKs send metrics and logs all the
		// same, and get 404 for ever.
		"OTEL_METRICS_EXPORTER": "none",
		"OTEL_LOGS_EXPORTER":    "none",
	}
}
