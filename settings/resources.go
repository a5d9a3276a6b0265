package settings

import "github.com/tracestack/tracestack/internal/spec"

// Resources of one container. Both CPU values always reach Kubernetes: a limit alone reserves as much,
// and on a small node the next pod then stays Pending.
type Resources struct {
	Requests *Amounts `json:"requests,omitempty" pulumi:"requests,optional" doc:"What is kept free on the node for a pod."`
	Limits   *Amounts `json:"limits,omitempty" pulumi:"limits,optional" doc:"What a pod never gets more of."`
}

// Amounts of what a node has.
type Amounts struct {
	CPU    CPU    `json:"cpu,omitempty" pulumi:"cpu,optional" min:"1m" max:"128" doc:"Processor time." rule:"a request must not be more than the limit" see:"https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"`
	Memory Memory `json:"memory,omitempty" pulumi:"memory,optional" min:"1Mi" max:"1024Gi" doc:"Memory." rule:"a request must not be more than the limit" see:"https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"`
}

// Settle lets default requests give way to limits that were written.
func (r *Resources) Settle(l spec.Look) {
	if !l.Given("requests.cpu") {
		r.Requests.CPU = atMost(r.Requests.CPU, r.Limits.CPU)
	}
	if !l.Given("requests.memory") {
		r.Requests.Memory = atMost(r.Requests.Memory, r.Limits.Memory)
	}
}

// Rules across the fields. Where only one of request and limit was written, the other is the default.
func (r *Resources) Rules(l spec.Look) {
	if l.GivenSound("requests.cpu") && l.Sound("limits.cpu") && amount(r.Requests.CPU) > amount(r.Limits.CPU) {
		l.Refuse("requests.cpu", r.Requests.CPU.String(), "must not be more than the limit, "+r.Limits.CPU.String())
	}
	if l.GivenSound("requests.memory") && l.Sound("limits.memory") && r.Limits.Memory != "" && amount(r.Requests.Memory) > amount(r.Limits.Memory) {
		l.Refuse("requests.memory", r.Requests.Memory.String(), "must not be more than the limit, "+r.Limits.Memory.String())
	}
}

// byItself is why a process needs memory, whatever it holds.
const byItself = "the process alone takes it"

// atLeast refuses a memory limit that is too small, and says why.
func atLeast(l spec.Look, r *Resources, least Memory, why string) {
	if l.GivenSound("limits.memory") && amount(r.Limits.Memory) < amount(least) {
		l.Refuse("limits.memory", r.Limits.Memory.String(), "must be at least "+least.String()+": "+why)
	}
}

// FixedResources are those of a container that nobody chooses them for.
func FixedResources(requestCPU, limitCPU CPU, requestMemory, limitMemory Memory) *Resources {
	return &Resources{
		Requests: &Amounts{CPU: requestCPU, Memory: requestMemory},
		Limits:   &Amounts{CPU: limitCPU, Memory: limitMemory},
	}
}
