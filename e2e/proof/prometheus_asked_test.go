package proof_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tracestack/tracestack/e2e/internal/prometheus"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/wait"
	"github.com/tracestack/tracestack/lab/cluster"
)

// Prometheus answers 404 while its remote write receiver is off. Tempo would only log that.
func TestAPrometheusThatTakesNoWritesEndsTheUpdateUntilItIsMended(t *testing.T) {
	t.Parallel()
	namespace := prometheus.New(t, lab).GetNamespace()
	address := prometheus.URL(namespace)
	s := stacktest.New(t, lab, prometheus.WrittenByTempo(map[string]any{
		"mode": "external", "queryUrl": address, "writeUrls": []string{address + "/api/v1/write"},
	}))
	answer := []string{"prometheus-check", "404 Not Found", "remote write receiver needs to be enabled"}
	_, err := s.Up(t.Context())
	stacktest.Refused(t, err, answer...)
	if _, has := kube.Pods(t, s.Namespace)["tempo"]; has {
		t.Error("Tempo was made all the same")
	}

	kube.Delete(t, schema.GroupVersionResource{Group: "batch", Version: "v1", Resource: "jobs"}, s.Namespace, "prometheus-check")
	// As for any object that somebody deletes by hand, the engine must be told to look.
	_, err = s.Up(t.Context(), optup.Refresh())
	stacktest.Refused(t, err, answer...)

	prometheus.TakeWrites(t, kube, namespace)
	if _, err = s.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, has := kube.Pods(t, s.Namespace)["tempo"]; !has {
		t.Error("Tempo was not made")
	}
}

// A dashboard that asks at an address where nothing answers is empty, and nobody says why.
func TestTheMetricsAddressThatIsExportedHasAnswered(t *testing.T) {
	t.Parallel()
	namespace := prometheus.New(t, lab).GetNamespace()
	address := prometheus.URL(namespace)
	prometheus.Set(t, kube, namespace, `{"spec":{"enableRemoteWriteReceiver":true,"routePrefix":"/prometheus"}}`)
	get := kube.Getter(cluster.Address{Service: "prometheus-k8s", Namespace: namespace, Port: 9090})
	wait.For(t, "the Prometheus to answer below its prefix", func() error {
		_, err := get(t.Context(), "/prometheus/api/v1/query?query=vector(1)")
		return err
	})
	s := stacktest.New(t, lab, prometheus.WrittenByTempo(map[string]any{
		"mode": "external", "queryUrl": address, "writeUrls": []string{address + "/prometheus/api/v1/write"},
	}))
	_, err := s.Up(t.Context())
	stacktest.Refused(t, err, "prometheus-query-check", "prometheus-query-url", "404")

	stacktest.Configure(t, s, prometheus.WrittenByTempo(prometheus.Patched(namespace)))
	stacktest.Up(t, s)
	outputs, err := s.Outputs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := outputs["metricsUrl"]; got != address+"/prometheus" {
		t.Errorf("the metrics are asked for at %v", got)
	}

	kube.Delete(t, cluster.Core("services"), namespace, "prometheus-k8s")
	_, err = s.Preview(t.Context())
	stacktest.Refused(t, err, "prometheus-service-unless-queryUrl-is-given", "resource '"+namespace+"/prometheus-k8s' does not exist")
}
