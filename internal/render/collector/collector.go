// Package collector renders the OpenTelemetry Collector's configuration. Pure: no Pulumi, no
// files, no clock. What it writes is valid on the pinned release and on the newest one.
package collector

import (
	"errors"
	"fmt"
	"time"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/internal/sizes"
	"github.com/tracestack/tracestack/settings"
)

// FileName is the configuration's name in the ConfigMap and in the pod.
const FileName = "collector.yaml"

// Config is what the collector's configuration depends on.
type Config struct {
	Backend     string // host:port of the backend's OTLP gRPC
	Mirror      string // the same of a second backend, which gets a copy; empty: there is none
	MemoryLimit int64  // bytes; the container's limit
	Queue       int64  // bytes that may wait for the backend, encoded; 0: a share of the memory
	OnDisk      bool   // they wait on the volume in Dir
	Compression string // of what is sent to backends; empty: the exporter's default
	Receiver    Receiver
	Forwards    map[Signal]Forward // what is taken beside traces
	Samplers    string             // the host of those who decide what the backends get; empty: these get all spans
	Kubernetes  *settings.KubernetesAttributes
	Resource    map[string]string // attributes
	Extra       map[string]any
}

// Dir is where the pod has its volume, and queueDir where the queue is on it. The collector makes the folder,
// or the file would be valid only where the volume is.
const (
	Dir      = "/var/lib/otelcol"
	queueDir = Dir + "/queue"
)

// Render gives the configuration file.
func Render(c Config) (render.File, error) {
	if c.Backend == "" {
		return render.File{}, errors.New("collector: backend: \"\": must be host:port")
	}
	if least := sizes.CollectorMemory(c.backends(), len(c.Forwards)); c.MemoryLimit < int64(least) {
		return render.File{}, fmt.Errorf("collector: memory limit: %d: must be at least %d bytes", c.MemoryLimit, least)
	}
	if c.Queue == 0 {
		c.Queue = c.share()
	}
	if c.Queue < sizes.Batch {
		return render.File{}, fmt.Errorf("collector: queue: %d: must be at least %d bytes", c.Queue, sizes.Batch)
	}
	sending, names := newExporters(c)
	processing, processes := newProcessors(c)
	others, pipelines := c.forwards()
	sending.Others = others
	pipelines["traces"] = render.Pipeline{Receivers: []string{"otlp"}, Processors: processes, Exporters: names}
	return withExtra(file{
		Receivers:  receivers{OTLP: c.Receiver.receiver()},
		Processors: processing,
		Exporters:  sending,
		Extensions: newExtensions(c),
		Service: render.Service{
			Extensions: c.extensions(),
			Pipelines:  pipelines,
			Telemetry:  render.NewTelemetry(),
		},
	}, c.Extra)
}

type file struct {
	Receivers  receivers      `yaml:"receivers"`
	Processors processors     `yaml:"processors"`
	Exporters  exporters      `yaml:"exporters"`
	Extensions extensions     `yaml:"extensions"`
	Service    render.Service `yaml:"service"`
}

type receivers struct {
	OTLP render.OTLPReceiver `yaml:"otlp"`
}

type processors struct {
	MemoryLimiter render.MemoryLimiter  `yaml:"memory_limiter"`
	Filter        *render.Filter        `yaml:"filter,omitempty"`
	Kubernetes    *kubernetesAttributes `yaml:"k8sattributes,omitempty"`
	Resource      *resourceAttributes   `yaml:"resource,omitempty"`
	TailSampling  *tailSampling         `yaml:"tail_sampling,omitempty"`
}

// newProcessors has the limiter first, so that a full collector refuses before it has spent work on a span.
func newProcessors(c Config) (all processors, names []string) {
	filter := newFilter()
	all = processors{
		MemoryLimiter: render.NewMemoryLimiter(), Filter: &filter,
		Kubernetes: newKubernetesAttributes(c.Kubernetes), Resource: newResourceAttributes(c.Resource),
	}
	names = []string{"memory_limiter", "filter"}
	if all.Kubernetes != nil {
		names = append(names, "k8sattributes")
	}
	if all.Resource != nil {
		names = append(names, "resource")
	}
	return all, names
}

type extensions struct {
	HealthCheck healthCheck  `yaml:"health_check"`
	FileStorage *fileStorage `yaml:"file_storage,omitempty"`
	SignIn      signIn       `yaml:",inline"`

	Checks map[string]bearerToken `yaml:",inline"`
}

// healthCheck has its default path, too: the operator writes it into a configuration that has none.
type healthCheck struct {
	Endpoint string `yaml:"endpoint"`
	Path     string `yaml:"path"`
}

// fileStorage keeps a queue in a file. Without fsync what the kernel has not written yet is lost when the
// node fails, never when the pod or the process does. Without compaction the file never shrinks: the volume is
// its own, and what was used once is used again; compaction would take as much again, and all the while the
// queue would take nothing.
type fileStorage struct {
	Directory       string `yaml:"directory"`
	CreateDirectory bool   `yaml:"create_directory"`
	// Recreate puts a file that cannot be read aside and begins another one. Otherwise the pod would never
	// start again.
	Recreate bool `yaml:"recreate"`
}

const fileStorageName = "file_storage"

func newExtensions(c Config) extensions {
	all := extensions{HealthCheck: healthCheck{Endpoint: naming.Listen(naming.Health), Path: "/"}, SignIn: c.Receiver.signIn(), Checks: c.Receiver.checks()}
	if c.OnDisk {
		all.FileStorage = &fileStorage{Directory: queueDir, CreateDirectory: true, Recreate: true}
	}
	return all
}

func (c Config) extensions() []string {
	all := []string{"health_check"}
	if c.OnDisk {
		all = append(all, fileStorageName)
	}
	return append(all, c.Receiver.started()...)
}

type exporters struct {
	OTLP     *exporter      `yaml:"otlp,omitempty"`
	Mirror   *exporter      `yaml:"otlp/mirror,omitempty"`
	Samplers *loadBalancing `yaml:"loadbalancing,omitempty"`

	Others map[string]exporter `yaml:",inline"` // of other signals
}

// newExporters sends to the samplers where there are some, and otherwise to the backends. Newer releases call
// otlp otlp_grpc and keep the name as an alias; the pinned one knows only otlp.
func newExporters(c Config) (all exporters, names []string) {
	if c.Samplers != "" {
		return exporters{Samplers: newLoadBalancing(c)}, []string{"loadbalancing"}
	}
	backend := newBackend(c)
	all, names = exporters{OTLP: &backend}, []string{"otlp"}
	if c.Mirror != "" {
		all.Mirror = newMirror(c)
		names = append(names, "otlp/mirror")
	}
	return all, names
}

// newFilter drops what would take other spans with it, and counts it. Tempo refuses a whole batch for
// good when one span in it has no ID, and finds nothing of a block that has a time after the year 2262.
// Jaeger's store in memory finds nothing older than a span without a trace's ID. Newer releases prefer
// trace_conditions to traces; the pinned one knows only traces.
func newFilter() render.Filter {
	return render.Filter{
		// A condition that fails drops nothing.
		ErrorMode: "ignore",
		Traces: render.SpanFilters{Span: []string{
			`trace_id.string == "00000000000000000000000000000000"`,
			`span_id.string == "0000000000000000"`,
			// Nanoseconds that 63 bits do not hold.
			"start_time_unix_nano < 0",
			"end_time_unix_nano < 0",
		}},
	}
}

type exporter struct {
	Endpoint       string         `yaml:"endpoint"`
	Compression    string         `yaml:"compression,omitempty"`
	Timeout        time.Duration  `yaml:"timeout"`
	TLS            clientTLS      `yaml:"tls"`
	RetryOnFailure render.Backoff `yaml:"retry_on_failure"`
	SendingQueue   sendingQueue   `yaml:"sending_queue"`
}

type clientTLS struct {
	Insecure bool   `yaml:"insecure"`
	CAFile   string `yaml:"ca_file,omitempty"`
}

// sendingQueue has no `enabled`: the queue is on by default in every release, and the key has
// moved from the queue to a wrapper around it.
type sendingQueue struct {
	Storage         string `yaml:"storage,omitempty"` // the extension that keeps it; without one it is in memory
	Sizer           string `yaml:"sizer"`
	QueueSize       int64  `yaml:"queue_size"`
	NumConsumers    int    `yaml:"num_consumers,omitempty"`
	BlockOnOverflow bool   `yaml:"block_on_overflow"`
	Batch           batch  `yaml:"batch"`
}

// batch has a sizer of its own, because not every release takes the queue's.
type batch struct {
	Sizer        string        `yaml:"sizer"`
	FlushTimeout time.Duration `yaml:"flush_timeout"`
	MinSize      int64         `yaml:"min_size"`
	MaxSize      int64         `yaml:"max_size"`
}

// backendPatience is how long one attempt may take. What a backend still writes when it is given up is sent
// again, and stored twice: a search store that is away or slow is waited for by Jaeger, with the call open.
const backendPatience = 30 * time.Second

func newBackend(c Config) exporter {
	backend := c.newExporter(c.Backend, c.Queue)
	backend.Timeout = backendPatience
	if c.OnDisk {
		backend.SendingQueue.Storage = fileStorageName
	}
	return backend
}

func (c Config) newExporter(endpoint string, queue int64) exporter {
	return exporter{
		Endpoint:    endpoint,
		Compression: c.Compression,
		// Inside the cluster, as in the source article.
		TLS: clientTLS{Insecure: true},
		RetryOnFailure: render.Backoff{
			Enabled: true,
			// A backend that starts beside the collector is there within seconds.
			InitialInterval: time.Second,
			MaxInterval:     10 * time.Second,
			// For ever. A time limit would drop spans that were acknowledged; without one the
			// queue fills and new spans are refused, which the senders see and retry.
			MaxElapsedTime: 0,
		},
		SendingQueue: sendingQueue{
			// In bytes, because memory is what runs out: spans differ in size by a factor of 100.
			Sizer:     "bytes",
			QueueSize: queue,
			// Refuse, do not hold: a blocked sender's requests would pile up in memory instead.
			BlockOnOverflow: false,
			Batch: batch{
				Sizer:        "bytes",
				FlushTimeout: 200 * time.Millisecond,
				MinSize:      512 * 1024,
				MaxSize:      sizes.Batch,
			},
		},
	}
}

// share is what each queue of spans in memory has.
func (c Config) share() int64 { return sizes.Queue(c.MemoryLimit, c.backends(), len(c.Forwards)) }

func (c Config) backends() int {
	if c.Mirror == "" {
		return 1
	}
	return 2
}

// mirrorPatience is how long a copy is tried.
const mirrorPatience = 3 * time.Second

// newMirror sends copies. A full queue would be told to the senders, who would send again, also to
// the backend that has the spans. So what the mirror does not take soon is given up, by as many
// consumers as empty the queue faster than it fills: also with a mirror that hangs, a collector takes
// its queue's size every mirrorPatience, ten times what its memory is meant for. That queue is in memory in any
// case: what outlives a pod would be older than a mirror is waited for.
func newMirror(c Config) *exporter {
	mirror := c.newExporter(c.Mirror, c.share())
	mirror.Timeout = mirrorPatience
	mirror.RetryOnFailure.InitialInterval = 500 * time.Millisecond
	mirror.RetryOnFailure.MaxInterval = time.Second
	mirror.RetryOnFailure.MaxElapsedTime = mirrorPatience
	mirror.SendingQueue.NumConsumers = 100
	return &mirror
}
