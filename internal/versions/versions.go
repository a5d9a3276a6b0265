// Package versions pins what users get: every image, in this one file.
// What the lab builds these from is pinned in lab/tools; docs say which of them were proven there.
package versions

// Image is a pinned container image.
type Image struct {
	Repository string
	Tag        string
}

func (i Image) String() string { return i.Repository + ":" + i.Tag }

var (
	// Jaeger is one binary for every role; the role is its configuration.
	Jaeger = Image{"docker.io/jaegertracing/jaeger", "2.13.0"}
	// JaegerIndexCleaner is released with Jaeger, under the same tag.
	JaegerIndexCleaner = Image{"docker.io/jaegertracing/jaeger-es-index-cleaner", "2.13.0"}
	// HotROD is released with Jaeger, under the same tag.
	HotROD = Image{"docker.io/jaegertracing/example-hotrod", "2.13.0"}
	// Tempo is one binary for every role. Its licence is the AGPL-3.0: it runs, unmodified, as a
	// program of its own.
	Tempo = Image{"docker.io/grafana/tempo", "2.9.0"}
	// Collector is the k8s distribution: what its pipelines need on a cluster, without the
	// hundreds of parts of contrib.
	Collector = Image{"docker.io/otel/opentelemetry-collector-k8s", "0.140.1"}
	// Prometheus also brings promtool, which asks whether a Prometheus takes remote writes.
	Prometheus = Image{"quay.io/prometheus/prometheus", "v3.16.0"}
)

// All lists every pin, for tests and for tools that mirror or build the images.
func All() []Image { return []Image{Jaeger, JaegerIndexCleaner, HotROD, Collector, Tempo, Prometheus} }
