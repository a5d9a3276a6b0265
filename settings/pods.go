package settings

import (
	"strconv"

	"github.com/tracestack/tracestack/internal/spec"
)

// Metadata is put on every object and pod.
type Metadata struct {
	Labels      map[string]string `json:"labels,omitempty" pulumi:"labels,optional" keys:"ownLabel" format:"labelValue" doc:"Labels beside the component's own, which may not be among them: selectors depend on those." see:"https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/"`
	Annotations map[string]string `json:"annotations,omitempty" pulumi:"annotations,optional" keys:"annotation" doc:"Annotations beside the component's own, which win." see:"https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/"`
}

// Pods is how pods are pulled and placed.
type Pods struct {
	PullSecrets []string `json:"pullSecrets,omitempty" pulumi:"pullSecrets,optional" format:"secret" doc:"Names of existing Secrets that sign in to the images' registry." see:"https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/"`
	Scheduling
}

// Scheduling decides which nodes pods run on.
type Scheduling struct {
	NodeSelector   map[string]string `json:"nodeSelector,omitempty" pulumi:"nodeSelector,optional" keys:"labelKey" format:"labelValue" doc:"Labels that a node must have." see:"https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/"`
	Tolerations    []Toleration      `json:"tolerations,omitempty" pulumi:"tolerations,optional" doc:"Taints that nodes may have." see:"https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/"`
	TopologySpread []TopologySpread  `json:"topologySpread,omitempty" pulumi:"topologySpread,optional" doc:"How the pods of one component are kept apart. A list here replaces the profile's; [] takes it away." see:"https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/"`
}

// Default keeps the pods of production apart.
func (s *Scheduling) Default(e spec.Environment) {
	if e.Prod && s.TopologySpread == nil {
		s.TopologySpread = []TopologySpread{{TopologyKey: "kubernetes.io/hostname"}, {TopologyKey: "topology.kubernetes.io/zone"}}
	}
}

// Toleration lets pods onto nodes with a taint.
type Toleration struct {
	Key      string             `json:"key,omitempty" pulumi:"key,optional" format:"labelKey" doc:"The taint's key; without it every key." rule:"must be given with operator Equal"`
	Operator TolerationOperator `json:"operator,omitempty" pulumi:"operator,optional" default:"Equal" doc:"Whether the value is compared."`
	Value    string             `json:"value,omitempty" pulumi:"value,optional" format:"labelValue" doc:"The taint's value." rule:"must not be given with operator Exists"`
	Effect   TaintEffect        `json:"effect,omitempty" pulumi:"effect,optional" doc:"The taint's effect; without it every effect."`
	Seconds  *int               `json:"tolerationSeconds,omitempty" pulumi:"tolerationSeconds,optional" min:"0" max:"2592000" doc:"How many seconds a pod stays on a node that gets the taint; without it for ever." rule:"must be given with effect NoExecute only"`
}

// Rules across the fields.
func (t *Toleration) Rules(l spec.Look) {
	if !l.Sound("", "key", "operator", "value", "effect", "tolerationSeconds") {
		return
	}
	if t.Key == "" && t.Operator == TolerationEqual {
		l.Refuse("key", spec.NotSet, "must be given with operator Equal")
	}
	if t.Seconds != nil && t.Effect != NoExecute {
		l.Refuse("tolerationSeconds", strconv.Itoa(*t.Seconds), "must be given with effect NoExecute only")
	}
	if t.Value != "" && t.Operator == TolerationExists {
		l.Refuse("value", spec.Shown(t.Value), "must not be given with operator Exists")
	}
}

// TopologySpread keeps the number of pods in two domains, such as nodes or zones, close.
type TopologySpread struct {
	TopologyKey       string            `json:"topologyKey" pulumi:"topologyKey" format:"labelKey" doc:"The label of nodes that names the domain."`
	MaxSkew           int               `json:"maxSkew,omitempty" pulumi:"maxSkew,optional" min:"1" max:"100" default:"1" doc:"By how many pods two domains may differ."`
	WhenUnsatisfiable WhenUnsatisfiable `json:"whenUnsatisfiable,omitempty" pulumi:"whenUnsatisfiable,optional" default:"ScheduleAnyway" doc:"Whether a pod that no node suits runs all the same."`
}
