package collector

import (
	"maps"
	"slices"

	"github.com/tracestack/tracestack/settings"
)

// kubernetesAttributes is the processor that finds the pod which a span comes from. Where it has no right to
// watch pods it logs that and still writes k8s.pod.ip, as with passthrough.
type kubernetesAttributes struct {
	AuthType    string        `yaml:"auth_type"`
	Passthrough bool          `yaml:"passthrough"`
	Filter      *podFilter    `yaml:"filter,omitempty"`
	Extract     *extract      `yaml:"extract,omitempty"`
	Association []association `yaml:"pod_association"`
}

type podFilter struct {
	Namespace string `yaml:"namespace"`
}

// extract leaves deployment_name_from_replicaset alone: it takes no name whose hash has not ten characters, and one
// in four has nine.
type extract struct {
	Metadata []string `yaml:"metadata"`
}

type association struct {
	Sources []source `yaml:"sources"`
}

type source struct {
	From string `yaml:"from"`
	Name string `yaml:"name,omitempty"`
}

func newKubernetesAttributes(k *settings.KubernetesAttributes) *kubernetesAttributes {
	if k == nil || k.From == settings.AttributesNone {
		return nil
	}
	made := &kubernetesAttributes{
		AuthType:    "none",
		Passthrough: !k.Watched(),
		// What says itself which pod it is of has come by another way than from that pod.
		Association: []association{
			{[]source{{"resource_attribute", "k8s.pod.ip"}}},
			{[]source{{"resource_attribute", "k8s.pod.uid"}}},
			{[]source{{From: "connection"}}},
		},
	}
	if !k.Watched() {
		return made
	}
	made.AuthType = "serviceAccount"
	made.Extract = &extract{Metadata: []string{
		"k8s.namespace.name", "k8s.pod.name", "k8s.pod.uid", "k8s.pod.ip", "k8s.node.name",
		"k8s.deployment.name", "k8s.statefulset.name", "k8s.daemonset.name", "k8s.job.name", "k8s.cronjob.name",
	}}
	if k.Namespace != "" {
		made.Filter = &podFilter{k.Namespace}
	}
	return made
}

// resourceAttributes is the processor that adds what a span's resource does not have itself.
type resourceAttributes struct {
	Attributes []inserted `yaml:"attributes"`
}

type inserted struct {
	Key    string `yaml:"key"`
	Value  string `yaml:"value"`
	Action string `yaml:"action"`
}

func newResourceAttributes(all map[string]string) *resourceAttributes {
	if len(all) == 0 {
		return nil
	}
	made := &resourceAttributes{}
	for _, key := range slices.Sorted(maps.Keys(all)) {
		made.Attributes = append(made.Attributes, inserted{key, all[key], "insert"})
	}
	return made
}
