package pulumitest

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Check holds a graph against every rule and reports every offence: where one container is
// wrong, the others are looked at all the same.
func Check(g Graph) error {
	running := withOperated(g)
	return errors.Join(
		Orphans(g), Identities(running), Providers(g), Tags(running), Resources(running), Security(running), Probes(running),
		Secrets(running), Labels(g), Requests(running), Selectors(running), Routes(g), Budgets(running), Sealed(g),
		Configurations(g), Autoscalers(g),
	)
}

// offences joins what a check found, in order, each named by its resource.
type offences struct{ all []error }

func (o *offences) add(r Resource, format string, args ...any) {
	o.all = append(o.all, fmt.Errorf("%s %s: %s", r.Type, r.Name, fmt.Sprintf(format, args...)))
}

func (o *offences) err() error { return errors.Join(o.all...) }

// atRoot are the resources that belong to no component: what all of them are made with.
var atRoot = map[string]bool{
	"pulumi:providers:kubernetes":  true,
	"pulumi:providers:minio":       true,
	"pulumi:providers:random":      true,
	"kubernetes:core/v1:Namespace": true,
}

// Orphans reports what a component should have made but nobody's child is: it would stay behind
// when the component goes.
func Orphans(g Graph) error {
	var found offences
	for _, r := range g {
		belongsToStack := r.Parent == "" || strings.Contains(r.Parent, "::pulumi:pulumi:Stack::")
		if r.Custom && belongsToStack && !atRoot[r.Type] {
			found.add(r, "has no parent but the stack")
		}
	}
	return found.err()
}

// Identities reports objects that two resources own: the second would overwrite the first. A patch
// owns no object, only fields of one.
func Identities(g Graph) error {
	var found offences
	owner := map[string]Resource{}
	for _, r := range g {
		if isPatch(r) {
			continue
		}
		identity := identityOnServer(r)
		if strings.HasPrefix(r.Type, "kubernetes:") {
			if at(r.Object(), "metadata", "name") == nil {
				found.add(r, "has no explicit name")
				continue
			}
			identity = fmt.Sprintf("%v %v/%v", r.Object()["kind"], at(r.Object(), "metadata", "namespace"), at(r.Object(), "metadata", "name"))
		}
		if identity == "" {
			continue
		}
		if first, taken := owner[identity]; taken {
			found.add(r, "owns %s, as %s does", identity, first.Name)
		}
		owner[identity] = r
	}
	return found.err()
}

// Providers reports resources of the default provider: it talks to whatever cluster is current.
func Providers(g Graph) error {
	var found offences
	for _, r := range g {
		if r.Custom && r.Provider == "" && !strings.HasPrefix(r.Type, "pulumi:providers:") {
			found.add(r, "uses the default provider")
		}
	}
	return found.err()
}

var pinned = regexp.MustCompile(`(:([\w][\w.-]*)|@sha256:[0-9a-f]{64})$`)

// Tags reports images that are not the same image tomorrow.
func Tags(g Graph) error {
	return eachContainer(g, func(container map[string]any, report func(string, ...any)) {
		image, _ := container["image"].(string)
		match := pinned.FindStringSubmatch(image)
		if match == nil || match[2] == "latest" {
			report("image %q floats", image)
		}
	})
}

// Resources reports containers without requests or limits. A CPU limit without a request counts
// as a request of the same size, so both must be there.
func Resources(g Graph) error {
	return eachContainer(g, func(container map[string]any, report func(string, ...any)) {
		for _, kind := range []string{"requests", "limits"} {
			for _, resource := range []string{"cpu", "memory"} {
				if at(container, "resources", kind, resource) == nil {
					report("resources.%s.%s is missing", kind, resource)
				}
			}
		}
	})
}

// Security reports pods and containers outside the restricted Pod Security Standard, and what it
// leaves open: a writable root file system, a user by name, and a token nobody needs.
func Security(g Graph) error {
	var found offences
	for _, r := range g {
		if pod := podOf(r); pod != nil {
			for _, missing := range missingFrom(pod, []setting{
				{"securityContext.runAsNonRoot", true},
				{"securityContext.seccompProfile.type", "RuntimeDefault"},
			}) {
				found.add(r, "%s", missing)
			}
			if pod["automountServiceAccountToken"] != false && !usesToken(g, r, pod) {
				found.add(r, "automountServiceAccountToken must be false")
			}
			if user, _ := at(pod, "securityContext", "runAsUser").(float64); user < 1 {
				found.add(r, "securityContext.runAsUser must be a number other than 0")
			}
		}
	}
	return errors.Join(found.err(), eachContainer(g, func(container map[string]any, report func(string, ...any)) {
		for _, missing := range missingFrom(container, []setting{
			{"securityContext.allowPrivilegeEscalation", false},
			{"securityContext.readOnlyRootFilesystem", true},
			{"securityContext.capabilities.drop", []any{"ALL"}},
		}) {
			report("%s", missing)
		}
	}))
}

// usesToken tells whether the file that a pod reads says that its program asks the Kubernetes API.
func usesToken(g Graph, runner Resource, pod map[string]any) bool {
	reads := []any{at(runner.Object(), "metadata", "name")} // An operator's ConfigMap is named as its Deployment.
	for _, volume := range list(pod["volumes"]) {
		reads = append(reads, at(volume, "configMap", "name"))
	}
	return slices.ContainsFunc(g.Of("kubernetes:core/v1:ConfigMap"), func(r Resource) bool {
		object := r.Object()
		return slices.Contains(reads, at(object, "metadata", "name")) && usesAccount.MatchString(fmt.Sprint(object["data"]))
	})
}

var usesAccount = regexp.MustCompile(`auth_type"?: ?"?serviceAccount`)

// Probes reports containers that the kubelet cannot see starting, ready or alive. A Job's end by
// themselves.
func Probes(g Graph) error {
	var serving Graph
	for _, r := range g {
		if !isJob(r) {
			serving = append(serving, r)
		}
	}
	return eachContainer(serving, func(container map[string]any, report func(string, ...any)) {
		for _, probe := range []string{"startupProbe", "readinessProbe", "livenessProbe"} {
			if container[probe] == nil {
				report("%s is missing", probe)
			}
		}
	})
}

// objects are the resources that are objects of Kubernetes.
func objects(g Graph) Graph {
	var found Graph
	for _, r := range g {
		if strings.HasPrefix(r.Type, "kubernetes:") {
			found = append(found, r)
		}
	}
	return found
}

// isPatch tells a part of somebody else's object from an object.
func isPatch(r Resource) bool { return strings.HasSuffix(r.Type, "Patch") }

// isJob tells what makes pods that end by themselves.
func isJob(r Resource) bool {
	kind := r.Object()["kind"]
	return kind == "Job" || kind == "CronJob"
}

// podOf gives the pod of whatever makes pods, or nil.
func podOf(r Resource) map[string]any {
	object := r.Object()
	for _, path := range [][]string{
		{"spec", "template", "spec"},                        // Deployment, StatefulSet, DaemonSet, Job
		{"spec", "jobTemplate", "spec", "template", "spec"}, // CronJob
	} {
		if pod, ok := at(object, path...).(map[string]any); ok {
			return pod
		}
	}
	if pod, ok := object["spec"].(map[string]any); ok && object["kind"] == "Pod" {
		return pod
	}
	return nil
}

func eachContainer(g Graph, check func(container map[string]any, report func(format string, args ...any))) error {
	var found offences
	for _, r := range g {
		pod := podOf(r)
		for _, kind := range []string{"initContainers", "containers"} {
			for _, container := range list(pod[kind]) {
				check(container, func(format string, args ...any) {
					found.add(r, "container %v: %s", container["name"], fmt.Sprintf(format, args...))
				})
			}
		}
	}
	return found.err()
}

type setting struct {
	path string
	want any
}

func missingFrom(object map[string]any, settings []setting) []string {
	var missing []string
	for _, s := range settings {
		if got := at(object, strings.Split(s.path, ".")...); fmt.Sprint(got) != fmt.Sprint(s.want) {
			missing = append(missing, fmt.Sprintf("%s must be %v", s.path, s.want))
		}
	}
	return missing
}

// at follows a path of keys, and gives nil where it ends early.
func at(object any, path ...string) any {
	for _, key := range path {
		inner, ok := object.(map[string]any)
		if !ok {
			return nil
		}
		object = inner[key]
	}
	return object
}

func list(value any) []map[string]any {
	items, _ := value.([]any)
	var all []map[string]any
	for _, item := range items {
		if object, ok := item.(map[string]any); ok {
			all = append(all, object)
		}
	}
	return all
}
