package components

import (
	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render/jaeger"
	"github.com/tracestack/tracestack/settings"
)

// sample lets the role that takes spans answer SDKs that ask which traces they begin.
func (a JaegerStackArgs) sample(role *kube.Role) error {
	sampling := a.sampling()
	if sampling == nil {
		return nil
	}
	ports := []naming.Port{naming.SamplingHTTP, naming.SamplingGRPC}
	container, service := &role.Pod.Containers[0], &role.Services[0]
	container.Ports, service.Ports = append(container.Ports, ports...), append(service.Ports, ports...)
	if sampling.Strategies == nil {
		return nil
	}
	file, err := sampling.Strategies.Render()
	role.Pod.Files = append(role.Pod.Files, kube.NewFile("sampling", jaeger.SamplingFile, file))
	return err
}

// sampling is how SDKs are told; nil where they are not.
func (a JaegerStackArgs) sampling() *jaeger.Sampling {
	s := a.Sampling
	switch s.Mode {
	case settings.SamplingStatic:
		otherwise := orDefault(s.Default.Probability, unsaid)
		all := &jaeger.Strategies{Default: strategy(*s.Default, jaeger.Strategy{}, otherwise)}
		for _, one := range s.Services {
			all.Services = append(all.Services, strategy(one.SamplingStrategy, jaeger.Strategy{Service: one.Service}, otherwise))
		}
		return &jaeger.Sampling{Strategies: all}
	case settings.SamplingAdaptive:
		return &jaeger.Sampling{Adaptive: &jaeger.Adaptive{
			TracesPerSecond:    s.Adaptive.TracesPerSecond,
			InitialProbability: s.Adaptive.InitialProbability.Float(), MinProbability: s.Adaptive.MinProbability.Float(),
		}}
	}
	return nil
}

// unsaid is Jaeger's own where nothing is said.
const unsaid settings.Probability = "0.001"

func strategy(s settings.SamplingStrategy, of jaeger.Strategy, otherwise settings.Probability) jaeger.Strategy {
	made := of.Probabilistic(orDefault(s.Probability, otherwise).Float())
	if s.TracesPerSecond > 0 {
		made = of.RateLimiting(s.TracesPerSecond)
	}
	for _, one := range s.Operations {
		made.Operations = append(made.Operations, jaeger.Strategy{Operation: one.Operation}.Probabilistic(one.Probability.Float()))
	}
	return made
}
