package pulumitest

import (
	"encoding/json"
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

const collectorKind = "kubernetes:opentelemetry.io/v1beta1:OpenTelemetryCollector"

// withOperated adds what the OpenTelemetry operator makes of the collectors in a graph, as far as a rule looks
// at it: release 0.148 does so.
func withOperated(g Graph) Graph {
	all := g
	for _, r := range g.Of(collectorKind) {
		object := r.Object()
		add := func(typ, kind string, made map[string]any) {
			made["kind"] = kind
			made["metadata"] = map[string]any{
				"name": text(object, "metadata", "name") + "-collector", "namespace": at(object, "metadata", "namespace"),
			}
			all = append(all[:len(all):len(all)], Resource{
				Type: typ, Name: r.Name + "'s", Parent: r.Parent, Provider: r.Provider, Inputs: resource.NewPropertyMapFromMap(made),
			})
		}
		template := operatedTemplate(g, object)
		add("kubernetes:apps/v1:Deployment", "Deployment", map[string]any{
			"spec": map[string]any{"replicas": at(object, "spec", "replicas"), "template": template},
		})
		// A single pod gets one too; it may go all the same.
		if replicas, _ := at(object, "spec", "replicas").(float64); replicas > 1 {
			add("kubernetes:policy/v1:PodDisruptionBudget", "PodDisruptionBudget", map[string]any{
				"spec": map[string]any{"selector": map[string]any{"matchLabels": operatedLabels(object)}},
			})
		}
		config, _ := json.Marshal(at(object, "spec", "config")) // It came as JSON.
		add("kubernetes:core/v1:ConfigMap", "ConfigMap", map[string]any{"data": map[string]any{"collector.yaml": string(config)}})
	}
	return all
}

// operatedLabels are those that the operator sets, whatever the resource has.
func operatedLabels(object map[string]any) map[string]any {
	return map[string]any{
		"app.kubernetes.io/managed-by": "opentelemetry-operator",
		"app.kubernetes.io/instance":   text(object, "metadata", "namespace") + "." + text(object, "metadata", "name"),
		"app.kubernetes.io/part-of":    "opentelemetry",
		"app.kubernetes.io/component":  "opentelemetry-collector",
	}
}

// operatedTemplate has the token that the account gives, and the ports and probes that the configuration leads
// the operator to.
func operatedTemplate(g Graph, object map[string]any) map[string]any {
	spec, _ := object["spec"].(map[string]any)
	labels := map[string]any{}
	if own, ok := at(object, "metadata", "labels").(map[string]any); ok {
		maps.Copy(labels, own)
	}
	maps.Copy(labels, operatedLabels(object))
	container := map[string]any{"name": "otc-container", "ports": []any{
		map[string]any{"name": "otlp-grpc", "containerPort": 4317},
		map[string]any{"name": "otlp-http", "containerPort": 4318},
		map[string]any{"name": "metrics", "containerPort": 8888},
		map[string]any{"name": "health-check", "containerPort": 13133},
	}}
	for _, field := range []string{"image", "resources", "securityContext", "env", "lifecycle", "startupProbe", "readinessProbe", "livenessProbe"} {
		container[field] = spec[field]
	}
	pod := map[string]any{
		"containers": []any{container}, "securityContext": spec["podSecurityContext"], "topologySpreadConstraints": spec["topologySpreadConstraints"],
	}
	for _, account := range g.Of("kubernetes:core/v1:ServiceAccount") {
		if text(account.Object(), "metadata", "name") == spec["serviceAccount"] {
			pod["automountServiceAccountToken"] = account.Object()["automountServiceAccountToken"]
		}
	}
	return map[string]any{"metadata": map[string]any{"labels": labels, "annotations": spec["podAnnotations"]}, "spec": pod}
}

func text(object map[string]any, path ...string) string {
	value, _ := at(object, path...).(string)
	return value
}
