// Package config has the keys of a stack's configuration: the settings of each part joined, how they
// are decoded, and the rules between them. Plain structs; no Pulumi, no files, no environment.
package config

import "github.com/tracestack/tracestack/settings"

// Config is everything that a stack can choose. Package spec tells what the tags mean.
type Config struct {
	Kubernetes
	MinIOServer
	Profile               settings.Profile         `key:"tracestack:profile" default:"dev" doc:"Defaults for a kind of environment. Profiles differ in values only."`
	Size                  settings.Size            `key:"tracestack:size" default:"demo" prod:"small" doc:"Defaults for an amount of load: replicas, requests and limits."`
	Backend               settings.Backend         `key:"tracestack:backend" default:"jaeger" doc:"The product that stores and shows traces. Applications need no change when it does."`
	Storage               settings.Storage         `key:"tracestack:storage" default:"memory" doc:"Where the backend keeps traces. With memory they are gone when the pod restarts; with badger and with local they are on a disk of the cluster." rule:"must be one that the backend has: of jaeger memory, badger, elasticsearch, opensearch, cassandra or grpc, of tempo local, minio, s3, gcs or azure; must not be memory with profile prod"`
	Mirror                Mirror                   `key:"tracestack:mirror" doc:"A second backend that gets a copy of every span, for a migration. It has the settings of its product. What it does not take within seconds it does not get, so that it never holds up the backend."`
	Namespace             string                   `key:"tracestack:namespace" default:"opentelemetry" format:"label" doc:"The Kubernetes namespace of everything. In another one everything is made anew: what is in memory or on a disk does not come along." rule:"must not be one of the cluster's own where it is created" see:"https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/"`
	CreateNamespace       bool                     `key:"tracestack:createNamespace" default:"true" doc:"Whether the namespace is created, and deleted with the stack. Where it is not, it must exist, and stays; what somebody else, or another stack, has in it under a name that this stack needs is refused before anything is made. The right to get it is needed. One that the stack made stays from the update that sets this to false, unless the same update names another: then it goes with all that is in it, as with any other name." rule:"must be false with tempo.volume.retain, and with jaeger.badger.volume.retain"`
	Collector             settings.Collector       `key:"tracestack:collector" doc:"The OTLP gateway that applications send to."`
	Applications          settings.Applications    `key:"tracestack:applications" doc:"The applications that send spans to the gateway. docs/applications.md has the whole way."`
	Instrumentation       settings.Instrumentation `key:"tracestack:instrumentation" doc:"What the OpenTelemetry operator, which the cluster must have, puts into pods that ask for it: an agent, and where it sends traces. docs/applications.md has the whole way."`
	Jaeger                settings.Jaeger          `key:"tracestack:jaeger" doc:"Settings of backend jaeger."`
	Tempo                 settings.Tempo           `key:"tracestack:tempo" doc:"Settings of backend tempo: one pod with a disk." see:"https://grafana.com/docs/tempo/latest/configuration/"`
	ObjectStore           settings.ObjectStore     `key:"tracestack:objectStore" doc:"The bucket that Tempo keeps traces in. With storage minio the program makes it; any other must exist." rule:"must not be given with tempo on storage local"`
	Elasticsearch         settings.SearchStore     `key:"tracestack:elasticsearch" doc:"The Elasticsearch that Jaeger keeps traces in. docs/jaeger.md has the whole way." rule:"must not be given with another storage than elasticsearch"`
	ElasticsearchPassword Credential               `key:"tracestack:elasticsearchPassword" doc:"The password of elasticsearch.user." rule:"must be given with elasticsearch.user; must not be given with another storage than elasticsearch"`
	OpenSearch            settings.SearchStore     `key:"tracestack:opensearch" doc:"The OpenSearch that Jaeger keeps traces in. docs/jaeger.md has the whole way." rule:"must not be given with another storage than opensearch"`
	OpenSearchPassword    Credential               `key:"tracestack:opensearchPassword" doc:"The password of opensearch.user." rule:"must be given with opensearch.user; must not be given with another storage than opensearch"`
	Cassandra             settings.Cassandra       `key:"tracestack:cassandra" doc:"The Cassandra that Jaeger keeps traces in. docs/jaeger.md has the whole way." rule:"must not be given with another storage than cassandra"`
	CassandraPassword     Credential               `key:"tracestack:cassandraPassword" doc:"The password of cassandra.user." rule:"must be given with cassandra.user; must not be given with another storage than cassandra"`
	RemoteStorage         settings.RemoteStorage   `key:"tracestack:remoteStorage" doc:"What speaks Jaeger's gRPC API for storage, with storage grpc: the way to every store that Jaeger does not know itself. docs/jaeger.md has the whole way." rule:"must not be given with another storage than grpc"`
	Kafka                 settings.Kafka           `key:"tracestack:kafka" doc:"The Kafka in which spans wait until they are in the store. Jaeger's collector then writes to it, and jaeger.ingester from it to the store. docs/jaeger.md has the whole way." rule:"must not be given without a Jaeger whose store is elsewhere" see:"https://www.jaegertracing.io/docs/latest/architecture/"`
	KafkaPassword         Credential               `key:"tracestack:kafkaPassword" doc:"The password of kafka.user." rule:"must be given with kafka.user; must not be given without a Jaeger whose store is elsewhere"`
	Prometheus            settings.Prometheus      `key:"tracestack:prometheus" doc:"Where Tempo writes the metrics that it makes of spans: calls, errors and durations, and who calls whom. Without Tempo nothing comes of it."`
	Demo                  bool                     `key:"tracestack:demo" doc:"Whether to run HotROD, the demo application." see:"https://github.com/jaegertracing/jaeger/tree/main/examples/hotrod"`
	Ingress               settings.Ingress         `key:"tracestack:ingress" doc:"How the pages of Jaeger and of the demo are reached from outside the cluster. The addresses are the outputs uiExternalUrl and demoExternalUrl. The pages know no users: whoever reaches a host sees them."`
	Grafana               settings.Grafana         `key:"tracestack:grafana" doc:"How a Grafana that runs already gets the datasources and dashboards. They are the stack's output grafana in any case. docs/grafana.md has the whole way."`
	Images                settings.Images          `key:"tracestack:images" doc:"Where images come from, for sites that have a registry of their own."`
	Scheduling            settings.Scheduling      `key:"tracestack:scheduling" doc:"Which nodes pods run on."`
	Labels                map[string]string        `key:"tracestack:labels" keys:"ownLabel" format:"labelValue" doc:"Labels of every object and pod, beside the program's own." see:"https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/"`
	Annotations           map[string]string        `key:"tracestack:annotations" keys:"annotation" doc:"Annotations of every object and pod, beside the program's own." see:"https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/"`
}

// Kubernetes names the cluster. The keys are the provider's own, so what people know of them
// holds, but the cluster is never whatever happens to be current.
type Kubernetes struct {
	Context    string `key:"kubernetes:context" format:"context" doc:"The context of the kubeconfig to use." rule:"must be given, or kubernetes:kubeconfig" see:"https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/"`
	Kubeconfig Secret `key:"kubernetes:kubeconfig" doc:"The path of a kubeconfig, or the contents of one as a secret." rule:"must be a secret where it is the contents" see:"https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/"`
}

// MinIOServer is where the program makes a bucket, as Pulumi reaches it. Where pods reach it
// is objectStore.endpoint. The keys are the provider's own, so what people know of them holds.
type MinIOServer struct {
	Server     string `key:"minio:minioServer" format:"hostPort" doc:"Where Pulumi reaches the MinIO server, seldom where pods do. It is asked before anything is changed; while it does not answer, preview and up are refused." rule:"must be given with storage minio, and not with another storage of tempo" see:"https://www.pulumi.com/registry/packages/minio/installation-configuration/"`
	User       string `key:"minio:minioUser" format:"notEmpty" doc:"The user that Pulumi signs in as. It makes the bucket, a policy, a user and that user's keys; pods never see it." rule:"must be given with storage minio, and not with another storage of tempo"`
	Password   Secret `key:"minio:minioPassword" doc:"The password of minioUser." rule:"must be a Pulumi secret; must be given with storage minio, and not with another storage of tempo"`
	TLS        bool   `key:"minio:minioSsl" doc:"Whether the server speaks TLS." rule:"must not be given with another storage of tempo than minio"`
	CAFile     string `key:"minio:minioCacertFile" format:"notEmpty" doc:"Path of the certificates that signed the server's, beside those that the machine trusts." rule:"must not be given without minioSsl"`
	SkipVerify bool   `key:"minio:minioInsecure" doc:"Whether to trust whatever certificate the server shows. Whoever is between can then read the password." rule:"must not be given without minioSsl"`
}

// Mirror is the second backend of a migration.
type Mirror struct {
	Backend settings.Backend `json:"backend" pulumi:"backend,optional" doc:"The product of the copies." rule:"must be given with mirror.storage; must not be the backend itself"`
	Storage settings.Storage `json:"storage" pulumi:"storage,optional" doc:"Where it keeps them." rule:"must be given with mirror.backend; as storage"`
}

// Defaults is the configuration of a profile and a size where nothing else is said. Profiles
// differ in values, never in what the program does with them.
func Defaults(profile settings.Profile, size settings.Size) Config {
	c := Config{Profile: profile, Size: size}
	settings.Fill(&c, profile, size)
	return c
}

// DefaultSize is the size where none is chosen.
func DefaultSize(profile settings.Profile) settings.Size {
	var c Config
	settings.Fill(&c, profile, settings.SizeDemo)
	return c.Size
}

// StorageOf tells where a product keeps traces, and whether the stack has it at all: as the backend
// or as the mirror.
func (c Config) StorageOf(product settings.Backend) (storage settings.Storage, has bool) {
	switch product {
	case c.Backend:
		return c.Storage, true
	case c.Mirror.Backend:
		return c.Mirror.Storage, true
	}
	return "", false
}

// Metadata is what every object carries.
func (c Config) Metadata() *settings.Metadata {
	return &settings.Metadata{Labels: c.Labels, Annotations: c.Annotations}
}

// Pods is how every pod is pulled and placed.
func (c Config) Pods() *settings.Pods {
	return &settings.Pods{PullSecrets: c.Images.PullSecrets, Scheduling: c.Scheduling}
}
