package naming_test

import (
	"maps"
	"testing"

	"github.com/tracestack/tracestack/internal/naming"
)

// Applications and other programs have these in their own configuration.
func TestAddressesThatOthersRelyOn(t *testing.T) {
	for got, want := range map[string]string{
		naming.At(naming.CollectorService(naming.Collector), naming.DefaultNamespace, naming.OTLPGRPC).String(): "center-collector.opentelemetry.svc:4317",
		naming.At(naming.CollectorService(naming.Collector), naming.DefaultNamespace, naming.OTLPHTTP).String(): "http://center-collector.opentelemetry.svc:4318",
		naming.CollectorMonitoringService(naming.Collector):                                                     "center-collector-monitoring",
		naming.At(naming.JaegerCollectorService(naming.Jaeger), "ns", naming.OTLPGRPC).String():                 "jaeger-collector.ns.svc:4317",
		naming.At(naming.JaegerQueryService(naming.Jaeger), "ns", naming.QueryGRPC).String():                    "jaeger-query.ns.svc:16685",
		naming.At(naming.JaegerQueryService(naming.Jaeger), "ns", naming.QueryHTTP).String():                    "http://jaeger-query.ns.svc:16686",
		naming.At(naming.TempoService(naming.Tempo), "ns", naming.OTLPGRPC).String():                            "tempo.ns.svc:4317",
		naming.At(naming.TempoService(naming.Tempo), "ns", naming.TempoHTTP).String():                           "http://tempo.ns.svc:3200",
		naming.At(naming.Demo, "ns", naming.DemoHTTP).String():                                                  "http://go-demo.ns.svc:8080",
		naming.OperatedPod("k8s", 0, 1): "prometheus-k8s-1",
		naming.OperatedPod("k8s", 2, 0): "prometheus-k8s-shard-2-0",
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestEveryPortHasANameThatKubernetesAccepts(t *testing.T) {
	for _, port := range []naming.Port{
		naming.OTLPGRPC, naming.OTLPHTTP, naming.Metrics, naming.Health, naming.QueryHTTP, naming.QueryGRPC, naming.TempoHTTP, naming.DemoHTTP,
		naming.PromHTTP,
	} {
		if name := port.Name(); name == "" || len(name) > 15 {
			t.Errorf("port %s is named %q: must be 1 to 15 characters", port, name)
		}
	}
}

func TestASelectorIsPartOfTheLabels(t *testing.T) {
	labels := naming.Labels("jaeger", "jaeger", "all-in-one")
	for key, value := range naming.Selector("jaeger", "jaeger", "all-in-one") {
		if labels[key] != value {
			t.Errorf("the selector's %s=%s is not in %v", key, value, maps.All(labels))
		}
	}
}
