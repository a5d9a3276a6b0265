package config

// Profile is a set of defaults for a kind of environment.
type Profile string

// Size is a set of defaults for an amount of load.
type Size string

// Backend is a product that stores and shows traces.
type Backend string

// Storage is where a backend keeps traces.
type Storage string

// ManagedBy is who turns the collector into pods.
type ManagedBy string

// IngressKind is a kind of route from outside the cluster.
type IngressKind string

// GrafanaDelivery is how Grafana gets its datasources and dashboards.
type GrafanaDelivery string

// PrometheusMode is which Prometheus metrics are written to.
type PrometheusMode string

// Operator is how a toleration looks at a taint's value.
type Operator string

// Effect is what a taint does to pods that do not tolerate it.
type Effect string

// WhenUnsatisfiable is what becomes of a pod that cannot be kept apart.
type WhenUnsatisfiable string

// The choices, including those that are refused because they are not built yet.
const (
	Dev  Profile = "dev"
	Prod Profile = "prod"

	SizeDemo Size = "demo"
	Small    Size = "small"
	Medium   Size = "medium"
	Large    Size = "large"

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

	Deployment      ManagedBy = "deployment"
	OperatorManaged ManagedBy = "operator"

	NoIngress    IngressKind = "none"
	IngressRoute IngressKind = "ingressroute"
	PlainIngress IngressKind = "ingress"
	HTTPRoute    IngressKind = "httproute"

	GrafanaOutput    GrafanaDelivery = "output"
	GrafanaConfigMap GrafanaDelivery = "configmap"
	GrafanaOperator  GrafanaDelivery = "operator"

	NoPrometheus         PrometheusMode = "none"
	PatchPrometheus      PrometheusMode = "patch"
	ExternalPrometheus   PrometheusMode = "external"
	StandalonePrometheus PrometheusMode = "standalone"

	Equal  Operator = "Equal"
	Exists Operator = "Exists"

	NoSchedule       Effect = "NoSchedule"
	PreferNoSchedule Effect = "PreferNoSchedule"
	NoExecute        Effect = "NoExecute"

	ScheduleAnyway WhenUnsatisfiable = "ScheduleAnyway"
	DoNotSchedule  WhenUnsatisfiable = "DoNotSchedule"
)

// storages are what each backend can store in; what is missing here is refused as a combination.
var storages = map[Backend][]Storage{
	BackendJaeger: {Memory, Badger, StorageElasticsearch, OpenSearch, Cassandra, GRPC},
	BackendTempo:  {Local, MinIO, S3, GCS, Azure},
}

// StorageOf tells where a product keeps traces, and whether the stack has it at all: as the backend
// or as the mirror.
func (c Config) StorageOf(product Backend) (storage Storage, has bool) {
	switch product {
	case c.Backend:
		return c.Storage, true
	case c.Mirror.Backend:
		return c.Mirror.Storage, true
	}
	return "", false
}

// chosen is a type with a fixed set of values.
type chosen interface{ Choices() []string }

func texts[T ~string](values ...T) []string {
	var all []string
	for _, value := range values {
		all = append(all, string(value))
	}
	return all
}

// Choices lists what a Profile can be.
func (Profile) Choices() []string { return texts(Dev, Prod) }

// Choices lists what a Size can be.
func (Size) Choices() []string { return texts(SizeDemo, Small, Medium, Large) }

// Choices lists what a Backend can be.
func (Backend) Choices() []string { return texts(BackendJaeger, BackendTempo) }

// Choices lists what a Storage can be, with any backend.
func (Storage) Choices() []string {
	return append(texts(storages[BackendJaeger]...), texts(storages[BackendTempo]...)...)
}

// Choices lists what ManagedBy can be.
func (ManagedBy) Choices() []string { return texts(Deployment, OperatorManaged) }

// Choices lists what an IngressKind can be.
func (IngressKind) Choices() []string {
	return texts(NoIngress, IngressRoute, PlainIngress, HTTPRoute)
}

// Choices lists what a GrafanaDelivery can be.
func (GrafanaDelivery) Choices() []string {
	return texts(GrafanaOutput, GrafanaConfigMap, GrafanaOperator)
}

// Choices lists what a PrometheusMode can be.
func (PrometheusMode) Choices() []string {
	return texts(NoPrometheus, PatchPrometheus, ExternalPrometheus, StandalonePrometheus)
}

// Choices lists what an Operator can be.
func (Operator) Choices() []string { return texts(Equal, Exists) }

// Choices lists what an Effect can be.
func (Effect) Choices() []string { return texts(NoSchedule, PreferNoSchedule, NoExecute) }

// Choices lists what WhenUnsatisfiable can be.
func (WhenUnsatisfiable) Choices() []string { return texts(ScheduleAnyway, DoNotSchedule) }
