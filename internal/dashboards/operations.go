package dashboards

//lint:file-ignore SA1019 As in services.go.

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/units"

	"github.com/tracestack/tracestack/internal/render/grafana"
)

// The columns of the table.
const (
	rateColumn     = "Rate"
	errorsColumn   = "Errors"
	durationColumn = "Duration, 95th percentile"
)

// operations is a row for each operation of a service, over the whole time that is shown.
func operations() *table.PanelBuilder {
	const each = grafana.LabelService + ", " + grafana.LabelSpanName
	whole := func(refID, expression string) *prometheus.DataqueryBuilder {
		return query(refID, overall(expression), "").Instant().Format(prometheus.PromQueryFormatTable)
	}
	return table.NewPanelBuilder().
		Title("Operations").
		Height(middling).Span(full).
		Datasource(metrics()).
		WithTarget(whole("A", sum(rate(calls()), each))).
		WithTarget(whole("B", share(failures(), calls(), each))).
		WithTarget(whole("C", quantile95(latency(), each))).
		WithTransformation(dashboard.DataTransformerConfig{Id: "merge", Options: map[string]any{}}).
		WithTransformation(dashboard.DataTransformerConfig{Id: "organize", Options: map[string]any{
			"excludeByName": map[string]bool{"Time": true},
			"renameByName": map[string]string{
				grafana.LabelService: "Service", grafana.LabelSpanName: "Operation",
				"Value #A": rateColumn, "Value #B": errorsColumn, "Value #C": durationColumn,
			},
		}}).
		OverrideByName(rateColumn, []dashboard.DynamicConfigValue{{Id: "unit", Value: units.RequestsPerSecond}}).
		OverrideByName(errorsColumn, []dashboard.DynamicConfigValue{
			{Id: "unit", Value: units.PercentUnit},
			{Id: "custom.cellOptions", Value: map[string]string{"type": "color-text"}},
		}).
		OverrideByName(durationColumn, []dashboard.DynamicConfigValue{{Id: "unit", Value: units.Seconds}}).
		Thresholds(ofErrors()).
		SortBy([]cog.Builder[common.TableSortByFieldState]{
			common.NewTableSortByFieldStateBuilder().DisplayName(rateColumn).Desc(true),
		})
}
