package e2e_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/tracestack/tracestack/e2e/internal/grafana"
	"github.com/tracestack/tracestack/e2e/internal/metrics"
	"github.com/tracestack/tracestack/e2e/internal/wait"
	"github.com/tracestack/tracestack/lab/servicegraph"
	"github.com/tracestack/tracestack/lab/trace"
)

// countedCalls checks that the service graph has exactly the calls that the traces have.
func countedCalls(t *testing.T, g grafana.Output, traces []trace.Trace) {
	want := map[trace.ServiceEdge]int{}
	for _, one := range traces {
		for edge, n := range servicegraph.Calls(one) {
			want[edge] += n
		}
	}
	counted, err := servicegraph.Wait(t.Context(), g.Getter(t, "prometheus"), func(now servicegraph.Graph) error { return now.Holds(want) })
	if err != nil {
		t.Fatal(err)
	}
	got := map[trace.ServiceEdge]int{}
	for _, edge := range counted.Edges {
		got[trace.ServiceEdge{Parent: edge.Client, Child: edge.Server}] += edge.Calls
	}
	if !maps.Equal(got, want) {
		t.Errorf("the graph has the calls %v, the traces have %v", got, want)
	}
	t.Logf("calls: %v", got)
}

// A spanSort is the labels by which span metrics are counted.
type spanSort struct{ service, name, kind, status string }

func sortsOf(traces []trace.Trace) map[spanSort]int {
	sorts := map[spanSort]int{}
	for _, one := range traces {
		for _, span := range one.Spans {
			status := "STATUS_CODE_UNSET"
			if span.Error {
				status = "STATUS_CODE_ERROR"
			}
			sorts[spanSort{span.Service, span.Operation, "SPAN_KIND_" + strings.ToUpper(string(span.Kind)), status}]++
		}
	}
	return sorts
}

func countedSpans(t *testing.T, g grafana.Output, traces []trace.Trace) {
	want := sortsOf(traces)
	wait.For(t, "the metrics of all spans", func() error {
		got := map[spanSort]int{}
		for _, s := range metrics.Now(t, g.Getter(t, "prometheus"), "sum by (service, span_name, span_kind, status_code) (traces_spanmetrics_calls_total)") {
			got[spanSort{s.Labels["service"], s.Labels["span_name"], s.Labels["span_kind"], s.Labels["status_code"]}] = int(s.Value)
		}
		if !maps.Equal(got, want) {
			return fmt.Errorf("the metrics count\n%v\nthe traces have\n%v", got, want)
		}
		return nil
	})
	t.Logf("spans: %v", want)
}

func countedByTraceQL(t *testing.T, g grafana.Output, traces []trace.Trace) {
	want := map[string]int{}
	for _, one := range traces {
		for _, span := range one.Spans {
			want[span.Service]++
		}
	}
	wait.For(t, "TraceQL to count all spans", func() error {
		got := map[string]int{}
		for service, values := range metrics.TraceQL(t, g.Getter(t, "tempo"), "count_over_time()") {
			for _, value := range values {
				got[service] += int(value)
			}
		}
		if !maps.Equal(got, want) {
			return fmt.Errorf("it counts %v, the traces have %v", got, want)
		}
		return nil
	})
	for service := range want {
		if values := metrics.TraceQL(t, g.Getter(t, "tempo"), "rate()")[service]; slices.Max(values) == 0 {
			t.Errorf("the rate of %s is never above 0: %v", service, values)
		}
	}
}
