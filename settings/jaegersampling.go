package settings

import (
	"fmt"
	"slices"

	"github.com/tracestack/tracestack/internal/spec"
)

// JaegerSampling is which traces applications begin, where their SDKs ask Jaeger.
type JaegerSampling struct {
	Mode     SamplingMode      `json:"mode,omitempty" pulumi:"mode,optional" default:"none" doc:"Who decides: the SDKs by themselves, the settings below, or Jaeger, which lets each operation have the same number of traces. Jaeger then answers on the ports 5778 (HTTP) and 5779 (gRPC) of the Service that takes spans." rule:"must not be adaptive with a search store"`
	Default  *SamplingStrategy `json:"default,omitempty" pulumi:"default,optional" doc:"With mode static, what holds for every service that is not named." rule:"must not be given with another mode than static"`
	Services []ServiceSampling `json:"services,omitempty" pulumi:"services,optional" doc:"With mode static, what holds for some services instead. Operations of the default hold for them too, but where they name the same." rule:"must not be given with another mode than static"`
	Adaptive *AdaptiveSampling `json:"adaptive,omitempty" pulumi:"adaptive,optional" doc:"With mode adaptive, what Jaeger aims at." rule:"must not be given with another mode than adaptive"`
}

// SamplingStrategy is how an SDK decides on a trace.
type SamplingStrategy struct {
	Probability     Probability         `json:"probability,omitempty" pulumi:"probability,optional" min:"0" max:"1" doc:"Which part of the traces is begun. Without one, and without tracesPerSecond, a service has that of the default, and the default 0.001." rule:"must not be given with tracesPerSecond"`
	TracesPerSecond int                 `json:"tracesPerSecond,omitempty" pulumi:"tracesPerSecond,optional" min:"1" max:"1000000" doc:"How many traces each process begins in a second at most." rule:"must not be given with operations, nor for a service with those of the default: an SDK that has operations looks at nothing else"`
	Operations      []OperationSampling `json:"operations,omitempty" pulumi:"operations,optional" doc:"What holds for some operations instead: the names of the spans that a trace begins with."`
}

// ServiceSampling is how the SDKs of a service decide.
type ServiceSampling struct {
	Service string `json:"service" pulumi:"service" format:"notEmpty" doc:"Its name, as its spans have it." rule:"must be named once"`
	SamplingStrategy
}

// OperationSampling is how an SDK decides on an operation.
type OperationSampling struct {
	Operation   string      `json:"operation" pulumi:"operation" format:"notEmpty" doc:"Its name." rule:"must be named once"`
	Probability Probability `json:"probability" pulumi:"probability" min:"0" max:"1" doc:"Which part of its traces is begun."`
}

// AdaptiveSampling is what Jaeger aims at.
type AdaptiveSampling struct {
	TracesPerSecond    int         `json:"tracesPerSecond,omitempty" pulumi:"tracesPerSecond,optional" min:"1" max:"1000000" default:"1" doc:"How many traces of each operation there should be in a second, of all processes of its service together."`
	InitialProbability Probability `json:"initialProbability,omitempty" pulumi:"initialProbability,optional" min:"0.000001" max:"1" default:"0.001" doc:"Which part is begun of an operation that Jaeger has not seen yet." rule:"must not be less than minProbability"`
	MinProbability     Probability `json:"minProbability,omitempty" pulumi:"minProbability,optional" min:"0.000001" max:"1" default:"0.00001" doc:"Which part is begun at least."`
}

// Rules across the fields.
func (s *JaegerSampling) Rules(l spec.Look) {
	if !l.Sound("", "mode") {
		return
	}
	static, adaptive := []SamplingMode{SamplingStatic}, []SamplingMode{SamplingAdaptive}
	spec.CheckReadBy(l, "mode", s.Mode, []spec.ReadBy[SamplingMode]{
		{Name: "default", By: static},
		{Name: "services", By: static},
		{Name: "adaptive", By: adaptive},
	})
	named := map[string]bool{}
	for i, one := range s.Services {
		in := l.In(fmt.Sprintf("services[%d]", i))
		if in.GivenSound("service") && named[one.Service] {
			in.Refuse("service", spec.Shown(one.Service), "must be named once")
		}
		named[one.Service] = true
		if in.GivenSound("tracesPerSecond") && len(one.Operations) == 0 && len(s.Default.Operations) > 0 {
			in.Refuse("tracesPerSecond", fmt.Sprint(one.TracesPerSecond), "must not be given while the default has operations: they hold for this service too, and an SDK that has operations looks at nothing else")
		}
	}
}

// Rules across the fields.
func (s *SamplingStrategy) Rules(l spec.Look) {
	if l.GivenSound("probability") && l.Given("tracesPerSecond") {
		l.Refuse("probability", s.Probability.String(), "must not be given with tracesPerSecond")
	}
	if l.GivenSound("tracesPerSecond") && len(s.Operations) > 0 {
		l.Refuse("tracesPerSecond", fmt.Sprint(s.TracesPerSecond), "must not be given with operations: an SDK that has operations looks at nothing else")
	}
	for i, one := range s.Operations {
		same := func(other OperationSampling) bool { return other.Operation == one.Operation }
		if at := fmt.Sprintf("operations[%d].operation", i); l.GivenSound(at) && slices.ContainsFunc(s.Operations[:i], same) {
			l.Refuse(at, spec.Shown(one.Operation), "must be named once")
		}
	}
}

// Rules across the fields.
func (a *AdaptiveSampling) Rules(l spec.Look) {
	if l.Sound("initialProbability", "minProbability") && amount(a.InitialProbability) < amount(a.MinProbability) {
		l.Refuse("initialProbability", a.InitialProbability.String(), "must not be less than minProbability, "+a.MinProbability.String())
	}
}

// read is what Jaeger reads with the mode.
func (s *JaegerSampling) read() *JaegerSampling {
	switch s.Mode {
	case SamplingStatic:
		return &JaegerSampling{Mode: s.Mode, Default: s.Default, Services: s.Services}
	case SamplingAdaptive:
		return &JaegerSampling{Mode: s.Mode, Adaptive: s.Adaptive}
	}
	return &JaegerSampling{Mode: s.Mode}
}

// adaptiveStores keep what Jaeger has counted and computed.
var adaptiveStores = []Storage{StorageMemory, StorageBadger}

// CheckStorage refuses to let Jaeger decide where it cannot keep what it has counted.
func (s *JaegerSampling) CheckStorage(l spec.Look, storage Storage) {
	if l.GivenSound("mode") && s.Mode == SamplingAdaptive && !slices.Contains(adaptiveStores, storage) {
		l.Refuse("mode", string(s.Mode), fmt.Sprintf("must not be adaptive with storage %s: Jaeger keeps what it has counted in %s alone",
			storage, spec.OneOf(spec.Texts(adaptiveStores...))[len("must be "):]))
	}
}
