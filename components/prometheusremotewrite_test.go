package components_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/pulumitest"
)

const (
	jobType       = "kubernetes:batch/v1:Job"
	patchType     = "kubernetes:monitoring.coreos.com/v1:PrometheusPatch"
	admissionType = "kubernetes:networking.k8s.io/v1:NetworkPolicy"

	k8sKey   = "kubernetes:monitoring.coreos.com/v1:Prometheus monitoring/k8s"
	guardKey = "kubernetes:networking.k8s.io/v1:NetworkPolicy monitoring/prometheus-k8s"
)

func remoteWrite(name string, args *components.PrometheusRemoteWriteArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := components.NewPrometheusRemoteWrite(ctx, name, args)
		return err
	}
}

// written makes a PrometheusRemoteWrite and a writer of it, a ConfigMap that shows what it was given.
func written(t *testing.T, cluster pulumitest.Cluster, mode func(*pulumi.Context, *components.PrometheusRemoteWriteArgs) error) (pulumitest.Graph, error) {
	t.Helper()
	return pulumitest.RunIn(t, cluster, nil, nil, func(ctx *pulumi.Context) error {
		provider, err := kubernetes.NewProvider(ctx, "cluster", &kubernetes.ProviderArgs{})
		if err != nil {
			return err
		}
		args := &components.PrometheusRemoteWriteArgs{Namespace: pulumi.String("ns")}
		if err := mode(ctx, args); err != nil {
			return err
		}
		store, err := components.NewPrometheusRemoteWrite(ctx, "metrics", args, pulumi.Provider(provider))
		if err != nil {
			return err
		}
		_, err = corev1.NewConfigMap(ctx, "writer", &corev1.ConfigMapArgs{
			Metadata: &metav1.ObjectMetaArgs{Name: pulumi.String("writer")},
			Data: pulumi.StringMap{
				"write": store.MetricsStore.RemoteWriteURLs.ApplyT(func(urls []string) string { return strings.Join(urls, " ") }).(pulumi.StringOutput),
				"query": store.MetricsStore.QueryURL,
			},
		}, pulumi.Parent(store), pulumi.Provider(provider))
		return err
	})
}

// ofK8s patches monitoring/k8s.
func ofK8s(more components.PrometheusPatch) func(*pulumi.Context, *components.PrometheusRemoteWriteArgs) error {
	return func(ctx *pulumi.Context, args *components.PrometheusRemoteWriteArgs) error {
		found, err := components.GetPrometheus(ctx, "monitoring", "k8s")
		more.Prometheus = found
		args.Patch = &more
		return err
	}
}

func elsewhereBy(external components.PrometheusExternal) func(*pulumi.Context, *components.PrometheusRemoteWriteArgs) error {
	return func(_ *pulumi.Context, args *components.PrometheusRemoteWriteArgs) error {
		args.External = &external
		return nil
	}
}

func alone(_ *pulumi.Context, args *components.PrometheusRemoteWriteArgs) error {
	args.Standalone = &components.PrometheusStandalone{}
	return nil
}

func must(t *testing.T, graph pulumitest.Graph, err error) pulumitest.Graph {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return graph
}

func dependsOn(r pulumitest.Resource, name string) bool {
	return slices.ContainsFunc(r.Depends, func(urn string) bool { return strings.HasSuffix(urn, "::"+name) })
}

// with gives the cluster of kube-prometheus with another spec of monitoring/k8s.
func with(spec map[string]any) pulumitest.Cluster {
	cluster := pulumitest.KubePrometheus()
	cluster[k8sKey] = map[string]any{"spec": spec}
	return cluster
}

func TestPatchesSetTwoFieldsAndTouchNothingElse(t *testing.T) {
	graph, err := written(t, pulumitest.KubePrometheus(), ofK8s(components.PrometheusPatch{}))
	must(t, graph, err)
	for name, spec := range map[string]map[string]any{
		"metrics-receiver":  {"enableRemoteWriteReceiver": true},
		"metrics-exemplars": {"enableFeatures": []any{"exemplar-storage"}},
	} {
		patch := graph.Named(t, patchType, name)
		want := map[string]any{
			"apiVersion": "monitoring.coreos.com/v1", "kind": "Prometheus",
			"metadata": map[string]any{"name": "k8s", "namespace": "monitoring"},
			"spec":     spec,
		}
		if got := patch.Object(); !reflect.DeepEqual(got, want) {
			t.Errorf("%s is\n%v\nwant\n%v", name, got, want)
		}
		if !dependsOn(patch, "prometheus-monitoring-k8s") {
			t.Errorf("%s does not wait for the read of what it patches", name)
		}
	}
	if got := graph.Of(patchType); len(got) != 2 {
		t.Errorf("%d patches are made", len(got))
	}
}

func TestAnEntryOfASetIsComparedOnlyWhereItIsMissing(t *testing.T) {
	for claim, c := range map[string]struct {
		features []any
		ignored  []string
	}{
		"missing":        {[]any{"native-histograms"}, nil},
		"there":          {[]any{"exemplar-storage"}, []string{"spec.enableFeatures"}},
		"behind another": {[]any{"native-histograms", "exemplar-storage"}, []string{"spec.enableFeatures"}},
	} {
		t.Run(claim, func(t *testing.T) {
			graph, err := written(t, with(map[string]any{"enableFeatures": c.features}), ofK8s(components.PrometheusPatch{}))
			patch := must(t, graph, err).Named(t, patchType, "metrics-exemplars")
			if !slices.Equal(patch.Ignores, c.ignored) {
				t.Errorf("ignored are %v, want %v", patch.Ignores, c.ignored)
			}
		})
	}
}

func TestEveryPodOfThePatchedPrometheusIsWrittenTo(t *testing.T) {
	const first = "http://prometheus-k8s-0.prometheus-operated.monitoring.svc:9090/api/v1/write"
	const second = "http://prometheus-k8s-1.prometheus-operated.monitoring.svc:9090/api/v1/write"
	for _, c := range []struct {
		claim string
		spec  map[string]any
		want  string
	}{
		{"one where none is said", map[string]any{}, first},
		{"two replicas", map[string]any{"replicas": 2}, first + " " + second},
		{"shards", map[string]any{"shards": 2}, first + " http://prometheus-k8s-shard-1-0.prometheus-operated.monitoring.svc:9090/api/v1/write"},
		{"a governing Service of its own", map[string]any{"serviceName": "own"}, "http://prometheus-k8s-0.own.monitoring.svc:9090/api/v1/write"},
		{"a prefix", map[string]any{"routePrefix": "/prometheus/"}, "http://prometheus-k8s-0.prometheus-operated.monitoring.svc:9090/prometheus/api/v1/write"},
		{"a prefix of nothing", map[string]any{"routePrefix": "/"}, first},
		{"what the patch has set already", map[string]any{"enableRemoteWriteReceiver": true}, first},
	} {
		t.Run(c.claim, func(t *testing.T) {
			graph, err := written(t, with(c.spec), ofK8s(components.PrometheusPatch{}))
			data := must(t, graph, err).Named(t, configMapType, "writer").Inputs["data"].ObjectValue()
			if got := data["write"].StringValue(); got != c.want {
				t.Errorf("written is to %s, want %s", got, c.want)
			}
		})
	}
}

func TestThePatchedPrometheusIsAskedAtKubePrometheusService(t *testing.T) {
	for given, want := range map[string]string{
		"":                                "http://prometheus-k8s.monitoring.svc:9090",
		"http://thanos.monitoring.svc:80": "http://thanos.monitoring.svc:80",
	} {
		graph, err := written(t, pulumitest.KubePrometheus(), ofK8s(components.PrometheusPatch{QueryURL: given}))
		data := must(t, graph, err).Named(t, configMapType, "writer").Inputs["data"].ObjectValue()
		if got := data["query"].StringValue(); got != want {
			t.Errorf("with %q it is asked at %s, want %s", given, got, want)
		}
	}
}

func TestAPrometheusThatNoPatchCanMakeTakeWritesIsRefusedWithEveryReason(t *testing.T) {
	graph, err := written(t, with(map[string]any{
		"replicas": 0, "paused": true, "listenLocal": true, "enableRemoteWriteReceiver": false,
		"web": map[string]any{"tlsConfig": map[string]any{"cert": map[string]any{}}},
	}), ofK8s(components.PrometheusPatch{}))
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{
		"prometheus remote write \"metrics\": patch.prometheus.spec.replicas: 0: must be at least 1",
		"spec.paused: true: must be false: the operator leaves a paused Prometheus as it is",
		"spec.listenLocal: true: must be false: other pods do not reach it",
		"spec.web.tlsConfig: [not shown]: must not be given: give its https address as an external Prometheus instead",
		"spec.enableRemoteWriteReceiver: false: must not be false: somebody has turned it off, and the patch overrules nobody",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in\n%v", want, err)
		}
	}
	for _, r := range graph {
		if r.Name != "cluster" {
			t.Errorf("%s is made", r.Name)
		}
	}
}

func TestWithoutThePrometheusNothingIsMade(t *testing.T) {
	graph, err := written(t, pulumitest.Cluster{}, ofK8s(components.PrometheusPatch{}))
	if err == nil || !strings.Contains(err.Error(), "resource 'monitoring/k8s' does not exist") {
		t.Errorf("it ends with %v", err)
	}
	for _, r := range graph {
		if strings.HasPrefix(r.Type, "kubernetes:") {
			t.Errorf("%s %s is made", r.Type, r.Name)
		}
	}
}

func TestAPolicyIsMadeOnlyBesideOneThatGuards(t *testing.T) {
	asked := ofK8s(components.PrometheusPatch{
		NetworkPolicy: "prometheus-k8s", Writers: map[string]string{"app.kubernetes.io/name": "tempo"},
	})
	t.Run("none unless asked for", func(t *testing.T) {
		graph, err := written(t, pulumitest.KubePrometheus(), ofK8s(components.PrometheusPatch{}))
		if got := must(t, graph, err).Of(admissionType); len(got) != 0 {
			t.Errorf("%s is made", got[0].Name)
		}
	})
	t.Run("none where nothing guards", func(t *testing.T) {
		cluster := pulumitest.KubePrometheus()
		delete(cluster, guardKey)
		graph, err := written(t, cluster, asked)
		if err == nil || !strings.Contains(err.Error(), "resource 'monitoring/prometheus-k8s' does not exist") {
			t.Errorf("it ends with %v", err)
		}
		if got := graph.Of(admissionType); len(got) != 0 {
			t.Errorf("%s is made", got[0].Name)
		}
	})
	t.Run("the writers and the check are let in, at one port", func(t *testing.T) {
		graph, err := written(t, pulumitest.KubePrometheus(), asked)
		policy := must(t, graph, err).Named(t, admissionType, "metrics-admission").Object()
		peer := func(labels map[string]any) map[string]any {
			return map[string]any{
				"namespaceSelector": map[string]any{"matchLabels": map[string]any{"kubernetes.io/metadata.name": "ns"}},
				"podSelector":       map[string]any{"matchLabels": labels},
			}
		}
		job := graph.Named(t, jobType, "metrics-check").Object()["spec"].(map[string]any)["template"].(map[string]any)["metadata"].(map[string]any)["labels"].(map[string]any)
		check := maps.Clone(job)
		delete(check, "app.kubernetes.io/part-of")
		delete(check, "app.kubernetes.io/managed-by")
		want := map[string]any{
			"podSelector": map[string]any{"matchLabels": map[string]any{"app.kubernetes.io/name": "prometheus", "operator.prometheus.io/name": "k8s"}},
			"policyTypes": []any{"Ingress"},
			"ingress": []any{map[string]any{
				"from":  []any{peer(map[string]any{"app.kubernetes.io/name": "tempo"}), peer(check)},
				"ports": []any{map[string]any{"port": 9090.0, "protocol": "TCP"}},
			}},
		}
		if got := policy["spec"]; !reflect.DeepEqual(got, want) {
			t.Errorf("the policy is\n%v\nwant\n%v", got, want)
		}
	})
}

func TestNobodyWritesBeforeEachAddressHasTakenAWrite(t *testing.T) {
	guarded := components.PrometheusPatch{NetworkPolicy: "prometheus-k8s", Writers: map[string]string{"app": "tempo"}}
	for _, c := range []struct {
		claim string
		mode  func(*pulumi.Context, *components.PrometheusRemoteWriteArgs) error
		after []string // what the check waits for
		urls  []string
	}{
		{"a patched one", ofK8s(guarded), []string{"metrics-receiver", "metrics-exemplars", "metrics-admission"}, []string{
			"http://prometheus-k8s-0.prometheus-operated.monitoring.svc:9090/api/v1/write",
			"http://prometheus-k8s-1.prometheus-operated.monitoring.svc:9090/api/v1/write",
		}},
		{"one elsewhere", elsewhereBy(components.PrometheusExternal{
			WriteURLs: []string{"https://a.example.com/write", "https://b.example.com/write"}, QueryURL: "https://a.example.com",
		}), nil, []string{"https://a.example.com/write", "https://b.example.com/write"}},
	} {
		t.Run(c.claim, func(t *testing.T) {
			graph, err := written(t, pulumitest.KubePrometheus(), c.mode)
			check := must(t, graph, err).Named(t, jobType, "metrics-check")
			for _, name := range c.after {
				if !dependsOn(check, name) {
					t.Errorf("the check does not wait for %s", name)
				}
			}
			if !dependsOn(graph.Named(t, configMapType, "writer"), "metrics-check") {
				t.Error("the writer does not wait for the check")
			}
			var asked []string
			for _, one := range containersOf(check) {
				args := one.ObjectValue()["args"].ArrayValue()
				asked = append(asked, args[4].StringValue())
			}
			if !slices.Equal(asked, c.urls) {
				t.Errorf("asked are %v, want %v", asked, c.urls)
			}
		})
	}
}

func containersOf(r pulumitest.Resource) []resource.PropertyValue {
	template := r.Inputs["spec"].ObjectValue()["template"].ObjectValue()
	return template["spec"].ObjectValue()["containers"].ArrayValue()
}

func TestAPasswordIsReadFromItsSecretAndIsNowhereElse(t *testing.T) {
	graph, err := written(t, nil, elsewhereBy(components.PrometheusExternal{
		WriteURLs: []string{"https://a.example.com/write"}, QueryURL: "https://a.example.com",
		Auth: &components.BasicAuth{User: "tempo", SecretName: "metrics-login", PasswordEntry: "word"},
	}))
	must(t, graph, err)
	want := "basic_auth:\n  username: tempo\n  password_file: /etc/tracestack-password/word\n"
	if got := file(t, graph, "metrics-check-config", "client.yaml"); got != want {
		t.Errorf("the check signs in by\n%s\nwant\n%s", got, want)
	}
	check := graph.Named(t, jobType, "metrics-check")
	args := containersOf(check)[0].ObjectValue()["args"].ArrayValue()
	if last := args[len(args)-1].StringValue(); last != "--http.config.file=/etc/tracestack/client.yaml" {
		t.Errorf("its last argument is %s", last)
	}
	pod := check.Object()["spec"].(map[string]any)["template"].(map[string]any)["spec"].(map[string]any)
	mounted := map[string]any{"name": "password", "secret": map[string]any{
		"secretName": "metrics-login", "items": []any{map[string]any{"key": "word", "path": "word"}},
	}}
	if !slices.ContainsFunc(pod["volumes"].([]any), func(v any) bool { return reflect.DeepEqual(v, mounted) }) {
		t.Errorf("its volumes are %v", pod["volumes"])
	}
}

func TestAStandalonePrometheusTakesWritesAndKeepsExemplars(t *testing.T) {
	graph, err := written(t, nil, alone)
	server := container(t, must(t, graph, err), "metrics-deployment")
	var args []string
	for _, arg := range server["args"].ArrayValue() {
		args = append(args, arg.StringValue())
	}
	for _, want := range []string{"--web.enable-remote-write-receiver", "--enable-feature=exemplar-storage", "--web.listen-address=0.0.0.0:9090"} {
		if !slices.Contains(args, want) {
			t.Errorf("%s is not among %v", want, args)
		}
	}
	if got := file(t, graph, "metrics-config", "prometheus.yaml"); !strings.Contains(got, "time: 86400s\n") || !strings.Contains(got, "size: 512MB\n") {
		t.Errorf("it keeps\n%s", got)
	}
	data := graph.Named(t, configMapType, "writer").Inputs["data"].ObjectValue()
	if got := data["write"].StringValue(); got != "http://metrics.ns.svc:9090/api/v1/write" {
		t.Errorf("written is to %s", got)
	}
	if !dependsOn(graph.Named(t, configMapType, "writer"), "metrics-deployment") {
		t.Error("the writer does not wait for it")
	}
}

func TestASampleOnDiskHasALimit(t *testing.T) {
	graph, err := written(t, nil, alone)
	pod := must(t, graph, err).Named(t, deploymentType, "metrics-deployment").Object()["spec"].(map[string]any)["template"].(map[string]any)["spec"].(map[string]any)
	want := map[string]any{"name": "scratch", "emptyDir": map[string]any{"sizeLimit": "1Gi"}}
	if !slices.ContainsFunc(pod["volumes"].([]any), func(v any) bool { return reflect.DeepEqual(v, want) }) {
		t.Errorf("its volumes are %v", pod["volumes"])
	}
}

func TestEachModeIsSoundWithAProviderOfItsCaller(t *testing.T) {
	for claim, mode := range map[string]func(*pulumi.Context, *components.PrometheusRemoteWriteArgs) error{
		"patch":      ofK8s(components.PrometheusPatch{NetworkPolicy: "prometheus-k8s", Writers: map[string]string{"app": "tempo"}}),
		"standalone": alone,
		"external": elsewhereBy(components.PrometheusExternal{
			WriteURLs: []string{"https://a.example.com/write"}, QueryURL: "https://a.example.com",
			Auth: &components.BasicAuth{User: "tempo", SecretName: "metrics-login", PasswordEntry: "word"},
		}),
	} {
		t.Run(claim, func(t *testing.T) {
			graph, err := written(t, pulumitest.KubePrometheus(), mode)
			graph = slices.DeleteFunc(must(t, graph, err), func(r pulumitest.Resource) bool { return r.Name == "writer" })
			if err := pulumitest.Check(graph); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestWhatIsNoModeIsRefused(t *testing.T) {
	both := &components.PrometheusRemoteWriteArgs{
		Namespace:  pulumi.String("ns"),
		External:   &components.PrometheusExternal{WriteURLs: []string{"ftp://a", "https://me:hunter2@b"}, Auth: &components.BasicAuth{}},
		Standalone: &components.PrometheusStandalone{Retention: time.Millisecond, Storage: 1},
	}
	for _, c := range []struct {
		claim string
		args  *components.PrometheusRemoteWriteArgs
		want  []string
	}{
		{"none", &components.PrometheusRemoteWriteArgs{Namespace: pulumi.String("ns")}, []string{
			"patch, external, standalone: 0 are given: must be exactly one",
		}},
		{"two, both wrong", both, []string{
			"patch, external, standalone: 2 are given: must be exactly one",
			"external.writeUrls[0]: must be an http or https address",
			"external.writeUrls[1]: must not hold credentials",
			"external.queryUrl: must be given",
			`external.auth.user: "": must be given`,
			`external.auth.secretName: "": must be the name of a Secret`,
			`external.auth.passwordEntry: "": must be given`,
			"standalone.retention: 1ms: must be whole seconds, and at least a minute",
			"standalone.storage: 1: must be between 256 and 1048576",
		}},
		{"a patch of nothing", &components.PrometheusRemoteWriteArgs{Namespace: pulumi.String("ns"), Patch: &components.PrometheusPatch{
			QueryURL: "k8s:9090", NetworkPolicy: "A b", Writers: map[string]string{"a b": "c"},
		}}, []string{
			"patch.prometheus: must be given", "patch.queryUrl: must be an http or https address",
			`patch.networkPolicy: "A b": must be the name of an object`, `patch.writers["a b"]: "c": must be a label`,
		}},
		{"a policy for nobody", &components.PrometheusRemoteWriteArgs{Namespace: pulumi.String("ns"), Patch: &components.PrometheusPatch{
			Prometheus: &components.Prometheus{}, NetworkPolicy: "prometheus-k8s",
		}}, []string{`patch.networkPolicy: "prometheus-k8s": must be given with writers, and without none`}},
	} {
		t.Run(c.claim, func(t *testing.T) {
			graph, err := pulumitest.Run(t, nil, nil, remoteWrite("metrics", c.args))
			if err == nil {
				t.Fatal("accepted")
			}
			if want := strings.Join(c.want, "\n"); !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("refused with\n%v\nwant\n%s", err, want)
			}
			if len(graph) != 0 {
				t.Errorf("%d resources were registered", len(graph))
			}
		})
	}
}

func TestAPrometheusIsReadOnlyByANameThatOneCanHave(t *testing.T) {
	_, err := pulumitest.Run(t, nil, nil, func(ctx *pulumi.Context) error {
		_, err := components.GetPrometheus(ctx, "a/b", "")
		return err
	})
	want := "prometheus: namespace: \"a/b\": must be the name of a namespace\nname: \"\": must be the name of an object"
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("refused with\n%v\nwant\n%s", err, want)
	}
}
