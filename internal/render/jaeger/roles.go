package jaeger

import (
	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/internal/sizes"
)

// The names of the configurations of roles that are apart.
const (
	CollectorFileName = "jaeger-collector.yaml"
	QueryFileName     = "jaeger-query.yaml"
)

// Store is what roles that are apart keep traces in.
type Store interface {
	// backend is the storage of a role that writes spans, or of one that only reads.
	backend(writes bool) (backend, error)
	// queue is what a role that writes has in front of the store; nil: who sends waits for the store itself.
	queue(fromKafka bool) *queue
	// archive is where the query keeps what somebody wants to be kept for good; nil: there is none.
	archive() *backend
}

// Collector gives the configuration of the role that takes spans and writes them.
func Collector(sampling *Sampling, s Store) (render.File, error) {
	made, err := s.backend(true)
	if err != nil {
		return render.File{}, err
	}
	return escaped(CollectorFileName, sampling.into(file{
		Receivers:  receivers{OTLP: newReceiver()},
		Processors: &processors{MemoryLimiter: render.NewMemoryLimiter()},
		Exporters:  exporters{Storage: &storageExporter{TraceStorage: storageName, Queue: s.queue(false)}},
		Extensions: extensions{Storage: newStorage(made), Health: newHealth()},
		Service: render.Service{
			Extensions: []string{"jaeger_storage", "healthcheckv2"},
			Pipelines: map[string]render.Pipeline{"traces": {
				Receivers:  []string{"otlp"},
				Processors: []string{"memory_limiter"},
				Exporters:  []string{"jaeger_storage_exporter"},
			}},
			Telemetry: render.NewTelemetry(),
		},
	}))
}

// Query gives the configuration of the role that answers queries and shows the pages.
func Query(pages Pages, s Store) (render.File, error) {
	made, err := s.backend(false)
	if err != nil {
		return render.File{}, err
	}
	stored, names := newStorage(made), queryStorage{Traces: storageName}
	if archive := s.archive(); archive != nil {
		names.Archive = archiveName
		stored.Backends[archiveName] = *archive
	}
	return escaped(QueryFileName, file{
		// A pipeline there must be.
		Receivers:  receivers{Nop: &nop{}},
		Exporters:  exporters{Nop: &nop{}},
		Extensions: extensions{Storage: stored, Query: pages.query(names), Health: newHealth()},
		Service: render.Service{
			Extensions: []string{"jaeger_storage", "jaeger_query", "healthcheckv2"},
			Pipelines: map[string]render.Pipeline{"traces": {
				Receivers: []string{"nop"},
				Exporters: []string{"nop"},
			}},
			Telemetry: render.NewTelemetry(),
		},
	})
}

func newStorage(one backend) *storage {
	return &storage{Backends: map[string]backend{storageName: one}}
}

// escaped leaves passwords to be put in, and nothing else: a person's $ is a $.
func escaped(name string, f file) (render.File, error) {
	return render.Escaped(name, f, render.EscapeDollars)
}

type queue struct {
	Enabled         bool   `yaml:"enabled"`
	WaitForResult   bool   `yaml:"wait_for_result"`
	Sizer           string `yaml:"sizer"`
	QueueSize       int    `yaml:"queue_size"`
	BlockOnOverflow bool   `yaml:"block_on_overflow"`
	NumConsumers    int    `yaml:"num_consumers"`
	Batch           *batch `yaml:"batch,omitempty"`
}

// newQueue has so many that take from it at once. Whoever sends is answered when the store has taken the
// spans, not when the queue has.
//
// A request that nobody waits for any more stays until it is written, and is sent anew meanwhile. So the
// queue holds no more than comes at once, and is refused to others then: a longer one fills the memory while
// the store is away, and afterwards takes longer to empty than a sender waits.
func newQueue(consumers int) *queue {
	return &queue{Enabled: true, WaitForResult: true, Sizer: "bytes", QueueSize: sizes.Message, NumConsumers: consumers}
}
