package components

import (
	"errors"
	"fmt"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Mebibytes is an amount of memory.
type Mebibytes int

// String writes it as Kubernetes does when it gives a quantity back, so that a refresh sees no
// difference where there is none.
func (m Mebibytes) String() string {
	if m%1024 == 0 {
		return fmt.Sprintf("%dGi", int(m)/1024)
	}
	return fmt.Sprintf("%dMi", int(m))
}

func (m Mebibytes) bytes() int64 { return int64(m) << 20 }

// Millicores is an amount of processor time: 1000 are one core.
type Millicores int

// String writes it as Kubernetes does, as above.
func (m Millicores) String() string {
	if m%1000 == 0 {
		return fmt.Sprint(int(m) / 1000)
	}
	return fmt.Sprintf("%dm", int(m))
}

// Resources of one container. What is left out takes the component's default. Both CPU values are
// always given to Kubernetes: a limit alone reserves as much, and on a small node the next pod then
// stays Pending.
type Resources struct {
	CPURequest    Millicores
	CPULimit      Millicores
	MemoryRequest Mebibytes
	MemoryLimit   Mebibytes
}

// or fills in what was left out. A default request gives way to a limit that was given.
func (r Resources) or(defaults Resources) Resources {
	r.CPULimit = orDefault(r.CPULimit, defaults.CPULimit)
	r.MemoryLimit = orDefault(r.MemoryLimit, defaults.MemoryLimit)
	r.CPURequest = orDefault(r.CPURequest, min(defaults.CPURequest, r.CPULimit))
	r.MemoryRequest = orDefault(r.MemoryRequest, min(defaults.MemoryRequest, r.MemoryLimit))
	return r
}

func (r Resources) validate(leastMemory Mebibytes) error {
	var problems []error
	if r.CPURequest < 0 || r.CPURequest > r.CPULimit {
		problems = append(problems, fmt.Errorf("resources.cpuRequest: %v: must not be more than the limit, %v", r.CPURequest, r.CPULimit))
	}
	if r.MemoryRequest < 0 || r.MemoryRequest > r.MemoryLimit {
		problems = append(problems, fmt.Errorf("resources.memoryRequest: %v: must not be more than the limit, %v", r.MemoryRequest, r.MemoryLimit))
	}
	if r.MemoryLimit < leastMemory {
		problems = append(problems, fmt.Errorf("resources.memoryLimit: %v: must be at least %v", r.MemoryLimit, leastMemory))
	}
	return errors.Join(problems...)
}

func (r Resources) requirements() *corev1.ResourceRequirementsArgs {
	return &corev1.ResourceRequirementsArgs{
		Requests: pulumi.StringMap{
			"cpu": pulumi.String(r.CPURequest.String()), "memory": pulumi.String(r.MemoryRequest.String()),
		},
		Limits: pulumi.StringMap{
			"cpu": pulumi.String(r.CPULimit.String()), "memory": pulumi.String(r.MemoryLimit.String()),
		},
	}
}

// goMemoryLimit leaves a fifth of the container's memory for what the Go runtime does not count.
func (r Resources) goMemoryLimit() string {
	return fmt.Sprintf("%dMiB", int(r.MemoryLimit)*4/5)
}
