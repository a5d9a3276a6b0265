package pulumitest_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/tracestack/tracestack/internal/pulumitest"
)

const (
	stackURN     = "urn:pulumi:test::tracestack::pulumi:pulumi:Stack::tracestack-test"
	componentURN = "urn:pulumi:test::tracestack::tracestack:index:Collector::center"
	deployment   = "kubernetes:apps/v1:Deployment"
	configMap    = "kubernetes:core/v1:ConfigMap"
	service      = "kubernetes:core/v1:Service"
	budget       = "kubernetes:policy/v1:PodDisruptionBudget"
)

// sound is a graph without an offence, which each case breaks in one place.
func sound() pulumitest.Graph {
	return pulumitest.Graph{
		custom(deployment, "app", map[string]any{
			"apiVersion": "apps/v1", "kind": "Deployment",
			"metadata": soundMetadata("app"),
			"spec": map[string]any{"replicas": 2, "template": map[string]any{
				"metadata": map[string]any{"labels": labels(), "annotations": map[string]any{"checksum": "0", "checksum/config": mountedHash}},
				"spec":     mounting(soundPod()),
			}},
		}),
		custom(configMap, "config", map[string]any{
			"kind":     "ConfigMap",
			"metadata": soundMetadata("config"),
			"data":     map[string]any{"app.yaml": "password_file: /run/secrets/password\nuser: ${USER}\nsecret_key: '${KEY}'\nuse_token: true\n"},
		}),
		custom(configMap, "mounted", map[string]any{
			"kind":     "ConfigMap",
			"metadata": soundMetadata("app-" + mountedHash),
			"data":     map[string]any{"app.yaml": "a: 1\n"},
		}),
		custom(service, "service", map[string]any{
			"kind":     "Service",
			"metadata": soundMetadata("web"),
			"spec": map[string]any{
				"selector": map[string]any{"app": "app"}, "ports": []any{map[string]any{"port": 80, "targetPort": "http"}},
			},
		}),
		custom(budget, "budget", map[string]any{
			"kind":     "PodDisruptionBudget",
			"metadata": soundMetadata("app"),
			"spec":     map[string]any{"selector": map[string]any{"matchLabels": map[string]any{"app": "app"}}},
		}),
		custom("kubernetes:batch/v1:Job", "job", soundJob()),
		custom("kubernetes:example.com/v1:ThingPatch", "one-field", soundPatch()),
		custom("kubernetes:example.com/v1:ThingPatch", "another-field", soundPatch()),
		custom("kubernetes:traefik.io/v1alpha1:IngressRoute", "traefik", map[string]any{
			"kind":     "IngressRoute",
			"metadata": soundMetadata("traefik"),
			"spec":     map[string]any{"routes": []any{map[string]any{"services": []any{map[string]any{"name": "web", "port": 80}}}}},
		}),
		custom("kubernetes:networking.k8s.io/v1:Ingress", "ingress", map[string]any{
			"kind":     "Ingress",
			"metadata": soundMetadata("ingress"),
			"spec": map[string]any{"rules": []any{map[string]any{"http": map[string]any{"paths": []any{map[string]any{
				"backend": map[string]any{"service": map[string]any{"name": "web", "port": map[string]any{"number": 80}}},
			}}}}}},
		}),
		custom("kubernetes:gateway.networking.k8s.io/v1:HTTPRoute", "gateway", map[string]any{
			"kind":     "HTTPRoute",
			"metadata": soundMetadata("gateway"),
			"spec":     map[string]any{"rules": []any{map[string]any{"backendRefs": []any{map[string]any{"name": "web", "port": 80}}}}},
		}),
		{
			Type: "tracestack:index:Collector", Name: "center", Parent: stackURN,
			Inputs: resource.NewPropertyMapFromMap(map[string]any{"image": "app:1", "tlsSecret": "app-tls"}),
		},
		custom("minio:index/s3Bucket:S3Bucket", "bucket", map[string]any{"bucket": "traces"}),
		{
			Type: "minio:index/iamServiceAccount:IamServiceAccount", Name: "key", Parent: componentURN, Provider: "urn::minio::id", Custom: true,
			Outputs: resource.PropertyMap{"accessKey": resource.NewProperty("A"), "secretKey": resource.MakeSecret(resource.NewProperty("S"))},
		},
		{
			Type: "kubernetes:core/v1:Secret", Name: "credentials", Parent: componentURN, Provider: "urn::cluster::id", Custom: true,
			Inputs: resource.PropertyMap{
				"kind":       resource.NewProperty("Secret"),
				"metadata":   resource.NewPropertyValue(soundMetadata("credentials")),
				"stringData": resource.MakeSecret(resource.NewPropertyValue(map[string]any{"secret": "S"})),
			},
		},
	}
}

// The places of the sound graph's resources, for the cases that break one.
const (
	atDeployment = iota
	atConfigMap
	atMounted
	atService
	atBudget
	atJob
	_ // The patches.
	_
	atTraefik
	atIngress
	atGateway
	atComponent
	atBucket
	atKey
	atSecret
)

func withoutJob(g pulumitest.Graph) pulumitest.Graph { return slices.Delete(g, atJob, atJob+1) }

func labels() map[string]any {
	return map[string]any{"app": "app", "app.kubernetes.io/part-of": "tracestack"}
}

func soundMetadata(name string) map[string]any {
	return map[string]any{"name": name, "namespace": "ns", "labels": labels(), "annotations": map[string]any{"owner": "me", "tracestack.io/stack": "tracestack/test"}}
}

// scaler is an autoscaler of a Deployment.
func scaler(of string) pulumitest.Resource {
	return custom("kubernetes:autoscaling/v2:HorizontalPodAutoscaler", "scaler", map[string]any{
		"kind":     "HorizontalPodAutoscaler",
		"metadata": soundMetadata("app"),
		"spec":     map[string]any{"scaleTargetRef": map[string]any{"apiVersion": "apps/v1", "kind": "Deployment", "name": of}},
	})
}

func soundPatch() map[string]any {
	return map[string]any{"kind": "Thing", "metadata": map[string]any{"name": "theirs", "namespace": "elsewhere"}}
}

// soundJob has no probes: its pod serves nobody, and ends.
func soundJob() map[string]any {
	pod := soundPod()
	container := pod["containers"].([]any)[0].(map[string]any)
	for _, probe := range []string{"startupProbe", "readinessProbe", "livenessProbe"} {
		delete(container, probe)
	}
	delete(pod, "topologySpreadConstraints")
	mounting(pod) // Without an annotation: it has run, and is not made anew.
	own := map[string]any{"app": "job", "app.kubernetes.io/part-of": "tracestack"}
	return map[string]any{
		"kind": "Job", "metadata": soundMetadata("job"),
		"spec": map[string]any{"template": map[string]any{"metadata": map[string]any{"labels": own}, "spec": pod}},
	}
}

// mountedHash is the beginning of `printf 'a: 1\n' | sha256sum`.
const mountedHash = "37b128c59f"

func mounting(pod map[string]any) map[string]any {
	pod["volumes"] = []any{map[string]any{"name": "config", "configMap": map[string]any{"name": "app-" + mountedHash}}}
	return pod
}

func soundPod() map[string]any {
	return map[string]any{
		"automountServiceAccountToken": false,
		"securityContext": map[string]any{
			"runAsNonRoot": true, "runAsUser": 10001, "seccompProfile": map[string]any{"type": "RuntimeDefault"},
		},
		"containers": []any{soundContainer("app")},
		"topologySpreadConstraints": []any{map[string]any{
			"topologyKey": "zone", "labelSelector": map[string]any{"matchLabels": map[string]any{"app": "app"}},
		}},
	}
}

func soundContainer(name string) map[string]any {
	return map[string]any{
		"ports": []any{map[string]any{"name": "http", "containerPort": 8080}},
		"name":  name, "image": "registry.example.com:5000/app:1.2.3", "args": []any{"--password-file=/run/secrets/password"},
		"env": []any{
			map[string]any{"name": "PASSWORD_FILE", "value": "/run/secrets/password"},
			map[string]any{"name": "GOOGLE_APPLICATION_CREDENTIALS", "value": "/run/secrets/key.json"},
		},
		"resources": map[string]any{
			"requests": map[string]any{"cpu": "10m", "memory": "32Mi"},
			"limits":   map[string]any{"cpu": "1", "memory": "64Mi"},
		},
		"securityContext": map[string]any{
			"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
			"capabilities": map[string]any{"drop": []any{"ALL"}},
		},
		"startupProbe":   map[string]any{"httpGet": map[string]any{"path": "/"}},
		"readinessProbe": map[string]any{"httpGet": map[string]any{"path": "/"}},
		"livenessProbe":  map[string]any{"httpGet": map[string]any{"path": "/"}},
	}
}

func custom(typ, name string, inputs map[string]any) pulumitest.Resource {
	return pulumitest.Resource{
		Type: typ, Name: name, Parent: componentURN, Provider: "urn::cluster::id", Custom: true,
		Inputs: resource.NewPropertyMapFromMap(inputs),
	}
}

// edit changes one place of a resource's inputs; a nil value removes it.
func edit(r *pulumitest.Resource, value any, path ...string) {
	inputs := r.Object()
	inner := any(inputs)
	for _, key := range path[:len(path)-1] {
		if items, ok := inner.([]any); ok {
			inner = items[0]
		}
		inner = inner.(map[string]any)[key]
	}
	if items, ok := inner.([]any); ok {
		inner = items[0]
	}
	last := path[len(path)-1]
	if value == nil {
		delete(inner.(map[string]any), last)
	} else {
		inner.(map[string]any)[last] = value
	}
	r.Inputs = resource.NewPropertyMapFromMap(inputs)
}

func pod(path ...string) []string {
	return append([]string{"spec", "template", "spec"}, path...)
}

func container(path ...string) []string { return append(pod("containers"), path...) }

func TestASoundGraphPassesEveryCheck(t *testing.T) {
	if err := pulumitest.Check(sound()); err != nil {
		t.Fatalf("a graph without an offence is reported:\n%v", err)
	}
}

func TestEachCheckFailsOnAGraphThatBreaksItsRule(t *testing.T) {
	in := func(place int, value any, path ...string) func(*pulumitest.Graph) {
		return func(g *pulumitest.Graph) { edit(&(*g)[place], value, path...) }
	}
	app := func(value any, path ...string) func(*pulumitest.Graph) { return in(atDeployment, value, path...) }
	for _, c := range []struct {
		claim  string
		breach func(*pulumitest.Graph)
		want   string
	}{
		{"an object whose parent is the stack is an orphan", func(g *pulumitest.Graph) { (*g)[0].Parent = stackURN }, "has no parent but the stack"},
		{"an object without parent is an orphan", func(g *pulumitest.Graph) { (*g)[0].Parent = "" }, "has no parent but the stack"},
		{"two resources cannot own one object", func(g *pulumitest.Graph) {
			twin := (*g)[0]
			twin.Name = "twin"
			*g = append(*g, twin)
		}, "twin: owns Deployment ns/app, as app does"},
		{"two resources cannot own one bucket", func(g *pulumitest.Graph) {
			twin := (*g)[atBucket]
			twin.Name = "twin"
			*g = append(*g, twin)
		}, "twin: owns s3Bucket traces, as bucket does"},
		{"an object has an explicit name", app(nil, "metadata", "name"), "has no explicit name"},
		{"the default provider is not used", func(g *pulumitest.Graph) { (*g)[0].Provider = "" }, "uses the default provider"},
		{"an image without tag floats", app("registry.example.com:5000/app", container("image")...), `image "registry.example.com:5000/app" floats`},
		{"an image without any name floats", app(nil, container("image")...), `image "" floats`},
		{"the tag latest floats", app("app:latest", container("image")...), `image "app:latest" floats`},
		{"a CPU limit without a request reserves the limit", app(nil, container("resources", "requests", "cpu")...), "resources.requests.cpu is missing"},
		{"a memory request is there", app(nil, container("resources", "requests", "memory")...), "resources.requests.memory is missing"},
		{"a CPU limit is there", app(nil, container("resources", "limits", "cpu")...), "resources.limits.cpu is missing"},
		{"a memory limit is there", app(nil, container("resources", "limits", "memory")...), "resources.limits.memory is missing"},
		{"a pod does not run as root", app(false, pod("securityContext", "runAsNonRoot")...), "securityContext.runAsNonRoot must be true"},
		{"a pod's user is a number", app(nil, pod("securityContext", "runAsUser")...), "securityContext.runAsUser must be a number"},
		{"a pod's user is not 0", app(0, pod("securityContext", "runAsUser")...), "securityContext.runAsUser must be a number"},
		{"a pod has a seccomp profile", app(nil, pod("securityContext", "seccompProfile")...), "seccompProfile.type must be RuntimeDefault"},
		{"a pod has no token", app(nil, pod("automountServiceAccountToken")...), "automountServiceAccountToken must be false"},
		{"a container gains no privileges", app(nil, container("securityContext", "allowPrivilegeEscalation")...), "allowPrivilegeEscalation must be false"},
		{"a container's root is read-only", app(false, container("securityContext", "readOnlyRootFilesystem")...), "readOnlyRootFilesystem must be true"},
		{"a container has no capabilities", app([]any{"NET_RAW"}, container("securityContext", "capabilities", "drop")...), "capabilities.drop must be [ALL]"},
		{"a start is seen", app(nil, container("startupProbe")...), "startupProbe is missing"},
		{"readiness is seen", app(nil, container("readinessProbe")...), "readinessProbe is missing"},
		{"a hang is seen", app(nil, container("livenessProbe")...), "livenessProbe is missing"},
		{"a password is not in the environment", app([]any{map[string]any{"name": "ES_PASSWORD", "value": "x"}}, container("env")...), "env ES_PASSWORD looks like a secret in plain"},
		{"a password is not in an address", app([]any{map[string]any{"name": "URL", "value": "https://me:hunter2@es:9200"}}, container("env")...), "env URL looks like a secret in plain"},
		{"a password is not in an argument", app([]any{"--es.password=hunter2"}, container("args")...), "args[0] looks like a secret in plain"},
		{"a password is not in a ConfigMap", func(g *pulumitest.Graph) { edit(&(*g)[1], "password: hunter2\n", "data", "app.yaml") }, "data app.yaml looks like a secret in plain"},
		{"a token is not a ConfigMap's key", func(g *pulumitest.Graph) { edit(&(*g)[1], "x", "data", "api-token") }, "data api-token looks like a secret in plain"},
		{"a private key is not in a ConfigMap", func(g *pulumitest.Graph) {
			edit(&(*g)[1], "-----BEGIN EC PRIVATE KEY-----", "data", "app.yaml")
		}, "data app.yaml looks like a secret in plain"},
		{"a password is not in an annotation", in(atService, "password=hunter2", "metadata", "annotations", "owner"), "metadata.annotations owner looks like a secret in plain"},
		{"a password is not in a pod's annotation", app("https://me:hunter2@es:9200", "spec", "template", "metadata", "annotations", "checksum"), "spec.template.metadata.annotations checksum looks like a secret in plain"},
		{"a password is not in a label", in(atService, "token=hunter2", "metadata", "labels", "owner"), "metadata.labels owner looks like a secret in plain"},
		{"a component takes no password in plain", in(atComponent, "hunter2", "password"), "input password looks like a secret in plain"},
		{"a component takes no address with a password", in(atComponent, "https://me:hunter2@es:9200", "image"), "input image looks like a secret in plain"},
		{"a provider's secret is sealed", func(g *pulumitest.Graph) {
			(*g)[atKey].Outputs["secretKey"] = resource.NewProperty("S")
		}, "key: output secretKey is in plain"},
		{"a provider's password is sealed", in(atBucket, "hunter2", "minioPassword"), "bucket: input minioPassword is in plain"},
		{"what is in a Secret is sealed", func(g *pulumitest.Graph) {
			(*g)[atSecret].Inputs["stringData"] = resource.NewPropertyValue(map[string]any{"secret": "S"})
		}, "credentials: input stringData is in plain"},
		{"an object tells what it belongs to", in(atConfigMap, nil, "metadata", "labels", "app.kubernetes.io/part-of"), "has no label app.kubernetes.io/part-of"},
		{"a pod tells what it belongs to", app(nil, "spec", "template", "metadata", "labels", "app.kubernetes.io/part-of"), "its pods have no label app.kubernetes.io/part-of"},
		{"an object tells whose it is", in(atConfigMap, "tracestack/other", "metadata", "annotations", "tracestack.io/stack"), "has no annotation tracestack.io/stack: tracestack/test"},
		{"a pod does not", app("tracestack/test", "spec", "template", "metadata", "annotations", "tracestack.io/stack"), "its pods have the annotation tracestack.io/stack"},
		{"a patch puts no label on what is somebody else's", func(g *pulumitest.Graph) {
			patch := soundPatch()
			patch["metadata"].(map[string]any)["labels"] = labels()
			*g = append(*g, custom("kubernetes:example.com/v1:ThingPatch", "patch", patch))
		}, "patch: labels what is somebody else's"},
		{"nor an annotation", func(g *pulumitest.Graph) {
			patch := soundPatch()
			patch["metadata"].(map[string]any)["annotations"] = map[string]any{"pulumi.com/waitFor": "condition=Ready", "example.com/a": "b"}
			*g = append(*g, custom("kubernetes:example.com/v1:ThingPatch", "patch", patch))
		}, "patch: annotates what is somebody else's with example.com/a"},
		{"a processor request fits the limit", app("1500m", container("resources", "requests", "cpu")...), "requests.cpu 1500m is more than the limit 1"},
		{"a memory request fits the limit", app("1Gi", container("resources", "requests", "memory")...), "requests.memory 1Gi is more than the limit 64Mi"},
		{"a mounted ConfigMap is there", func(g *pulumitest.Graph) {
			edit(&(*g)[atDeployment], "app-0123456789", pod("volumes", "configMap", "name")...)
		}, "mounts ConfigMap app-0123456789, which is not there"},
		{"a change of a file is a new name", func(g *pulumitest.Graph) {
			*g = withoutJob(*g)
			edit(&(*g)[atMounted], "a: 2\n", "data", "app.yaml")
		}, "mounts ConfigMap app-" + mountedHash + ", whose name does not end in the hash of its content"},
		{"a change of a file is a new pod", app("0123456789", "spec", "template", "metadata", "annotations", "checksum/config"), "no annotation checksum/… of its pods is " + mountedHash},
		{"a Job's file has its hash, too", func(g *pulumitest.Graph) {
			edit(&(*g)[atJob], "config", pod("volumes", "configMap", "name")...)
		}, "job: mounts ConfigMap config, whose name does not end in the hash of its content"},
		{"a hash is of one file", func(g *pulumitest.Graph) {
			*g = withoutJob(*g)
			edit(&(*g)[atMounted], "b: 1\n", "data", "more.yaml")
		}, "the hash of its content, of one file (it has 2)"},
		{"a Service finds pods", in(atService, "other", "spec", "selector", "app"), "service: its selector finds no pod"},
		{"a Service has a selector", in(atService, nil, "spec", "selector"), "service: its selector finds no pod"},
		{"a Service finds pods of its own namespace", func(g *pulumitest.Graph) {
			edit(&(*g)[atService], "elsewhere", "metadata", "namespace")
			*g = (*g)[:atTraefik]
		}, "service: its selector finds no pod"},
		{"a Service's port is the pod's", in(atService, "https", "spec", "ports", "targetPort"), "no container has its port https"},
		{"a budget finds pods", func(g *pulumitest.Graph) {
			edit(&(*g)[atBudget], "other", "spec", "selector", "matchLabels", "app")
			edit(&(*g)[atDeployment], 1, "spec", "replicas")
		}, "budget: its selector finds no pod"},
		{"a spread finds its own pods", app("other", pod("topologySpreadConstraints", "labelSelector", "matchLabels", "app")...), "a spread over zone does not find its own pods"},
		{"several pods have a budget", func(g *pulumitest.Graph) { *g = slices.Delete(*g, atBudget, atBudget+1) }, "2 pods have 0 disruption budgets"},
		{"several pods with disks have a budget", func(g *pulumitest.Graph) {
			*g = slices.Delete(*g, atBudget, atBudget+1)
			(*g)[atDeployment].Type = "kubernetes:apps/v1:StatefulSet"
		}, "2 pods have 0 disruption budgets"},
		{"what an autoscaler scales has a budget", func(g *pulumitest.Graph) {
			*g = append(slices.Delete(*g, atBudget, atBudget+1), scaler("app"))
			edit(&(*g)[atDeployment], 1, "spec", "replicas")
			(*g)[atDeployment].Ignores = []string{"spec.replicas"}
		}, "1 pods have 0 disruption budgets"},
		{"an autoscaler scales what is there", func(g *pulumitest.Graph) { *g = append(*g, scaler("other")) }, "scaler: scales other, which is not there"},
		{"an update leaves the number of pods to an autoscaler", func(g *pulumitest.Graph) { *g = append(*g, scaler("app")) }, "app: sets its replicas against autoscaler scaler"},
		{"a single pod has none", app(1, "spec", "replicas"), "one pod has a disruption budget"},
		{"Traefik's route leads to a Service", in(atTraefik, "other", "spec", "routes", "services", "name"), "leads to other:80, which no Service has"},
		{"an Ingress leads to a Service", in(atIngress, "other", "spec", "rules", "http", "paths", "backend", "service", "name"), "leads to other:80, which no Service has"},
		{"an Ingress leads to a port of it", in(atIngress, 81, "spec", "rules", "http", "paths", "backend", "service", "port", "number"), "leads to web:81, which no Service has"},
		{"the Gateway API's route leads to a Service", in(atGateway, "other", "spec", "rules", "backendRefs", "name"), "leads to other:80, which no Service has"},
		{"the Gateway API's route leads into its own namespace", in(atGateway, "elsewhere", "metadata", "namespace"), "leads to web:80, which no Service has"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			graph := sound()
			c.breach(&graph)
			err := pulumitest.Check(graph)
			if err == nil {
				t.Fatal("the breach is not reported")
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("reported:\n%v\nwant %q in it", err, c.want)
			}
			if lines := strings.Count(err.Error(), "\n"); lines != 0 {
				t.Errorf("one breach is reported %d times:\n%v", lines+1, err)
			}
		})
	}
}

func TestOutputsAreNotSecret(t *testing.T) {
	if err := pulumitest.Exports(map[string]any{
		"uiUrl": "http://jaeger.example.com", "backend": "jaeger", "basicAuthPassword": "$__env{PROMETHEUS_PASSWORD}",
	}); err != nil {
		t.Errorf("sound outputs are reported: %v", err)
	}
	for name, value := range map[string]any{
		"adminPassword": "hunter2",
		"userPassword":  "$__env{PROMETHEUS_PASSWORD}hunter2",
		"grafana":       map[string]any{"datasources": []any{map[string]any{"url": "https://me:hunter2@es:9200"}}},
		"kubeconfig":    "-----BEGIN EC PRIVATE KEY-----",
	} {
		if pulumitest.Exports(map[string]any{name: value}) == nil {
			t.Errorf("the secret in %s is not reported", name)
		}
	}
}

func TestOneCheckReportsEveryOffence(t *testing.T) {
	broken := soundPod()
	for _, kind := range []string{"containers", "initContainers"} {
		first, second := soundContainer(kind+"-1"), soundContainer(kind+"-2")
		first["image"], second["image"] = "app", "app:latest"
		broken[kind] = []any{first, second}
	}
	graph := sound()
	edit(&graph[0], broken, "spec", "template", "spec")
	err := pulumitest.Tags(graph)
	for _, name := range []string{"containers-1", "containers-2", "initContainers-1", "initContainers-2"} {
		if !strings.Contains(err.Error(), "container "+name+": ") {
			t.Errorf("container %s is not reported:\n%v", name, err)
		}
	}
}

func TestAPodIsFoundInWhateverMakesPods(t *testing.T) {
	unpinned := soundPod()
	unpinned["containers"].([]any)[0].(map[string]any)["image"] = "app"
	for kind, spec := range map[string]map[string]any{
		"Pod":         unpinned,
		"StatefulSet": {"template": map[string]any{"spec": unpinned}},
		"Job":         {"template": map[string]any{"spec": unpinned}},
		"CronJob":     {"jobTemplate": map[string]any{"spec": map[string]any{"template": map[string]any{"spec": unpinned}}}},
	} {
		t.Run(kind, func(t *testing.T) {
			graph := pulumitest.Graph{custom("kubernetes:any:"+kind, "app", map[string]any{
				"kind": kind, "metadata": map[string]any{"name": "app"}, "spec": spec,
			})}
			if pulumitest.Tags(graph) == nil {
				t.Error("its floating image is not reported")
			}
		})
	}
}
