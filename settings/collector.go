package settings

import (
	"github.com/tracestack/tracestack/internal/sizes"
	"github.com/tracestack/tracestack/internal/spec"
)

// Collector is the OTLP gateway.
type Collector struct {
	ManagedBy ManagedBy  `json:"managedBy,omitempty" pulumi:"managedBy,optional" default:"deployment" doc:"Who turns the collector into pods: a plain Deployment, or the OpenTelemetry operator." rule:"operator is not built yet"`
	Replicas  int        `json:"replicas,omitempty" pulumi:"replicas,optional" min:"1" max:"100" sizes:"1 1 2 4" prod:">=2" doc:"How many pods share the load. From 2 on a disruption budget lets them go one at a time." see:"https://opentelemetry.io/docs/collector/scaling/"`
	Resources *Resources `json:"resources,omitempty" pulumi:"resources,optional" sizes:"requests.cpu: 25m 100m 500m 1; requests.memory: 64Mi 256Mi 1Gi 2Gi; limits.cpu: 2 2 2 4; limits.memory: 512Mi 1Gi 2Gi 4Gi" doc:"What each pod gets. The queue for spans that the backend does not take is an eighth of the memory limit." rule:"limits.memory must be at least 96Mi, with a mirror 192Mi"`
}

// Rules across the fields.
func (c *Collector) Rules(l spec.Look) {
	if l.GivenSound("managedBy") && c.ManagedBy == ManagedByOperator {
		l.Refuse("managedBy", string(c.ManagedBy), "not built yet; choose deployment")
	}
}

// CheckMemory holds the memory to what comes at once: for each backend, the mirror is a second one, there
// is a queue.
func (c *Collector) CheckMemory(l spec.Look, mirror bool) {
	backends, why := 1, "its queue must hold what comes at once"
	if mirror {
		backends, why = 2, "with a mirror it has two queues, and each must hold what comes at once"
	}
	atLeast(l.In("resources"), c.Resources, MemoryOf(sizes.CollectorMemory(backends)/sizes.Mebibyte), why)
}
