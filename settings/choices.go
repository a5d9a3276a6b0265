package settings

import (
	"slices"

	"github.com/tracestack/tracestack/internal/spec"
)

// Profile is a set of defaults for a kind of environment.
type Profile string

// The profiles.
const (
	ProfileDev  Profile = "dev"
	ProfileProd Profile = "prod"
)

// Choices lists what a Profile can be.
func (Profile) Choices() []string { return spec.Texts(ProfileDev, ProfileProd) }

// Size is a set of defaults for an amount of load.
type Size string

// The sizes, the smallest first.
const (
	SizeDemo   Size = "demo"
	SizeSmall  Size = "small"
	SizeMedium Size = "medium"
	SizeLarge  Size = "large"
)

// Choices lists what a Size can be, the smallest first.
func (Size) Choices() []string { return spec.Texts(SizeDemo, SizeSmall, SizeMedium, SizeLarge) }

// Load that a size is meant for: a plan, not a promise.
func (s Size) Load() string {
	return map[Size]string{
		SizeDemo:   "a person trying things: up to 100 spans/s",
		SizeSmall:  "a few services: up to 1,000 spans/s",
		SizeMedium: "tens of services: up to 10,000 spans/s",
		SizeLarge:  "hundreds of services: up to 50,000 spans/s",
	}[s]
}

// Compression is how messages to a backend are packed.
type Compression string

// The ways, the fastest first.
const (
	CompressionNone   Compression = "none"
	CompressionSnappy Compression = "snappy"
	CompressionZstd   Compression = "zstd"
	CompressionGzip   Compression = "gzip"
)

// Choices lists what a Compression can be.
func (Compression) Choices() []string {
	return spec.Texts(CompressionNone, CompressionSnappy, CompressionZstd, CompressionGzip)
}

// Backend is a product that stores and shows traces.
type Backend string

// The backends.
const (
	BackendJaeger Backend = "jaeger"
	BackendTempo  Backend = "tempo"
)

// Choices lists what a Backend can be.
func (Backend) Choices() []string { return spec.Texts(BackendJaeger, BackendTempo) }

// Storage is where a backend keeps traces.
type Storage string

// The storages.
const (
	StorageMemory        Storage = "memory"
	StorageBadger        Storage = "badger"
	StorageElasticsearch Storage = "elasticsearch"
	StorageOpenSearch    Storage = "opensearch"
	StorageCassandra     Storage = "cassandra"
	StorageGRPC          Storage = "grpc"
	StorageLocal         Storage = "local"
	StorageMinIO         Storage = "minio"
	StorageS3            Storage = "s3"
	StorageGCS           Storage = "gcs"
	StorageAzure         Storage = "azure"
)

// Storages are what each backend can store in.
func (b Backend) Storages() []Storage {
	return map[Backend][]Storage{
		BackendJaeger: {StorageMemory, StorageBadger, StorageElasticsearch, StorageOpenSearch, StorageCassandra, StorageGRPC},
		BackendTempo:  {StorageLocal, StorageMinIO, StorageS3, StorageGCS, StorageAzure},
	}[b]
}

// Apart tells whether Jaeger's roles are apart with it: the store is elsewhere, and every pod reaches it.
func (s Storage) Apart() bool {
	return slices.Contains([]Storage{StorageElasticsearch, StorageOpenSearch, StorageCassandra, StorageGRPC}, s)
}

// Choices lists what a Storage can be, with any backend.
func (Storage) Choices() []string {
	return append(spec.Texts(BackendJaeger.Storages()...), spec.Texts(BackendTempo.Storages()...)...)
}

// SearchEngine is the product of a search store.
type SearchEngine string

// The engines.
const (
	EngineElasticsearch SearchEngine = "elasticsearch"
	EngineOpenSearch    SearchEngine = "opensearch"
)

// Choices lists what a SearchEngine can be.
func (SearchEngine) Choices() []string { return spec.Texts(EngineElasticsearch, EngineOpenSearch) }

// IsSearchStore tells whether a storage is one.
func IsSearchStore(s Storage) bool {
	return s == StorageElasticsearch || s == StorageOpenSearch
}

// SamplingMode is who decides which traces SDKs begin.
type SamplingMode string

// Who can.
const (
	SamplingNone     SamplingMode = "none"     // the SDKs by themselves
	SamplingStatic   SamplingMode = "static"   // the configuration
	SamplingAdaptive SamplingMode = "adaptive" // Jaeger, by what comes
)

// Choices lists what a SamplingMode can be.
func (SamplingMode) Choices() []string {
	return spec.Texts(SamplingNone, SamplingStatic, SamplingAdaptive)
}

// TailSamplingMode is whether traces are chosen when they have come.
type TailSamplingMode string

// The modes.
const (
	TailSamplingNone TailSamplingMode = "none" // all are kept
	TailSamplingTail TailSamplingMode = "tail" // samplers decide
)

// Choices lists what a TailSamplingMode can be.
func (TailSamplingMode) Choices() []string { return spec.Texts(TailSamplingNone, TailSamplingTail) }

// KeptErrors is which traces with an error are kept.
type KeptErrors string

// Which.
const (
	ErrorsKept   KeptErrors = "keep"  // each
	ErrorsShared KeptErrors = "share" // as of all traces
)

// Choices lists what a KeptErrors can be.
func (KeptErrors) Choices() []string { return spec.Texts(ErrorsKept, ErrorsShared) }

// AttributeSource is what tells of the pod that a span comes from.
type AttributeSource string

// The sources.
const (
	AttributesNone        AttributeSource = "none"
	AttributesFromAddress AttributeSource = "address" // of the sender
	AttributesFromCluster AttributeSource = "cluster" // the Kubernetes API
)

// Choices lists what an AttributeSource can be.
func (AttributeSource) Choices() []string {
	return spec.Texts(AttributesNone, AttributesFromAddress, AttributesFromCluster)
}

// AttributeRights is who gives the right to watch pods.
type AttributeRights string

// Who can.
const (
	RightsMade  AttributeRights = "made"  // the program
	RightsGiven AttributeRights = "given" // somebody else
)

// Choices lists what an AttributeRights can be.
func (AttributeRights) Choices() []string { return spec.Texts(RightsMade, RightsGiven) }

// DependenciesVariant is the store that the job which computes a service graph is made for.
type DependenciesVariant string

// The variants.
const (
	DependenciesElasticsearch7 DependenciesVariant = "elasticsearch7" // 7.12 to 7.16
	DependenciesElasticsearch8 DependenciesVariant = "elasticsearch8" // 7.17 and 8
	DependenciesElasticsearch9 DependenciesVariant = "elasticsearch9"
	DependenciesOpenSearch     DependenciesVariant = "opensearch" // 2 and 3
)

// Choices lists what a DependenciesVariant can be.
func (DependenciesVariant) Choices() []string {
	return spec.Texts(DependenciesElasticsearch7, DependenciesElasticsearch8, DependenciesElasticsearch9, DependenciesOpenSearch)
}

// LinkType is what has a link on Jaeger's pages.
type LinkType string

// What can.
const (
	LinkTraces  LinkType = "traces"
	LinkProcess LinkType = "process"
	LinkTags    LinkType = "tags"
	LinkLogs    LinkType = "logs"
)

// Choices lists what a LinkType can be.
func (LinkType) Choices() []string { return spec.Texts(LinkTraces, LinkProcess, LinkTags, LinkLogs) }

// Rotation is how often a search store begins another index.
type Rotation string

// The rotations.
const (
	RotationDay      Rotation = "day"
	RotationHour     Rotation = "hour"
	RotationRollover Rotation = "rollover"
)

// Choices lists what a Rotation can be.
func (Rotation) Choices() []string {
	return spec.Texts(RotationDay, RotationHour, RotationRollover)
}

// StoreProvider is what an object store speaks.
type StoreProvider string

// The providers.
const (
	ProviderS3    StoreProvider = "s3"
	ProviderGCS   StoreProvider = "gcs"
	ProviderAzure StoreProvider = "azure"
)

// Choices lists what a StoreProvider can be.
func (StoreProvider) Choices() []string { return spec.Texts(ProviderS3, ProviderGCS, ProviderAzure) }

// ManagedBy is who turns the collector into pods.
type ManagedBy string

// Who can.
const (
	ManagedByDeployment ManagedBy = "deployment"
	ManagedByOperator   ManagedBy = "operator"
)

// Choices lists what ManagedBy can be.
func (ManagedBy) Choices() []string { return spec.Texts(ManagedByDeployment, ManagedByOperator) }

// QueueStorage is where spans wait that the backend has not taken yet.
type QueueStorage string

// The storages of a queue.
const (
	QueueMemory QueueStorage = "memory"
	QueueDisk   QueueStorage = "disk"
)

// Choices lists what a QueueStorage can be.
func (QueueStorage) Choices() []string { return spec.Texts(QueueMemory, QueueDisk) }

// TLSVersion is a version of TLS.
type TLSVersion string

// The versions.
const (
	TLS12 TLSVersion = "1.2"
	TLS13 TLSVersion = "1.3"
)

// Choices lists what a TLSVersion can be.
func (TLSVersion) Choices() []string { return spec.Texts(TLS12, TLS13) }

// SignInKind is how senders are known.
type SignInKind string

// The kinds.
const (
	SignInAnyone SignInKind = "anyone" // they are not
	SignInToken  SignInKind = "token"
	SignInBasic  SignInKind = "basic"
	SignInOIDC   SignInKind = "oidc"
)

// Choices lists what a SignInKind can be.
func (SignInKind) Choices() []string {
	return spec.Texts(SignInAnyone, SignInToken, SignInBasic, SignInOIDC)
}

// Propagator is a way in which a trace goes on from one service to the next.
type Propagator string

// The propagators that every language's SDK has.
const (
	PropagatorTraceContext Propagator = "tracecontext"
	PropagatorBaggage      Propagator = "baggage"
	PropagatorB3           Propagator = "b3"
	PropagatorB3Multi      Propagator = "b3multi"
)

// Choices lists what a Propagator can be.
func (Propagator) Choices() []string {
	return spec.Texts(PropagatorTraceContext, PropagatorBaggage, PropagatorB3, PropagatorB3Multi)
}

// SamplerType is how it is decided which traces are recorded.
type SamplerType string

// The samplers that every language's SDK has.
const (
	SamplerAlwaysOn                SamplerType = "always_on"
	SamplerAlwaysOff               SamplerType = "always_off"
	SamplerTraceIDRatio            SamplerType = "traceidratio"
	SamplerParentBasedAlwaysOn     SamplerType = "parentbased_always_on"
	SamplerParentBasedAlwaysOff    SamplerType = "parentbased_always_off"
	SamplerParentBasedTraceIDRatio SamplerType = "parentbased_traceidratio"
)

// Choices lists what a SamplerType can be.
func (SamplerType) Choices() []string {
	return spec.Texts(SamplerAlwaysOn, SamplerAlwaysOff, SamplerTraceIDRatio,
		SamplerParentBasedAlwaysOn, SamplerParentBasedAlwaysOff, SamplerParentBasedTraceIDRatio)
}

// RouteKind is the kind of object that makes a Service reachable from outside the cluster.
type RouteKind string

// The kinds of route. RouteNone makes nothing.
const (
	RouteNone         RouteKind = "none"
	RouteIngressRoute RouteKind = "ingressroute" // Traefik's own
	RouteIngress      RouteKind = "ingress"      // of any ingress controller
	RouteHTTPRoute    RouteKind = "httproute"    // of the Gateway API
)

// Choices lists what a RouteKind can be.
func (RouteKind) Choices() []string {
	return spec.Texts(RouteNone, RouteIngressRoute, RouteIngress, RouteHTTPRoute)
}

// GrafanaDelivery is how Grafana gets its datasources and dashboards.
type GrafanaDelivery string

// The ways.
const (
	// GrafanaOutput is the stack's output alone.
	GrafanaOutput GrafanaDelivery = "output"
	// GrafanaConfigMap is a labelled one, for the sidecar of Grafana's own chart and of
	// kube-prometheus-stack. Let the provider change ConfigMaps in place (enableConfigMapMutable):
	// one that is replaced is gone for a moment, and so is what the sidecar made of it.
	GrafanaConfigMap GrafanaDelivery = "configmap"
	// GrafanaOperator reads GrafanaDatasource and GrafanaDashboard of grafana.integreatly.org.
	GrafanaOperator GrafanaDelivery = "operator"
)

// Choices lists what a GrafanaDelivery can be.
func (GrafanaDelivery) Choices() []string {
	return spec.Texts(GrafanaOutput, GrafanaConfigMap, GrafanaOperator)
}

// PrometheusMode is which Prometheus metrics are written to.
type PrometheusMode string

// The modes.
const (
	PrometheusNone       PrometheusMode = "none"
	PrometheusPatch      PrometheusMode = "patch"
	PrometheusExternal   PrometheusMode = "external"
	PrometheusStandalone PrometheusMode = "standalone"
)

// Choices lists what a PrometheusMode can be.
func (PrometheusMode) Choices() []string {
	return spec.Texts(PrometheusNone, PrometheusPatch, PrometheusExternal, PrometheusStandalone)
}

// TolerationOperator is how a toleration looks at a taint's value.
type TolerationOperator string

// The operators.
const (
	TolerationEqual  TolerationOperator = "Equal"
	TolerationExists TolerationOperator = "Exists"
)

// Choices lists what a TolerationOperator can be.
func (TolerationOperator) Choices() []string { return spec.Texts(TolerationEqual, TolerationExists) }

// TaintEffect is what a taint does to pods that do not tolerate it.
type TaintEffect string

// The effects.
const (
	NoSchedule       TaintEffect = "NoSchedule"
	PreferNoSchedule TaintEffect = "PreferNoSchedule"
	NoExecute        TaintEffect = "NoExecute"
)

// Choices lists what a TaintEffect can be.
func (TaintEffect) Choices() []string { return spec.Texts(NoSchedule, PreferNoSchedule, NoExecute) }

// WhenUnsatisfiable is what becomes of a pod that cannot be kept apart.
type WhenUnsatisfiable string

// What can.
const (
	ScheduleAnyway WhenUnsatisfiable = "ScheduleAnyway"
	DoNotSchedule  WhenUnsatisfiable = "DoNotSchedule"
)

// Choices lists what WhenUnsatisfiable can be.
func (WhenUnsatisfiable) Choices() []string { return spec.Texts(ScheduleAnyway, DoNotSchedule) }

// KafkaEncoding is how a message holds spans.
type KafkaEncoding string

// The encodings that Jaeger both writes and reads.
const (
	EncodingOTLPProto   KafkaEncoding = "otlp_proto"
	EncodingOTLPJSON    KafkaEncoding = "otlp_json"
	EncodingJaegerProto KafkaEncoding = "jaeger_proto"
	EncodingJaegerJSON  KafkaEncoding = "jaeger_json"
)

// Choices lists what a KafkaEncoding can be.
func (KafkaEncoding) Choices() []string {
	return spec.Texts(EncodingOTLPProto, EncodingOTLPJSON, EncodingJaegerProto, EncodingJaegerJSON)
}

// KafkaMechanism is a mechanism of SASL.
type KafkaMechanism string

// The mechanisms.
const (
	MechanismPlain       KafkaMechanism = "PLAIN"
	MechanismScramSHA256 KafkaMechanism = "SCRAM-SHA-256"
	MechanismScramSHA512 KafkaMechanism = "SCRAM-SHA-512"
)

// Choices lists what a KafkaMechanism can be.
func (KafkaMechanism) Choices() []string {
	return spec.Texts(MechanismPlain, MechanismScramSHA256, MechanismScramSHA512)
}

// CassandraConsistency is how many copies answer for all.
type CassandraConsistency string

// The consistencies that hold for writing and for reading.
const (
	ConsistencyOne         CassandraConsistency = "ONE"
	ConsistencyTwo         CassandraConsistency = "TWO"
	ConsistencyThree       CassandraConsistency = "THREE"
	ConsistencyQuorum      CassandraConsistency = "QUORUM"
	ConsistencyAll         CassandraConsistency = "ALL"
	ConsistencyLocalOne    CassandraConsistency = "LOCAL_ONE"
	ConsistencyLocalQuorum CassandraConsistency = "LOCAL_QUORUM"
)

// Choices lists what a CassandraConsistency can be.
func (CassandraConsistency) Choices() []string {
	return spec.Texts(ConsistencyOne, ConsistencyTwo, ConsistencyThree, ConsistencyQuorum, ConsistencyAll, ConsistencyLocalOne, ConsistencyLocalQuorum)
}
