package jaeger

import (
	"fmt"
	"time"

	"github.com/tracestack/tracestack/internal/render"
)

// Dir is where the volume is in the pod. Nothing is written elsewhere.
const Dir = "/var/lib/jaeger"

// Badger is Jaeger all-in-one with its store on a volume.
type Badger struct {
	Pages
	Sampling  *Sampling // nil: nobody asks Jaeger
	Retention time.Duration
}

// Render gives the configuration file.
func (b Badger) Render() (render.File, error) {
	if b.Retention < time.Second {
		return render.File{}, fmt.Errorf("jaeger: badger: retention: %s: must be at least 1s", b.Retention)
	}
	return allInOne(b.Pages, b.Sampling, backend{Badger: &badger{
		// A span is in a file of the kernel's before it is acknowledged, so it outlives a process that is
		// killed. That the disk has it too would be waited for with each span, one after the other.
		Consistency: false,
		Directories: directories{Keys: Dir + "/keys", Values: Dir + "/values"},
		TTL:         ttl{Spans: b.Retention},
	}}, &processors{MemoryLimiter: render.NewMemoryLimiter(), Filter: newBadgerFilter()})
}

// longest is what attributes may have together, with the name beside them. Badger's keys take 65,000 bytes,
// and Jaeger makes one of each attribute and of each name, behind the name of the service.
const longest = 60_000

// newBadgerFilter drops what would take other spans with it, and counts it: a span with a longer attribute
// is refused with all that came along, and the collector would send them again for ever. No condition looks
// at one attribute after the other, so it is all of them together.
func newBadgerFilter() *render.Filter {
	tooLong := func(parts string) string { return fmt.Sprintf("%s > %d", parts, longest) }
	const resource = "Len(String(resource.attributes)) + "
	return &render.Filter{
		// A condition that fails drops nothing.
		ErrorMode: "ignore",
		Traces: render.SpanFilters{
			Span: []string{
				tooLong(resource + "Len(String(span.attributes)) + Len(span.name)"),
				tooLong("Len(String(scope.attributes)) + Len(scope.name)"),
				tooLong("Len(span.status.message) + Len(span.trace_state)"),
			},
			Event: []string{tooLong(resource + "Len(String(spanevent.attributes)) + Len(spanevent.name)")},
		},
	}
}

type badger struct {
	Ephemeral   bool        `yaml:"ephemeral"` // the default is a folder that is deleted
	Consistency bool        `yaml:"consistency"`
	Directories directories `yaml:"directories"`
	TTL         ttl         `yaml:"ttl"`
}

type directories struct {
	Keys   string `yaml:"keys"`
	Values string `yaml:"values"`
}

type ttl struct {
	Spans time.Duration `yaml:"spans"`
}
