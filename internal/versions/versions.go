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
	// JaegerRollover is released with Jaeger, under the same tag.
	JaegerRollover = Image{"docker.io/jaegertracing/jaeger-es-rollover", "2.13.0"}
	// JaegerDependencies computes the service graph of a search store. Its releases are its own; behind the tag
	// stands the store that an image is for.
	JaegerDependencies = Image{"ghcr.io/jaegertracing/spark-dependencies/spark-dependencies", "v0.7.2"}
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

// What the OpenTelemetry operator puts into pods: the defaults of its release 0.148.0.
var (
	AgentJava   = agent("operator", "java", "1.33.6")
	AgentNodeJS = agent("operator", "nodejs", "0.71.0")
	AgentPython = agent("operator", "python", "0.60b1")
	AgentDotNet = agent("operator", "dotnet", "1.2.0")
	AgentGo     = agent("go-instrumentation", "go", "v0.23.0")
	// AgentHTTPD has the modules of Apache's web server and of Nginx.
	AgentHTTPD = agent("operator", "apache-httpd", "1.0.4")
)

func agent(project, language, tag string) Image {
	return Image{"ghcr.io/open-telemetry/opentelemetry-" + project + "/autoinstrumentation-" + language, tag}
}

// Agents lists what the operator puts into pods.
func Agents() []Image {
	return []Image{AgentJava, AgentNodeJS, AgentPython, AgentDotNet, AgentGo, AgentHTTPD}
}

// All lists every pin of what stacks deploy themselves, for tests and for tools that mirror or build the images.
func All() []Image {
	return []Image{Jaeger, JaegerIndexCleaner, JaegerRollover, JaegerDependencies, HotROD, Collector, Tempo, Prometheus}
}
