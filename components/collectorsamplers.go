package components

import (
	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/internal/render/collector"
	"github.com/tracestack/tracestack/settings"
)

// samplers decide which traces go on. The gateway is in front of them, under the addresses that it always has,
// and finds each of them by the headless Service.
func (a CollectorArgs) samplers(name string) kube.Role {
	config := a.rendered(collector.SamplerFileName, func(c collector.Config, _ string) (render.File, error) {
		c.MemoryLimit = a.Sampling.Resources.Limits.Memory.Bytes()
		return collector.Sampler(c, a.Sampling)
	})
	// A sampler that is told to stop goes on until nobody sends to it, and it has decided on all that it has: when
	// the Collector stops, it drops what is undecided.
	drain := int((a.Sampling.DecisionWait.Time() + collector.SamplerLag).Seconds())
	role := a.collects(naming.Sampler(name), "sampler", config, a.Sampling.Resources, drain)
	role.Pod.Grace = drain + 30
	role.Backend, role.Runner = a.Backend.Name, kube.Deployment{Replicas: a.Sampling.Replicas}
	role.Account = &kube.Account{}
	role.Services = []kube.Service{
		{Name: naming.Sampler(name), Ports: []naming.Port{naming.OTLPGRPC}, Headless: true},
		{Name: naming.SamplerMonitoringService(name), Ports: []naming.Port{naming.Metrics}},
	}
	if a.ManagedBy == settings.ManagedByOperator {
		role.Runner = a.operated(naming.Sampler(name), a.Sampling.Replicas, nil)
	}
	return role
}
