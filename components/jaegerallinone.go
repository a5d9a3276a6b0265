package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/internal/render/jaeger"
	"github.com/tracestack/tracestack/settings"
)

// inMemory has its store in memory.
func (a JaegerStackArgs) inMemory(name string) (kube.Role, error) {
	file, err := jaeger.Memory{Pages: a.pages(), Sampling: a.sampling(), MaxTraces: a.MaxTraces}.Render()
	if err != nil {
		return kube.Role{}, err
	}
	role, err := a.allInOne(name, file, a.Resources)
	if err != nil {
		return kube.Role{}, err
	}
	// One: a second would hold its own half of the traces. The collector keeps spans while there is none.
	role.Runner = kube.Deployment{Replicas: 1, OneAtATime: true}
	return role, nil
}

// onVolume has its store on a disk, which one process alone opens.
func (a JaegerStackArgs) onVolume(name string) (kube.Role, error) {
	b := a.Badger
	file, err := jaeger.Badger{Pages: a.pages(), Sampling: a.sampling(), Retention: b.Retention.Time()}.Render()
	if err != nil {
		return kube.Role{}, err
	}
	role, err := a.allInOne(name, file, b.Resources)
	if err != nil {
		return kube.Role{}, err
	}
	role.Runner = kube.StatefulSet{
		Replicas: 1, Service: naming.JaegerCollectorService(name), Volume: kube.Volume{Path: jaeger.Dir, Volume: b.Volume},
	}
	// The journal, and the names of services and operations, are read from the disk at the start.
	role.Pod.Containers[0].Probe.Starts = 600
	// What is in memory goes to the disk. What is cut short is in the journal.
	role.Pod.Grace = 60
	return role, nil
}

// allInOne is all of Jaeger in one pod.
func (a JaegerStackArgs) allInOne(name string, file render.File, resources *settings.Resources) (kube.Role, error) {
	role := a.role(name, "all-in-one", kube.NewConfig(file.Name, pulumi.ToOutput(file)), resources,
		naming.OTLPGRPC, naming.OTLPHTTP, naming.QueryHTTP, naming.QueryGRPC)
	role.Services = []kube.Service{takesSpans(name), answersQueries(name), monitoring(naming.JaegerMonitoringService(name))}
	if err := a.sample(&role); err != nil {
		return kube.Role{}, err
	}
	return role, a.show(&role, name)
}
