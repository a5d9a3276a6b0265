package pulumitest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// Labels reports objects and pods without the labels that tell what they belong to, objects that do not
// name their stack, pods that do, and a patch with any: what it patches is somebody else's. What a patch tells
// the provider is none.
func Labels(g Graph) error {
	var found offences
	for _, r := range objects(g) {
		if isPatch(r) {
			annotations, _ := at(r.Object(), "metadata", "annotations").(map[string]any)
			for key := range annotations {
				if !strings.HasPrefix(key, "pulumi.com/") {
					found.add(r, "annotates what is somebody else's with %s", key)
				}
			}
			if at(r.Object(), "metadata", "labels") != nil {
				found.add(r, "labels what is somebody else's")
			}
			continue
		}
		if at(r.Object(), "metadata", "labels", partOf) != Project {
			found.add(r, "has no label %s: %s", partOf, Project)
		}
		// The namespace is made in a way that takes over nothing.
		if r.Type != "kubernetes:core/v1:Namespace" && at(r.Object(), "metadata", "annotations", stackAnnotation) != Project+"/"+Stack {
			found.add(r, "has no annotation %s: %s/%s", stackAnnotation, Project, Stack)
		}
		if at(r.Object(), "spec", "template", "metadata", "annotations", stackAnnotation) != nil {
			found.add(r, "its pods have the annotation %s, and another name of the stack would replace them", stackAnnotation)
		}
		if at(r.Object(), "spec", "template") != nil && at(r.Object(), "spec", "template", "metadata", "labels", partOf) != Project {
			found.add(r, "its pods have no label %s: %s", partOf, Project)
		}
	}
	return found.err()
}

const (
	partOf          = "app.kubernetes.io/part-of"
	stackAnnotation = "tracestack.io/stack"
)

// Requests reports containers that ask for more than their limit: Kubernetes refuses them.
func Requests(g Graph) error {
	return eachContainer(g, func(container map[string]any, report func(string, ...any)) {
		for _, resource := range []string{"cpu", "memory"} {
			request, limit := at(container, "resources", "requests", resource), at(container, "resources", "limits", resource)
			if request != nil && limit != nil && quantity(request) > quantity(limit) {
				report("resources.requests.%s %v is more than the limit %v", resource, request, limit)
			}
		}
	})
}

// quantity reads what is written here: m, Mi, Gi, or a plain number.
func quantity(value any) float64 {
	var number float64
	var unit string
	fmt.Sscanf(fmt.Sprint(value), "%g%s", &number, &unit)
	return number * map[string]float64{"": 1, "m": 0.001, "Mi": 1 << 20, "Gi": 1 << 30}[unit]
}

// Selectors reports Services, disruption budgets and spreads that find no pod of their namespace,
// and Services whose port is none of that pod's.
func Selectors(g Graph) error {
	var found offences
	for _, r := range g.Of("kubernetes:core/v1:Service") {
		pods := selected(g, r, at(r.Object(), "spec", "selector"))
		if len(pods) == 0 {
			found.add(r, "its selector finds no pod")
		}
		for _, pod := range pods {
			for _, port := range list(at(r.Object(), "spec", "ports")) {
				if !hasPort(pod, port["targetPort"]) {
					found.add(r, "no container has its port %v", port["targetPort"])
				}
			}
		}
	}
	for _, r := range g.Of("kubernetes:policy/v1:PodDisruptionBudget") {
		if len(selected(g, r, at(r.Object(), "spec", "selector", "matchLabels"))) == 0 {
			found.add(r, "its selector finds no pod")
		}
	}
	for _, r := range g {
		for _, spread := range list(podOf(r)["topologySpreadConstraints"]) {
			if !labelled(r, at(spread, "labelSelector", "matchLabels")) {
				found.add(r, "a spread over %v does not find its own pods", spread["topologyKey"])
			}
		}
	}
	return found.err()
}

// selected are the makers of pods beside an object whose pods have the labels.
func selected(g Graph, beside Resource, labels any) Graph {
	var found Graph
	for _, r := range g {
		sameNamespace := at(r.Object(), "metadata", "namespace") == at(beside.Object(), "metadata", "namespace")
		if podOf(r) != nil && sameNamespace && labelled(r, labels) {
			found = append(found, r)
		}
	}
	return found
}

func labelled(r Resource, labels any) bool {
	wanted, _ := labels.(map[string]any)
	has, _ := at(r.Object(), "spec", "template", "metadata", "labels").(map[string]any)
	for key, value := range wanted {
		if has[key] != value {
			return false
		}
	}
	return len(wanted) > 0
}

func hasPort(r Resource, wanted any) bool {
	for _, container := range list(podOf(r)["containers"]) {
		for _, port := range list(container["ports"]) {
			if port["name"] == wanted || port["containerPort"] == wanted {
				return true
			}
		}
	}
	return false
}

// Routes reports routes that lead to no Service of their namespace, or to a port that it has not.
func Routes(g Graph) error {
	var found offences
	for _, r := range objects(g) {
		for _, backend := range backends(r.Object()) {
			if !served(g, r, backend) {
				found.add(r, "leads to %v, which no Service has", backend)
			}
		}
	}
	return found.err()
}

// backends are where a route leads, whatever its kind: a Service's name and port.
func backends(object map[string]any) []string {
	var all []string
	spec := object["spec"]
	switch object["kind"] {
	case "IngressRoute":
		for _, route := range list(at(spec, "routes")) {
			for _, service := range list(route["services"]) {
				all = append(all, fmt.Sprint(service["name"], ":", service["port"]))
			}
		}
	case "HTTPRoute":
		for _, rule := range list(at(spec, "rules")) {
			for _, service := range list(rule["backendRefs"]) {
				all = append(all, fmt.Sprint(service["name"], ":", service["port"]))
			}
		}
	case "Ingress":
		for _, rule := range list(at(spec, "rules")) {
			for _, path := range list(at(rule, "http", "paths")) {
				all = append(all, fmt.Sprint(at(path, "backend", "service", "name"), ":", at(path, "backend", "service", "port", "number")))
			}
		}
	}
	return all
}

func served(g Graph, route Resource, backend string) bool {
	for _, service := range g.Of("kubernetes:core/v1:Service") {
		if at(service.Object(), "metadata", "namespace") != at(route.Object(), "metadata", "namespace") {
			continue
		}
		for _, port := range list(at(service.Object(), "spec", "ports")) {
			if fmt.Sprint(at(service.Object(), "metadata", "name"), ":", port["port"]) == backend {
				return true
			}
		}
	}
	return false
}

// Budgets reports several pods without a disruption budget, which a drain may take all at once, and
// one pod with one, which keeps nothing. Where an autoscaler decides there may be several.
func Budgets(g Graph) error {
	var found offences
	keep := append(g.Of("kubernetes:apps/v1:Deployment"), g.Of("kubernetes:apps/v1:StatefulSet")...)
	for _, r := range keep {
		budgets := 0
		for _, budget := range g.Of("kubernetes:policy/v1:PodDisruptionBudget") {
			if labelled(r, at(budget.Object(), "spec", "selector", "matchLabels")) {
				budgets++
			}
		}
		scaled := slices.ContainsFunc(g.Of(autoscaler), func(by Resource) bool { return scales(by, r) })
		switch replicas, _ := at(r.Object(), "spec", "replicas").(float64); {
		case (replicas > 1 || scaled) && budgets != 1:
			found.add(r, "%v pods have %d disruption budgets", replicas, budgets)
		case replicas <= 1 && !scaled && budgets != 0:
			found.add(r, "one pod has a disruption budget")
		}
	}
	return found.err()
}

const autoscaler = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"

// scales tells whether an autoscaler decides how many pods something runs.
func scales(by, r Resource) bool {
	target := at(by.Object(), "spec", "scaleTargetRef")
	return at(by.Object(), "metadata", "namespace") == at(r.Object(), "metadata", "namespace") &&
		at(target, "apiVersion") == at(r.Object(), "apiVersion") && at(target, "kind") == at(r.Object(), "kind") &&
		at(target, "name") == at(r.Object(), "metadata", "name")
}

// Autoscalers reports those that scale nothing of the stack, and what they scale where an update would set
// another number of pods.
func Autoscalers(g Graph) error {
	var found offences
	for _, by := range g.Of(autoscaler) {
		scaled := slices.IndexFunc(g, func(r Resource) bool { return scales(by, r) })
		switch {
		case scaled < 0:
			found.add(by, "scales %v, which is not there", at(by.Object(), "spec", "scaleTargetRef", "name"))
		case !slices.Contains(g[scaled].Ignores, "spec.replicas"):
			found.add(g[scaled], "sets its replicas against autoscaler %s", by.Name)
		}
	}
	return found.err()
}

// Configurations reports pods that are not made anew when their configuration changes: what they mount
// must carry the hash of its content in its name, and a pod that stays must carry it, too.
func Configurations(g Graph) error {
	var found offences
	for _, r := range g {
		for _, volume := range list(podOf(r)["volumes"]) {
			name, ok := at(volume, "configMap", "name").(string)
			if !ok {
				continue
			}
			hash := name[strings.LastIndex(name, "-")+1:]
			switch content, made := contentOf(g, at(r.Object(), "metadata", "namespace"), name); {
			case !made:
				found.add(r, "mounts ConfigMap %s, which is not there", name)
			case len(hash) < shortestHash || !strings.HasPrefix(content, hash):
				found.add(r, "mounts ConfigMap %s, whose name does not end in the hash of its content, %s", name, content)
			case !isJob(r) && !carries(r, hash):
				found.add(r, "no annotation checksum/… of its pods is %s, the hash of what they mount", hash)
			}
		}
	}
	return found.err()
}

// carries tells whether the pods of what runs them have the hash of a file in an annotation.
func carries(r Resource, hash string) bool {
	annotations, _ := at(r.Object(), "spec", "template", "metadata", "annotations").(map[string]any)
	for name, value := range annotations {
		if strings.HasPrefix(name, "checksum/") && value == hash {
			return true
		}
	}
	return false
}

// shortestHash is how many digits two contents of one file never share.
const shortestHash = 8

// contentOf gives the SHA-256 of the one file in a ConfigMap.
func contentOf(g Graph, namespace any, name string) (hash string, made bool) {
	for _, r := range g.Of("kubernetes:core/v1:ConfigMap") {
		if at(r.Object(), "metadata", "namespace") != namespace || at(r.Object(), "metadata", "name") != name {
			continue
		}
		data, _ := r.Object()["data"].(map[string]any)
		if len(data) != 1 {
			return fmt.Sprintf("of one file (it has %d)", len(data)), true
		}
		for _, body := range data {
			sum := sha256.Sum256([]byte(body.(string)))
			return hex.EncodeToString(sum[:]), true
		}
	}
	return "", false
}
