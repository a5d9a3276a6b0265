package kube_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"gopkg.in/yaml.v3"

	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/pulumitest"
	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/settings"
)

const image = "registry.example.com/app:1.2.3"

// typed is a product's configuration.
type typed struct {
	Receivers map[string][]int `yaml:"receivers"`
	Name      string           `yaml:"name"`
}

func rendered(t *testing.T) render.File {
	t.Helper()
	file, err := render.YAML("app.yaml", typed{Receivers: map[string][]int{"otlp": {4317, 4318}}, Name: "a: b"})
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// role is one that is right; change makes a case of it.
func role(t *testing.T, change func(*kube.Role)) kube.Role {
	t.Helper()
	r := kube.Role{
		Name: "app", Product: "app", Part: "store", Namespace: pulumi.String("ns"),
		Metadata: &settings.Metadata{Labels: map[string]string{"team": "a"}}, Placement: &settings.Pods{},
		Pod: kube.Pod{
			Containers: []kube.Container{{
				Name: "app", Image: image, Ports: []naming.Port{naming.OTLPGRPC},
				Resources: settings.FixedResources("10m", "1", "32Mi", "128Mi"), Probe: &kube.Probe{Port: naming.OTLPGRPC},
			}},
			Config: kube.NewConfig("app.yaml", pulumi.ToOutput(rendered(t))),
		},
		Account: &kube.Account{}, Budget: true, Runner: kube.Deployment{Replicas: 2},
	}
	change(&r)
	return r
}

// made runs a program of roles below one component, and holds what it made to the rules of every pod.
func made(t *testing.T, roles ...kube.Role) pulumitest.Graph {
	t.Helper()
	graph, err := run(t, pulumitest.KubePrometheus(), roles...)
	if err != nil {
		t.Fatal(err)
	}
	if err := pulumitest.Check(graph); err != nil {
		t.Error(err)
	}
	return graph
}

// run runs a program of roles below one component in a cluster.
func run(t *testing.T, cluster pulumitest.Cluster, roles ...kube.Role) (pulumitest.Graph, error) {
	t.Helper()
	return pulumitest.RunIn(t, cluster, nil, nil, func(ctx *pulumi.Context) error {
		provider, err := kubernetes.NewProvider(ctx, "cluster", &kubernetes.ProviderArgs{})
		if err != nil {
			return err
		}
		parent := &struct{ pulumi.ResourceState }{}
		if err := ctx.RegisterComponentResource("test:index:Parent", "parent", parent, pulumi.Provider(provider)); err != nil {
			return err
		}
		_, err = kube.Make(ctx, parent, roles...)
		return err
	})
}

// spec is a field of the spec of an object, by its path.
func spec(t *testing.T, graph pulumitest.Graph, typ, name, path string) any {
	t.Helper()
	value := graph.Named(t, typ, name).Object()["spec"]
	for _, field := range strings.Split(path, ".") {
		value = value.(map[string]any)[field]
	}
	return value
}

func TestEachPodOfAStatefulSetHasAClaimOfItsOwn(t *testing.T) {
	graph := made(t, role(t, func(r *kube.Role) {
		r.Runner = kube.StatefulSet{Replicas: 3, Service: "app-pods", Volume: kube.Volume{
			Path: "/data", Volume: &settings.Volume{Size: "2048Mi", StorageClass: "fast", Retain: true}, EachPod: true,
		}}
		r.Services = []kube.Service{{Name: "app-pods", Ports: []naming.Port{naming.OTLPGRPC}, Headless: true, NotReady: true}}
	}))
	const set = "kubernetes:apps/v1:StatefulSet"
	template := spec(t, graph, set, "app-statefulset", "volumeClaimTemplates").([]any)[0].(map[string]any)
	want := "map[accessModes:[ReadWriteOnce] resources:map[requests:map[storage:2Gi]] storageClassName:fast]"
	if got := fmt.Sprint(template["spec"]); got != want {
		t.Errorf("a pod claims %s, want %s", got, want)
	}
	// Each under the name that Kubernetes would give it.
	const claim = "kubernetes:core/v1:PersistentVolumeClaim"
	for i := range 3 {
		made := graph.Named(t, claim, fmt.Sprint("app-volume-", i))
		name := made.Object()["metadata"].(map[string]any)["name"]
		if want := fmt.Sprint("data-fast-app-", i); name != want || !made.Retained {
			t.Errorf("the claim of pod %d is %v, and stays: %t; want %s, and that it stays", i, name, made.Retained, want)
		}
		if got := fmt.Sprint(made.Object()["spec"]); got != want {
			t.Errorf("pod %d has %s, want %s", i, got, want)
		}
	}
	if claims := len(graph.Of(claim)); claims != 3 {
		t.Errorf("there are %d claims for 3 pods", claims)
	}
	// Larger claims, and another label, make no other set.
	const first = "spec.volumeClaimTemplates[0]."
	ignored := []string{first + "spec.resources", first + "metadata.labels", first + "metadata.annotations"}
	if got := graph.Named(t, set, "app-statefulset").Ignores; !slices.Equal(got, ignored) {
		t.Errorf("of a change of the set is ignored %v", got)
	}
	container := spec(t, graph, set, "app-statefulset", "template.spec.containers").([]any)[0].(map[string]any)
	mount := map[string]any{"name": template["metadata"].(map[string]any)["name"], "mountPath": "/data"}
	if got := container["volumeMounts"].([]any)[1]; !reflect.DeepEqual(got, mount) {
		t.Errorf("it is mounted as %v, want %v", got, mount)
	}
	// Kubernetes' own: a claim stays, whatever becomes of its pod.
	if got := spec(t, graph, set, "app-statefulset", "persistentVolumeClaimRetentionPolicy"); got != nil {
		t.Errorf("of the claims is kept %v", got)
	}
	if got := spec(t, graph, set, "app-statefulset", "serviceName"); got != "app-pods" {
		t.Errorf("its pods are named by %v", got)
	}
	service := graph.Named(t, "kubernetes:core/v1:Service", "app-pods-service").Object()["spec"].(map[string]any)
	if service["clusterIP"] != "None" || service["publishNotReadyAddresses"] != true {
		t.Errorf("the Service is %v", service)
	}
	if got := spec(t, graph, "kubernetes:policy/v1:PodDisruptionBudget", "app-budget", "maxUnavailable"); got != 1.0 {
		t.Errorf("a drain may take %v pods at once", got)
	}
}

// scaling is an autoscaler that is right.
var scaling = settings.Autoscaling{MinReplicas: 2, MaxReplicas: 5, TargetCPUUtilization: 70}

const hpa = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"

func TestAnAutoscalerDecidesHowManyPodsThereAreOfWhateverRunsThem(t *testing.T) {
	volume := kube.Volume{Path: "/data", Volume: &settings.Volume{Size: "1Gi"}, EachPod: true}
	for typ, c := range map[string]struct {
		runner kube.Runner
		name   string
		target map[string]any
	}{
		"kubernetes:apps/v1:Deployment":  {kube.Deployment{}, "app-deployment", map[string]any{"apiVersion": "apps/v1", "kind": "Deployment", "name": "app-jaeger"}},
		"kubernetes:apps/v1:StatefulSet": {kube.StatefulSet{Service: "app", Volume: volume}, "app-statefulset", map[string]any{"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "app"}},
		"kubernetes:example.com/v1:App": {kube.CustomResource{Version: "example.com/v1", Kind: "App", Spec: func(of kube.Operated) map[string]any {
			return map[string]any{"replicas": of.Replicas}
		}}, "app", map[string]any{"apiVersion": "example.com/v1", "kind": "App", "name": "app"}},
	} {
		t.Run(typ, func(t *testing.T) {
			graph := made(t, role(t, func(r *kube.Role) {
				r.Runner, r.Backend, r.Autoscaling = c.runner, "jaeger", &scaling
				r.Budget = typ != "kubernetes:example.com/v1:App" // No rule knows where it has its pods.
			}))
			if got := spec(t, graph, hpa, "app-autoscaler", "scaleTargetRef"); !reflect.DeepEqual(got, c.target) {
				t.Errorf("it scales %v, want %v", got, c.target)
			}
			if got := spec(t, graph, typ, c.name, "replicas"); got != 2.0 {
				t.Errorf("it begins with %v pods, want the fewest, 2", got)
			}
			metadata := graph.Named(t, typ, c.name).Object()["metadata"].(map[string]any)["annotations"].(map[string]any)
			if metadata["tracestack.io/replicas"] != "autoscaler" {
				t.Errorf("when the autoscaler goes, nothing of it changes: %v", metadata)
			}
		})
	}
}

func TestAnAutoscalerTakesPodsAwaySlowlyAndWhileOneIsLeft(t *testing.T) {
	one := scaling
	one.MinReplicas = 1
	graph := made(t, role(t, func(r *kube.Role) { r.Runner, r.Autoscaling = kube.Deployment{}, &one }))
	want := map[string]any{
		"scaleTargetRef": map[string]any{"apiVersion": "apps/v1", "kind": "Deployment", "name": "app"},
		"minReplicas":    1.0, "maxReplicas": 5.0,
		"metrics": []any{map[string]any{"type": "Resource", "resource": map[string]any{
			"name": "cpu", "target": map[string]any{"type": "Utilization", "averageUtilization": 70.0},
		}}},
		"behavior": map[string]any{"scaleDown": map[string]any{"stabilizationWindowSeconds": 300.0, "selectPolicy": "Max", "policies": []any{
			map[string]any{"type": "Pods", "value": 1.0, "periodSeconds": 60.0},
			map[string]any{"type": "Percent", "value": 10.0, "periodSeconds": 60.0},
		}}},
	}
	if got := graph.Named(t, hpa, "app-autoscaler").Object()["spec"]; !reflect.DeepEqual(got, want) {
		t.Errorf("it is\n%v, want\n%v", got, want)
	}
	if len(graph.Of("kubernetes:policy/v1:PodDisruptionBudget")) != 1 {
		t.Error("five pods at times, and no disruption budget")
	}
}

func TestAClusterWithoutMetricsIsRefusedAnAutoscaler(t *testing.T) {
	_, err := run(t, pulumitest.Cluster{}, role(t, func(r *kube.Role) { r.Autoscaling = &scaling }))
	if want := "resource 'v1beta1.metrics.k8s.io' does not exist"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("refused with %v, want %q", err, want)
	}
}

func TestACronJobRunsAtItsTimesAndNeverTwiceAtOnce(t *testing.T) {
	graph := made(t, role(t, func(r *kube.Role) {
		r.Pod.Containers[0].Probe = nil
		r.Runner = kube.CronJob{Schedule: "55 23 * * *", Job: kube.Job{Restarts: 3}}
	}))
	const cron = "kubernetes:batch/v1:CronJob"
	for path, want := range map[string]any{
		"schedule": "55 23 * * *", "timeZone": "Etc/UTC", "concurrencyPolicy": "Forbid",
		"jobTemplate.spec.backoffLimit": 3.0, "jobTemplate.spec.template.spec.restartPolicy": "OnFailure",
	} {
		if got := spec(t, graph, cron, "app", path); got != want {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
	if len(graph.Of("kubernetes:policy/v1:PodDisruptionBudget")) != 0 {
		t.Error("its one pod has a disruption budget")
	}
}

// Kubernetes puts variables into what it runs: $(NAME), and $$ is $.
func TestAProgramGetsItsArgumentsAsTheyAreWritten(t *testing.T) {
	graph := made(t, role(t, func(r *kube.Role) {
		r.Pod.Containers[0].Command = []string{"/bin/$app"}
		r.Pod.Containers[0].Args = []string{"http://$(GOMEMLIMIT)/$$/$a"}
	}))
	container := spec(t, graph, "kubernetes:apps/v1:Deployment", "app-deployment", "template.spec.containers").([]any)[0].(map[string]any)
	want := []any{[]any{"/bin/$$app"}, []any{"http://$$(GOMEMLIMIT)/$$$$/$$a"}}
	if got := []any{container["command"], container["args"]}; !reflect.DeepEqual(got, want) {
		t.Errorf("it runs %v, want %v", got, want)
	}
}

// A deadline would count the time until a node takes the pod, and the pull of its image.
func TestAJobIsGivenUpForItsOwnFailuresAloneAndMadeAnewByTheNextUpdate(t *testing.T) {
	graph := made(t, role(t, func(r *kube.Role) {
		r.Pod.Containers[0].Probe = nil
		second := r.Pod.Containers[0]
		second.Name = "second"
		r.Pod.Containers = append(r.Pod.Containers, second)
		r.Runner = kube.Job{Restarts: 3}
	}))
	const job = "kubernetes:batch/v1:Job"
	for path, want := range map[string]any{
		"backoffLimit": 6.0, "activeDeadlineSeconds": nil, "template.spec.activeDeadlineSeconds": nil,
		"template.spec.restartPolicy": "OnFailure",
	} {
		if got := spec(t, graph, job, "app", path); got != want {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
	metadata := graph.Named(t, job, "app").Object()["metadata"].(map[string]any)
	for annotation, want := range map[string]string{"pulumi.com/replaceUnready": "true", "pulumi.com/timeoutSeconds": "1800"} {
		if got := metadata["annotations"].(map[string]any)[annotation]; got != want {
			t.Errorf("%s is %v, want %s", annotation, got, want)
		}
	}
}

func TestACustomResourceHoldsWhatAConfigMapWould(t *testing.T) {
	graph := made(t, role(t, func(r *kube.Role) {
		r.Runner = kube.CustomResource{
			Version: "example.com/v1", Kind: "App", Name: "app-jaeger", Makes: "app-jaeger-pods", Replicas: 3,
			Spec: func(of kube.Operated) map[string]any {
				return map[string]any{"replicas": of.Replicas, "config": of.Config, "podTemplate": of.Pod}
			},
		}
	}))
	var want any
	if err := yaml.Unmarshal([]byte(rendered(t).Body), &want); err != nil {
		t.Fatal(err)
	}
	got := spec(t, graph, "kubernetes:example.com/v1:App", "app", "config")
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("it holds\n%v\nthe file\n%v", got, want)
	}
	pod := spec(t, graph, "kubernetes:example.com/v1:App", "app", "podTemplate.spec").(map[string]any)
	if container := pod["containers"].([]any)[0].(map[string]any); container["image"] != image || pod["serviceAccountName"] != "app" {
		t.Errorf("the operator is told of the pod %v", pod)
	}
	if maps := graph.Of("kubernetes:core/v1:ConfigMap"); len(maps) != 0 {
		t.Errorf("%s holds it too", maps[0].Name)
	}
	metadata := graph.Named(t, "kubernetes:example.com/v1:App", "app").Object()["metadata"].(map[string]any)
	revision := metadata["labels"].(map[string]any)["tracestack/revision"]
	if metadata["name"] != "app-jaeger" || revision == nil {
		t.Errorf("the resource is %v", metadata)
	}
	awaited := metadata["annotations"].(map[string]any)["pulumi.com/waitFor"]
	if text := fmt.Sprint(awaited); strings.Count(text, fmt.Sprint(revision)) != 2 || strings.Count(text, "==$.spec.replicas") != 3 {
		t.Errorf("an update to %v waits for %v", revision, awaited)
	}
	patch := graph.Named(t, "kubernetes:apps/v1:DeploymentPatch", "app-rollout").Object()["metadata"].(map[string]any)
	if patch["name"] != "app-jaeger-pods" || patch["annotations"].(map[string]any)["pulumi.com/waitFor"] != awaited {
		t.Errorf("the operator's Deployment is awaited as %v", patch)
	}
}

func TestACustomResourceRunsPodsOnTheVolumesOfAStatefulSet(t *testing.T) {
	volume := kube.Volume{Path: "/data", Volume: &settings.Volume{Size: "1Gi"}, EachPod: true}
	claims := func(graph pulumitest.Graph) (names []any) {
		for _, claim := range graph.Of("kubernetes:core/v1:PersistentVolumeClaim") {
			names = append(names, claim.Name, claim.Object()["metadata"].(map[string]any)["name"])
		}
		return names
	}
	own := made(t, role(t, func(r *kube.Role) {
		r.Runner = kube.StatefulSet{Name: "app-pods", Service: "app", Replicas: 2, Volume: volume, Otherwise: "kubernetes:example.com/v1:App"}
	}))
	theirs := made(t, role(t, func(r *kube.Role) {
		r.Runner = kube.CustomResource{
			Version: "example.com/v1", Kind: "App", Makes: "app-pods", Replicas: 2, Volume: &volume,
			Spec: func(of kube.Operated) map[string]any {
				return map[string]any{"podTemplate": of.Pod, "volumeClaimTemplates": of.Claims}
			},
		}
	}))
	if got, want := claims(theirs), claims(own); !slices.Equal(got, want) || len(want) != 4 {
		t.Errorf("the operator's pods have the claims %v, the program's own %v", got, want)
	}
	for path, want := range map[string]any{
		"podTemplate.spec.securityContext.fsGroupChangePolicy": "OnRootMismatch",
		"volumeClaimTemplates":                                 spec(t, own, "kubernetes:apps/v1:StatefulSet", "app-statefulset", "volumeClaimTemplates"),
	} {
		if got := spec(t, theirs, "kubernetes:example.com/v1:App", "app-statefulset", path); !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
	if patch := theirs.Named(t, "kubernetes:apps/v1:StatefulSetPatch", "app-rollout").Object()["metadata"].(map[string]any); patch["name"] != "app-pods" {
		t.Errorf("the operator's StatefulSet is awaited as %v", patch)
	}
	// One goes before the other comes: a volume is one pod's at a time.
	for typ, c := range map[string]struct {
		graph pulumitest.Graph
		other string
	}{
		"kubernetes:apps/v1:StatefulSet": {own, "kubernetes:example.com/v1:App"},
		"kubernetes:example.com/v1:App":  {theirs, "kubernetes:apps/v1:StatefulSet"},
	} {
		if r := c.graph.Named(t, typ, "app-statefulset"); !slices.Contains(r.Aliases, c.other) || !r.DeletedFirst {
			t.Errorf("%s is another resource than %s: it was one of %v, deleted before it is replaced: %t", typ, c.other, r.Aliases, r.DeletedFirst)
		}
	}
}

func TestEachChangeOfACustomResourceIsAnotherRevision(t *testing.T) {
	seen := map[any]string{}
	for claim, change := range map[string]func(*kube.Role){
		"as it is":             func(*kube.Role) {},
		"another image":        func(r *kube.Role) { r.Pod.Containers[0].Image = image + "4" },
		"another label":        func(r *kube.Role) { r.Metadata = &settings.Metadata{Labels: map[string]string{"team": "b"}} },
		"another time to stop": func(r *kube.Role) { r.Pod.Grace = 7 },
	} {
		graph := made(t, role(t, func(r *kube.Role) {
			change(r)
			r.Runner = kube.CustomResource{
				Version: "example.com/v1", Kind: "App", Name: "app", Makes: "app", Replicas: 1,
				Spec: func(of kube.Operated) map[string]any { return map[string]any{"podTemplate": of.Pod} },
			}
		}))
		metadata := graph.Named(t, "kubernetes:example.com/v1:App", "app").Object()["metadata"].(map[string]any)
		revision := metadata["labels"].(map[string]any)["tracestack/revision"]
		if other, there := seen[revision]; there {
			t.Errorf("%s is revision %v, as is %s", claim, revision, other)
		}
		seen[revision] = claim
	}
}

func TestASecretIsMountedWholeOrByItsEntries(t *testing.T) {
	for claim, c := range map[string]struct {
		files map[string]string
		want  map[string]any
	}{
		"whole": {nil, map[string]any{"secretName": "tls"}},
		"by its entries": {map[string]string{"tls.crt": "a", "ca.crt": "b"}, map[string]any{"secretName": "tls", "items": []any{
			map[string]any{"key": "ca.crt", "path": "b"}, map[string]any{"key": "tls.crt", "path": "a"},
		}}},
	} {
		t.Run(claim, func(t *testing.T) {
			graph := made(t, role(t, func(r *kube.Role) {
				r.Pod.Secrets = []kube.Secret{{Volume: "tls", Name: pulumi.String("tls"), Dir: "/etc/tls", Files: c.files}}
			}))
			volumes := spec(t, graph, "kubernetes:apps/v1:Deployment", "app-deployment", "template.spec.volumes").([]any)
			if got := volumes[1].(map[string]any)["secret"]; !reflect.DeepEqual(got, c.want) {
				t.Errorf("the pod sees %v, want %v", got, c.want)
			}
		})
	}
}

func TestSeveralRolesOfOneProductShareNoObject(t *testing.T) {
	graph := made(t,
		role(t, func(r *kube.Role) { r.Name, r.Part = "app-write", "write" }),
		role(t, func(r *kube.Role) { r.Name, r.Part = "app-read", "read" }),
	)
	for _, name := range []string{"app-write", "app-read"} {
		selector := spec(t, graph, "kubernetes:apps/v1:Deployment", name+"-deployment", "selector.matchLabels").(map[string]any)
		if selector["app.kubernetes.io/instance"] != name || selector["app.kubernetes.io/component"] != name[4:] {
			t.Errorf("%s selects %v", name, selector)
		}
	}
}
