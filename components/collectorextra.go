package components

import (
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render/collector"
	"github.com/tracestack/tracestack/settings"
)

// check lets the gateway's own program read the gateway's file, before any pod does: an update ends with what it
// says of a file that it does not take, and the pods that are there run on.
func (a CollectorArgs) check(name string, gateway kube.Role) kube.Role {
	program := gateway.Pod.Containers[0]
	return kube.Role{
		Name:      naming.CollectorCheck(name),
		Product:   collectorProduct,
		Part:      "check",
		Namespace: a.Namespace,
		Metadata:  a.Metadata,
		Placement: a.Pods,
		Pod: kube.Pod{
			Containers: []kube.Container{{
				Name:      "validate",
				Image:     program.Image,
				Args:      append([]string{"validate"}, program.Args...),
				Env:       program.Env,
				Resources: settings.FixedResources("10m", "500m", "64Mi", "256Mi"),
				Tells:     true,
			}},
			Config:  gateway.Pod.Config,
			Secrets: gateway.Pod.Secrets,
			// It makes the folder of a queue on disk while it reads.
			Scratch: &kube.Scratch{Path: collector.Dir, Size: "16Mi"},
		},
		Runner: kube.Job{Restarts: 1},
	}
}

func (a CollectorArgs) extraVariables() corev1.EnvVarArray {
	var all corev1.EnvVarArray
	for _, one := range a.Extra.Environment {
		all = append(all, kube.Variable(one.Name, pulumi.String(one.Secret), one.Key))
	}
	return all
}

func (a CollectorArgs) extraPorts() []kube.NamedPort {
	var all []kube.NamedPort
	for _, one := range a.Extra.Ports {
		all = append(all, kube.NamedPort{Name: one.Name, Port: one.Port})
	}
	return all
}

// account is the gateway's. It talks to the Kubernetes API where it watches pods.
func (a CollectorArgs) account() *kube.Account {
	watched := a.KubernetesAttributes
	if !watched.Watched() {
		return &kube.Account{}
	}
	account := &kube.Account{Token: true}
	if watched.Rights == settings.RightsMade {
		account.Rights = &kube.Rights{
			Namespace: watched.Namespace, Verbs: []string{"get", "list", "watch"},
			// A pod of a Deployment names its ReplicaSet, and that the Deployment.
			Resources: map[string][]string{"": {"pods"}, "apps": {"replicasets"}},
		}
	}
	return account
}
