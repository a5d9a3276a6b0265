package settings

import "github.com/tracestack/tracestack/internal/spec"

// Collector is the OTLP gateway.
type Collector struct {
	ManagedBy   ManagedBy    `json:"managedBy,omitempty" pulumi:"managedBy,optional" default:"deployment" doc:"Who turns the collector into pods: the program's own Deployment or StatefulSet, or the OpenTelemetry operator, which the cluster must have. A change of it keeps every address and loses no span. docs/operator.md has the whole of it." see:"https://github.com/open-telemetry/opentelemetry-operator"`
	Replicas    int          `json:"replicas,omitempty" pulumi:"replicas,optional" min:"1" max:"100" sizes:"1 1 2 4" prod:">=2" doc:"How many pods share the load. From 2 on a disruption budget lets them go one at a time." rule:"must not be given with autoscaling" see:"https://opentelemetry.io/docs/collector/scaling/"`
	Resources   *Resources   `json:"resources,omitempty" pulumi:"resources,optional" sizes:"requests.cpu: 25m 100m 500m 1; requests.memory: 64Mi 256Mi 1Gi 2Gi; limits.cpu: 2 2 2 4; limits.memory: 512Mi 1Gi 2Gi 4Gi" doc:"What each pod gets." rule:"limits.memory must be at least 96Mi, with a mirror or a queue on disk 192Mi"`
	Queue       *Queue       `json:"queue,omitempty" pulumi:"queue,optional" doc:"Where spans wait that the backend has not taken yet."`
	Compression Compression  `json:"compression,omitempty" pulumi:"compression,optional" default:"snappy" doc:"How spans are packed on their way to the backend. With gzip, the default of its exporter, a collector spends up to half of its time on packing; snappy takes a fraction of that for larger messages. zstd is for a network that is dear, none for one that costs nothing." see:"https://github.com/open-telemetry/opentelemetry-collector/blob/main/config/configgrpc/README.md"`
	Autoscaling *Autoscaling `json:"autoscaling,omitempty" pulumi:"autoscaling,optional" doc:"Lets the number of pods follow the load, instead of replicas. The cluster must have the API of metrics, metrics.k8s.io. docs/autoscaling.md has the whole of it." see:"https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/"`

	KubernetesAttributes *KubernetesAttributes `json:"kubernetesAttributes,omitempty" pulumi:"kubernetesAttributes,optional" doc:"What a span gets of the pod that it comes from."`
	ResourceAttributes   map[string]string     `json:"resourceAttributes,omitempty" pulumi:"resourceAttributes,optional" keys:"attribute" format:"resourceValue" doc:"Attributes of every span's resource that does not have them itself, such as deployment.environment.name. Profile prod sets that one to prod; what is written here replaces it." see:"https://opentelemetry.io/docs/specs/semconv/resource/deployment-environment/"`
	Sampling             *TailSampling         `json:"sampling,omitempty" pulumi:"sampling,optional" doc:"Which traces the backend gets, decided when all of each has come."`
	Extra                *Extra                `json:"extra,omitempty" pulumi:"extra,optional" doc:"What there is no setting for."`
	Receiver
}

// Default tells environments of production from others.
func (c *Collector) Default(e spec.Environment) {
	if e.Prod && c.ResourceAttributes == nil {
		c.ResourceAttributes = map[string]string{"deployment.environment.name": "prod"}
	}
}

// Settle makes autoscaling begin where replicas would be.
func (c *Collector) Settle(l spec.Look) { scaled(l, c.Autoscaling, &c.Replicas) }

// Rules across the fields.
func (c *Collector) Rules(l spec.Look) {
	checkScaled(l, c.Autoscaling, c.Replicas, c.Resources)
}
