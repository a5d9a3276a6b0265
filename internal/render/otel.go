package render

import (
	"time"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/sizes"
)

// The parts of an OpenTelemetry Collector configuration that the collector and Jaeger, which is
// one inside, write alike.

// Endpoint is a server's listening address.
type Endpoint struct {
	Endpoint string `yaml:"endpoint"`
}

// OTLPReceiver is the otlp receiver with both protocols.
type OTLPReceiver struct {
	Protocols OTLPProtocols `yaml:"protocols"`
}

// OTLPProtocols are the two transports of OTLP.
type OTLPProtocols struct {
	GRPC OTLPGRPC `yaml:"grpc"`
	HTTP OTLPHTTP `yaml:"http"`
}

// OTLPGRPC is a gRPC server, the largest message that it takes, and how long it keeps a connection.
type OTLPGRPC struct {
	Endpoint       string `yaml:"endpoint"`
	Access         `yaml:",inline"`
	MaxMessageSize int       `yaml:"max_recv_msg_size_mib"`
	Keepalive      Keepalive `yaml:"keepalive"`
}

// Keepalive is how long a gRPC server keeps a connection.
type Keepalive struct {
	Server ServerParameters `yaml:"server_parameters"`
}

// ServerParameters end connections that are old, so that clients make others: a client chooses a pod when it
// connects, and would stay with it, also when there are more pods.
type ServerParameters struct {
	MaxConnectionAge      time.Duration `yaml:"max_connection_age"`
	MaxConnectionAgeGrace time.Duration `yaml:"max_connection_age_grace"` // for the calls that have begun
}

// newKeepalive lets go of each client after a while. The grace is more than any call takes: one that is cut
// off is sent again, though it was taken.
func newKeepalive() Keepalive {
	return Keepalive{ServerParameters{MaxConnectionAge: 30 * time.Second, MaxConnectionAgeGrace: 30 * time.Second}}
}

// OTLPHTTP is an HTTP server and the largest body that it takes, before and after decompression.
type OTLPHTTP struct {
	Endpoint    string `yaml:"endpoint"`
	Access      `yaml:",inline"`
	CORS        *CORS `yaml:"cors,omitempty"`
	MaxBodySize int   `yaml:"max_request_body_size"` // bytes
}

// NewOTLPReceiver listens on both OTLP ports, and takes so many bytes at once on each: by default
// gRPC takes less than HTTP. Both endpoints are written out because the receiver's default is
// localhost, where no other pod reaches it.
func NewOTLPReceiver(most int) OTLPReceiver {
	return OTLPReceiver{Protocols: OTLPProtocols{
		GRPC: OTLPGRPC{Endpoint: naming.Listen(naming.OTLPGRPC), MaxMessageSize: most / sizes.Mebibyte, Keepalive: newKeepalive()},
		HTTP: OTLPHTTP{Endpoint: naming.Listen(naming.OTLPHTTP), MaxBodySize: most},
	}}
}

// Service wires the parts together.
type Service struct {
	Extensions []string            `yaml:"extensions"`
	Pipelines  map[string]Pipeline `yaml:"pipelines"`
	Telemetry  Telemetry           `yaml:"telemetry"`
}

// Pipeline is the way of one signal. Processors run in the order written.
type Pipeline struct {
	Receivers  []string `yaml:"receivers"`
	Processors []string `yaml:"processors,omitempty"`
	Exporters  []string `yaml:"exporters"`
}

// Telemetry is what the process tells about itself.
type Telemetry struct {
	Logs    Logs    `yaml:"logs"`
	Metrics Metrics `yaml:"metrics"`
}

// Logs go to standard error, where the cluster collects them.
type Logs struct {
	Encoding string `yaml:"encoding"`
	Level    string `yaml:"level"`
}

// Metrics are the process's own.
type Metrics struct {
	Level   string   `yaml:"level"`
	Readers []Reader `yaml:"readers"`
}

// Reader is one way to take the metrics out.
type Reader struct {
	Pull Pull `yaml:"pull"`
}

// Pull is a reader that is scraped.
type Pull struct {
	Exporter PullExporter `yaml:"exporter"`
}

// PullExporter serves Prometheus' format.
type PullExporter struct {
	Prometheus PrometheusServer `yaml:"prometheus"`
}

// PrometheusServer is where metrics are served.
type PrometheusServer struct {
	Host string `yaml:"host"`
	Port int    `yaml:"port"`
}

// NewTelemetry serves own metrics to Prometheus, on every interface instead of the default
// localhost, and logs in JSON, which log pipelines read without a parser of their own.
func NewTelemetry() Telemetry {
	return Telemetry{
		Logs: Logs{Encoding: "json", Level: "info"},
		Metrics: Metrics{Level: "normal", Readers: []Reader{{Pull{PullExporter{
			PrometheusServer{Host: "0.0.0.0", Port: int(naming.Metrics)},
		}}}}},
	}
}

// Filter is the processor that drops spans and events.
type Filter struct {
	ErrorMode string      `yaml:"error_mode"`
	Traces    SpanFilters `yaml:"traces"`
}

// SpanFilters are conditions.
type SpanFilters struct {
	Span  []string `yaml:"span"`                // a span of which any is true is dropped
	Event []string `yaml:"spanevent,omitempty"` // an event, and its span stays
}

// Backoff is how something that failed is tried again.
type Backoff struct {
	Enabled         bool          `yaml:"enabled"`
	InitialInterval time.Duration `yaml:"initial_interval"`
	MaxInterval     time.Duration `yaml:"max_interval"`
	MaxElapsedTime  time.Duration `yaml:"max_elapsed_time"` // 0: for ever
}

// MemoryLimiter is the processor that refuses spans while memory is short.
type MemoryLimiter struct {
	CheckInterval        time.Duration `yaml:"check_interval"`
	LimitPercentage      int           `yaml:"limit_percentage"`
	SpikeLimitPercentage int           `yaml:"spike_limit_percentage"`
}

// NewMemoryLimiter refuses new spans at 55 % of the container's memory (the limit less the spike)
// and forces a collection at 80 %. Percentages follow whatever limit the pod has.
func NewMemoryLimiter() MemoryLimiter {
	return MemoryLimiter{CheckInterval: time.Second, LimitPercentage: 80, SpikeLimitPercentage: 25}
}
