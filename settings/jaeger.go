package settings

import (
	"github.com/tracestack/tracestack/internal/spec"
)

// Jaeger is Jaeger v2, all of it in one pod.
type Jaeger struct {
	MaxTraces int        `json:"maxTraces,omitempty" pulumi:"maxTraces,optional" min:"1" max:"100000" sizes:"5000 20000 50000 100000" doc:"How many traces storage memory holds; the oldest goes when one more comes." rule:"must not be given with another storage than memory"`
	Resources *Resources `json:"resources,omitempty" pulumi:"resources,optional" sizes:"requests.cpu: 25m 100m 500m 1; limits.cpu: 1 2 2 4" doc:"What each pod gets. Without limits.memory the limit follows maxTraces: 256Mi, and 64Ki for each trace. Without requests.memory it is a quarter of the limit." rule:"limits.memory must be at least 128Mi; requests.memory must be given with limits.memory"`
}

// Settle makes the memory follow the number of traces. A trace of the demo, of 40 spans, takes about 64
// KiB; without a limit that follows, a larger number would only be a later kill. The store fills up over
// hours, so more is kept free than the process takes at first.
func (j *Jaeger) Settle(l spec.Look) {
	const process, tracesPerMebibyte = 256, 16
	request, limit := &j.Resources.Requests.Memory, &j.Resources.Limits.Memory
	if *limit == "" && *request == "" {
		*limit = MemoryOf(process + (j.MaxTraces+tracesPerMebibyte-1)/tracesPerMebibyte)
	}
	if *request == "" && l.Sound("resources.limits.memory") {
		*request = MemoryOf(amount(*limit) / 4)
	}
}

// Rules across the fields.
func (j *Jaeger) Rules(l spec.Look) {
	atLeast(l.In("resources"), j.Resources, "128Mi", byItself)
	request, limit := "resources.requests.memory", "resources.limits.memory"
	if l.GivenSound(request) && !l.Given(limit) {
		l.Refuse(request, j.Resources.Requests.Memory.String(), "must be given with limits.memory: without it both follow maxTraces")
	}
}
