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
	if got := environment.Render("http://center-collector.opentelemetry.svc:4318"); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
