package components

import (
	"fmt"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/settings"
)

func requirements(r *settings.Resources) *corev1.ResourceRequirementsArgs {
	amounts := func(a *settings.Amounts) pulumi.StringMap {
		return pulumi.StringMap{"cpu": pulumi.String(a.CPU.String()), "memory": pulumi.String(a.Memory.String())}
	}
	return &corev1.ResourceRequirementsArgs{Requests: amounts(r.Requests), Limits: amounts(r.Limits)}
}

// goMemoryLimit leaves a fifth of the container's memory for what the Go runtime does not count.
func goMemoryLimit(r *settings.Resources) string {
	return fmt.Sprintf("%dMiB", r.Limits.Memory.Bytes()>>20*4/5)
}
