// Package dashboards builds the dashboards' models. Only tests need it: they hold what it builds
// against what internal/render/grafana has stored, so that nobody compiles Grafana's types who
// only runs the program.
package dashboards

//lint:file-ignore SA1019 The model that the SDK calls deprecated is the one that every way of
// provisioning takes, and every Grafana in use.

import (
	"encoding/json"
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/nodegraph"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/tempo"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
	"github.com/grafana/grafana-foundation-sdk/go/units"

	"github.com/tracestack/tracestack/internal/render/grafana"
)

// Heights and widths on Grafana's grid, which is 24 wide.
const (
	low, middling, high = 4, 9, 12
	third, full         = 8, 24
)

// Services gives the dashboard of services: rate, errors and duration of what they answer, and the
// graph of who calls whom.
func Services() ([]byte, error) {
	model, err := dashboard.NewDashboardBuilder("Services by their traces").
		Uid(grafana.UIDServices).
		Description("Rate, errors and duration of the requests that services answer, and who calls whom. From the metrics that Tempo makes of spans; a dot on a duration leads to a trace.").
		Tags([]string{"tracestack", "traces"}).
		Readonly().
		Refresh("30s").
		Time("now-1h", "now").
		Timezone("browser").
		Tooltip(dashboard.DashboardCursorSyncCrosshair).
		WithVariable(service()).
		WithRow(dashboard.NewRowBuilder("All that is chosen")).
		WithPanel(inShort("Rate", units.RequestsPerSecond, sum(rate(calls()), ""), nil)).
		WithPanel(inShort("Errors", units.PercentUnit, share(failures(), calls(), ""), ofErrors())).
		WithPanel(inShort("Duration, 95th percentile", units.Seconds, quantile95(latency(), ""), nil)).
		WithRow(dashboard.NewRowBuilder("By service")).
		WithPanel(overTime("Rate", units.RequestsPerSecond, query("A", sum(rate(calls()), byService), "{{service}}"))).
		WithPanel(errorsOverTime("Errors", query("A", share(failures(), calls(), byService), "{{service}}"))).
		WithPanel(overTime("Duration, 95th percentile", units.Seconds, query("A", quantile95(latency(), byService), "{{service}}").Exemplar(true))).
		WithPanel(operations()).
		WithRow(dashboard.NewRowBuilder("Who calls whom, all services")).
		WithPanel(graph()).
		WithPanel(overTime("Rate of calls", units.RequestsPerSecond, query("A", sum(rate(grafana.MetricEdge), byEdge), edge))).
		WithPanel(errorsOverTime("Failed calls", query("A", share(grafana.MetricEdgeFailed, grafana.MetricEdge, byEdge), edge))).
		WithPanel(overTime("Duration of calls, 95th percentile", units.Seconds, query("A", quantile95(grafana.MetricEdgeDuration, byEdge), edge).Exemplar(true))).
		Build()
	if err != nil {
		return nil, fmt.Errorf("dashboard of services: %w", err)
	}
	number(model.Panels)
	text, err := json.MarshalIndent(model, "", " ")
	return append(text, '\n'), err
}

// number gives each panel its number, which is in links to it.
func number(panels []dashboard.PanelOrRowPanel) {
	for i, panel := range panels {
		id := uint32(i + 1)
		if panel.RowPanel != nil {
			panel.RowPanel.Id = id
		} else {
			panel.Panel.Id = &id
		}
	}
}

func metrics() common.DataSourceRef { return datasource(grafana.TypePrometheus, grafana.UIDPrometheus) }

func datasource(kind, uid string) common.DataSourceRef {
	return common.DataSourceRef{Type: &kind, Uid: &uid}
}

// service is the variable that chooses; all of them at first.
func service() *dashboard.QueryVariableBuilder {
	all := dashboard.StringOrArrayOfString{ArrayOfString: []string{"$__all"}}
	return dashboard.NewQueryVariableBuilder("service").
		Label("Service").
		Datasource(metrics()).
		Query(dashboard.StringOrMap{Map: map[string]any{
			"query": "label_values(" + grafana.MetricCalls + ", " + grafana.LabelService + ")",
			"refId": "services",
		}}).
		Current(dashboard.VariableOption{Text: dashboard.StringOrArrayOfString{ArrayOfString: []string{"All"}}, Value: all}).
		Refresh(dashboard.VariableRefreshOnTimeRangeChanged).
		Sort(dashboard.VariableSortAlphabeticalAsc).
		Multi(true).
		IncludeAll(true)
}

// inShort is one number and how it came to it.
func inShort(title, unit, expression string, thresholds cog.Builder[dashboard.ThresholdsConfig]) *stat.PanelBuilder {
	if thresholds == nil {
		thresholds = steps("text")
	}
	return stat.NewPanelBuilder().
		Title(title).
		Height(low).Span(third).
		Datasource(metrics()).
		WithTarget(query("A", expression, "").Range()).
		Unit(unit).
		Min(0).
		Thresholds(thresholds).
		ColorScheme(dashboard.NewFieldColorBuilder().Mode("thresholds")).
		GraphMode(common.BigValueGraphModeArea).
		ReduceOptions(common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"}))
}

// overTime is a line for each of what the query is about.
func overTime(title, unit string, lines *prometheus.DataqueryBuilder) *timeseries.PanelBuilder {
	return timeseries.NewPanelBuilder().
		Title(title).
		Height(middling).Span(third).
		Datasource(metrics()).
		WithTarget(lines.Range()).
		Unit(unit).
		Min(0).
		FillOpacity(10).
		ShowPoints(common.VisibilityModeNever).
		Legend(common.NewVizLegendOptionsBuilder().
			DisplayMode(common.LegendDisplayModeTable).
			Placement(common.LegendPlacementBottom).
			ShowLegend(true).
			Calcs([]string{"mean", "max"})).
		Tooltip(common.NewVizTooltipOptionsBuilder().
			Mode(common.TooltipDisplayModeMulti).
			Sort(common.SortOrderDescending))
}

// errorsOverTime shows up to one in ten at least, so that a few errors do not look like many.
func errorsOverTime(title string, lines *prometheus.DataqueryBuilder) *timeseries.PanelBuilder {
	return overTime(title, units.PercentUnit, lines).
		AxisSoftMax(0.1).
		Thresholds(ofErrors()).
		ThresholdsStyle(common.NewGraphThresholdsStyleConfigBuilder().Mode(common.GraphThresholdsStyleModeDashed))
}

// graph is drawn by Tempo's datasource, which asks the Prometheus that it is linked to.
func graph() *nodegraph.PanelBuilder {
	const id = "serviceMap"
	traces := datasource(grafana.TypeTempo, grafana.UIDTraces)
	return nodegraph.NewPanelBuilder().
		Title("Service graph").
		Height(high).Span(full).
		Datasource(traces).
		WithTarget(tempo.NewDataqueryBuilder().RefId("A").Datasource(traces).QueryType(id))
}

// ofErrors is green below one in a hundred and red from one in twenty.
func ofErrors() *dashboard.ThresholdsConfigBuilder {
	return steps("green", dashboard.Threshold{Value: cog.ToPtr(0.01), Color: "orange"}, dashboard.Threshold{Value: cog.ToPtr(0.05), Color: "red"})
}

func steps(base string, more ...dashboard.Threshold) *dashboard.ThresholdsConfigBuilder {
	return dashboard.NewThresholdsConfigBuilder().
		Mode(dashboard.ThresholdsModeAbsolute).
		Steps(append([]dashboard.Threshold{{Color: base}}, more...))
}
