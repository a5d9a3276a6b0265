// Package naming decides names, ports, labels and addresses inside the cluster.
// Pure: no Pulumi, no configuration. Applications and other programs rely on the Service names
// and ports, so changing one is a breaking change.
package naming

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
)

// DefaultNamespace is where the source article puts everything.
const DefaultNamespace = "opentelemetry"

// The components' names. Their Kubernetes names derive from them.
const (
	Collector = "center"
	Jaeger    = "jaeger"
	Tempo     = "tempo"
	// TempoStore is the bucket that the program makes for Tempo.
	TempoStore = "tempo-store"
	Demo       = "go-demo"
	Prometheus = "prometheus"
)

// OTLP is the name of the host, below a domain, on which browsers send.
const OTLP = "otlp"

// Grafana is in front of the names of what a Grafana is given. That may be in a namespace of
// somebody else's, so it says whose it is.
const Grafana = "tracestack"

// Instrumentation is the operator's resource in applications' namespaces. Pods may name it in their annotations.
const Instrumentation = "tracestack"

// DatasourceUID is what dashboards, other datasources and people's links know a component's datasource by.
// Grafana takes 40 characters at most, so a long name ends in its hash.
func DatasourceUID(component string) string {
	const longest = 40
	return shortened(Grafana+"-"+component, longest)
}

// DatasourceName is what people see in Grafana: the product, with the component's name where it is not
// the usual one.
func DatasourceName(product, usual, component string) string {
	if component == usual {
		return product
	}
	return product + " (" + component + ")"
}

// Object is a Kubernetes name made of a text that may be none.
func Object(text string) string {
	lower := strings.ToLower(text)
	name := strings.Trim(notInNames.ReplaceAllString(lower, "-"), "-")
	if name == lower {
		return name
	}
	return strings.TrimPrefix(name+"-"+hashed(text), "-")
}

var notInNames = regexp.MustCompile(`[^a-z0-9]+`)

// shortened keeps a name within a length, and what is cut off apart from others by a hash.
func shortened(name string, longest int) string {
	if len(name) <= longest {
		return name
	}
	hash := hashed(name)
	return name[:longest-len(hash)-1] + "-" + hash
}

// MinioUser begins the name of a stack's user on a MinIO server, which takes no more than this.
func MinioUser(project, stack, bucket string) string {
	const longest = 87
	return shortened(strings.Join([]string{project, stack, bucket}, "-"), longest)
}

func hashed(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])[:10]
}

// CollectorService is the name that the OpenTelemetry operator gives the Service of a collector,
// so applications keep their address whoever manages it.
func CollectorService(collector string) string { return collector + "-collector" }

// CollectorMonitoringService serves the collector's own metrics, also under the operator's name.
func CollectorMonitoringService(collector string) string { return collector + "-collector-monitoring" }

// CollectorHeadlessService gives each pod's address to clients that spread their calls themselves, also under
// the operator's name.
func CollectorHeadlessService(collector string) string { return collector + "-collector-headless" }

// CollectorQueue runs the pods that have their queue on a disk. No backend is in its name: for another one
// what waits is sent there. It is the operator's name, too, because the names of claims are made of it: what waits
// on them is sent whoever runs the pods.
func CollectorQueue(collector string) string { return CollectorService(OperatedQueue(collector)) }

// OperatedQueue is the OpenTelemetryCollector whose pods have their queue on a disk.
func OperatedQueue(collector string) string { return OperatedCollector(collector, "queue") }

// Sampler is what a collector's samplers are called, and the headless Service in which it finds each of them.
func Sampler(collector string) string { return collector + "-sampler" }

// SamplerMonitoringService serves the samplers' own metrics.
func SamplerMonitoringService(collector string) string { return collector + "-sampler-monitoring" }

// CollectorCheck lets a collector's program read its configuration before its pods do.
func CollectorCheck(collector string) string { return collector + "-collector-check" }

// CollectorParts are the names that the program gives to parts of a collector, whether they are in one or not:
// nobody else's part may have them. CollectorPipelines are its pipelines, and CollectorPorts its ports.
var (
	CollectorParts = map[string][]string{
		"receivers":  {"otlp"},
		"processors": {"memory_limiter", "filter", "k8sattributes", "resource", "tail_sampling"},
		"exporters":  {"otlp", "otlp/mirror", "loadbalancing", "otlp/metrics", "otlphttp/metrics", "otlp/logs", "otlphttp/logs"},
		"extensions": {"health_check", "file_storage", "bearertokenauth", "basicauth", "oidc"},
		"connectors": {},
	}
	CollectorPipelines = []string{"traces", "metrics", "logs"}
	CollectorPorts     = []Port{OTLPGRPC, OTLPHTTP, Metrics, Health}
)

// JaegerCollectorService takes spans. It is apart from the query's Service although one pod is
// behind both, so that splitting Jaeger later moves no address.
func JaegerCollectorService(jaeger string) string { return jaeger + "-collector" }

// JaegerQueryService answers queries and shows the UI.
func JaegerQueryService(jaeger string) string { return jaeger + "-query" }

// JaegerMonitoringService serves Jaeger's own health and metrics; where its roles are apart, those of what
// takes spans.
func JaegerMonitoringService(jaeger string) string { return jaeger + "-monitoring" }

// JaegerQueryMonitoringService serves the health and metrics of a query that is apart.
func JaegerQueryMonitoringService(jaeger string) string { return jaeger + "-query-monitoring" }

// JaegerIndexCleaner deletes a search store's old indices.
func JaegerIndexCleaner(jaeger string) string { return jaeger + "-index-cleaner" }

// JaegerRollover begins new indices of a search store.
func JaegerRollover(jaeger string) string { return jaeger + "-rollover" }

// JaegerFirstIndices makes the first of them.
func JaegerFirstIndices(jaeger string) string { return jaeger + "-first-indices" }

// JaegerDependencies computes which service calls which.
func JaegerDependencies(jaeger string) string { return jaeger + "-dependencies" }

// JaegerIngester writes to the store what is in Kafka.
func JaegerIngester(jaeger string) string { return jaeger + "-ingester" }

// JaegerIngesterMonitoringService serves the health and metrics of an ingester.
func JaegerIngesterMonitoringService(jaeger string) string { return jaeger + "-ingester-monitoring" }

// JaegerPasswordSecret has the password of a user of a search store or of Kafka. For another user there is
// another: pods that still sign in as the first one keep its password.
func JaegerPasswordSecret(jaeger, of, user string) string {
	return jaeger + "-" + of + "-" + hashed(user)
}

// TempoService takes spans, answers queries, and serves Tempo's own health and metrics, under the
// one name that Tempo's users know.
func TempoService(tempo string) string { return tempo }

// Deployment is the workload itself, or for pods that send to a backend one that is that backend's.
func Deployment(workload, backend string) string {
	if backend == "" {
		return workload
	}
	return workload + "-" + backend
}

// BackendLabel is on pods that send to a backend, and has its name.
const BackendLabel = "tracestack/backend"

// WorkloadLabel and RevisionLabel are on what an operator makes: for which workload, and from which state of
// its resource.
const (
	WorkloadLabel = "tracestack/workload"
	RevisionLabel = "tracestack/revision"
)

// OperatedCollector is the OpenTelemetryCollector of a collector that sends to a backend. The operator puts up
// to 24 characters behind it, and cuts what is longer.
func OperatedCollector(collector, backend string) string {
	const longest = 63 - 24
	return shortened(Deployment(collector, backend), longest)
}

// Volume is the claim of a workload's disk. The storage class is part of the name, as a claim cannot
// change it: another one is claimed beside the first.
func Volume(workload, storageClass string) string {
	if storageClass == "" {
		return workload + "-data"
	}
	return workload + "-data-" + storageClass
}

// VolumeOfEach names the disk that each pod of a StatefulSet has, and begins the name of its claim, which
// PodClaim gives. The storage class is part of it, as in Volume.
func VolumeOfEach(storageClass string) string {
	if storageClass == "" {
		return "data"
	}
	const longest = 63
	return shortened("data-"+Object(storageClass), longest)
}

// PodClaim is the claim of one pod of a StatefulSet, as Kubernetes names it. Pods are counted from 0.
func PodClaim(volume, statefulSet string, pod int) string {
	return volume + "-" + statefulSet + "-" + strconv.Itoa(pod)
}

// GoverningService is the headless Service that the Prometheus operator puts over the pods of every
// Prometheus resource of a namespace, where the resource names no other.
const GoverningService = "prometheus-operated"

// OperatedPrometheus is what kube-prometheus calls the Service in front of a Prometheus resource's
// pods, and the operator the StatefulSet of its first shard.
func OperatedPrometheus(resource string) string { return "prometheus-" + resource }

// OperatedPod is the operator's name of one pod of a Prometheus resource. Shards and replicas are
// counted from 0.
func OperatedPod(resource string, shard, replica int) string {
	set := OperatedPrometheus(resource)
	if shard > 0 {
		set += "-shard-" + strconv.Itoa(shard)
	}
	return set + "-" + strconv.Itoa(replica)
}

// Hashed is the name of an object that is replaced, never edited, when its content changes.
func Hashed(name, hash string) string { return name + "-" + hash }

// Host is the DNS name of a Service. It ends in .svc, not in a cluster domain: the domain is each
// cluster's own choice, and every pod's resolver completes it.
func Host(service, namespace string) string { return service + "." + namespace + ".svc" }

// Listen is the address a product inside a pod binds: every interface, on purpose, because the
// pod's address is not known beforehand and products default to localhost.
func Listen(port Port) string { return "0.0.0.0:" + port.String() }

// Port is a port that more than one place must agree on.
type Port int

// The ports of the products, as their own documentation has them.
const (
	OTLPGRPC  Port = 4317
	OTLPHTTP  Port = 4318
	Metrics   Port = 8888
	Health    Port = 13133
	QueryHTTP Port = 16686
	QueryGRPC Port = 16685
	TempoHTTP Port = 3200
	TempoGRPC Port = 9095 // inside the pod alone
	DemoHTTP  Port = 8080
	// Where SDKs ask which traces they begin.
	SamplingHTTP Port = 5778
	SamplingGRPC Port = 5779
	PromHTTP     Port = 9090
)

var portNames = map[Port]string{
	OTLPGRPC:     "otlp-grpc",
	OTLPHTTP:     "otlp-http",
	Metrics:      "metrics",
	Health:       "health",
	QueryHTTP:    "query-http",
	QueryGRPC:    "query-grpc",
	TempoHTTP:    "tempo-http",
	DemoHTTP:     "http",
	SamplingHTTP: "sampling-http",
	SamplingGRPC: "sampling-grpc",
	PromHTTP:     "web", // as the Prometheus operator calls it
}

func (p Port) String() string { return strconv.Itoa(int(p)) }

// Name is the port's name in pods and Services.
func (p Port) Name() string { return portNames[p] }

// AppProtocol tells meshes and gateways what is spoken, which a port's number does not.
func (p Port) AppProtocol() string {
	if p == OTLPGRPC || p == QueryGRPC || p == SamplingGRPC {
		return "grpc"
	}
	return "http"
}

// StackAnnotation is on every object and tells which stack made it. Two stacks that want one object
// would otherwise share it unseen, and the first to go would delete it.
const StackAnnotation = "tracestack.io/stack"

// ReplicasAnnotation is on what runs pods, and tells who decides how many, where the program does not.
const ReplicasAnnotation = "tracestack.io/replicas"

// Stack is what the annotation holds. The organization is left out: a stack that moves to another is
// still the same.
func Stack(project, stack string) string { return project + "/" + stack }

// PartOfLabel and PartOf are on every object and pod.
const (
	PartOfLabel = "app.kubernetes.io/part-of"
	PartOf      = "tracestack"
)

// Labels are the recommended labels of one workload and everything that belongs to it.
func Labels(product, instance, component string) map[string]string {
	labels := Selector(product, instance, component)
	labels[PartOfLabel] = PartOf
	labels["app.kubernetes.io/managed-by"] = "pulumi"
	return labels
}

// TempoPods are the labels of a Tempo's pods, for those who must let them in.
func TempoPods(tempo string) map[string]string { return Selector("tempo", tempo, "monolith") }

// OperatedSelector finds the pods that an operator makes for a workload. Instance and component are its own
// there.
func OperatedSelector(product, workload string) map[string]string {
	return map[string]string{"app.kubernetes.io/name": product, WorkloadLabel: workload}
}

// Selector is the part of Labels that never changes: a Deployment's selector is immutable.
func Selector(product, instance, component string) map[string]string {
	return map[string]string{
		"app.kubernetes.io/name":      product,
		"app.kubernetes.io/instance":  instance,
		"app.kubernetes.io/component": component,
	}
}
