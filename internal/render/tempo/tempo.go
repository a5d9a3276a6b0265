// Package tempo renders the configuration of Tempo, all of it in one process, for release 2 (from
// 2.9) and for release 3. Pure: no Pulumi, no files, no clock. No credential is ever in the file:
// where one belongs it says ${NAME}, which Tempo replaces from its environment at its start.
//
// What every key means is in https://grafana.com/docs/tempo/latest/configuration/. Tempo decodes
// strictly, so an unknown key stops the pod: a key that only one release has is written for that
// one alone.
package tempo

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/internal/sizes"
)

// FileName is the configuration's name in the ConfigMap and in the pod.
const FileName = "tempo.yaml"

// ReadyPath answers 200 while every part of Tempo is well.
const ReadyPath = "/ready"

// Dir is where the volume is in the pod. Nothing is written elsewhere.
const Dir = "/var/tempo"

// Config is what Tempo's configuration depends on.
type Config struct {
	Major     int // of the release that reads the file: 2 or 3
	Store     Store
	Retention time.Duration // how long traces are kept
	// TraceIdle is how long no span comes before a trace is taken to be complete and searchable.
	TraceIdle time.Duration
	// BlockDuration is how long traces are gathered before they go to the store as one block.
	BlockDuration time.Duration
	Limits        Limits
	Query         Query
	Metrics       *Metrics // nil: none are made of the spans
}

// Limits protect the one process.
type Limits struct {
	TraceBytes int // of one trace; what is beyond is not stored
	RateBytes  int // of spans in a second; what is beyond is refused, and the sender retries
	BurstBytes int // that may come at once
	LiveTraces int // that are not complete yet; what is beyond is not stored
}

// Query limits what one query may ask for.
type Query struct {
	Search  time.Duration // the longest time range of a search
	Metrics time.Duration // the longest time range of a TraceQL metrics query
}

// Metrics are made of spans and written to a Prometheus.
type Metrics struct {
	Namespace  string   // Tempo's, the value of NamespaceLabel
	URLs       []string // all of them get everything
	User       string   // empty: the store knows no users
	Dimensions []string // attributes that become labels of the span metrics
}

// NamespaceLabel is on every series. Without it two stacks that write to one Prometheus would have the
// same series, each overwriting what the other counted.
const NamespaceLabel = naming.TempoNamespaceLabel

// PasswordFile is where the pod finds the password of Metrics.User. It is a file and not ${NAME}
// because Tempo reads it again for each request, so that a new password needs no restart.
const PasswordFile = "/etc/tracestack-metrics/password"

// Render gives the configuration file.
func Render(c Config) (render.File, error) {
	if err := c.check(); err != nil {
		return render.File{}, fmt.Errorf("tempo: %w", err)
	}
	f := c.shared()
	if c.Major == 2 {
		c.two(&f)
	} else {
		c.three(&f)
	}
	return render.Escaped(FileName, f, escape)
}

// escape knows what Tempo takes for something else before it parses the file: two dollars or two backslashes are one
// each, and ${ begins a variable. https://github.com/drone/envsubst
var escape = strings.NewReplacer(`$`, `$$`, `\`, `\\`).Replace

func (c Config) check() error {
	var problems []error
	if c.Major != 2 && c.Major != 3 {
		problems = append(problems, fmt.Errorf("major: %d: must be 2 or 3", c.Major))
	}
	for path, value := range map[string]time.Duration{
		"retention": c.Retention, "trace idle": c.TraceIdle, "block duration": c.BlockDuration,
		"search": c.Query.Search, "metrics": c.Query.Metrics,
	} {
		if value <= 0 {
			problems = append(problems, fmt.Errorf("%s: %v: must be more than 0", path, value))
		}
	}
	if c.Limits.TraceBytes < 1 || c.Limits.RateBytes < 1 || c.Limits.BurstBytes < 1 || c.Limits.LiveTraces < 1 {
		problems = append(problems, fmt.Errorf("limits: %+v: must all be given: Tempo takes 0 as no limit", c.Limits))
	}
	return errors.Join(append(problems, c.Store.check())...)
}

type file struct {
	Target           string            `yaml:"target"`
	Server           server            `yaml:"server"`
	Memberlist       memberlist        `yaml:"memberlist"`
	UsageReport      usageReport       `yaml:"usage_report"`
	Distributor      distributor       `yaml:"distributor"`
	Ingester         *ingester         `yaml:"ingester,omitempty"`          // 2
	Compactor        *compactor        `yaml:"compactor,omitempty"`         // 2
	LiveStore        *liveStore        `yaml:"live_store,omitempty"`        // 3
	BackendScheduler *backendScheduler `yaml:"backend_scheduler,omitempty"` // 3
	BackendWorker    *backendWorker    `yaml:"backend_worker,omitempty"`    // 3
	MetricsGenerator *metricsGenerator `yaml:"metrics_generator,omitempty"`
	Querier          querier           `yaml:"querier"`
	QueryFrontend    queryFrontend     `yaml:"query_frontend"`
	Storage          storage           `yaml:"storage"`
	Overrides        overrides         `yaml:"overrides"`
}

type server struct {
	HTTPListenAddress string `yaml:"http_listen_address"`
	HTTPListenPort    int    `yaml:"http_listen_port"`
	GRPCListenAddress string `yaml:"grpc_listen_address"`
	GRPCListenPort    int    `yaml:"grpc_listen_port"`
	GRPCMaxMessage    int    `yaml:"grpc_server_max_recv_msg_size"`
	LogFormat         string `yaml:"log_format"`
}

type memberlist struct {
	BindAddr []string `yaml:"bind_addr"`
}

type usageReport struct {
	Enabled bool `yaml:"reporting_enabled"`
}

type distributor struct {
	Receivers  receivers     `yaml:"receivers"`
	RetryAfter time.Duration `yaml:"retry_after_on_resource_exhausted"`
}

type receivers struct {
	OTLP render.OTLPReceiver `yaml:"otlp"`
}

type compaction struct {
	BlockRetention time.Duration `yaml:"block_retention"`
}

type querier struct {
	FrontendWorker frontendWorker `yaml:"frontend_worker"`
}

type frontendWorker struct {
	FrontendAddress string `yaml:"frontend_address"`
}

type queryFrontend struct {
	Search    searchQueries  `yaml:"search"`
	Metrics   metricsQueries `yaml:"metrics"`
	EndCutoff time.Duration  `yaml:"query_end_cutoff,omitempty"` // 3
}

type searchQueries struct {
	MaxDuration time.Duration `yaml:"max_duration"`
}

type metricsQueries struct {
	MaxDuration time.Duration `yaml:"max_duration"`
}

type overrides struct {
	Defaults limits `yaml:"defaults"`
}

type limits struct {
	Ingestion        ingestion        `yaml:"ingestion"`
	Global           global           `yaml:"global"`
	MetricsGenerator *tenantGenerator `yaml:"metrics_generator,omitempty"`
}

type ingestion struct {
	RateLimitBytes   int `yaml:"rate_limit_bytes"`
	BurstSizeBytes   int `yaml:"burst_size_bytes"`
	MaxTracesPerUser int `yaml:"max_traces_per_user"`
}

type global struct {
	MaxBytesPerTrace int `yaml:"max_bytes_per_trace"`
}

// inside is where the parts of the one process reach each other.
var inside = "127.0.0.1:" + naming.TempoGRPC.String()

// insideMessage is the most that the parts of the one process take from each other, in bytes. A message
// from outside is larger inside: it is taken apart by traces, and each gets its resource again. What is
// larger than this, Tempo's own clients do not send.
const insideMessage = 100 * sizes.Mebibyte

// shared is what both releases write alike.
func (c Config) shared() file {
	return file{
		Target: "all",
		Server: server{
			HTTPListenAddress: "0.0.0.0",
			HTTPListenPort:    int(naming.TempoHTTP),
			// Only the parts of this process speak gRPC to each other; with no one else listening
			// in, it needs no authentication.
			GRPCListenAddress: "127.0.0.1",
			GRPCListenPort:    int(naming.TempoGRPC),
			GRPCMaxMessage:    insideMessage,
			LogFormat:         "json",
		},
		// One process has no members to gossip with. Should any part try, it stays in the pod.
		Memberlist: memberlist{BindAddr: []string{"127.0.0.1"}},
		Distributor: distributor{
			Receivers: receivers{OTLP: render.NewOTLPReceiver(sizes.Message)},
			// Without it OTLP clients, the collector too, take a refusal by the rate limit as
			// final and drop the spans.
			RetryAfter: time.Second,
		},
		Querier: querier{FrontendWorker: frontendWorker{FrontendAddress: inside}},
		QueryFrontend: queryFrontend{
			Search:  searchQueries{MaxDuration: c.Query.Search},
			Metrics: metricsQueries{MaxDuration: c.Query.Metrics},
		},
		Storage: storage{Trace: c.Store.trace()},
		Overrides: overrides{Defaults: limits{
			Ingestion: ingestion{
				RateLimitBytes: c.Limits.RateBytes, BurstSizeBytes: c.Limits.BurstBytes,
				MaxTracesPerUser: c.Limits.LiveTraces,
			},
			Global: global{MaxBytesPerTrace: c.Limits.TraceBytes},
		}},
	}
}
