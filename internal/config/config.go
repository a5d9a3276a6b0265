// Package config is the truth about the program's configuration: its keys, their defaults, how
// they are decoded and what is refused. Plain structs; no Pulumi, no files, no environment.
package config

// Config is everything that a stack can choose. The tags are all that there is to say of a key,
// for decoding, for the reference page and for the schemas:
//
//	key      how it is written, on the fields here; json inside objects
//	doc      what it means
//	see      where its subject is documented upstream
//	min, max of a number or an amount
//	format   of a text, of each in a list, or of each value of a map: one of formats
//	keys     of a map: one of formats
//	rule     what a rule across keys asks of it
//	default  inside the items of a list
//	required inside the items of a list
type Config struct {
	Kubernetes            Kubernetes
	MinIO                 MinIOServer
	Profile               Profile           `key:"tracestack:profile" doc:"Defaults for a kind of environment. Profiles differ in values only."`
	Size                  Size              `key:"tracestack:size" doc:"Defaults for an amount of load: replicas, requests and limits."`
	Backend               Backend           `key:"tracestack:backend" doc:"The product that stores and shows traces. Applications need no change when it does."`
	Storage               Storage           `key:"tracestack:storage" doc:"Where the backend keeps traces. With memory they are gone when the pod restarts; with local they are on a disk of the cluster." rule:"must be one that the backend has: of jaeger memory, badger, elasticsearch, opensearch, cassandra or grpc, of tempo local, minio, s3, gcs or azure; must not be memory with profile prod; others of jaeger than memory are not built yet"`
	Mirror                Mirror            `key:"tracestack:mirror" doc:"A second backend that gets a copy of every span, for a migration. It has the settings of its product. What it does not take within seconds it does not get, so that it never holds up the backend."`
	Namespace             string            `key:"tracestack:namespace" format:"label" doc:"The Kubernetes namespace of everything." rule:"must not be one of the cluster's own where it is created" see:"https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/"`
	CreateNamespace       bool              `key:"tracestack:createNamespace" doc:"Whether the namespace is created, and deleted with the stack. Where it is not, it must exist, and stays."`
	Collector             Collector         `key:"tracestack:collector" doc:"The OTLP gateway that applications send to."`
	Jaeger                Jaeger            `key:"tracestack:jaeger" doc:"Settings of backend jaeger."`
	Tempo                 Tempo             `key:"tracestack:tempo" doc:"Settings of backend tempo: one pod with a disk." see:"https://grafana.com/docs/tempo/latest/configuration/"`
	ObjectStore           ObjectStore       `key:"tracestack:objectStore" doc:"The bucket that Tempo keeps traces in. With storage minio the program makes it; any other must exist." rule:"must not be given with tempo on storage local"`
	Elasticsearch         Elasticsearch     `key:"tracestack:elasticsearch" doc:"Where Elasticsearch is." rule:"must not be given with another storage than elasticsearch"`
	ElasticsearchPassword Credential        `key:"tracestack:elasticsearchPassword" doc:"The password of elasticsearch.user." rule:"must not be given with another storage than elasticsearch"`
	Prometheus            Prometheus        `key:"tracestack:prometheus" doc:"Where Tempo writes the metrics that it makes of spans: calls, errors and durations, and who calls whom. Without Tempo nothing comes of it."`
	Demo                  bool              `key:"tracestack:demo" doc:"Whether to run HotROD, the demo application." see:"https://github.com/jaegertracing/jaeger/tree/main/examples/hotrod"`
	Ingress               Ingress           `key:"tracestack:ingress" doc:"How the pages of Jaeger and of the demo are reached from outside the cluster. The addresses are the outputs uiExternalUrl and demoExternalUrl. The pages know no users: whoever reaches a host sees them."`
	Grafana               Grafana           `key:"tracestack:grafana" doc:"How a Grafana that runs already gets the datasources and dashboards. They are the stack's output grafana in any case. docs/grafana.md has the whole way."`
	Images                Images            `key:"tracestack:images" doc:"Where images come from, for sites that have a registry of their own."`
	Scheduling            Scheduling        `key:"tracestack:scheduling" doc:"Which nodes pods run on."`
	Labels                map[string]string `key:"tracestack:labels" keys:"ownLabel" format:"labelValue" doc:"Labels of every object and pod, beside the program's own." see:"https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/"`
	Annotations           map[string]string `key:"tracestack:annotations" keys:"annotation" doc:"Annotations of every object and pod, beside the program's own." see:"https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/"`

	// set holds the paths that the user wrote; broken those of them that could not be decoded.
	set, broken map[string]bool
}

// Kubernetes names the cluster. The keys are the provider's own, so what people know of them
// holds, but the cluster is never whatever happens to be current.
type Kubernetes struct {
	Context    string `key:"kubernetes:context" format:"context" doc:"The context of the kubeconfig to use." rule:"must be given, or kubernetes:kubeconfig" see:"https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/"`
	Kubeconfig Secret `key:"kubernetes:kubeconfig" doc:"The path of a kubeconfig, or the contents of one as a secret." rule:"must be a secret where it is the contents" see:"https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/"`
}

// Collector are the settings of the OTLP gateway.
type Collector struct {
	ManagedBy ManagedBy `json:"managedBy" doc:"Who turns the collector into pods: a plain Deployment, or the OpenTelemetry operator." rule:"operator is not built yet"`
	Replicas  int       `json:"replicas" min:"1" max:"100" doc:"How many pods share the load. From 2 on a disruption budget lets them go one at a time." see:"https://opentelemetry.io/docs/collector/scaling/"`
	Resources Resources `json:"resources" doc:"What each pod gets. The queue for spans that the backend does not take is an eighth of the memory limit." rule:"limits.memory must be at least 96Mi, with a mirror 192Mi"`
}

// Jaeger are the settings of backend jaeger.
type Jaeger struct {
	MaxTraces int       `json:"maxTraces" min:"1" max:"100000" doc:"How many traces storage memory holds; the oldest goes when one more comes." rule:"must not be given with another storage than memory"`
	Replicas  int       `json:"replicas" min:"1" max:"100" doc:"How many Jaeger pods." rule:"must be 1 with storage memory"`
	Resources Resources `json:"resources" doc:"What each pod gets. Without limits.memory the limit follows maxTraces: 256Mi, and 64Ki for each trace. Without requests.memory it is a quarter of the limit." rule:"limits.memory must be at least 128Mi; requests.memory must be given with limits.memory"`
}

// Mirror is the second backend of a migration.
type Mirror struct {
	Backend Backend `json:"backend" doc:"The product of the copies." rule:"must be given with mirror.storage; must not be the backend itself"`
	Storage Storage `json:"storage" doc:"Where it keeps them." rule:"must be given with mirror.backend; as storage"`
}

// Tempo are the settings of backend tempo.
type Tempo struct {
	Retention        Duration         `json:"retention" min:"3600" max:"315360000" doc:"How long traces are kept."`
	TraceIdle        Duration         `json:"traceIdle" min:"1" max:"30" doc:"How long no span comes before a trace is complete and searched. What is not complete yet is in memory alone: a pod that is killed, not stopped, loses it."`
	BlockDuration    Duration         `json:"blockDuration" min:"10" max:"600" doc:"How long traces are gathered on the disk before they go to the store as one block. A longer time makes fewer and larger objects, and takes more memory when a block is completed: with 2,000 spans/s 1.5Gi for 5m, 0.8Gi for 2m."`
	Limits           TempoLimits      `json:"limits" doc:"What is taken."`
	Queries          TempoQueries     `json:"queries" doc:"What a query may ask for."`
	MetricsGenerator MetricsGenerator `json:"metricsGenerator" doc:"The metrics that are made of spans, where there is a metrics store."`
	Volume           Volume           `json:"volume" doc:"The disk of the pod, for what has not gone to the store yet. With storage local it is the store." see:"https://kubernetes.io/docs/concepts/storage/persistent-volumes/"`
	Resources        Resources        `json:"resources" doc:"What the pod gets." rule:"limits.memory must be at least 256Mi"`
}

// TempoLimits protect Tempo's one pod.
type TempoLimits struct {
	TraceSize  Capacity `json:"traceSize" min:"1" max:"1024" doc:"Of one trace. Spans beyond it are not stored, and counted in tempo_discarded_spans_total."`
	LiveTraces int      `json:"liveTraces" min:"1" max:"100000000" doc:"Traces that are not complete yet. Spans of others are not stored, and counted as above."`
	Rate       Capacity `json:"rate" min:"1" max:"10240" doc:"Of spans in a second. What is beyond is refused, and the collector sends it again."`
	Burst      Capacity `json:"burst" min:"16" max:"20480" doc:"That may come at once. One message may have 16Mi, and what is above the burst would be refused for ever. Without it the larger one of the size's and the rate." rule:"must not be less than limits.rate"`
}

// TempoQueries limit a query.
type TempoQueries struct {
	Search  Duration `json:"search" min:"3600" max:"315360000" doc:"The longest time range of a search."`
	Metrics Duration `json:"metrics" min:"3600" max:"315360000" doc:"The longest time range of a TraceQL metrics query."`
}

// MetricsGenerator makes metrics of spans.
type MetricsGenerator struct {
	Dimensions []string `json:"dimensions" format:"attribute" doc:"Attributes of spans and resources that become labels of the span metrics. Each multiplies the number of series by the number of its values." see:"https://grafana.com/docs/tempo/latest/metrics-from-traces/span-metrics/"`
}

// Volume is a disk that outlives the pod.
type Volume struct {
	Size         Capacity `json:"size" min:"1024" max:"67108864" doc:"How large. It grows in place where the storage class allows it, and never shrinks."`
	StorageClass string   `json:"storageClass" format:"object" doc:"The class that makes it; without one the cluster's default. Another class makes another, empty volume."`
	Retain       bool     `json:"retain" doc:"Whether it stays in the cluster when Tempo goes from the stack. When Tempo comes back it finds it again."`
}

// ObjectStore is a bucket and how pods reach it.
type ObjectStore struct {
	Endpoint                  string            `json:"endpoint" format:"endpoint" doc:"Where pods reach it. With azure the suffix of the account's host; without it the public cloud's." rule:"must be given with storages minio and s3, with minio including its port; must not be given with gcs"`
	Bucket                    string            `json:"bucket" format:"bucket" doc:"Its name; with azure the container's." rule:"must be given"`
	Region                    string            `json:"region" format:"region" doc:"The bucket's region." rule:"must not be given with another storage than s3 and minio"`
	Insecure                  bool              `json:"insecure" doc:"Whether it is reached without TLS." rule:"must not be given with another storage than s3 and minio"`
	Adopt                     bool              `json:"adopt" doc:"Whether the bucket exists already. It is then neither made nor given an expiry rule, and stays when the stack goes." rule:"must not be given with another storage than minio"`
	Keep                      bool              `json:"keep" doc:"Whether the bucket is protected, and stays with all its traces when the stack goes. Otherwise it is deleted with them; where there are more than a thousand objects the first destroy may fail, and one with --refresh ends it." rule:"must not be given with another storage than minio, nor with adopt"`
	KeyGeneration             int               `json:"keyGeneration" min:"1" max:"1000000" doc:"Counts the keys that Tempo had. Another number makes a new key; the old one is deleted when Tempo uses the new one." rule:"must not be given with another storage than minio"`
	Account                   string            `json:"account" format:"account" doc:"The storage account of the container." rule:"must be given with storage azure without a secret, and with no other"`
	Secret                    StoreSecret       `json:"secret" doc:"An existing Secret with credentials. Without one pods use their own identity." rule:"must not be given with storage minio"`
	ServiceAccountAnnotations map[string]string `json:"serviceAccountAnnotations" keys:"annotation" doc:"Annotations of Tempo's ServiceAccount that name its identity, as the cloud defines them." rule:"must not be given with a secret, nor with storage minio" see:"https://kubernetes.io/docs/concepts/security/service-accounts/"`
}

// StoreSecret is an existing Secret with a store's credentials.
type StoreSecret struct {
	Name           string `json:"name" format:"secret" doc:"Name of a Secret in the stack's namespace." rule:"must be given with its entries"`
	AccessKeyEntry string `json:"accessKeyEntry" format:"secretKey" doc:"Its entry that holds the access key; with azure the storage account." rule:"must be given with the name, but not with storage gcs"`
	SecretKeyEntry string `json:"secretKeyEntry" format:"secretKey" doc:"Its entry that holds the access key's secret; with azure the account's key, with gcs the JSON key of a service account." rule:"must be given with the name"`
}

// Resources of one container.
type Resources struct {
	Requests Amounts `json:"requests" doc:"What is kept free on the node for a pod."`
	Limits   Amounts `json:"limits" doc:"What a pod never gets more of."`
}

// Amounts of what a node has.
type Amounts struct {
	CPU    CPU       `json:"cpu" min:"1" max:"128000" doc:"Processor time." rule:"a request must not be more than the limit" see:"https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"`
	Memory Mebibytes `json:"memory" min:"1" max:"1048576" doc:"Memory." rule:"a request must not be more than the limit" see:"https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"`
}

// Elasticsearch is where storage elasticsearch is reached.
type Elasticsearch struct {
	URL      string `json:"url" doc:"Address, for example https://elasticsearch-es-http.elk.svc:9200." rule:"must be an http or https address without credentials" see:"https://www.jaegertracing.io/docs/latest/storage/elasticsearch/"`
	User     string `json:"user" format:"notEmpty" doc:"User that Jaeger signs in as."`
	CASecret string `json:"caSecret" format:"secret" doc:"Name of the Secret whose ca.crt signed the server's certificate."`
}

// Ingress is how pages are reached from outside the cluster.
type Ingress struct {
	Kind        IngressKind       `json:"kind" doc:"The kind of route: none, Traefik's IngressRoute, an Ingress, or the Gateway API's HTTPRoute. The cluster must have its controller; the definition of Traefik's and the Gateway API's kind is read first, for which the right to get customresourcedefinitions is needed."`
	Domain      string            `json:"domain" format:"host" doc:"Below it are the hosts jaeger and go-demo, where no other is given. Without it only those given have a route."`
	Jaeger      Page              `json:"jaeger" doc:"The route of Jaeger's pages." rule:"must not be given without Jaeger, as backend or mirror: Tempo has no pages"`
	Demo        Page              `json:"demo" doc:"The route of the demo." rule:"must not be given without demo"`
	TLS         bool              `json:"tls" doc:"Whether the addresses are https. With httproute it says that the Gateway's listener is."`
	TLSSecret   string            `json:"tlsSecret" format:"secret" doc:"Name of the Secret with the certificate of every host. Without one the controller's own is used." rule:"must not be given without tls, nor with httproute: the Gateway's listener has the certificate" see:"https://kubernetes.io/docs/concepts/services-networking/ingress/#tls"`
	ClassName   string            `json:"className" format:"object" doc:"The class of the controller; without it the cluster's default." rule:"must not be given with another kind than ingress" see:"https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class"`
	EntryPoints []string          `json:"entryPoints" format:"entryPoint" doc:"Traefik's entry points; without them Traefik's defaults." rule:"must not be given with another kind than ingressroute" see:"https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/"`
	Gateway     Gateway           `json:"gateway" doc:"The Gateway that serves the routes." rule:"must not be given with another kind than httproute" see:"https://gateway-api.sigs.k8s.io/api-types/httproute/"`
	Annotations map[string]string `json:"annotations" keys:"annotation" doc:"Annotations of the routes alone, for their controller." rule:"must not be given with kind none"`
}

// Page is the route of one component's pages.
type Page struct {
	Host      string `json:"host" format:"host" doc:"The host; without it the component's name below the domain."`
	TLSSecret string `json:"tlsSecret" format:"secret" doc:"Name of the Secret with this host's certificate." rule:"as ingress.tlsSecret"`
}

// Gateway is a Gateway of the Gateway API.
type Gateway struct {
	Name      string `json:"name" format:"object" doc:"Its name." rule:"must be given with kind httproute"`
	Namespace string `json:"namespace" format:"label" doc:"Its namespace; without it the stack's. It must let routes of the stack's namespace in."`
	Listener  string `json:"listener" format:"object" doc:"The listener to use; without it every one that takes the host."`
}

// Grafana is how a Grafana gets what it shows.
type Grafana struct {
	Datasources      GrafanaDelivery   `json:"datasources" doc:"How datasources reach Grafana, and dashboards with them: in the output alone, as labelled ConfigMaps for the sidecar of Grafana's chart, or as GrafanaDatasource and GrafanaDashboard for Grafana's operator. The definitions of the operator's kinds are read first, for which the right to get customresourcedefinitions is needed." see:"https://grafana.com/docs/grafana/latest/administration/provisioning/"`
	Namespace        string            `json:"namespace" format:"label" doc:"Where these objects are; without it in the stack's namespace. A sidecar that is not told to look in all namespaces finds them only in its own." rule:"must not be given with datasources output"`
	DatasourceLabels map[string]string `json:"datasourceLabels" keys:"ownLabel" format:"labelValue" doc:"Labels by which the sidecar knows datasources; without them grafana_datasource: 1." rule:"must not be given but with datasources configmap" see:"https://github.com/grafana-community/helm-charts/tree/main/charts/grafana"`
	DashboardLabels  map[string]string `json:"dashboardLabels" keys:"ownLabel" format:"labelValue" doc:"Labels by which the sidecar knows dashboards; without them grafana_dashboard: 1." rule:"must not be given but with datasources configmap" see:"https://github.com/grafana-community/helm-charts/tree/main/charts/grafana"`
	InstanceSelector map[string]string `json:"instanceSelector" keys:"labelKey" format:"labelValue" doc:"Labels of the Grafana resources that the operator gives the datasources and dashboards to." rule:"must be given with datasources operator, and not with another" see:"https://grafana.github.io/grafana-operator/docs/api/"`
}

// Images are where images come from.
type Images struct {
	Registry    string   `json:"registry" format:"registry" doc:"A mirror, with a path if it has one. It takes the place of the registry of every image whose repository is not given." see:"https://kubernetes.io/docs/concepts/containers/images/"`
	PullSecrets []string `json:"pullSecrets" format:"secret" doc:"Names of existing Secrets that sign in to the registry." see:"https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/"`
	Collector   Image    `json:"collector" doc:"The OpenTelemetry collector." see:"https://hub.docker.com/r/otel/opentelemetry-collector-k8s"`
	Jaeger      Image    `json:"jaeger" doc:"Jaeger." see:"https://hub.docker.com/r/jaegertracing/jaeger"`
	Tempo       Image    `json:"tempo" doc:"Tempo. Its tag decides what the configuration looks like, also where a digest is given." rule:"tag must begin with the number of a release, 2.9 or newer and below 4" see:"https://hub.docker.com/r/grafana/tempo"`
	Prometheus  Image    `json:"prometheus" doc:"Prometheus, which also has what asks another one whether it takes writes." see:"https://quay.io/repository/prometheus/prometheus"`
	Demo        Image    `json:"demo" doc:"HotROD." see:"https://hub.docker.com/r/jaegertracing/example-hotrod"`
}

// Image is one container image.
type Image struct {
	Repository string `json:"repository" format:"repository" doc:"The repository with its registry."`
	Tag        string `json:"tag" format:"tag" doc:"The release. The program is tested with the default."`
	Digest     string `json:"digest" format:"digest" doc:"The exact image. The tag is then only a remark."`
}

// Scheduling decides which nodes pods run on.
type Scheduling struct {
	NodeSelector   map[string]string `json:"nodeSelector" keys:"labelKey" format:"labelValue" doc:"Labels that a node must have." see:"https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/"`
	Tolerations    []Toleration      `json:"tolerations" doc:"Taints that nodes may have." see:"https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/"`
	TopologySpread []TopologySpread  `json:"topologySpread" doc:"How the pods of one component are kept apart. A list here replaces the profile's; [] takes it away." see:"https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/"`
}

// Toleration lets pods onto nodes with a taint.
type Toleration struct {
	Key      string   `json:"key" format:"labelKey" doc:"The taint's key; without it every key." rule:"must be given with operator Equal"`
	Operator Operator `json:"operator" default:"Equal" doc:"Whether the value is compared."`
	Value    string   `json:"value" format:"labelValue" doc:"The taint's value." rule:"must not be given with operator Exists"`
	Effect   Effect   `json:"effect" doc:"The taint's effect; without it every effect."`
}

// TopologySpread keeps the number of pods in two domains close.
type TopologySpread struct {
	TopologyKey       string            `json:"topologyKey" required:"true" format:"labelKey" doc:"The label of nodes that names the domain."`
	MaxSkew           int               `json:"maxSkew" min:"1" max:"100" default:"1" doc:"By how many pods two domains may differ."`
	WhenUnsatisfiable WhenUnsatisfiable `json:"whenUnsatisfiable" default:"ScheduleAnyway" doc:"Whether a pod that no node suits runs all the same."`
}
