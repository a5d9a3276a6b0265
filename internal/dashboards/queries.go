package dashboards

import (
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/prometheus"

	"github.com/tracestack/tracestack/internal/render/grafana"
)

// What an expression makes one line of.
const (
	byService = grafana.LabelService
	byEdge    = "client, server"
	edge      = "{{client}} → {{server}}"
)

// interval is as short as a rate over samples of the datasource can be.
const interval = "[$__rate_interval]"

// overall makes an expression be about the whole time that is shown.
func overall(expression string) string {
	return strings.ReplaceAll(expression, interval, "[$__range]")
}

// answered selects the spans that are requests which a chosen service answers. What it asks of
// others is the others' to answer, and counted there.
const answered = grafana.LabelService + `=~"$service", ` + grafana.LabelSpanKind + `=~"SPAN_KIND_SERVER|SPAN_KIND_CONSUMER"`

func calls() string { return grafana.MetricCalls + "{" + answered + "}" }

func failures() string {
	return grafana.MetricCalls + "{" + answered + ", " + grafana.LabelStatus + `="` + grafana.StatusError + `"}`
}

func latency() string { return grafana.MetricLatency + "{" + answered + "}" }

func rate(selector string) string { return "rate(" + selector + interval + ")" }

func sum(expression, by string) string {
	if by == "" {
		return "sum(" + expression + ")"
	}
	return "sum by (" + by + ") (" + expression + ")"
}

// share is how many of all are part. Where there is none of the part there is no series of it, and
// a panel would say that there is no data: nought of all is written for it.
func share(part, all, by string) string {
	whole := sum(rate(all), by)
	return "(" + sum(rate(part), by) + " or 0 * " + whole + ") / " + whole
}

func quantile95(buckets, by string) string {
	if by != "" {
		by = ", " + by
	}
	return "histogram_quantile(0.95, " + sum(rate(buckets), "le"+by) + ")"
}

func query(refID, expression, legend string) *prometheus.DataqueryBuilder {
	return prometheus.NewDataqueryBuilder().
		RefId(refID).
		Datasource(metrics()).
		EditorMode(prometheus.QueryEditorModeCode).
		Expr(expression).
		LegendFormat(legend)
}
