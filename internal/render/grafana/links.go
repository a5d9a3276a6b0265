package grafana

import (
	"slices"

	"github.com/tracestack/tracestack/internal/render"
)

// The metrics that Tempo's generator makes of spans, in 2.x and 3.x:
// https://grafana.com/docs/tempo/latest/metrics-from-traces/
const (
	MetricCalls        = "traces_spanmetrics_calls_total"
	MetricLatency      = "traces_spanmetrics_latency_bucket"
	MetricEdge         = "traces_service_graph_request_total"
	MetricEdgeFailed   = "traces_service_graph_request_failed_total"
	MetricEdgeDuration = "traces_service_graph_request_server_seconds_bucket"

	LabelService  = "service"
	LabelSpanName = "span_name"
	LabelSpanKind = "span_kind"
	LabelStatus   = "status_code"
	StatusError   = "STATUS_CODE_ERROR"

	// The label of an exemplar that has the trace's ID.
	exemplarsLabel = "traceID"
)

// Metrics is where metrics made of spans are asked for.
type Metrics struct {
	URL  string
	User string // empty: it knows no users
}

// Datasources gives those of traces and the one of metrics, if there is one, with what leads from
// one to the other. What a datasource of traces has in its JSONData already wins.
func Datasources(traces []Datasource, metrics *Metrics) []Datasource {
	var all []Datasource
	for _, datasource := range traces {
		datasource.JSONData = with(tracesSettings(datasource.SpanMetrics && metrics != nil), datasource.JSONData)
		all = append(all, datasource)
	}
	if metrics != nil && len(traces) > 0 {
		all = append(all, metricsDatasource(*metrics, exemplarsLeadTo(traces).UID))
	}
	return all
}

// exemplarsLeadTo prefers the backend that wrote the exemplars. A second one has the same traces, but
// perhaps not from the beginning.
func exemplarsLeadTo(traces []Datasource) Datasource {
	if i := slices.IndexFunc(traces, func(d Datasource) bool { return d.SpanMetrics }); i >= 0 {
		return traces[i]
	}
	return traces[0]
}

func tracesSettings(metrics bool) map[string]any {
	all := tracesData{NodeGraph: enabled{true}}
	if metrics {
		all.ServiceMap = &reference{UIDPrometheus}
		all.TracesToMetrics = newTracesToMetrics()
	}
	return render.Plain(all)
}

// tracesData is jsonData of datasources of traces.
// https://grafana.com/docs/grafana/latest/datasources/tempo/configure-tempo-data-source/provision/
//
// Left at Grafana's defaults: search is shown; a trace is found by its ID whatever the time range
// shows (traceQuery); and results come when they are complete (streamingEnabled), because streams
// are gRPC, which Tempo answers on this port only if told to.
type tracesData struct {
	NodeGraph       enabled          `json:"nodeGraph"`
	ServiceMap      *reference       `json:"serviceMap,omitempty"`
	TracesToMetrics *tracesToMetrics `json:"tracesToMetrics,omitempty"`
}

type enabled struct {
	Enabled bool `json:"enabled"`
}

type reference struct {
	DatasourceUID string `json:"datasourceUid"`
}

type tracesToMetrics struct {
	DatasourceUID      string        `json:"datasourceUid"`
	SpanStartTimeShift string        `json:"spanStartTimeShift"`
	SpanEndTimeShift   string        `json:"spanEndTimeShift"`
	Tags               []tagMapping  `json:"tags"`
	Queries            []linkedQuery `json:"queries"`
}

// tagMapping makes an attribute of a span a label of metrics, in place of $__tags.
type tagMapping struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

type linkedQuery struct {
	Name  string `json:"name"`
	Query string `json:"query"`
}

// newTracesToMetrics leads from a span to the metrics of its service, around its time.
func newTracesToMetrics() *tracesToMetrics {
	const calls, latency = MetricCalls + "{$__tags}[5m]", MetricLatency + "{$__tags}[5m]"
	// $__tags comes last: where a span has none of the tags it is empty, and a matcher may be
	// followed by a comma, not preceded.
	const errors = MetricCalls + "{" + LabelStatus + `="` + StatusError + `", $__tags}[5m]`
	return &tracesToMetrics{
		DatasourceUID:      UIDPrometheus,
		SpanStartTimeShift: "-15m",
		SpanEndTimeShift:   "15m",
		Tags:               []tagMapping{{Key: "service.name", Value: LabelService}},
		Queries: []linkedQuery{
			{"Rate of the service", "sum by (" + LabelSpanName + ") (rate(" + calls + "))"},
			{"Errors of the service", "sum by (" + LabelSpanName + ") (rate(" + errors + "))"},
			{"Duration in the service, 95th percentile", "histogram_quantile(0.95, sum by (le, " + LabelSpanName + ") (rate(" + latency + ")))"},
		},
	}
}

// metricsData is jsonData of a Prometheus:
// https://grafana.com/docs/grafana/latest/datasources/prometheus/configure/#provision-the-data-source
type metricsData struct {
	HTTPMethod string `json:"httpMethod"`
	// Its rules are not this stack's to show, nor is it a place for Grafana's own.
	ManageAlerts                bool          `json:"manageAlerts"`
	AllowAsRecordingRulesTarget bool          `json:"allowAsRecordingRulesTarget"`
	ExemplarTraceIDDestinations []destination `json:"exemplarTraceIdDestinations"`
}

// destination makes a label of exemplars a link to the trace that it names.
type destination struct {
	Name          string `json:"name"`
	DatasourceUID string `json:"datasourceUid"`
}

func metricsDatasource(metrics Metrics, traces string) Datasource {
	return Datasource{
		// Not Prometheus, as a cluster's own is usually named: Grafana takes a datasource of the
		// same name for the one that is meant, and would change it.
		Name: "Tracestack Prometheus", Type: TypePrometheus, UID: UIDPrometheus, URL: metrics.URL,
		JSONData: render.Plain(metricsData{
			HTTPMethod:                  "POST",
			ExemplarTraceIDDestinations: []destination{{Name: exemplarsLabel, DatasourceUID: traces}},
		}),
		User: metrics.User, PasswordVariable: PasswordVariable(UIDPrometheus),
	}
}
