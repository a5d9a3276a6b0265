package stacks

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/settings"
)

// composeInstrumentation tells the operator what to put into pods, where the configuration names namespaces.
func composeInstrumentation(ctx *pulumi.Context, c config.Config, collector *components.Collector, cluster *kubernetes.Provider) error {
	if len(c.Instrumentation.Namespaces) == 0 {
		return nil
	}
	_, err := components.NewInstrumentation(ctx, naming.Instrumentation, &components.InstrumentationArgs{
		OTLPHTTPEndpoint: collector.OTLPHTTPEndpoint,
		OTLPGRPCEndpoint: collector.OTLPGRPCEndpoint,
		Sender:           c.Collector.Sender(),
		Metrics:          c.Collector.Metrics != nil,
		Logs:             c.Collector.Logs != nil,
		Instrumentation:  c.Instrumentation,
		Images:           c.Images.Agents,
		Metadata:         c.Metadata(),
	}, pulumi.Provider(cluster))
	return err
}

const instrumentations = "apis/opentelemetry.io/v1alpha1"

// instrumentations refuses an Instrumentation in a cluster without the operator's definitions, and warns of pods
// that will not have what they ask for.
func (k *kubeClient) instrumentations(ctx *pulumi.Context, c config.Config) error {
	if len(c.Instrumentation.Namespaces) == 0 {
		return nil
	}
	within, cancel := context.WithTimeout(ctx.Context(), patience)
	defer cancel()
	if !k.instruments(within) {
		return settings.Problem{
			Path: instrumentationKey, Value: strings.Join(c.Instrumentation.Namespaces, ", "),
			Rule: "must not be given in a cluster that has no Instrumentation of opentelemetry.io/v1alpha1: install the OpenTelemetry operator first",
		}
	}
	var failed []error
	for _, namespace := range c.Instrumentation.Namespaces {
		for _, warning := range k.uninjected(within, c.Context, namespace) {
			failed = append(failed, ctx.Log.Warn(warning, nil))
		}
	}
	return errors.Join(failed...)
}

// instruments tells whether the cluster has the kind. It is asked as everybody may: the definition itself is
// for those with the right to read definitions.
func (k *kubeClient) instruments(ctx context.Context) bool {
	var served struct {
		Resources []struct{ Name string }
	}
	switch k.ask(ctx, http.MethodGet, instrumentations, "application/json", nil, &served) {
	case http.StatusOK:
		return slices.ContainsFunc(served.Resources, func(r struct{ Name string }) bool { return r.Name == "instrumentations" })
	case http.StatusNotFound:
		return false
	}
	return true
}

// uninjected are warnings of pods in a namespace that will not get what they ask for until somebody does
// something.
func (k *kubeClient) uninjected(ctx context.Context, kubecontext, namespace string) (warnings []string) {
	var others struct {
		Items []struct{ Metadata podMetadata }
	}
	k.ask(ctx, http.MethodGet, instrumentations+"/namespaces/"+namespace+"/instrumentations", "application/json", nil, &others)
	for _, other := range others.Items {
		if name := other.Metadata.Name; name != naming.Instrumentation {
			warnings = append(warnings, fmt.Sprintf("namespace %s has another Instrumentation, %s: where there are two, the operator injects nothing into pods whose annotation is \"true\"; write the name instead, such as %q",
				namespace, name, naming.Instrumentation))
		}
	}
	var pods struct{ Items []pod }
	k.ask(ctx, http.MethodGet, "api/v1/namespaces/"+namespace+"/pods", "application/json", nil, &pods)
	everywhere := k.get(ctx, "api/v1/namespaces/"+namespace).Metadata.Annotations
	var owners, alone []string
	for _, one := range pods.Items {
		if one.ended() || one.injected() || !one.asks(everywhere) {
			continue
		}
		if owner := one.owner(); owner == "" {
			alone = append(alone, one.Metadata.Name)
		} else {
			owners = append(owners, owner)
		}
	}
	if restarted := distinct(owners); len(restarted) > 0 {
		warnings = append(warnings, fmt.Sprintf("namespace %s has pods that ask for instrumentation and were started without it; they get it when they are started again, after this update: %s",
			namespace, kubectl(kubecontext, namespace, "rollout restart "+strings.Join(restarted, " "))))
	}
	if len(alone) > 0 {
		warnings = append(warnings, fmt.Sprintf("namespace %s has pods that ask for instrumentation and were started without it, and that nothing starts again: delete and make them anew after this update: %s",
			namespace, strings.Join(distinct(alone), ", ")))
	}
	return warnings
}

func kubectl(kubecontext, namespace, command string) string {
	if kubecontext != "" {
		kubecontext = " --context " + kubecontext
	}
	return "kubectl" + kubecontext + " --namespace " + namespace + " " + command
}

func distinct(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

// pod is what matters here of one.
type pod struct {
	Metadata podMetadata
	Spec     struct {
		InitContainers, Containers []struct{ Env []struct{ Name string } }
	}
	Status struct{ Phase string }
}

type podMetadata struct {
	Name                string
	Labels, Annotations map[string]string
	DeletionTimestamp   string
	OwnerReferences     []struct{ Kind, Name string }
}

// ended tells a pod to which nothing happens any more.
func (p pod) ended() bool {
	return p.Metadata.DeletionTimestamp != "" || p.Status.Phase == "Succeeded" || p.Status.Phase == "Failed"
}

// injectPrefix begins the annotations that ask for an agent.
const injectPrefix = "instrumentation.opentelemetry.io/inject-"

// asks tells whether a pod or, as the operator reads them, its namespace asks for an agent.
func (p pod) asks(namespace map[string]string) bool {
	for _, annotations := range []map[string]string{p.Metadata.Annotations, namespace} {
		for name, value := range annotations {
			own := p.Metadata.Annotations[name]
			if strings.HasPrefix(name, injectPrefix) && !strings.EqualFold(value, "false") && !strings.EqualFold(own, "false") && value != "" {
				return true
			}
		}
	}
	return false
}

// injected tells by a variable that the operator puts into every pod that it changes.
func (p pod) injected() bool {
	for _, container := range append(p.Spec.InitContainers, p.Spec.Containers...) {
		for _, variable := range container.Env {
			if variable.Name == "OTEL_RESOURCE_ATTRIBUTES_POD_NAME" {
				return true
			}
		}
	}
	return false
}

// owner is what kubectl restarts; empty where nothing is.
func (p pod) owner() string {
	for _, owner := range p.Metadata.OwnerReferences {
		switch owner.Kind {
		case "ReplicaSet":
			// A Deployment's has its name, and this behind it.
			if hash := p.Metadata.Labels["pod-template-hash"]; hash != "" {
				return "deployment/" + strings.TrimSuffix(owner.Name, "-"+hash)
			}
		case "StatefulSet", "DaemonSet":
			return strings.ToLower(owner.Kind) + "/" + owner.Name
		}
	}
	return ""
}
