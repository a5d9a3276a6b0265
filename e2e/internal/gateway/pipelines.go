package gateway

import (
	"fmt"

	"github.com/tracestack/tracestack/internal/render/collector"
	"github.com/tracestack/tracestack/settings"
)

// A Pipeline is a way to configure a collector.
type Pipeline struct {
	Name string
	// file is the configuration for a backend's address.
	file              func(backend string) (string, error)
	ours, disk, fsync bool
}

// What is compared. The article's is what its OpenTelemetryCollector has, and NoExport says what a collector
// that only receives can do at most. Synced is what pods could have, and do not.
var (
	InMemory = Pipeline{Name: "ours, in memory", file: func(backend string) (string, error) { return ours(backend, false) }, ours: true}
	OnDisk   = Pipeline{Name: "ours, on disk", file: func(backend string) (string, error) { return ours(backend, true) }, ours: true, disk: true}
	Synced   = Pipeline{Name: "ours, on disk with fsync", file: OnDisk.file, ours: true, disk: true, fsync: true}
	Article  = Pipeline{Name: "the article's", file: func(backend string) (string, error) { return fmt.Sprintf(article, backend), nil }}
	NoExport = Pipeline{Name: "no exporter", file: func(string) (string, error) { return nothing, nil }}
)

const article = `receivers: {otlp: {protocols: {grpc: {}, http: {}}}}
processors: {batch: {}}
exporters: {otlp: {endpoint: '%s', tls: {insecure: true}}}
service: {pipelines: {traces: {receivers: [otlp], processors: [batch], exporters: [otlp]}}}
`

const nothing = `receivers: {otlp: {protocols: {grpc: {}, http: {}}}}
exporters: {nop: {}}
service: {pipelines: {traces: {receivers: [otlp], exporters: [nop]}}}
`

func ours(backend string, disk bool) (string, error) {
	queue := int64(0)
	if disk {
		queue = 1 << 30
	}
	file, err := collector.Render(collector.Config{Backend: backend, MemoryLimit: Memory, OnDisk: disk, Queue: queue, Compression: string(settings.CompressionSnappy)})
	return file.Body, err
}

// collector makes one with this pipeline.
func (p Pipeline) collector(program, dir string, to *Backend) (*Collector, error) {
	file, err := p.file(to.Address)
	if err != nil {
		return nil, err
	}
	return New(program, dir, file, p.over(dir)...), nil
}

// over is what of ours is other here than in a pod.
func (p Pipeline) over(dir string) (over []string) {
	if !p.ours {
		return nil
	}
	// What pods may have, counted as there: 80 % and 25 % of the limit.
	over = append(over, fmt.Sprintf("processors: {memory_limiter: {limit_percentage: 0, spike_limit_percentage: 0, limit_mib: %d, spike_limit_mib: %d}}", Memory*80/100>>20, Memory*25/100>>20),
		"extensions: {health_check: {endpoint: '127.0.0.1:0'}}")
	if p.disk {
		over = append(over, fmt.Sprintf("extensions: {file_storage: {directory: '%s/queue', fsync: %t}}", dir, p.fsync))
	}
	return over
}
