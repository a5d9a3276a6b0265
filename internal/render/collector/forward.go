package collector

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/internal/sizes"
)

// Signal is what an SDK sends beside traces.
type Signal string

// The signals.
const (
	Metrics Signal = "metrics"
	Logs    Signal = "logs"
)

// Forward is where a signal goes.
type Forward struct {
	To string // host:port by gRPC, or an address by HTTP
	CA bool   // its certificate is signed by an authority of the pod's
}

// CAFile is where a pod sees the authority of the receiver of a signal.
func (s Signal) CAFile() string { return "/etc/tracestack-" + string(s) + "-ca/ca.crt" }

// exporter is its name: by which protocol it sends is the first part.
func (s Signal) exporter(f Forward) string {
	if f.byHTTP() {
		return "otlphttp/" + string(s)
	}
	return "otlp/" + string(s)
}

func (f Forward) byHTTP() bool { return strings.Contains(f.To, "://") }

// forwardPatience is how long one attempt may take. A pod that ends tries what waits once more, all at the same
// time, so that this is also the longest that a receiver which hangs keeps it from sending its spans.
const forwardPatience = 3 * time.Second

// newForward has a queue of its own in memory, of what may come at once. When it is full that signal is refused,
// and no other.
func newForward(s Signal, f Forward) exporter {
	// Not every receiver takes what a backend does: it is sent with gzip, as exporters do by themselves.
	made := Config{}.newExporter(f.To, sizes.Batch)
	made.Timeout = forwardPatience
	made.SendingQueue.NumConsumers = 100
	if f.byHTTP() {
		made.TLS = clientTLS{}
	}
	if f.CA {
		made.TLS.CAFile = s.CAFile()
	}
	return made
}

// forwards are the exporters and pipelines of other signals.
func (c Config) forwards() (map[string]exporter, map[string]render.Pipeline) {
	exporters, pipelines := map[string]exporter{}, map[string]render.Pipeline{}
	for _, signal := range slices.Sorted(maps.Keys(c.Forwards)) {
		name := signal.exporter(c.Forwards[signal])
		exporters[name] = newForward(signal, c.Forwards[signal])
		pipelines[string(signal)] = render.Pipeline{
			Receivers: []string{"otlp"}, Processors: []string{"memory_limiter"}, Exporters: []string{name},
		}
	}
	return exporters, pipelines
}
