package environment_test

import (
	"maps"
	"testing"

	"github.com/tracestack/tracestack/internal/render/environment"
)

func TestAnApplicationIsToldWhereTracesGoByWhichProtocolAndWhatIsSwitchedOff(t *testing.T) {
	want := map[string]string{
		"OTEL_EXPORTER_OTLP_ENDPOINT": "http://center-collector.opentelemetry.svc:4318",
		"OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
		"OTEL_TRACES_EXPORTER":        "otlp",
		"OTEL_METRICS_EXPORTER":       "none",
		"OTEL_LOGS_EXPORTER":          "none",
		"OTEL_PROPAGATORS":            "tracecontext,baggage",
	}
	if got := environment.Render(environment.Gateway{HTTPEndpoint: "http://center-collector.opentelemetry.svc:4318"}); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAnApplicationIsToldWhereItsCertificatesAreAndWhatElseIsTaken(t *testing.T) {
	want := map[string]string{
		"OTEL_EXPORTER_OTLP_ENDPOINT":           "https://center-collector.opentelemetry.svc:4318",
		"OTEL_EXPORTER_OTLP_PROTOCOL":           "http/protobuf",
		"OTEL_EXPORTER_OTLP_CERTIFICATE":        "/etc/otel/ca/ca.crt",
		"OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE": "/etc/otel/tls/tls.crt",
		"OTEL_EXPORTER_OTLP_CLIENT_KEY":         "/etc/otel/tls/tls.key",
		"OTEL_TRACES_EXPORTER":                  "otlp",
		"OTEL_METRICS_EXPORTER":                 "otlp",
		"OTEL_LOGS_EXPORTER":                    "none",
		"OTEL_PROPAGATORS":                      "tracecontext,baggage",
	}
	got := environment.Render(environment.Gateway{
		HTTPEndpoint: "https://center-collector.opentelemetry.svc:4318", CA: true, ClientCert: true, Metrics: true,
	})
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
