package settings

import (
	"fmt"
	"slices"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/spec"
)

// Tempo is Grafana Tempo, all of it in one pod with a disk.
type Tempo struct {
	Retention        Duration          `json:"retention,omitempty" pulumi:"retention,optional" min:"1h" max:"3650d" default:"2d" prod:"14d" doc:"How long traces are kept."`
	TraceIdle        Duration          `json:"traceIdle,omitempty" pulumi:"traceIdle,optional" min:"1s" max:"30s" default:"5s" doc:"How long no span comes before a trace is complete and searched. What is not complete yet is in memory alone: a pod that is killed, not stopped, loses it."`
	BlockDuration    Duration          `json:"blockDuration,omitempty" pulumi:"blockDuration,optional" min:"10s" max:"10m" default:"5m" doc:"How long traces are gathered on the disk before they go to the store as one block. A longer time makes fewer and larger objects, and takes more memory when a block is completed: with 2,000 spans/s 1.5Gi for 5m, 0.8Gi for 2m."`
	Limits           *TempoLimits      `json:"limits,omitempty" pulumi:"limits,optional" doc:"What is taken."`
	Queries          *TempoQueries     `json:"queries,omitempty" pulumi:"queries,optional" doc:"What a query may ask for."`
	MetricsGenerator *MetricsGenerator `json:"metricsGenerator,omitempty" pulumi:"metricsGenerator,optional" doc:"The metrics that are made of spans, where there is a metrics store."`
	Volume           *Volume           `json:"volume,omitempty" pulumi:"volume,optional" sizes:"size: 10Gi 20Gi 50Gi 200Gi" prod:"retain: true" doc:"The disk of the pod, for what has not gone to the store yet. With storage local it is the store." see:"https://kubernetes.io/docs/concepts/storage/persistent-volumes/"`
	Resources        *Resources        `json:"resources,omitempty" pulumi:"resources,optional" sizes:"requests.cpu: 50m 200m 1 2; requests.memory: 256Mi 512Mi 2Gi 8Gi; limits.cpu: 2 2 4 8; limits.memory: 1Gi 2Gi 6Gi 16Gi" doc:"What the pod gets." rule:"limits.memory must be at least 256Mi"`
}

// TempoLimits protect Tempo's one pod.
type TempoLimits struct {
	TraceSize  Data `json:"traceSize,omitempty" pulumi:"traceSize,optional" min:"1Mi" max:"1Gi" default:"5Mi" doc:"Of one trace. Spans beyond it are not stored, and counted in tempo_discarded_spans_total."`
	LiveTraces int  `json:"liveTraces,omitempty" pulumi:"liveTraces,optional" min:"1" max:"100000000" sizes:"10000 20000 100000 500000" doc:"Traces that are not complete yet. Spans of others are not stored, and counted as above."`
	Rate       Data `json:"rate,omitempty" pulumi:"rate,optional" min:"1Mi" max:"10Gi" sizes:"15Mi 15Mi 30Mi 100Mi" doc:"Of spans in a second. What is beyond is refused, and the collector sends it again."`
	Burst      Data `json:"burst,omitempty" pulumi:"burst,optional" min:"16Mi" max:"20Gi" sizes:"20Mi 20Mi 40Mi 150Mi" doc:"That may come at once. One message may have 16Mi, and what is above the burst would be refused for ever. Without it the larger one of the size's and the rate." rule:"must not be less than limits.rate"`
}

// TempoQueries limit a query.
type TempoQueries struct {
	Search  Duration `json:"search,omitempty" pulumi:"search,optional" min:"1h" max:"3650d" default:"7d" doc:"The longest time range of a search."`
	Metrics Duration `json:"metrics,omitempty" pulumi:"metrics,optional" min:"1h" max:"3650d" default:"1d" doc:"The longest time range of a TraceQL metrics query."`
}

// MetricsGenerator makes metrics of spans.
type MetricsGenerator struct {
	Dimensions []string `json:"dimensions,omitempty" pulumi:"dimensions,optional" format:"attribute" doc:"Attributes of spans and resources that become labels of the span metrics. Each multiplies the number of series by the number of its values." rule:"no two may become the same label, where every character but letters, digits and _ is _; must not become a label that is set already" see:"https://grafana.com/docs/tempo/latest/metrics-from-traces/span-metrics/"`
}

// setAlready are the labels of Tempo's span metrics that attributes cannot have: those that it takes from the
// span (it would put __ in front), those of metrics as such, and those that tell one Tempo from another.
var setAlready = []string{
	"service", "span_name", "span_kind", "status_code", "status_message",
	"__name__", "le", naming.TempoNamespaceLabel, "__metrics_gen_instance",
}

// Rules across the fields.
func (g *MetricsGenerator) Rules(l spec.Look) {
	before := map[string]string{}
	for i, attribute := range g.Dimensions {
		name := fmt.Sprintf("dimensions[%d]", i)
		if !l.Sound(name) {
			continue
		}
		label := naming.MetricLabel(attribute)
		if slices.Contains(setAlready, label) {
			l.Refuse(name, attribute, "must not become the label "+label+", which is set already")
		} else if before[label] != "" {
			l.Refuse(name, attribute, "must not become the label "+label+" as "+before[label]+" does")
		}
		before[label] = attribute
	}
}

// Rules across the fields.
func (t *Tempo) Rules(l spec.Look) { atLeast(l.In("resources"), t.Resources, "256Mi", byItself) }

// Settle raises a default burst to a rate that was written.
func (t *TempoLimits) Settle(l spec.Look) {
	if !l.Given("burst") && amount(t.Burst) < amount(t.Rate) {
		t.Burst = t.Rate
	}
}

// Rules across the fields.
func (t *TempoLimits) Rules(l spec.Look) {
	if l.GivenSound("burst") && l.Sound("rate") && amount(t.Burst) < amount(t.Rate) {
		l.Refuse("burst", t.Burst.String(), "must not be less than the rate, "+t.Rate.String())
	}
}
