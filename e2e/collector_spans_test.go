package e2e_test

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	traces "go.opentelemetry.io/proto/otlp/trace/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/tracestack/tracestack/e2e/internal/otlp"
	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/traffic"
	"github.com/tracestack/tracestack/e2e/internal/wait"
)

const zipkin = `
receivers:
  zipkin:
    endpoint: 0.0.0.0:9411
service:
  pipelines:
    traces:
      receivers: [zipkin]
`

// chosen is a collector with two samplers, which keep what is slow or failed, with attributes, and with a
// receiver that there is no setting for.
func chosen(extra string) project.Config {
	return project.With(withJaeger, project.Config{"tracestack:collector": map[string]any{
		"kubernetesAttributes": map[string]any{"from": "cluster"},
		"resourceAttributes":   map[string]any{"deployment.environment.name": "e2e"},
		"sampling":             map[string]any{"mode": "tail", "decisionWait": "2s", "replicas": 2, "share": "0", "slowerThan": "100ms"},
		"extra":                map[string]any{"configuration": extra, "ports": []any{map[string]any{"name": "zipkin", "port": 9411}}},
	}})
}

func TestTheCollectorChoosesTracesAndAddsWhatItIsToldTo(t *testing.T) {
	t.Parallel()
	s := newStack(t, chosen(zipkin))
	stacktest.Up(t, s)
	address, err := kube.ServiceIP(t.Context(), s.Namespace, "center-collector")
	if err != nil {
		t.Fatal(err)
	}
	g := gateway{Stack: s, Receiver: otlp.Receiver(address), stored: sources(s)["jaeger"]}
	t.Run("spans carry the pod that they come from", func(t *testing.T) { podsTold(t, s) })
	t.Run("failed and slow traces are kept whole, others are dropped", func(t *testing.T) { tracesChosen(t, g) })
	t.Run("a receiver that there is no setting for takes a span", func(t *testing.T) { zipkinTaken(t, g, address) })
	t.Run("the collector's own complaint ends an update, and its pods run on", func(t *testing.T) { extraRefused(t, s) })
}

// podsTold compares what the spans of the demo say with the pod that sent them.
func podsTold(t *testing.T, s *project.Stack) {
	pod := kube.Pods(t, s.Namespace)["go-demo"]
	want := map[string]string{
		"k8s.pod.name": pod.Name, "k8s.pod.uid": string(pod.UID), "k8s.pod.ip": pod.Status.PodIP, "k8s.node.name": pod.Spec.NodeName,
		"k8s.namespace.name": s.Namespace, "k8s.deployment.name": "go-demo", "deployment.environment.name": "e2e",
	}
	got := traffic.Dispatch(t, traffic.Demo(t, s))
	for key, value := range want {
		for _, span := range got.Spans {
			if told := span.Resource[key]; told != value {
				t.Errorf("span %s says %s is %q, want %q", span.ID, key, told, value)
				break
			}
		}
	}
}

// tracesChosen sends each trace in two requests, which may come to the samplers by two collectors.
func tracesChosen(t *testing.T, g gateway) {
	const each = 20
	sent := map[string][][]byte{}
	for range each {
		for kind, change := range map[string]func(*otlp.Span){
			"failed":   func(span *otlp.Span) { span.Status = &traces.Status{Code: traces.Status_STATUS_CODE_ERROR} },
			"slow":     func(span *otlp.Span) { span.StartTimeUnixNano = span.EndTimeUnixNano - uint64(150*time.Millisecond) },
			"ordinary": func(*otlp.Span) {},
		} {
			id := otlp.NewID(16)
			for part := range 2 {
				span := otlp.NewSpans(id, 1)[0]
				if part == 1 {
					change(span)
				}
				g.taken(t, otlp.Protobuf, otlp.NewRequest(kind, span))
			}
			sent[kind] = append(sent[kind], id)
		}
	}
	for _, kind := range []string{"failed", "slow"} {
		for _, id := range sent[kind] {
			g.waitForSpans(t, id, 2)
		}
	}
	// What was decided on after them is there: they would be, too.
	last := otlp.NewID(16)
	span := otlp.NewSpans(last, 1)[0]
	span.Status = &traces.Status{Code: traces.Status_STATUS_CODE_ERROR}
	g.taken(t, otlp.GRPC, otlp.NewRequest("last", span))
	g.waitForSpans(t, last, 1)
	for _, id := range sent["ordinary"] {
		if got, err := g.stored.ByID(t.Context(), hex.EncodeToString(id)); err == nil && len(got.Spans) > 0 {
			t.Errorf("trace %s, neither failed nor slow, is stored with %d spans", got.ID, len(got.Spans))
		}
	}
}

// zipkinTaken sends a span in Zipkin's own form.
func zipkinTaken(t *testing.T, g gateway, address string) {
	id := otlp.NewID(16)
	body := fmt.Sprintf(`[{"traceId":"%x","id":"%x","name":"asked","timestamp":%d,"duration":200000,"localEndpoint":{"serviceName":"by-zipkin"}}]`,
		id, otlp.NewID(8), time.Now().UnixMicro())
	wait.For(t, "the receiver to take a span", func() error {
		response, err := http.Post("http://"+address+":9411/api/v2/spans", "application/json", strings.NewReader(body))
		if err != nil {
			return err
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusAccepted {
			return fmt.Errorf("it answers %s", response.Status)
		}
		return nil
	})
	g.waitForSpans(t, id, 1)
}

// extraRefused gives the collector what no rule of the program finds fault with.
func extraRefused(t *testing.T, s *project.Stack) {
	before := runningCollectors(t, s)
	stacktest.Configure(t, s, chosen(strings.Replace(zipkin, "endpoint:", "endpoints:", 1)))
	_, err := s.Up(t.Context())
	if err == nil || !strings.Contains(err.Error(), "has invalid keys: endpoints") {
		t.Errorf("the update ended with\n%v\nwant the collector's own sentence", err)
	}
	if after := runningCollectors(t, s); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("the pods are %v, before the update they were %v", after, before)
	}
}

func runningCollectors(t *testing.T, s *project.Stack) (names []string) {
	t.Helper()
	for _, pod := range kube.AllPods(t, s.Namespace) {
		if instance := pod.Labels["app.kubernetes.io/instance"]; pod.Status.Phase == corev1.PodRunning && (instance == "center-collector" || instance == "center-sampler") {
			names = append(names, pod.Name)
		}
	}
	return names
}
