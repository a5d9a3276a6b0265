package settings

import (
	"fmt"
	"slices"

	"github.com/tracestack/tracestack/internal/spec"
)

// Applications are those that send spans to the gateway.
type Applications struct {
	Namespaces []string `json:"namespaces,omitempty" pulumi:"namespaces,optional" format:"label" doc:"Namespaces of applications that send spans. Each gets a ConfigMap otel-environment with the variables that OpenTelemetry's SDKs read, for envFrom. They must exist." rule:"must be named once" see:"https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/#configure-all-key-value-pairs-in-a-configmap-as-container-environment-variables"`
}

// Rules across the fields.
func (a *Applications) Rules(l spec.Look) { checkOnce(l, "namespaces", a.Namespaces) }

// checkOnce refuses what a list has already.
func checkOnce[T ~string](l spec.Look, name string, list []T) {
	for i, one := range list {
		if at := fmt.Sprintf("%s[%d]", name, i); l.Sound(name, at) && slices.Contains(list[:i], one) {
			l.Refuse(at, spec.Shown(string(one)), "must be named once")
		}
	}
}
