// Package config is the truth about the program's configuration: its keys, their defaults, how
// they are decoded and what is refused. Plain structs; no Pulumi, no files, no environment.
package config

import "github.com/tracestack/tracestack/internal/naming"

// Config is everything that a stack can choose. The tags say how a key is written and described:
// `key` on the fields here, `json` inside objects, `doc` for the reference page and the schema,
// `min` and `max` for numbers.
type Config struct {
	Kubernetes            Kubernetes
	Profile               Profile       `key:"tracestack:profile" doc:"Defaults for a kind of environment."`
	Backend               Backend       `key:"tracestack:backend" doc:"The product that stores and shows traces."`
	Storage               Storage       `key:"tracestack:storage" doc:"Where the backend keeps traces."`
	Namespace             string        `key:"tracestack:namespace" doc:"The Kubernetes namespace that is created for everything."`
	Collector             Collector     `key:"tracestack:collector" doc:"The OTLP gateway that applications send to."`
	Jaeger                Jaeger        `key:"tracestack:jaeger" doc:"Settings of backend jaeger."`
	Elasticsearch         Elasticsearch `key:"tracestack:elasticsearch" doc:"Where Elasticsearch is, for storage elasticsearch."`
	ElasticsearchPassword Secret        `key:"tracestack:elasticsearchPassword" doc:"The password of elasticsearch.user."`
	Demo                  bool          `key:"tracestack:demo" doc:"Whether to run HotROD, the demo application."`

	// set holds the paths that the user wrote; broken those of them that could not be decoded.
	set, broken map[string]bool
}

// Kubernetes names the cluster. The keys are the provider's own, so what people know of them
// holds, but the cluster is never whatever happens to be current.
type Kubernetes struct {
	Context    string `key:"kubernetes:context" doc:"The context of the kubeconfig to use."`
	Kubeconfig Secret `key:"kubernetes:kubeconfig" doc:"The path of a kubeconfig, or the contents of one as a secret."`
}

// Collector are the settings of the OTLP gateway.
type Collector struct {
	ManagedBy ManagedBy `json:"managedBy" doc:"Who turns the collector into pods: plain Deployment, or the OpenTelemetry operator."`
	Replicas  int       `json:"replicas" min:"1" max:"100" doc:"How many pods share the load."`
}

// Jaeger are the settings of backend jaeger.
type Jaeger struct {
	MaxTraces int `json:"maxTraces" min:"1" max:"100000" doc:"How many traces storage memory holds; the oldest goes when one more comes."`
	Replicas  int `json:"replicas" min:"1" max:"100" doc:"How many Jaeger pods; 1 with storage memory."`
}

// Elasticsearch is where storage elasticsearch is reached.
type Elasticsearch struct {
	URL      string `json:"url" doc:"Address, for example https://elasticsearch-es-http.elk.svc:9200."`
	User     string `json:"user" doc:"User that Jaeger signs in as."`
	CASecret string `json:"caSecret" doc:"Name of the Secret whose ca.crt signed the server's certificate."`
}

// Profile is a set of defaults for a kind of environment.
type Profile string

// Backend is a product that stores and shows traces.
type Backend string

// Storage is where a backend keeps traces.
type Storage string

// ManagedBy is who turns the collector into pods.
type ManagedBy string

// The choices, including those that are refused because they are not built yet.
const (
	Dev  Profile = "dev"
	Prod Profile = "prod"

	BackendJaeger Backend = "jaeger"
	BackendTempo  Backend = "tempo"

	Memory               Storage = "memory"
	Badger               Storage = "badger"
	StorageElasticsearch Storage = "elasticsearch"
	OpenSearch           Storage = "opensearch"
	Cassandra            Storage = "cassandra"
	GRPC                 Storage = "grpc"
	Local                Storage = "local"
	MinIO                Storage = "minio"
	S3                   Storage = "s3"
	GCS                  Storage = "gcs"
	Azure                Storage = "azure"

	Deployment ManagedBy = "deployment"
	Operator   ManagedBy = "operator"
)

// storages are what each backend can store in; what is missing here is refused as a combination.
var storages = map[Backend][]Storage{
	BackendJaeger: {Memory, Badger, StorageElasticsearch, OpenSearch, Cassandra, GRPC},
	BackendTempo:  {Local, MinIO, S3, GCS, Azure},
}

// Choices lists what a Profile can be.
func (Profile) Choices() []string { return []string{string(Dev), string(Prod)} }

// Choices lists what a Backend can be.
func (Backend) Choices() []string { return []string{string(BackendJaeger), string(BackendTempo)} }

// Choices lists what a Storage can be, with any backend.
func (Storage) Choices() []string {
	var all []string
	for _, backend := range []Backend{BackendJaeger, BackendTempo} {
		for _, storage := range storages[backend] {
			all = append(all, string(storage))
		}
	}
	return all
}

// Choices lists what ManagedBy can be.
func (ManagedBy) Choices() []string { return []string{string(Deployment), string(Operator)} }

// Defaults is the configuration of a profile where nothing else is said. Profiles differ in
// values, never in what the program does with them.
func Defaults(profile Profile) Config {
	c := Config{
		Profile:   profile,
		Backend:   BackendJaeger,
		Storage:   Memory,
		Namespace: naming.DefaultNamespace,
		Collector: Collector{ManagedBy: Deployment, Replicas: 1},
		Jaeger:    Jaeger{MaxTraces: 5000, Replicas: 1},
	}
	if profile == Prod {
		// One pod may go, for an upgrade or with its node, and spans are still taken.
		c.Collector.Replicas = 2
	}
	return c
}

// Secret is a value that must not be shown. Printing one by any verb gives a placeholder.
type Secret struct {
	value  string
	sealed bool
}

const hidden = "[secret]"

// Reveal gives the value to whoever hands it on as a secret.
func (s Secret) Reveal() string { return s.value }

// Sealed tells whether it came as a Pulumi secret rather than in plain.
func (s Secret) Sealed() bool { return s.sealed }

// IsZero tells whether there is none.
func (s Secret) IsZero() bool { return s.value == "" }

func (s Secret) String() string               { return hidden }
func (s Secret) GoString() string             { return hidden }
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
