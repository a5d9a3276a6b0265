package config_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/settings"
)

// raw adds a named cluster to what a case is about; "-" as a value takes a key away.
func raw(values map[string]string, secret ...string) config.Raw {
	r := config.Raw{Values: map[string]string{"kubernetes:context": "kind-dev"}, Secret: map[string]bool{}}
	for key, value := range values {
		r.Values[key] = value
		if value == "-" {
			delete(r.Values, key)
		}
	}
	if _, said := values["tracestack:collector"]; !said && r.Values["tracestack:profile"] == "prod" {
		r.Values["tracestack:collector"] = `{"signIn":{"kind":"anyone"}}` // Which production has to say.
	}
	for _, key := range secret {
		r.Secret[key] = true
	}
	return r
}

// key is one key of the program with a value.
func key(name, value string) map[string]string {
	return map[string]string{"tracestack:" + name: value}
}

const (
	built      = "not built yet; choose "
	wholePlain = "must be a whole number in plain digits"
	dnsRule    = "must be a DNS label: at most 63 lower-case letters, digits and -"
	ofCluster  = "must not be a namespace of the cluster itself: it is created, and deleted with the stack; or set createNamespace to false"
	urlRule    = "must be an http or https address such as https://elasticsearch-es-http.elk.svc:9200"
	notElastic = "must not be given: only storage elasticsearch reads it"
	hasValue   = "must have a value; remove the key to take the default"
	wellFormed = "must be one well-formed object"
	storages   = "must be memory, badger, elasticsearch, opensearch, cassandra, grpc, local, minio, s3, gcs or azure"
	ofJaeger   = "must be memory, badger, elasticsearch, opensearch, cassandra or grpc with backend jaeger"
	cluster    = "must name the cluster, here or in kubernetes:kubeconfig"
	sealKube   = "must be a secret, as it holds credentials: `pulumi config set --secret kubernetes:kubeconfig`, or give the path of the file"
	sealES     = "must be a secret: `pulumi config set --secret tracestack:elasticsearchPassword`, or name an existing one: {secretName: …, key: …}"
)

// refusal is a configuration with one problem.
type refusal struct {
	claim string
	given map[string]string
	want  string // the whole message
}

// refusals are about the keys of the cluster, the choices, the namespace and the numbers.
var refusals = []refusal{
	{"an unknown key is refused", key("bakend", "jaeger"), "tracestack:bakend: [not shown]: no such key; did you mean tracestack:backend?"},
	{"a key in the wrong case is refused", key("Demo", "true"), "tracestack:Demo: [not shown]: no such key; did you mean tracestack:demo?"},
	{"a key unlike any other gets no suggestion", key("zzzzzzzzzzzzzzzzzzzzzzz", "1"), "tracestack:zzzzzzzzzzzzzzzzzzzzzzz: [not shown]: no such key"},
	{"a misspelt password is not shown", key("elasticsearchPasword", "hunter2"), "tracestack:elasticsearchPasword: [not shown]: no such key; did you mean tracestack:elasticsearchPassword?"},
	{"an unknown key of the provider is refused", map[string]string{"kubernetes:contxt": "x"}, "kubernetes:contxt: [not shown]: no such key; did you mean kubernetes:context?"},
	{"a misspelt namespace of keys is refused", map[string]string{"tracestak:demo": "true"}, "tracestak:demo: [not shown]: no such key; did you mean tracestack:demo?"},
	{"a key without namespace is refused", map[string]string{"demo": "true"}, "demo: [not shown]: no such key"},
	{"another program's key is refused", map[string]string{"aws:region": "eu-west-1"}, "aws:region: [not shown]: no such key"},
	{"a path into an object is no key", key("jaeger.maxTraces", "10"), "tracestack:jaeger.maxTraces: [not shown]: no such key"},

	{"no cluster is refused", map[string]string{"kubernetes:context": "-"}, "kubernetes:context: not set: " + cluster},
	{"an empty context is refused", map[string]string{"kubernetes:context": ""}, `kubernetes:context: "": must be the name of a context`},
	{"a context of two lines is refused", map[string]string{"kubernetes:context": "a\nb"}, `kubernetes:context: "a\nb": must be the name of a context`},
	{"an empty kubeconfig is refused", map[string]string{"kubernetes:kubeconfig": ""}, "kubernetes:kubeconfig: [not shown]: must not be empty; remove the key if there is none"},
	{"a kubeconfig's contents in plain are refused", map[string]string{"kubernetes:kubeconfig": "apiVersion: v1\nkind: Config\n"}, "kubernetes:kubeconfig: [not shown]: " + sealKube},
	{"a kubeconfig's contents as JSON in plain are refused", map[string]string{"kubernetes:kubeconfig": `{"kind":"Config"}`}, "kubernetes:kubeconfig: [not shown]: " + sealKube},
	{"a kubeconfig's contents on one line in plain are refused", map[string]string{"kubernetes:kubeconfig": "kind: Config"}, "kubernetes:kubeconfig: [not shown]: " + sealKube},

	{"an unknown profile is refused", key("profile", "staging"), "tracestack:profile: staging: must be dev or prod"},
	{"an empty profile is refused", key("profile", ""), `tracestack:profile: "": must be dev or prod`},
	{"a profile in capitals is refused", key("profile", "Dev"), "tracestack:profile: Dev: must be dev or prod"},
	{"a profile with a space is refused", key("profile", "dev "), `tracestack:profile: "dev ": must be dev or prod`},
	{"a profile that is an object is refused, and not shown", key("profile", `{"a":"hunter2"}`), "tracestack:profile: [not shown]: must be dev or prod"},
	{"a profile that is an array is refused, and not shown", key("profile", `["dev"]`), "tracestack:profile: [not shown]: must be dev or prod"},
	{"a profile that is a number is refused", key("profile", "1"), "tracestack:profile: 1: must be dev or prod"},
	{"an unknown backend is refused", key("backend", "zipkin"), "tracestack:backend: zipkin: must be jaeger or tempo"},
	{"an empty backend is refused", key("backend", ""), `tracestack:backend: "": must be jaeger or tempo`},
	{"a backend that is null is refused", key("backend", "null"), "tracestack:backend: null: must be jaeger or tempo"},
	{"an unknown storage is refused", key("storage", "disk"), "tracestack:storage: disk: " + storages},
	{"a long value is cut short", key("storage", strings.Repeat("x", 200)), "tracestack:storage: " + strings.Repeat("x", 60) + "…: " + storages},
	{"a value with a line break stays on one line", key("storage", "a\nb"), `tracestack:storage: "a\nb": ` + storages},
	{"a value with control characters is quoted", key("storage", "a\x1b[2Jb"), `tracestack:storage: "a\x1b[2Jb": ` + storages},

	{"jaeger on local disk of tempo is refused", key("storage", "local"), "tracestack:storage: local: " + ofJaeger},
	{"jaeger on minio is refused", key("storage", "minio"), "tracestack:storage: minio: " + ofJaeger},
	{"jaeger on s3 is refused", key("storage", "s3"), "tracestack:storage: s3: " + ofJaeger},
	{"jaeger on gcs is refused", key("storage", "gcs"), "tracestack:storage: gcs: " + ofJaeger},
	{"jaeger on azure is refused", key("storage", "azure"), "tracestack:storage: azure: " + ofJaeger},

	{"production in memory is refused", key("profile", "prod"), "tracestack:storage: memory: must not be memory with profile prod: traces would be lost with the pod"},
	{"replicas of Jaeger, which nothing reads, are refused", key("jaeger", `{"replicas":1}`), "tracestack:jaeger.replicas: [not shown]: no such key"},

	{"an empty namespace is refused", key("namespace", ""), `tracestack:namespace: "": ` + dnsRule},
	{"a namespace in capitals is refused", key("namespace", "Tracing"), "tracestack:namespace: Tracing: " + dnsRule},
	{"a namespace with an underscore is refused", key("namespace", "a_b"), "tracestack:namespace: a_b: " + dnsRule},
	{"a namespace with a dot is refused", key("namespace", "a.b"), "tracestack:namespace: a.b: " + dnsRule},
	{"a namespace that ends in a dash is refused", key("namespace", "a-"), "tracestack:namespace: a-: " + dnsRule},
	{"a namespace that begins with a dash is refused", key("namespace", "-a"), "tracestack:namespace: -a: " + dnsRule},
	{"a namespace of 64 characters is refused", key("namespace", strings.Repeat("a", 64)), "tracestack:namespace: " + strings.Repeat("a", 60) + "…: " + dnsRule},
	{"a namespace with a line break is refused", key("namespace", "a\n"), `tracestack:namespace: "a\n": ` + dnsRule},
	{"the namespace default is refused", key("namespace", "default"), "tracestack:namespace: default: " + ofCluster},
	{"the namespace kube-system is refused", key("namespace", "kube-system"), "tracestack:namespace: kube-system: " + ofCluster},
	{"the namespace kube-public is refused", key("namespace", "kube-public"), "tracestack:namespace: kube-public: " + ofCluster},

	{"demo: yes is refused", key("demo", "yes"), "tracestack:demo: yes: must be true or false"},
	{"demo: True is refused", key("demo", "True"), "tracestack:demo: True: must be true or false"},
	{"demo: 1 is refused", key("demo", "1"), "tracestack:demo: 1: must be true or false"},
	{"demo without a value is refused", key("demo", ""), `tracestack:demo: "": must be true or false`},
	{"demo that is an object is refused", key("demo", "{}"), "tracestack:demo: [not shown]: must be true or false"},

	{"a collector that is text is refused", key("collector", "operator"), "tracestack:collector: [not shown]: " + wellFormed},
	{"a collector that is empty is refused", key("collector", ""), "tracestack:collector: [not shown]: " + wellFormed},
	{"a collector that is null is refused", key("collector", "null"), "tracestack:collector: [not shown]: must be an object, not null"},
	{"a collector that is an array is refused", key("collector", `[{"replicas":1}]`), "tracestack:collector: [not shown]: must be an object, not an array"},
	{"a collector that is a number is refused", key("collector", "3"), "tracestack:collector: [not shown]: must be an object, not a number"},
	{"a collector that is a boolean is refused", key("collector", "true"), "tracestack:collector: [not shown]: must be an object, not a boolean"},
	{"a collector that is a JSON string is refused", key("collector", `"{}"`), "tracestack:collector: [not shown]: must be an object, not a string"},
	{"an object that does not end is refused", key("collector", `{"replicas":1`), "tracestack:collector: [not shown]: " + wellFormed},
	{"something after the object is refused", key("collector", `{"replicas":1} x`), "tracestack:collector: [not shown]: " + wellFormed},
	{"a second object is refused", key("collector", `{"replicas":1}{"replicas":2}`), "tracestack:collector: [not shown]: " + wellFormed},
	{"a comment in JSON is refused", key("collector", `{/* two */"replicas":2}`), "tracestack:collector: [not shown]: " + wellFormed},
	{"a trailing comma is refused", key("collector", `{"replicas":2,}`), "tracestack:collector: [not shown]: " + wellFormed},
	{"endless nesting is refused", key("collector", strings.Repeat(`{"a":`, 10_000)), "tracestack:collector: [not shown]: " + wellFormed},
	{"an unknown field is refused", key("collector", `{"replica":2}`), "tracestack:collector.replica: [not shown]: no such key; did you mean replicas?"},
	{"a field in the wrong case is refused", key("collector", `{"managedby":"deployment"}`), "tracestack:collector.managedby: [not shown]: no such key; did you mean managedBy?"},
	{"a field without a name is refused", key("collector", `{"":2}`), "tracestack:collector.: [not shown]: no such key"},
	{"a field with a line break is refused on one line", key("collector", `{"a\nb":2}`), `tracestack:collector.a\nb: [not shown]: no such key`},
	{"a field given twice is refused", key("collector", `{"replicas":2,"replicas":2}`), "tracestack:collector.replicas: [not shown]: must be given once, not twice"},
	{"an unknown manager is refused", key("collector", `{"managedBy":"helm"}`), "tracestack:collector.managedBy: helm: must be deployment or operator"},
	{"a manager that is null is refused", key("collector", `{"managedBy":null}`), "tracestack:collector.managedBy: null: " + hasValue},
	{"a manager that is a number is refused", key("collector", `{"managedBy":1}`), "tracestack:collector.managedBy: 1: must be a string, not a number"},
	{"a manager that is an object is refused", key("collector", `{"managedBy":{"password":"hunter2"}}`), "tracestack:collector.managedBy: [not shown]: must be a string, not an object"},
	{"no replicas are refused", key("collector", `{"replicas":0}`), "tracestack:collector.replicas: 0: must be between 1 and 100"},
	{"negative replicas are refused", key("collector", `{"replicas":-1}`), "tracestack:collector.replicas: -1: must be between 1 and 100"},
	{"101 replicas are refused", key("collector", `{"replicas":101}`), "tracestack:collector.replicas: 101: must be between 1 and 100"},
	{"a number larger than any integer is refused", key("collector", `{"replicas":99999999999999999999}`), "tracestack:collector.replicas: 99999999999999999999: must be between 1 and 100"},
	{"a power of ten is refused", key("collector", `{"replicas":1e1}`), "tracestack:collector.replicas: 1e1: " + wholePlain},
	{"a number with a decimal point is refused", key("collector", `{"replicas":1.0}`), "tracestack:collector.replicas: 1.0: " + wholePlain},
	{"half a replica is refused", key("collector", `{"replicas":0.5}`), "tracestack:collector.replicas: 0.5: " + wholePlain},
	{"a number as text is refused", key("collector", `{"replicas":"2"}`), `tracestack:collector.replicas: "2": must be a whole number, not a string`},
	{"a boolean as a number is refused", key("collector", `{"replicas":true}`), "tracestack:collector.replicas: true: must be a whole number, not a boolean"},
	{"null as a number is refused", key("collector", `{"replicas":null}`), "tracestack:collector.replicas: null: " + hasValue},
	{"an array as a number is refused", key("collector", `{"replicas":[2]}`), "tracestack:collector.replicas: [not shown]: must be a whole number, not an array"},

	{"no traces in memory are refused", key("jaeger", `{"maxTraces":0}`), "tracestack:jaeger.maxTraces: 0: must be between 1500 and 100000"},
	{"more traces than a pod can hold are refused", key("jaeger", `{"maxTraces":100001}`), "tracestack:jaeger.maxTraces: 100001: must be between 1500 and 100000"},
	{"fewer traces than a search may ask for are refused", key("jaeger", `{"maxTraces":1499}`), "tracestack:jaeger.maxTraces: 1499: must be between 1500 and 100000"},
	{"a negative number of traces is refused", key("jaeger", `{"maxTraces":-5}`), "tracestack:jaeger.maxTraces: -5: must be between 1500 and 100000"},
	{"jaeger's old key is refused", key("jaeger", `{"max_traces":10}`), "tracestack:jaeger.max_traces: [not shown]: no such key; did you mean maxTraces?"},
}

func TestARefusalNamesPathValueAndRule(t *testing.T) {
	all := slices.Concat(refusals, ofNewKeys, ofTempo, ofGrafana)
	t.Logf("%d malformed configurations", len(all))
	for _, c := range all {
		t.Run(c.claim, func(t *testing.T) {
			_, err := config.Load(raw(c.given))
			if err == nil {
				t.Fatal("accepted")
			}
			if err.Error() != c.want {
				t.Errorf("refused with\n%v\nwant\n%s", err, c.want)
			}
		})
	}
}

func TestEveryProblemIsReportedAtOnceInTheOrderOfPaths(t *testing.T) {
	given := raw(map[string]string{
		"kubernetes:context":               "-",
		"tracestack:zzz":                   "1",
		"tracestack:profile":               "staging",
		"tracestack:storage":               "s3",
		"tracestack:collector":             `{"replicas":0,"managedBy":"helm"}`,
		"tracestack:namespace":             "default",
		"tracestack:elasticsearchPassword": "hunter2",
		"tracestack:demo":                  "maybe",
	})
	want := []string{
		"kubernetes:context", "tracestack:collector.managedBy", "tracestack:collector.replicas", "tracestack:demo",
		"tracestack:elasticsearchPassword", "tracestack:elasticsearchPassword", "tracestack:namespace", "tracestack:profile",
		"tracestack:storage", "tracestack:zzz",
	}
	_, first := config.Load(given)
	var got []string
	for _, problem := range config.Problems(first) {
		got = append(got, problem.Path)
	}
	if !slices.Equal(got, want) {
		t.Fatalf("paths are\n%v\nwant\n%v", got, want)
	}
	for range 20 {
		if _, again := config.Load(given); again.Error() != first.Error() {
			t.Fatalf("the same configuration gives another message:\n%v\n%v", first, again)
		}
	}
}

func TestAValueThatCannotBeDecodedIsReportedOnceNotByEveryRule(t *testing.T) {
	_, err := config.Load(raw(map[string]string{"tracestack:storage": "disk", "tracestack:profile": "prod"}))
	if got := config.Problems(err); len(got) != 1 || got[0].Path != "tracestack:storage" {
		t.Errorf("reported:\n%v\nwant the storage that does not exist, alone", err)
	}
}

func TestNoSecretIsEverShown(t *testing.T) {
	const password = "hunter2-hunter2"
	for _, name := range append(config.Keys(), "tracestack:unknown", "other:key") {
		for _, value := range []string{
			password, `{"password":"` + password + `"}`, `{"` + password, `["` + password + `"]`,
			`{"managedBy":"` + password + `","url":"` + password + `","maxTraces":"` + password + `"}`,
		} {
			_, err := config.Load(raw(map[string]string{name: value}, name))
			if err != nil && strings.Contains(err.Error(), password) {
				t.Errorf("a secret %s shows in %q", name, err)
			}
		}
	}
	c, err := config.Load(raw(map[string]string{"kubernetes:kubeconfig": "kind: Config\n# " + password}, "kubernetes:kubeconfig"))
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := json.Marshal(c.Kubernetes)
	if err != nil {
		t.Fatal(err)
	}
	for _, printed := range []string{fmt.Sprint(c), fmt.Sprintf("%+v", c), fmt.Sprintf("%#v", c), c.Kubernetes.Kubeconfig.String(), string(encoded)} {
		if strings.Contains(printed, password) {
			t.Errorf("a secret shows in %s", printed)
		}
	}
	if !strings.Contains(c.Kubernetes.Kubeconfig.Reveal(), password) {
		t.Error("whoever may see the secret does not")
	}
}

func TestAValidConfigurationIsRead(t *testing.T) {
	for _, c := range []struct {
		claim string
		given config.Raw
		want  func(*config.Config)
	}{
		{"an absent key takes the default", raw(nil), func(*config.Config) {}},
		{"an empty object takes the defaults", raw(map[string]string{"tracestack:collector": "{}", "tracestack:jaeger": " {} ", "tracestack:elasticsearch": "{}"}), func(*config.Config) {}},
		{"the engine's own keys are left to it", raw(map[string]string{"pulumi:disable-default-providers": `["*"]`}), func(*config.Config) {}},
		{"a field leaves the others at their defaults", raw(key("collector", `{"replicas":3}`)), func(c *config.Config) { c.Collector.Replicas = 3 }},
		{"the smallest numbers are allowed", raw(key("jaeger", `{"maxTraces":1500}`)), func(c *config.Config) { c.Jaeger.MaxTraces = 1500 }},
		{"the largest numbers are allowed", raw(key("jaeger", `{"maxTraces":100000}`)), func(c *config.Config) { c.Jaeger.MaxTraces = 100000 }},
		{"a namespace of 63 characters is allowed", raw(key("namespace", strings.Repeat("a", 63))), func(c *config.Config) { c.Namespace = strings.Repeat("a", 63) }},
		{"a size brings its numbers", raw(key("size", "medium")), func(c *config.Config) { *c = with(config.Defaults(settings.ProfileDev, settings.SizeMedium)) }},
		{"what is written wins over the size", raw(map[string]string{"tracestack:size": "large", "tracestack:jaeger": `{"maxTraces":7000}`}), func(c *config.Config) {
			*c = with(config.Defaults(settings.ProfileDev, settings.SizeLarge))
			c.Jaeger.MaxTraces = 7000
		}},
		{"a limit below the size's request lowers it", raw(map[string]string{"tracestack:size": "large", "tracestack:collector": `{"resources":{"limits":{"cpu":"500m","memory":"1Gi"}}}`}), func(c *config.Config) {
			*c = with(config.Defaults(settings.ProfileDev, settings.SizeLarge))
			both := &settings.Amounts{CPU: "500m", Memory: "1Gi"}
			c.Collector.Resources = &settings.Resources{Requests: both, Limits: both}
		}},
		{"whole cores are a number too", raw(key("jaeger", `{"resources":{"limits":{"cpu":2}}}`)), func(c *config.Config) { c.Jaeger.Resources.Limits.CPU = "2" }},
		{"the items of a list have defaults", raw(key("scheduling", `{"tolerations":[{"key":"a"}],"topologySpread":[{"topologyKey":"zone"}]}`)), func(c *config.Config) {
			c.Scheduling.Tolerations = []settings.Toleration{{Key: "a", Operator: settings.TolerationEqual}}
			c.Scheduling.TopologySpread = []settings.TopologySpread{{TopologyKey: "zone", MaxSkew: 1, WhenUnsatisfiable: settings.ScheduleAnyway}}
		}},
		{"every taint is tolerated", raw(key("scheduling", `{"tolerations":[{"operator":"Exists"}]}`)), func(c *config.Config) {
			c.Scheduling.Tolerations = []settings.Toleration{{Operator: settings.TolerationExists}}
		}},
		{"labels are the user's", raw(key("labels", `{"example.com/team":"a","empty":""}`)), func(c *config.Config) {
			c.Labels = map[string]string{"example.com/team": "a", "empty": ""}
		}},
		{"a namespace of the cluster that exists is used", raw(map[string]string{"tracestack:namespace": "kube-public", "tracestack:createNamespace": "false"}), func(c *config.Config) {
			c.Namespace, c.CreateNamespace = "kube-public", false
		}},
		{"a route of one page", raw(key("ingress", `{"kind":"ingress","tls":true,"jaeger":{"host":"a.b","tlsSecret":"s"}}`)), func(c *config.Config) {
			c.Ingress.Kind, c.Ingress.TLS, c.Ingress.Jaeger = settings.RouteIngress, true, &settings.Page{Host: "a.b", TLSSecret: "s"}
		}},
		{"a registry on a port", raw(key("images", `{"registry":"registry:5000"}`)), func(c *config.Config) {
			c.Images.Registry = "registry:5000"
			for _, image := range []*settings.Image{c.Images.Collector, c.Images.Jaeger, c.Images.IndexCleaner, c.Images.Rollover, c.Images.Dependencies, c.Images.Tempo, c.Images.Prometheus, c.Images.Demo} {
				_, path, _ := strings.Cut(image.Repository, "/")
				image.Repository = "registry:5000/" + path
			}
		}},
		{"a repository that is written is not the mirror's", raw(key("images", `{"registry":"registry:5000","jaeger":{"repository":"a.b/jaeger"},"collector":{"tag":"1"},"tempo":{"tag":"3.0.3"},"prometheus":{"repository":"a.b/p"},"demo":{"repository":"a.b/d"}}`)), func(c *config.Config) {
			c.Images = settings.Images{
				Registry:     "registry:5000",
				Collector:    &settings.Image{Repository: "registry:5000/otel/opentelemetry-collector-k8s", Tag: "1"},
				Jaeger:       &settings.Image{Repository: "a.b/jaeger", Tag: c.Images.Jaeger.Tag},
				IndexCleaner: &settings.Image{Repository: "registry:5000/jaegertracing/jaeger-es-index-cleaner", Tag: c.Images.IndexCleaner.Tag},
				Rollover:     &settings.Image{Repository: "registry:5000/jaegertracing/jaeger-es-rollover", Tag: c.Images.Rollover.Tag},
				Dependencies: &settings.Image{Repository: "registry:5000/jaegertracing/spark-dependencies/spark-dependencies", Tag: c.Images.Dependencies.Tag},
				Tempo:        &settings.Image{Repository: "registry:5000/grafana/tempo", Tag: "3.0.3"},
				Prometheus:   &settings.Image{Repository: "a.b/p", Tag: c.Images.Prometheus.Tag},
				Demo:         &settings.Image{Repository: "a.b/d", Tag: c.Images.Demo.Tag},
				Agents:       c.Images.Agents,
			}
		}},
		{"the demo is asked for", raw(key("demo", "true")), func(c *config.Config) { c.Demo = true }},
	} {
		t.Run(c.claim, func(t *testing.T) {
			got, err := config.Load(c.given)
			if err != nil {
				t.Fatal(err)
			}
			want := config.Defaults(settings.ProfileDev, settings.SizeDemo)
			want.Kubernetes.Context = "kind-dev"
			c.want(&want)
			if want = config.Settled(want); !reflect.DeepEqual(got, want) {
				t.Errorf("read\n%s\nwant\n%s", plain(t, got), plain(t, want))
			}
		})
	}
}

// with adds the named cluster that raw adds.
func with(c config.Config) config.Config {
	c.Kubernetes.Context = "kind-dev"
	return c
}

func plain(t *testing.T, c config.Config) string {
	t.Helper()
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAKubeconfigNamesTheClusterAlone(t *testing.T) {
	for _, c := range []struct {
		claim, kubeconfig string
		secret, inline    bool
	}{
		{"a path in plain", "/home/me/.kube/config", false, false},
		{"a relative path in plain", "../kube config", false, false},
		{"contents as a secret", "apiVersion: v1\nkind: Config\n", true, true},
		{"a path as a secret", "/home/me/.kube/config", true, false},
	} {
		t.Run(c.claim, func(t *testing.T) {
			given := raw(map[string]string{"kubernetes:context": "-", "kubernetes:kubeconfig": c.kubeconfig})
			given.Secret["kubernetes:kubeconfig"] = c.secret
			got, err := config.Load(given)
			if err != nil {
				t.Fatal(err)
			}
			if got.Kubernetes.Kubeconfig.Reveal() != c.kubeconfig || got.KubeconfigInline() != c.inline || got.Kubernetes.Kubeconfig.Sealed() != c.secret {
				t.Errorf("read as inline %v, sealed %v", got.KubeconfigInline(), got.Kubernetes.Kubeconfig.Sealed())
			}
		})
	}
}

func TestProdDiffersFromDevInValuesOnly(t *testing.T) {
	prod, dev := config.Defaults(settings.ProfileProd, settings.SizeSmall), config.Defaults(settings.ProfileDev, settings.SizeSmall)
	if prod.Collector.Replicas != 2 || dev.Collector.Replicas != 1 {
		t.Errorf("collector replicas are %d in prod and %d in dev, want 2 and 1", prod.Collector.Replicas, dev.Collector.Replicas)
	}
	if len(prod.Scheduling.TopologySpread) != 2 || len(dev.Scheduling.TopologySpread) != 0 {
		t.Errorf("pods are kept apart by %v in prod and %v in dev", prod.Scheduling.TopologySpread, dev.Scheduling.TopologySpread)
	}
	if prod.Tempo.Retention.Time() <= dev.Tempo.Retention.Time() || !prod.Tempo.Volume.Retain || dev.Tempo.Volume.Retain {
		t.Errorf("Tempo keeps %v and its volume: %v in prod, %v and %v in dev", prod.Tempo.Retention, prod.Tempo.Volume.Retain, dev.Tempo.Retention, dev.Tempo.Volume.Retain)
	}
	if !prod.Collector.Queue.OnDisk() || dev.Collector.Queue.OnDisk() {
		t.Errorf("the queue is in %s in prod and in %s in dev", prod.Collector.Queue.Storage, dev.Collector.Queue.Storage)
	}
	if !prod.Collector.KubernetesAttributes.Watched() || dev.Collector.KubernetesAttributes.Watched() {
		t.Errorf("pods are watched: %v in prod and %v in dev", prod.Collector.KubernetesAttributes, dev.Collector.KubernetesAttributes)
	}
	if got := prod.Collector.ResourceAttributes["deployment.environment.name"]; got != "prod" || len(dev.Collector.ResourceAttributes) != 0 {
		t.Errorf("the environment is %q in prod, and %v in dev", got, dev.Collector.ResourceAttributes)
	}
	prod.Collector.Queue.Storage = dev.Collector.Queue.Storage
	prod.Collector.KubernetesAttributes, prod.Collector.ResourceAttributes = dev.Collector.KubernetesAttributes, nil
	prod.Collector.Sampling.Replicas = dev.Collector.Sampling.Replicas
	prod.Profile, prod.Collector.Replicas, prod.Scheduling = dev.Profile, dev.Collector.Replicas, dev.Scheduling
	prod.Tempo.Retention, prod.Tempo.Volume.Retain, prod.ObjectStore.Keep = dev.Tempo.Retention, false, false
	prod.Jaeger.Badger.Retention, prod.Jaeger.Badger.Volume.Retain = dev.Jaeger.Badger.Retention, false
	prod.Jaeger.Collector.Replicas, prod.Jaeger.Query.Replicas = dev.Jaeger.Collector.Replicas, dev.Jaeger.Query.Replicas
	prod.Cassandra.ReplicationFactor, prod.Cassandra.Retention = dev.Cassandra.ReplicationFactor, dev.Cassandra.Retention
	for _, store := range []*settings.SearchStore{&prod.Elasticsearch, &prod.OpenSearch} {
		store.Replicas, store.Retention = dev.Elasticsearch.Replicas, dev.Elasticsearch.Retention
	}
	if !reflect.DeepEqual(prod, dev) {
		t.Errorf("they differ in more:\n%+v\n%+v", prod, dev)
	}
	if config.DefaultSize(settings.ProfileProd) != settings.SizeSmall || config.DefaultSize(settings.ProfileDev) != settings.SizeDemo {
		t.Error("the sizes are not small in prod and demo in dev")
	}
}

func TestALargerSizeNeverHasLess(t *testing.T) {
	before := map[string]int{}
	for _, size := range settings.Size("").Choices() {
		c := config.Settled(config.Defaults(settings.ProfileDev, settings.Size(size)))
		if settings.Size(size).Load() == "" {
			t.Errorf("nobody says what %s is for", size)
		}
		collector, jaeger, tempo := c.Collector.Resources, c.Jaeger.Resources, c.Tempo.Resources
		now := map[string]int{
			"collector replicas": c.Collector.Replicas,
			"collector memory":   number(t, collector.Limits.Memory),
			"collector CPU":      number(t, collector.Requests.CPU),
			"queue's disk":       number(t, config.Defaults(settings.ProfileProd, settings.Size(size)).Collector.Queue.Volume.Size),
			"traces":             c.Jaeger.MaxTraces,
			"Jaeger memory":      number(t, jaeger.Limits.Memory),
			"Jaeger CPU":         number(t, jaeger.Requests.CPU),
			"Jaeger collectors":  c.Jaeger.Collector.Replicas,
			"Jaeger queries":     c.Jaeger.Query.Replicas,
			"its collector's":    number(t, c.Jaeger.Collector.Resources.Limits.Memory),
			"its query's":        number(t, c.Jaeger.Query.Resources.Limits.Memory),
			"shards":             c.Elasticsearch.Shards,
			"Tempo memory":       number(t, tempo.Limits.Memory),
			"Tempo disk":         number(t, c.Tempo.Volume.Size),
			"live traces":        c.Tempo.Limits.LiveTraces,
			"rate":               number(t, c.Tempo.Limits.Rate),
			"burst":              number(t, c.Tempo.Limits.Burst),
		}
		for name, value := range now {
			if value < before[name] || value == 0 {
				t.Errorf("%s has %d %s, the smaller size %d", size, value, name, before[name])
			}
		}
		before = now
	}
}

func number(t *testing.T, amount spec.Amount) int {
	t.Helper()
	number, ok := amount.Number()
	if !ok {
		t.Fatalf("%v is no amount", amount)
	}
	return number
}
