package collector_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render/collector"
	"github.com/tracestack/tracestack/settings"
)

const samplers = "center-sampler.ns.svc"

func sampler(t *testing.T, change func(*settings.TailSampling)) map[string]any {
	t.Helper()
	s := &settings.TailSampling{Mode: settings.TailSamplingTail, DecisionWait: "10s", Errors: settings.ErrorsKept, Share: "0.1", Replicas: 2}
	change(s)
	file, err := collector.Sampler(collector.Config{Backend: "b:4317", MemoryLimit: memory}, s)
	if err != nil {
		t.Fatal(err)
	}
	var parsed map[string]any
	if err := yaml.Unmarshal([]byte(file.Body), &parsed); err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestCollectorsSendToSamplersWhatTheyWouldSendToTheBackend(t *testing.T) {
	for _, disk := range []bool{false, true} {
		file := render(t, collector.Config{Backend: "b:4317", MemoryLimit: memory, OnDisk: disk, Samplers: samplers})
		if got := fmt.Sprint(at(file, "service", "pipelines", "traces", "exporters")); got != "[loadbalancing]" {
			t.Errorf("spans go to %s", got)
		}
		exporter := at(file, "exporters", "loadbalancing")
		if at(exporter, "resolver", "dns", "hostname") != samplers || at(exporter, "routing_key") != "traceID" {
			t.Errorf("traces are spread by %v over %v", at(exporter, "routing_key"), at(exporter, "resolver"))
		}
		if at(exporter, "sending_queue", "enabled") != true || at(exporter, "retry_on_failure", "max_elapsed_time") != "0s" {
			t.Error("what a sampler does not take is given up")
		}
		if at(exporter, "protocol", "otlp", "sending_queue", "enabled") != false {
			t.Error("a sampler that goes takes a queue with it")
		}
		if storage := exporter.(map[string]any)["sending_queue"].(map[string]any)["storage"]; (storage != nil) != disk {
			t.Errorf("the queue is in %v, on disk: %v", storage, disk)
		}
	}
}

func TestASamplerWaitsRatherThanDrops(t *testing.T) {
	file := sampler(t, func(*settings.TailSampling) {})
	if at(file, "processors", "tail_sampling", "block_on_overflow") != true || at(file, "exporters", "otlp", "sending_queue", "block_on_overflow") != true {
		t.Error("what is decided, or is to be, is dropped when there is much")
	}
	if got := fmt.Sprint(at(file, "service", "pipelines", "traces", "processors")); got != "[memory_limiter tail_sampling]" {
		t.Errorf("the processors are %s", got)
	}
	for _, cache := range []string{"sampled_cache_size", "non_sampled_cache_size"} {
		if size := at(file, "processors", "tail_sampling", "decision_cache", cache); size != memory/4096 {
			t.Errorf("%s is %v", cache, size)
		}
	}
}

func TestPoliciesSayWhatIsKept(t *testing.T) {
	for claim, c := range map[string]struct {
		change func(*settings.TailSampling)
		want   string
	}{
		"errors and a share": {func(*settings.TailSampling) {}, "[errors share]"},
		"no errors":          {func(s *settings.TailSampling) { s.Errors = settings.ErrorsShared }, "[share]"},
		"slow ones":          {func(s *settings.TailSampling) { s.SlowerThan = "250ms" }, "[errors slow share]"},
		"services": {func(s *settings.TailSampling) {
			s.Services = []settings.ServiceShare{{Service: "a", Share: "1"}, {Service: "b", Share: "0"}}
		}, "[errors service-0 service-1 share]"},
	} {
		var names []any
		for _, policy := range at(sampler(t, c.change), "processors", "tail_sampling", "policies").([]any) {
			names = append(names, at(policy, "name"))
		}
		if got := fmt.Sprint(names); got != c.want {
			t.Errorf("%s: the policies are %s, want %s", claim, got, c.want)
		}
	}
	limited := sampler(t, func(s *settings.TailSampling) { s.SpansPerSecond, s.SlowerThan = 1001, "1m" })
	policies := at(limited, "processors", "tail_sampling", "policies").([]any)
	if got := at(policies[1], "latency", "threshold_ms"); got != 60_000 {
		t.Errorf("slower than a minute is slower than %v ms", got)
	}
	last := at(policies[2], "and", "and_sub_policy").([]any)
	if got := at(last[len(last)-1], "rate_limiting", "spans_per_second"); got != 501 {
		t.Errorf("each of two samplers keeps %v of 1001 spans a second", got)
	}
}

func TestExtraIsBehindWhatIsThereAndItsDollarsAreItsOwn(t *testing.T) {
	var extra map[string]any
	if err := yaml.Unmarshal([]byte(`
exporters: {otlp/vendor: {endpoint: "x:1", headers: {k: "${env:KEY}$$"}}}
connectors: {forward: {}}
service: {extensions: [zpages], pipelines: {traces: {exporters: [forward]}, traces/vendor: {receivers: [forward], exporters: [otlp/vendor]}}}
`), &extra); err != nil {
		t.Fatal(err)
	}
	file := render(t, collector.Config{Backend: "b:4317", MemoryLimit: memory, Extra: extra, Resource: map[string]string{"price": "$5"}})
	for path, want := range map[string]string{
		"service pipelines traces exporters":        "[otlp forward]",
		"service pipelines traces/vendor exporters": "[otlp/vendor]",
		"service extensions":                        "[health_check zpages]",
		"exporters otlp/vendor headers k":           "${env:KEY}$$",
		"processors resource attributes":            "[map[action:insert key:price value:$$5]]",
		"exporters otlp endpoint":                   "b:4317",
		"connectors forward":                        "map[]",
	} {
		if got := fmt.Sprint(at(file, strings.Fields(path)...)); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
}

// Package settings refuses what is there already by these names.
func TestEveryPartHasANameThatNobodyElseMayUse(t *testing.T) {
	watched := &settings.KubernetesAttributes{From: settings.AttributesFromCluster}
	attributes := map[string]string{"a": "b"}
	files := []map[string]any{
		render(t, collector.Config{Backend: "b:4317", Mirror: "m:4317", MemoryLimit: memory, OnDisk: true, Kubernetes: watched, Resource: attributes}),
		render(t, collector.Config{Backend: "b:4317", MemoryLimit: memory, Samplers: samplers}),
		sampler(t, func(*settings.TailSampling) {}),
	}
	for _, file := range files {
		for section, names := range naming.CollectorParts {
			parts, _ := file[section].(map[string]any)
			for name := range parts {
				if !slices.Contains(names, name) {
					t.Errorf("%s.%s is not among %v", section, name, names)
				}
			}
		}
		for pipeline := range at(file, "service", "pipelines").(map[string]any) {
			if !slices.Contains(naming.CollectorPipelines, pipeline) {
				t.Errorf("pipeline %s is not among %v", pipeline, naming.CollectorPipelines)
			}
		}
	}
}
