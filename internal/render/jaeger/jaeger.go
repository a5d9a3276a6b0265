// Package jaeger renders Jaeger v2's configuration. Pure: no Pulumi, no files, no clock.
// What is not written here is not reachable: Jaeger's built-in configuration, which also listens
// for Zipkin, legacy Jaeger clients, remote sampling, zPages and expvar, is not used.
package jaeger

import (
	"fmt"
	"time"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/internal/sizes"
)

// FileName is the name of the configuration of all of Jaeger, in the ConfigMap and in the pod.
const FileName = "jaeger.yaml"

// StatusPath answers 200 while every part of Jaeger is well.
const StatusPath = "/status"

// storageName ties exporter and query to the one storage.
const storageName = "traces"

// Memory is Jaeger all-in-one with its store in memory.
type Memory struct {
	Pages
	Sampling  *Sampling // nil: nobody asks Jaeger
	MaxTraces int       // the oldest trace goes when one more comes
}

// Render gives the configuration file.
func (m Memory) Render() (render.File, error) {
	if m.MaxTraces < 1 {
		return render.File{}, fmt.Errorf("jaeger: max traces: %d: must be at least 1", m.MaxTraces)
	}
	return allInOne(m.Pages, m.Sampling, backend{Memory: &memory{MaxTraces: m.MaxTraces}}, &processors{MemoryLimiter: newMemoryLimiter()})
}

// newMemoryLimiter refuses spans before a full store has the pod killed, with all that is in it. The store
// gives memory back only by taking more, so this is for large traces alone, and then it refuses until the
// pod is replaced: ordinary traces stay below. It looks often, because all that came since the last time
// is in memory, and nothing of it goes away again.
func newMemoryLimiter() render.MemoryLimiter {
	return render.MemoryLimiter{CheckInterval: 100 * time.Millisecond, LimitPercentage: 85, SpikeLimitPercentage: 15}
}

// allInOne is Jaeger in one process.
func allInOne(pages Pages, sampling *Sampling, store backend, first *processors) (render.File, error) {
	return render.YAML(FileName, sampling.into(file{
		Receivers:  receivers{OTLP: newReceiver()},
		Processors: first,
		// No queue: the exporter then answers only after the store has the span, and the
		// collector in front has a queue already.
		Exporters: exporters{Storage: &storageExporter{TraceStorage: storageName}},
		Extensions: extensions{
			Storage: newStorage(store),
			Query:   pages.query(queryStorage{Traces: storageName}),
			Health:  newHealth(),
		},
		Service: render.Service{
			Extensions: []string{"jaeger_storage", "jaeger_query", "healthcheckv2"},
			Pipelines: map[string]render.Pipeline{"traces": {
				Receivers:  []string{"otlp"},
				Processors: first.names(),
				Exporters:  []string{"jaeger_storage_exporter"},
			}},
			Telemetry: render.NewTelemetry(),
		},
	}))
}

func newReceiver() *render.OTLPReceiver {
	receiver := render.NewOTLPReceiver(sizes.Message)
	return &receiver
}

func newQuery(store queryStorage) *query {
	return &query{
		Storage: store,
		HTTP:    render.Endpoint{Endpoint: naming.Listen(naming.QueryHTTP)},
		GRPC:    render.Endpoint{Endpoint: naming.Listen(naming.QueryGRPC)},
	}
}

func newHealth() health {
	return health{UseV2: true, HTTP: healthHTTP{
		Endpoint: naming.Listen(naming.Health),
		Status:   healthPath{Enabled: true, Path: StatusPath},
	}}
}

type file struct {
	Receivers  receivers      `yaml:"receivers"`
	Processors *processors    `yaml:"processors,omitempty"`
	Exporters  exporters      `yaml:"exporters"`
	Extensions extensions     `yaml:"extensions"`
	Service    render.Service `yaml:"service"`
}

type receivers struct {
	OTLP  *render.OTLPReceiver `yaml:"otlp,omitempty"`
	Kafka *kafkaReceiver       `yaml:"kafka,omitempty"`
	Nop   *nop                 `yaml:"nop,omitempty"`
}

type processors struct {
	MemoryLimiter render.MemoryLimiter `yaml:"memory_limiter"`
	Filter        *render.Filter       `yaml:"filter,omitempty"`
	Adaptive      *struct{}            `yaml:"adaptive_sampling,omitempty"`
}

// names are those that there are, in the order that spans come to them.
func (p *processors) names() []string {
	all := []string{"memory_limiter"}
	if p.Filter != nil {
		all = append(all, "filter")
	}
	if p.Adaptive != nil {
		all = append(all, "adaptive_sampling")
	}
	return all
}

type exporters struct {
	Storage *storageExporter `yaml:"jaeger_storage_exporter,omitempty"`
	Kafka   *kafkaExporter   `yaml:"kafka,omitempty"`
	Nop     *nop             `yaml:"nop,omitempty"`
}

// nop is what a pipeline has that nothing goes through.
type nop struct{}

type storageExporter struct {
	TraceStorage string `yaml:"trace_storage"`
	Queue        *queue `yaml:"queue,omitempty"`
}

type extensions struct {
	Storage  *storage        `yaml:"jaeger_storage,omitempty"`
	Query    *query          `yaml:"jaeger_query,omitempty"`
	Sampling *remoteSampling `yaml:"remote_sampling,omitempty"`
	Health   health          `yaml:"healthcheckv2"`
}

type storage struct {
	Backends map[string]backend `yaml:"backends"`
}

type backend struct {
	Memory        *memory      `yaml:"memory,omitempty"`
	Badger        *badger      `yaml:"badger,omitempty"`
	Elasticsearch *searchStore `yaml:"elasticsearch,omitempty"`
	OpenSearch    *searchStore `yaml:"opensearch,omitempty"`
	Cassandra     *cassandra   `yaml:"cassandra,omitempty"`
	GRPC          *remote      `yaml:"grpc,omitempty"`
}

type memory struct {
	MaxTraces int `yaml:"max_traces"`
}

type query struct {
	BasePath string          `yaml:"base_path,omitempty"`
	UI       *queryUI        `yaml:"ui,omitempty"`
	Storage  queryStorage    `yaml:"storage"`
	HTTP     render.Endpoint `yaml:"http"`
	GRPC     render.Endpoint `yaml:"grpc"`
}

type queryStorage struct {
	Traces  string `yaml:"traces"`
	Archive string `yaml:"traces_archive,omitempty"`
}

type health struct {
	UseV2 bool       `yaml:"use_v2"`
	HTTP  healthHTTP `yaml:"http"`
}

type healthHTTP struct {
	Endpoint string     `yaml:"endpoint"`
	Status   healthPath `yaml:"status"`
}

type healthPath struct {
	Enabled bool   `yaml:"enabled"`
	Path    string `yaml:"path"`
}
