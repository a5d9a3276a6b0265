package components_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/pulumitest"
	"github.com/tracestack/tracestack/settings"
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
func written(t *testing.T, cluster pulumitest.Cluster, args components.PrometheusRemoteWriteArgs) (pulumitest.Graph, error) {
	t.Helper()
	return pulumitest.RunIn(t, cluster, nil, nil, func(ctx *pulumi.Context) error {
		provider, err := kubernetes.NewProvider(ctx, "cluster", &kubernetes.ProviderArgs{})
		if err != nil {
			return err
		}
		args.Namespace = pulumi.String("ns")
		store, err := components.NewPrometheusRemoteWrite(ctx, "metrics", &args, pulumi.Provider(provider))
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
func ofK8s(more settings.Prometheus) components.PrometheusRemoteWriteArgs {
	more.Mode, more.Namespace, more.Name = settings.PrometheusPatch, "monitoring", "k8s"
	return components.PrometheusRemoteWriteArgs{Prometheus: &more}
}

// guarded is monitoring/k8s behind its policy, which lets these writers in.
func guarded(writers map[string]string) components.PrometheusRemoteWriteArgs {
	args := ofK8s(settings.Prometheus{NetworkPolicy: "prometheus-k8s"})
	args.Writers = writers
	return args
}

func elsewhereBy(external settings.Prometheus) components.PrometheusRemoteWriteArgs {
	external.Mode = settings.PrometheusExternal
	return components.PrometheusRemoteWriteArgs{Prometheus: &external}
}

var alone = components.PrometheusRemoteWriteArgs{Prometheus: &settings.Prometheus{Mode: settings.PrometheusStandalone}}

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
	graph, err := written(t, pulumitest.KubePrometheus(), ofK8s(settings.Prometheus{}))
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
		if !dependsOn(patch, "metrics-resource") {
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
			graph, err := written(t, with(map[string]any{"enableFeatures": c.features}), ofK8s(settings.Prometheus{}))
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
			graph, err := written(t, with(c.spec), ofK8s(settings.Prometheus{}))
			data := must(t, graph, err).Named(t, configMapType, "writer").Inputs["data"].ObjectValue()
			if got := data["write"].StringValue(); got != c.want {
				t.Errorf("written is to %s, want %s", got, c.want)
			}
		})
	}
}

func TestThePatchedPrometheusIsAskedAtKubePrometheusService(t *testing.T) {
	const thanos = "http://thanos.monitoring.svc:80"
	for _, c := range []struct{ claim, prefix, given, want string }{
		{"by default", "", "", "http://prometheus-k8s.monitoring.svc:9090"},
		{"below its prefix", "/prometheus/", "", "http://prometheus-k8s.monitoring.svc:9090/prometheus"},
		{"with a prefix of nothing", "/", "", "http://prometheus-k8s.monitoring.svc:9090"},
		{"but for an address that is given", "/prometheus", thanos, thanos},
	} {
		t.Run(c.claim, func(t *testing.T) {
			graph, err := written(t, with(map[string]any{"routePrefix": c.prefix}), ofK8s(settings.Prometheus{QueryURL: c.given}))
			data := must(t, graph, err).Named(t, configMapType, "writer").Inputs["data"].ObjectValue()
			if got := data["query"].StringValue(); got != c.want {
				t.Errorf("it is asked at %s, want %s", got, c.want)
			}
		})
	}
}

func TestAPrometheusWhoseServiceHasAnotherNameNeedsItsQueryAddress(t *testing.T) {
	cluster := pulumitest.KubePrometheus()
	delete(cluster, "kubernetes:core/v1:Service monitoring/prometheus-k8s")
	graph, err := written(t, cluster, ofK8s(settings.Prometheus{}))
	if err == nil || !strings.Contains(err.Error(), "resource 'monitoring/prometheus-k8s' does not exist") {
		t.Errorf("it ends with %v", err)
	}
	if made := len(graph.Of(patchType)) + len(graph.Of(jobType)); made != 0 {
		t.Errorf("%d objects are made", made)
	}
	graph, err = written(t, cluster, ofK8s(settings.Prometheus{QueryURL: "http://kps-prometheus.monitoring.svc:9090"}))
	must(t, graph, err)
}

func TestAPrometheusThatNoPatchCanMakeTakeWritesIsRefusedWithEveryReason(t *testing.T) {
	graph, err := written(t, with(map[string]any{
		"replicas": 0, "paused": true, "listenLocal": true, "enableRemoteWriteReceiver": false,
		"web": map[string]any{"tlsConfig": map[string]any{"cert": map[string]any{}}},
	}), ofK8s(settings.Prometheus{}))
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{
		"prometheus remote write \"metrics\": prometheus.spec.replicas: 0: must be at least 1",
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
		if r.Custom && r.Name != "cluster" {
			t.Errorf("%s is made", r.Name)
		}
	}
}

func TestWithoutThePrometheusNothingIsMade(t *testing.T) {
	graph, err := written(t, pulumitest.Cluster{}, ofK8s(settings.Prometheus{}))
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
	asked := guarded(map[string]string{"app.kubernetes.io/name": "tempo"})
	t.Run("none unless asked for", func(t *testing.T) {
		graph, err := written(t, pulumitest.KubePrometheus(), ofK8s(settings.Prometheus{}))
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
	t.Run("the writers and the checks are let in, at one port", func(t *testing.T) {
		graph, err := written(t, pulumitest.KubePrometheus(), asked)
		policy := must(t, graph, err).Named(t, admissionType, "metrics-admission").Object()
		peer := func(labels map[string]any) map[string]any {
			return map[string]any{
				"namespaceSelector": map[string]any{"matchLabels": map[string]any{"kubernetes.io/metadata.name": "ns"}},
				"podSelector":       map[string]any{"matchLabels": labels},
			}
		}
		check := func(name string) any {
			template := graph.Named(t, jobType, name).Object()["spec"].(map[string]any)["template"].(map[string]any)
			labels := maps.Clone(template["metadata"].(map[string]any)["labels"].(map[string]any))
			delete(labels, "app.kubernetes.io/part-of")
			delete(labels, "app.kubernetes.io/managed-by")
			return peer(labels)
		}
		want := map[string]any{
			"podSelector": map[string]any{"matchLabels": map[string]any{"app.kubernetes.io/name": "prometheus", "operator.prometheus.io/name": "k8s"}},
			"policyTypes": []any{"Ingress"},
			"ingress": []any{map[string]any{
				"from":  []any{peer(map[string]any{"app.kubernetes.io/name": "tempo"}), check("metrics-check"), check("metrics-query-check")},
				"ports": []any{map[string]any{"port": 9090.0, "protocol": "TCP"}},
			}},
		}
		if got := policy["spec"]; !reflect.DeepEqual(got, want) {
			t.Errorf("the policy is\n%v\nwant\n%v", got, want)
		}
	})
}

func TestNobodyWritesOrAsksBeforeEachAddressHasAnswered(t *testing.T) {
	for _, c := range []struct {
		claim string
		args  components.PrometheusRemoteWriteArgs
		after []string // what the checks wait for
		urls  []string
		query string
	}{
		{"a patched one", guarded(map[string]string{"app": "tempo"}), []string{"metrics-receiver", "metrics-exemplars", "metrics-admission"}, []string{
			"http://prometheus-k8s-0.prometheus-operated.monitoring.svc:9090/api/v1/write",
			"http://prometheus-k8s-1.prometheus-operated.monitoring.svc:9090/api/v1/write",
		}, "http://prometheus-k8s.monitoring.svc:9090"},
		{"one elsewhere", elsewhereBy(settings.Prometheus{
			WriteURLs: []string{"https://a.example.com/write", "https://b.example.com/write"}, QueryURL: "https://a.example.com",
		}), nil, []string{"https://a.example.com/write", "https://b.example.com/write"}, "https://a.example.com"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			graph, err := written(t, pulumitest.KubePrometheus(), c.args)
			check := must(t, graph, err).Named(t, jobType, "metrics-check")
			question := graph.Named(t, jobType, "metrics-query-check")
			for _, job := range []pulumitest.Resource{check, question} {
				for _, name := range c.after {
					if !dependsOn(job, name) {
						t.Errorf("%s does not wait for %s", job.Name, name)
					}
				}
				if !dependsOn(graph.Named(t, configMapType, "writer"), job.Name) {
					t.Errorf("the writer does not wait for %s", job.Name)
				}
			}
			var asked []string
			for _, one := range containersOf(check) {
				args := one.ObjectValue()["args"].ArrayValue()
				asked = append(asked, args[4].StringValue())
			}
			if !slices.Equal(asked, c.urls) {
				t.Errorf("asked are %v, want %v", asked, c.urls)
			}
			if got := containersOf(question)[0].ObjectValue()["args"].ArrayValue()[2].StringValue(); got != c.query {
				t.Errorf("the query goes to %s, want %s", got, c.query)
			}
		})
	}
}

func containersOf(r pulumitest.Resource) []resource.PropertyValue {
	template := r.Inputs["spec"].ObjectValue()["template"].ObjectValue()
	return template["spec"].ObjectValue()["containers"].ArrayValue()
}

func TestAPasswordIsReadFromItsSecretAndIsNowhereElse(t *testing.T) {
	graph, err := written(t, nil, elsewhereBy(settings.Prometheus{
		WriteURLs: []string{"https://a.example.com/write"}, QueryURL: "https://a.example.com",
		User: "tempo", PasswordSecret: &settings.SecretKey{SecretName: "metrics-login", Key: "word"},
	}))
	must(t, graph, err)
	want := "basic_auth:\n  username: tempo\n  password_file: /etc/tracestack-password/word\n"
	for _, name := range []string{"metrics-check", "metrics-query-check"} {
		signsIn(t, graph, name, want)
	}
}

func signsIn(t *testing.T, graph pulumitest.Graph, name, want string) {
	t.Helper()
	if got := file(t, graph, name+"-config", "client.yaml"); got != want {
		t.Errorf("%s signs in by\n%s\nwant\n%s", name, got, want)
	}
	check := graph.Named(t, jobType, name)
	args := containersOf(check)[0].ObjectValue()["args"].ArrayValue()
	if last := args[len(args)-1].StringValue(); last != "--http.config.file=/etc/tracestack/client.yaml" {
		t.Errorf("%s: its last argument is %s", name, last)
	}
	pod := check.Object()["spec"].(map[string]any)["template"].(map[string]any)["spec"].(map[string]any)
	mounted := map[string]any{"name": "password", "secret": map[string]any{
		"secretName": "metrics-login", "items": []any{map[string]any{"key": "word", "path": "word"}},
	}}
	if !slices.ContainsFunc(pod["volumes"].([]any), func(v any) bool { return reflect.DeepEqual(v, mounted) }) {
		t.Errorf("%s: its volumes are %v", name, pod["volumes"])
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
	for claim, args := range map[string]components.PrometheusRemoteWriteArgs{
		"patch":      guarded(map[string]string{"app": "tempo"}),
		"standalone": alone,
		"external": elsewhereBy(settings.Prometheus{
			WriteURLs: []string{"https://a.example.com/write"}, QueryURL: "https://a.example.com",
			User: "tempo", PasswordSecret: &settings.SecretKey{SecretName: "metrics-login", Key: "word"},
		}),
	} {
		t.Run(claim, func(t *testing.T) {
			graph, err := written(t, pulumitest.KubePrometheus(), args)
			graph = slices.DeleteFunc(must(t, graph, err), func(r pulumitest.Resource) bool { return r.Name == "writer" })
			if err := pulumitest.Check(graph); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestWhatIsNoModeIsRefused(t *testing.T) {
	const (
		mode    = "prometheus.mode: "
		address = ": [not shown]: must be an http or https address such as https://prometheus.example.com"
	)
	standalone := &settings.StandalonePrometheus{Retention: "1s", Storage: "1Mi", Resources: limits("", "64Mi")}
	for _, c := range []struct {
		claim string
		args  components.PrometheusRemoteWriteArgs
		want  []string
	}{
		{"none", components.PrometheusRemoteWriteArgs{}, []string{mode + "none: must be patch, external or standalone"}},
		{"one that there is not", components.PrometheusRemoteWriteArgs{
			Prometheus: &settings.Prometheus{Mode: "scrape", Name: "k8s"}, Standalone: &settings.StandalonePrometheus{Retention: "2d"},
		}, []string{mode + "scrape: must be none, patch, external or standalone"}},
		{"two, both wrong", components.PrometheusRemoteWriteArgs{
			Prometheus: &settings.Prometheus{
				Mode: settings.PrometheusExternal, WriteURLs: []string{"ftp://a", "https://me:hunter2@b"}, PasswordSecret: &settings.SecretKey{},
			},
			Standalone: standalone,
		}, []string{
			"prometheus.passwordSecret.key: not set: must be given",
			"prometheus.passwordSecret.secretName: not set: must be given",
			"prometheus.queryUrl: not set: must be given with mode external",
			"prometheus.user: not set: must be given with passwordSecret",
			"prometheus.writeUrls[0]" + address + "/api/v1/write",
			"prometheus.writeUrls[1]: [not shown]: must not hold credentials: they are user and passwordSecret",
			"standalone: [not shown]: must not be given with mode external, only with standalone",
			"standalone.resources.limits.memory: 64Mi: must be at least 128Mi: the process alone takes it",
			"standalone.retention: 1s: must be between 1m and 3650d",
			"standalone.storage: 1Mi: must be between 256Mi and 1024Gi",
		}},
		{"an address of a patch", ofK8s(settings.Prometheus{WriteURLs: []string{"https://a"}}), []string{
			"prometheus.writeUrls: [not shown]: must not be given with mode patch, only with external",
		}},
		{"no addresses", elsewhereBy(settings.Prometheus{QueryURL: "https://a", WriteURLs: []string{}}), []string{
			"prometheus.writeUrls: []: must have at least one address",
		}},
		{"a patch of nothing", components.PrometheusRemoteWriteArgs{
			Prometheus: &settings.Prometheus{Mode: settings.PrometheusPatch, QueryURL: "k8s:9090", NetworkPolicy: "A b"},
			Writers:    map[string]string{"a b": "c"},
		}, []string{
			"prometheus.name: not set: must be given with mode patch", "prometheus.namespace: not set: must be given with mode patch",
			"prometheus.networkPolicy: A b: must be the name of an object", "prometheus.queryUrl" + address,
			`writers["a b"]: [not shown]: must be the key of a label: a name of at most 63 characters, with a DNS name and / in front if any`,
		}},
		{"a policy for nobody", guarded(nil), []string{"writers: not set: must be given with prometheus.networkPolicy"}},
		{"writers without a policy", components.PrometheusRemoteWriteArgs{Prometheus: alone.Prometheus, Writers: map[string]string{"app": "tempo"}}, []string{
			"writers: [not shown]: must not be given without prometheus.networkPolicy",
		}},
	} {
		t.Run(c.claim, func(t *testing.T) {
			c.args.Namespace = pulumi.String("ns")
			refuses(t, remoteWrite("metrics", &c.args), c.want...)
		})
	}
}

func TestAPrometheusIsReadOnlyByANameThatOneCanHave(t *testing.T) {
	_, err := pulumitest.Run(t, nil, nil, func(ctx *pulumi.Context) error {
		_, err := components.GetPrometheus(ctx, "a/b", "")
		return err
	})
	want := "* prometheus.name: \"\": must be the name of an object\n" +
		"prometheus.namespace: a/b: must be a DNS label: at most 63 lower-case letters, digits and -"
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("refused with\n%v\nwant\n%s", err, want)
	}
}
