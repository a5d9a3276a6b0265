package tempo_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/drone/envsubst"
	"gopkg.in/yaml.v3"

	"github.com/tracestack/tracestack/internal/render/tempo"
)

var metrics = &tempo.Metrics{
	Namespace: "tracing", URLs: []string{"http://a:9090/api/v1/write", "http://b:9090/api/v1/write"}, User: "tempo", Dimensions: []string{"http.method"},
}

// stores are one of each provider, with credentials and with the pod's own identity.
var stores = map[string]tempo.Store{
	"local":             {Provider: "local"},
	"s3":                {Provider: "s3", Bucket: "b", Endpoint: "s3:9000", Insecure: true, Keys: true},
	"s3 by identity":    {Provider: "s3", Bucket: "b", Endpoint: "s3.eu-west-1.amazonaws.com", Region: "eu-west-1"},
	"gcs":               {Provider: "gcs", Bucket: "b", Keys: true},
	"gcs by identity":   {Provider: "gcs", Bucket: "b"},
	"azure":             {Provider: "azure", Bucket: "b", Keys: true},
	"azure by identity": {Provider: "azure", Bucket: "b", Account: "acc", Endpoint: "blob.core.chinacloudapi.cn"},
}

func config(major int) tempo.Config {
	return tempo.Config{
		Major: major, Store: tempo.Store{Provider: "local"}, Retention: 48 * time.Hour,
		TraceIdle: 5 * time.Second, BlockDuration: 5 * time.Minute,
		Limits: tempo.Limits{TraceBytes: 1, RateBytes: 2, BurstBytes: 3, LiveTraces: 4},
		Query:  tempo.Query{Search: time.Hour, Metrics: 2 * time.Hour},
	}
}

func body(t *testing.T, c tempo.Config) string {
	t.Helper()
	file, err := tempo.Render(c)
	if err != nil {
		t.Fatal(err)
	}
	return file.Body
}

func parsed(t *testing.T, c tempo.Config) map[string]any {
	t.Helper()
	var object map[string]any
	if err := yaml.Unmarshal([]byte(body(t, c)), &object); err != nil {
		t.Fatal(err)
	}
	return object
}

// at follows a path of keys, and gives nil where it ends early.
func at(object any, path string) any {
	for key := range strings.SplitSeq(path, ".") {
		inner, _ := object.(map[string]any)
		object = inner[key]
	}
	return object
}

// each renders every combination of release, store and metrics.
func each(t *testing.T, claim func(t *testing.T, c tempo.Config)) {
	for _, major := range []int{2, 3} {
		for name, store := range stores {
			for _, with := range []*tempo.Metrics{nil, metrics} {
				c := config(major)
				c.Store, c.Metrics = store, with
				t.Run(strings.Join([]string{"release", string(rune('0' + major)), name}, " "), func(t *testing.T) { claim(t, c) })
			}
		}
	}
}

func TestOnlyOTLPAndTheQueryAPIAreReachableFromOutsideThePod(t *testing.T) {
	each(t, func(t *testing.T, c tempo.Config) {
		file := parsed(t, c)
		for path, want := range map[string]any{
			"server.http_listen_address": "0.0.0.0", "server.http_listen_port": 3200,
			"server.grpc_listen_address": "127.0.0.1", "server.grpc_listen_port": 9095,
			"distributor.receivers.otlp.protocols.grpc.endpoint": "0.0.0.0:4317",
			"distributor.receivers.otlp.protocols.http.endpoint": "0.0.0.0:4318",
			"querier.frontend_worker.frontend_address":           "127.0.0.1:9095",
		} {
			if got := at(file, path); got != want {
				t.Errorf("%s is %v, want %v", path, got, want)
			}
		}
		if receivers := at(file, "distributor.receivers").(map[string]any); len(receivers) != 1 {
			t.Errorf("it receives by %v", receivers)
		}
		if bind := at(file, "memberlist.bind_addr"); !slices.Equal(bind.([]any), []any{"127.0.0.1"}) {
			t.Errorf("members gossip on %v", bind)
		}
		if at(file, "usage_report.reporting_enabled") != false {
			t.Error("it reports its use to its makers")
		}
	})
}

func TestEverythingIsWrittenToTheVolume(t *testing.T) {
	each(t, func(t *testing.T, c tempo.Config) {
		for _, match := range regexp.MustCompile(`(?m)(path|dir): (/.*)$`).FindAllStringSubmatch(body(t, c), -1) {
			if !strings.HasPrefix(match[2], tempo.Dir+"/") {
				t.Errorf("%s is outside of %s", match[2], tempo.Dir)
			}
		}
	})
}

func TestNoPartIsWrittenForAReleaseThatLacksIt(t *testing.T) {
	for major, missing := range map[int][]string{
		2: {"query_end_cutoff", "live_store", "backend_scheduler", "backend_worker"},
		3: {"ingester:", "compactor", "traces_storage", "local_blocks", "local-blocks"},
	} {
		c := config(major)
		c.Metrics = metrics
		for _, key := range missing {
			if strings.Contains(body(t, c), key) {
				t.Errorf("release %d is given %s", major, key)
			}
		}
	}
}

func TestRetentionAndFlushingReachEachRelease(t *testing.T) {
	for major, want := range map[int]map[string]any{
		2: {
			"compactor.compaction.block_retention": "48h0m0s", "ingester.trace_idle_period": "5s",
			"ingester.max_block_duration": "5m0s", "ingester.flush_all_on_shutdown": true,
			"metrics_generator.processor.local_blocks.max_block_duration": "5m0s",
		},
		3: {
			"backend_worker.compaction.block_retention": "48h0m0s", "live_store.max_trace_idle": "5s",
			"live_store.max_block_duration": "5m0s", "query_frontend.query_end_cutoff": "10s",
		},
	} {
		for path, value := range want {
			if got := at(parsed(t, config(major)), path); got != value {
				t.Errorf("release %d: %s is %v, want %v", major, path, got, value)
			}
		}
	}
}

func TestTraceQLMetricsNeedNoMetricsStore(t *testing.T) {
	processors := func(major int, with *tempo.Metrics) any {
		c := config(major)
		c.Metrics = with
		file := parsed(t, c)
		if local := at(file, "metrics_generator.processor.local_blocks"); major == 2 &&
			(at(local, "filter_server_spans") != false || at(local, "flush_to_storage") != true || at(file, "metrics_generator.traces_storage.path") == nil) {
			t.Errorf("local blocks are %v, and are kept in %v", local, at(file, "metrics_generator.traces_storage.path"))
		}
		return at(file, "overrides.defaults.metrics_generator.processors")
	}
	for _, c := range []struct {
		claim string
		major int
		with  *tempo.Metrics
		want  []any
	}{
		{"release 2 alone", 2, nil, []any{"local-blocks"}},
		{"release 2 with a metrics store", 2, metrics, []any{"service-graphs", "span-metrics", "local-blocks"}},
		{"release 3 with a metrics store", 3, metrics, []any{"service-graphs", "span-metrics"}},
	} {
		t.Run(c.claim, func(t *testing.T) {
			if got, _ := processors(c.major, c.with).([]any); !slices.Equal(got, c.want) {
				t.Errorf("processors are %v, want %v", got, c.want)
			}
		})
	}
	t.Run("release 3 alone", func(t *testing.T) {
		if file := parsed(t, config(3)); at(file, "metrics_generator") != nil || at(file, "overrides.defaults.metrics_generator") != nil {
			t.Error("its live-store answers them, yet a generator is configured")
		}
	})
}

func TestMetricsAreWrittenToEveryReplicaOfTheStoreWithExemplars(t *testing.T) {
	for _, major := range []int{2, 3} {
		c := config(major)
		c.Metrics = metrics
		writes := at(parsed(t, c), "metrics_generator.storage.remote_write").([]any)
		if len(writes) != len(metrics.URLs) {
			t.Fatalf("%d writes", len(writes))
		}
		for i, write := range writes {
			if at(write, "url") != metrics.URLs[i] || at(write, "send_exemplars") != true ||
				at(write, "basic_auth.username") != "tempo" || at(write, "basic_auth.password_file") != tempo.PasswordFile {
				t.Errorf("release %d writes %v", major, write)
			}
		}
		if got := at(parsed(t, c), "metrics_generator.processor.span_metrics.dimensions"); !slices.Equal(got.([]any), []any{"http.method"}) {
			t.Errorf("dimensions are %v", got)
		}
	}
	t.Run("and without a user without credentials", func(t *testing.T) {
		c := config(2)
		c.Metrics = &tempo.Metrics{URLs: []string{"http://a:9090/api/v1/write"}}
		if text := body(t, c); strings.Contains(text, "basic_auth") || strings.Contains(text, "dimensions") {
			t.Errorf("rendered\n%s", text)
		}
	})
}

func TestSeriesOfTwoStacksInOnePrometheusAreKeptApart(t *testing.T) {
	for _, major := range []int{2, 3} {
		c := config(major)
		c.Metrics = metrics
		if got := at(parsed(t, c), "metrics_generator.registry.external_labels.tempo_namespace"); got != "tracing" {
			t.Errorf("release %d: the label is %v", major, got)
		}
	}
}

func TestCredentialsAreVariablesInSingleQuotesAndOnlyWhereThereAreAny(t *testing.T) {
	each(t, func(t *testing.T, c tempo.Config) {
		text := body(t, c)
		variables := regexp.MustCompile(`: '\$\{(\w+)\}'`).FindAllStringSubmatch(text, -1)
		want := 0
		if c.Store.Keys && c.Store.Provider != "gcs" {
			want = 2
		}
		if len(variables) != want || strings.Count(text, "$") != want {
			t.Errorf("%d variables in quotes, want %d:\n%s", len(variables), want, text)
		}
	})
}

func TestAWorkloadIdentityIsUsedWhereThereAreNoKeys(t *testing.T) {
	for store, want := range map[string]any{"azure": nil, "azure by identity": true} {
		c := config(2)
		c.Store = stores[store]
		if got := at(parsed(t, c), "storage.trace.azure.use_federated_token"); got != want {
			t.Errorf("%s: the federated token is used: %v, want %v", store, got, want)
		}
	}
}

func TestWhatCannotWorkIsNotRendered(t *testing.T) {
	for claim, spoil := range map[string]func(*tempo.Config){
		"an unknown release":     func(c *tempo.Config) { c.Major = 4 },
		"no release":             func(c *tempo.Config) { c.Major = 0 },
		"no retention":           func(c *tempo.Config) { c.Retention = 0 },
		"a trace never complete": func(c *tempo.Config) { c.TraceIdle = 0 },
		"a block never closed":   func(c *tempo.Config) { c.BlockDuration = 0 },
		"no limit":               func(c *tempo.Config) { c.Limits.TraceBytes = 0 },
		"an unknown provider":    func(c *tempo.Config) { c.Store.Provider = "ftp" },
		"no bucket":              func(c *tempo.Config) { c.Store.Provider = "gcs" },
		"a bucket on the disk":   func(c *tempo.Config) { c.Store.Bucket = "b" },
		"searches of no time":    func(c *tempo.Config) { c.Query.Search = 0 },
	} {
		t.Run(claim, func(t *testing.T) {
			c := config(2)
			spoil(&c)
			if file, err := tempo.Render(c); err == nil {
				t.Errorf("rendered\n%s", file.Body)
			}
		})
	}
}

// Tempo expands its file before it parses it, by the library that is used here.
func TestTempoReadsEveryTextAsItWasWritten(t *testing.T) {
	environment := map[string]string{tempo.AccessKeyVariable: "key: #1", tempo.SecretKeyVariable: `*&!"\x`}
	for _, text := range []string{
		"svc$tempo", "svc$$tempo", "$", "$$$", "a$", "${" + tempo.SecretKeyVariable + "}", "$${" + tempo.SecretKeyVariable + "}",
		"$" + tempo.SecretKeyVariable, "${A:-b}", `DOM\user`, `DOM\\user`, `a\/b\$c`, `\`, `\\\`, "\\\n", `"\"'`, "!variable", "a: '${A}'\nb", "tab\t$\\\x01",
	} {
		c := config(2)
		c.Store = stores["s3"]
		c.Metrics = &tempo.Metrics{Namespace: "tracing", URLs: []string{"http://a/" + text}, User: text, Dimensions: []string{text}}
		expanded, err := envsubst.Eval(body(t, c), func(name string) string { return environment[name] })
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		var read map[string]any
		if err := yaml.Unmarshal([]byte(expanded), &read); err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		write := at(read, "metrics_generator.storage.remote_write").([]any)[0]
		for path, got := range map[string]any{
			"user": at(write, "basic_auth.username"), "address": strings.TrimPrefix(at(write, "url").(string), "http://a/"),
			"dimension": at(read, "metrics_generator.processor.span_metrics.dimensions").([]any)[0],
		} {
			if got != text {
				t.Errorf("%q is read as the %s %q", text, path, got)
			}
		}
		if got := at(read, "storage.trace.s3.secret_key"); got != environment[tempo.SecretKeyVariable] {
			t.Errorf("the secret key is read as %q", got)
		}
	}
}
