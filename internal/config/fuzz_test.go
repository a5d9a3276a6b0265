package config_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/settings"
)

// FuzzLoad gives one key any text and another any other, as secrets and in plain. Nothing may
// panic; what is refused has path, value and rule on one line each; what is accepted is sound.
func FuzzLoad(f *testing.F) {
	for _, c := range slices.Concat(refusals, ofNewKeys, ofTempo, ofGrafana, ofServer) {
		for name, value := range c.given {
			f.Add(name, value, false, "tracestack:demo", "true")
		}
	}
	for _, name := range config.Keys() {
		f.Add(name, "", true, "tracestack:profile", "prod")
		f.Add(name, "{}", false, "tracestack:size", "large")
		f.Add(name, `{"replicas":1,"maxTraces":2000,"managedBy":"deployment"}`, false, "tracestack:storage", "memory")
	}
	f.Add("tracestack:ingress", `{"kind":"httproute","domain":"a.b","gateway":{"name":"g"}}`, false, "tracestack:demo", "true")
	f.Add("tracestack:images", `{"registry":"a.b/c","jaeger":{"tag":"1","digest":"sha256:0"}}`, false, "tracestack:labels", `{"a":"b"}`)
	f.Add("tracestack:collector", `{"resources":{"requests":{"cpu":1},"limits":{"memory":"1Gi"}}}`, false, "tracestack:size", "medium")
	f.Add("tracestack:objectStore", `{"bucket":"traces","endpoint":"s3:9000","secret":{"name":"a","accessKeyEntry":"b","secretKeyEntry":"c"}}`, false, "tracestack:tempo", `{"retention":"7d"}`)
	f.Add("tracestack:mirror", `{"backend":"tempo","storage":"local"}`, false, "tracestack:tempo", `{"limits":{"rate":"1Gi","burst":"2Gi"},"volume":{"size":"10Gi"}}`)
	f.Add("tracestack:grafana", `{"datasources":"operator","instanceSelector":{"dashboards":"grafana"},"namespace":"monitoring"}`, false, "tracestack:namespace", "monitoring")
	f.Fuzz(func(t *testing.T, name, value string, secret bool, other, text string) {
		given := raw(map[string]string{name: value, other: text})
		given.Secret[name] = secret
		c, err := config.Load(given)
		if err == nil {
			if problem := unsound(c); problem != "" {
				t.Errorf("%q: %q with %q: %q is accepted: %s", name, value, other, text, problem)
			}
			return
		}
		if len(config.Problems(err)) == 0 {
			t.Fatalf("%q: %q is refused without a problem: %v", name, value, err)
		}
		for _, problem := range config.Problems(err) {
			if problem.Path == "" && name != "" && other != "" || problem.Value == "" || problem.Rule == "" || strings.Contains(problem.Error(), "\n") {
				t.Errorf("%q: %q is refused with %+v", name, value, problem)
			}
		}
	})
}

// unsound names what no accepted configuration may have, looked at without the program's own rules.
func unsound(c config.Config) string {
	if c.Collector.Replicas < 1 && c.Collector.Autoscaling == nil || c.Jaeger.MaxTraces < 1 {
		return fmt.Sprintf("%d collectors, %d traces", c.Collector.Replicas, c.Jaeger.MaxTraces)
	}
	if !naming.IsLabel(c.Namespace) {
		return "namespace " + c.Namespace
	}
	if problem := unsoundStores(c); problem != "" {
		return problem
	}
	for _, r := range []*settings.Resources{c.Collector.Resources, c.Jaeger.Resources, c.Tempo.Resources} {
		if size(r.Limits.CPU) < 1 || size(r.Requests.CPU) > size(r.Limits.CPU) || size(r.Requests.Memory) < 1 || size(r.Requests.Memory) > size(r.Limits.Memory) {
			return fmt.Sprintf("resources %+v %+v", r.Requests, r.Limits)
		}
	}
	for _, host := range []string{c.JaegerHost(), c.Ingress.HostOf(c.Ingress.Demo, naming.Demo)} {
		if host != "" && (!naming.IsHost(host) || c.Ingress.Kind == settings.RouteNone) {
			return "host " + host
		}
	}
	if image := c.Images.Jaeger.String(); strings.ContainsAny(image, " \n\t") || strings.HasSuffix(image, ":latest") {
		return "image " + image
	}
	for key, value := range c.Labels {
		if !naming.IsLabelKey(key) || !naming.IsLabelValue(value) || naming.IsOwnLabel(key) {
			return fmt.Sprintf("label %q: %q", key, value)
		}
	}
	for _, spread := range c.Scheduling.TopologySpread {
		if spread.MaxSkew < 1 || spread.TopologyKey == "" || spread.WhenUnsatisfiable == "" {
			return fmt.Sprintf("spread %+v", spread)
		}
	}
	if selects := len(c.Grafana.InstanceSelector) > 0; selects != (c.Grafana.Datasources == settings.GrafanaOperator) {
		return fmt.Sprintf("Grafana by %s, selected by %v", c.Grafana.Datasources, c.Grafana.InstanceSelector)
	}
	if password := c.ElasticsearchPassword.Value; !password.IsZero() && !password.Sealed() {
		return "a password in plain"
	}
	return ""
}

// size is -1 of what is no amount.
func size(amount spec.Amount) int {
	if number, ok := amount.Number(); ok {
		return number
	}
	return -1
}

// unsoundStores is the part of unsound that is about backend, mirror and bucket.
func unsoundStores(c config.Config) string {
	if c.Mirror.Backend == c.Backend || (c.Mirror.Backend == "") != (c.Mirror.Storage == "") {
		return fmt.Sprintf("mirror %+v of %s", c.Mirror, c.Backend)
	}
	if storage, has := c.StorageOf(settings.BackendJaeger); has && storage != settings.StorageMemory {
		return "Jaeger on " + string(storage)
	}
	limits := c.Tempo.Limits
	if size(limits.Rate) < 1 || size(limits.Burst) < size(limits.Rate) || size(c.Tempo.Retention) < 1 || size(c.Tempo.Volume.Size) < 1 {
		return fmt.Sprintf("Tempo %+v", c.Tempo)
	}
	storage, has := c.StorageOf(settings.BackendTempo)
	if !has || storage == settings.StorageLocal {
		return ""
	}
	bucket := c.ObjectStore
	if storage == settings.StorageMinIO && (c.MinIOServer.Server == "" || c.MinIOServer.User == "" || !c.MinIOServer.Password.Sealed() || bucket.Endpoint == "") {
		return fmt.Sprintf("MinIO %+v with %+v", c.MinIOServer, bucket)
	}
	if bucket.Bucket == "" || storage == settings.StorageS3 && bucket.Endpoint == "" ||
		storage == settings.StorageAzure && bucket.Account == "" && bucket.Secret.Name == "" ||
		(bucket.Secret.Name == "") != (bucket.Secret.SecretKeyEntry == "") {
		return fmt.Sprintf("%s with %+v", storage, bucket)
	}
	return ""
}
