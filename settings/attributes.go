package settings

import "github.com/tracestack/tracestack/internal/spec"

// KubernetesAttributes are what a span gets of the pod that it comes from.
type KubernetesAttributes struct {
	From      AttributeSource `json:"from,omitempty" pulumi:"from,optional" default:"none" prod:"cluster" doc:"What tells of the pod that a span comes from. With cluster it is the Kubernetes API, where the collector then watches pods: their names, namespaces and nodes, and what runs them. With address it is nothing but the address that the span came from, as k8s.pod.ip. With none spans stay as they are. docs/gateway.md has the whole way." see:"https://opentelemetry.io/docs/platforms/kubernetes/collector/components/#kubernetes-attributes-processor"`
	Namespace string          `json:"namespace,omitempty" pulumi:"namespace,optional" format:"label" doc:"With from cluster, the one namespace whose pods are watched; without it those of every namespace. It must exist. The right to watch is then there alone." rule:"must not be given with from none or address"`
	Rights    AttributeRights `json:"rights,omitempty" pulumi:"rights,optional" default:"made" doc:"With from cluster, who gives the collector the right to watch pods and ReplicaSets. With made it is this program: a ClusterRole and its binding, with a namespace a Role and its binding. With given it is somebody else. Without the right spans get k8s.pod.ip alone, and the collector's log says what is forbidden." rule:"must not be given with from none or address"`
}

// Settle leaves out what nobody reads and nobody wrote.
func (k *KubernetesAttributes) Settle(l spec.Look) {
	if !k.Watched() && !l.Given("rights") {
		k.Rights = ""
	}
}

// Rules across the fields.
func (k *KubernetesAttributes) Rules(l spec.Look) {
	if !l.Sound("", "from") {
		return
	}
	cluster := []AttributeSource{AttributesFromCluster}
	spec.CheckReadBy(l, "from", k.From, []spec.ReadBy[AttributeSource]{{Name: "namespace", By: cluster}, {Name: "rights", By: cluster}})
}

// Watched tells whether the collector watches pods.
func (k *KubernetesAttributes) Watched() bool { return k.From == AttributesFromCluster }
