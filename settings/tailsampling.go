package settings

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/tracestack/tracestack/internal/sizes"
	"github.com/tracestack/tracestack/internal/spec"
)

// TailSampling decides which traces the backend gets, when it has seen all of each.
type TailSampling struct {
	Mode           TailSamplingMode `json:"mode,omitempty" pulumi:"mode,optional" default:"none" doc:"Whether traces are chosen. With tail the collector hands every trace, whole, to one of the samplers, which are pods of their own: it waits, and then keeps the trace or drops it. docs/gateway.md has the whole way." rule:"must not be tail with a Tempo whose spans are counted in a Prometheus" see:"https://opentelemetry.io/docs/concepts/sampling/#tail-sampling"`
	DecisionWait   Duration         `json:"decisionWait,omitempty" pulumi:"decisionWait,optional" min:"1s" max:"5m" default:"10s" doc:"How long a sampler waits from a trace's first span on. It must be longer than traces are. What comes later is decided as the rest was, as long as the sampler remembers." rule:"must not be given with mode none"`
	Errors         KeptErrors       `json:"errors,omitempty" pulumi:"errors,optional" default:"keep" doc:"Whether every trace with an error in it is kept, or the share as of the others." rule:"must not be given with mode none"`
	SlowerThan     Latency          `json:"slowerThan,omitempty" pulumi:"slowerThan,optional" min:"1ms" max:"60m" doc:"Every trace that takes longer is kept, from its first span's start to its last one's end. Without it none is kept for that." rule:"must not be given with mode none"`
	Share          Probability      `json:"share,omitempty" pulumi:"share,optional" min:"0" max:"1" default:"0.1" doc:"Which part is kept of the traces that nothing else keeps." rule:"must not be given with mode none"`
	Services       []ServiceShare   `json:"services,omitempty" pulumi:"services,optional" doc:"What holds instead of the share for traces in which some services take part." rule:"must not be given with mode none"`
	SpansPerSecond int              `json:"spansPerSecond,omitempty" pulumi:"spansPerSecond,optional" min:"1" max:"10000000" doc:"How many spans the shares keep in a second at most, of all samplers together. Traces beyond it are dropped; errors and slow ones are not counted. Without it there is no such limit." rule:"must not be given with mode none"`
	Replicas       int              `json:"replicas,omitempty" pulumi:"replicas,optional" min:"1" max:"100" sizes:"1 1 2 4" prod:">=2" doc:"How many samplers share the traces. While their number changes, traces that are on their way are divided between two of them." rule:"must not be given with mode none"`
	Resources      *Resources       `json:"resources,omitempty" pulumi:"resources,optional" sizes:"requests.cpu: 25m 100m 500m 1; requests.memory: 128Mi 512Mi 1Gi 2Gi; limits.cpu: 2 2 2 4; limits.memory: 512Mi 1Gi 2Gi 4Gi" doc:"What each sampler gets. Half of the memory is for traces that wait, which take four times their encoded size; beyond it new spans wait in the collector's queue." rule:"must not be given with mode none; limits.memory must be at least 192Mi"`
}

// ServiceShare is which part is kept of the traces of a service.
type ServiceShare struct {
	Service string      `json:"service" pulumi:"service" format:"notEmpty" doc:"Its name, as its spans have it." rule:"must be named once"`
	Share   Probability `json:"share" pulumi:"share" min:"0" max:"1" doc:"Which part is kept of the traces in which it takes part. Where several services of a trace are named it is the largest."`
}

// Latency is a time of which thousandths of a second matter: "250ms", "2s" or "1m".
type Latency string

var (
	latencyForm  = regexp.MustCompile(`^(0|[1-9][0-9]{0,8})(ms|s|m)$`)
	latencyUnits = []unit{{"m", 60_000}, {"s", 1000}, {"ms", 1}}
)

// Number gives it in thousandths of a second.
func (t Latency) Number() (int, bool) { return number(latencyForm, latencyUnits, string(t)) }

// Form is the rule of how it is written.
func (Latency) Form() string { return "must be a time such as 250ms, 2s or 1m" }

// Kind of amount.
func (Latency) Kind() spec.Kind { return spec.TimeAmount }

// String writes it in the largest unit that it is a multiple of.
func (t Latency) String() string { return canonical(t, string(t), latencyUnits) }

// Time gives it as Go has it; 0 where it is not set.
func (t Latency) Time() time.Duration { return time.Duration(amount(t)) * time.Millisecond }

// On tells whether there are samplers.
func (s *TailSampling) On() bool { return s.Mode == TailSamplingTail }

// Settle leaves out all of it where nobody asked for samplers. What somebody wrote all the same is refused.
func (s *TailSampling) Settle(l spec.Look) {
	if s.On() || slices.ContainsFunc(ofSamplers, l.Given) {
		return
	}
	*s = TailSampling{Mode: s.Mode}
}

// ofSamplers is what only they read.
var ofSamplers = []string{"decisionWait", "errors", "slowerThan", "share", "services", "spansPerSecond", "replicas", "resources"}

// Rules across the fields.
func (s *TailSampling) Rules(l spec.Look) {
	if !l.Sound("", "mode") {
		return
	}
	var read []spec.ReadBy[TailSamplingMode]
	for _, name := range ofSamplers {
		read = append(read, spec.ReadBy[TailSamplingMode]{Name: name, By: []TailSamplingMode{TailSamplingTail}})
	}
	spec.CheckReadBy(l, "mode", s.Mode, read)
	named := map[string]bool{}
	for i, one := range s.Services {
		if in := l.In(fmt.Sprintf("services[%d]", i)); in.GivenSound("service") && named[one.Service] {
			in.Refuse("service", spec.Shown(one.Service), "must be named once")
		}
		named[one.Service] = true
	}
	if s.On() {
		atLeast(l.In("resources"), s.Resources, MemoryOf(sizes.SamplerMemory/sizes.Mebibyte), "it must hold what comes at once, and traces that wait")
	}
}
