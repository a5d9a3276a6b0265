package config

import (
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/versions"
)

// Preset is what a size decides.
type Preset struct {
	Size Size
	// Load that it is meant for: a plan, not a promise.
	Load      string
	Collector Collector
	Jaeger    Jaeger
	Tempo     Tempo
}

// Presets lists the sizes, the smallest first. Jaeger's memory is not among them: it follows the
// number of traces.
func Presets() []Preset {
	return []Preset{
		{
			SizeDemo, "a person trying things: up to 100 spans/s",
			Collector{Replicas: 1, Resources: amounts(25, 64, 2000, 512)},
			Jaeger{MaxTraces: 5000, Resources: amounts(25, 0, 1000, 0)},
			tempo(10_000, 15, 20, 10, amounts(50, 256, 2000, 1024)),
		},
		{
			Small, "a few services: up to 1,000 spans/s",
			Collector{Replicas: 1, Resources: amounts(100, 256, 2000, 1024)},
			Jaeger{MaxTraces: 20_000, Resources: amounts(100, 0, 2000, 0)},
			tempo(20_000, 15, 20, 20, amounts(200, 512, 2000, 2048)),
		},
		{
			Medium, "tens of services: up to 10,000 spans/s",
			Collector{Replicas: 2, Resources: amounts(500, 1024, 2000, 2048)},
			Jaeger{MaxTraces: 50_000, Resources: amounts(500, 0, 2000, 0)},
			tempo(100_000, 30, 40, 50, amounts(1000, 2048, 4000, 6144)),
		},
		{
			Large, "hundreds of services: up to 50,000 spans/s",
			Collector{Replicas: 4, Resources: amounts(1000, 2048, 4000, 4096)},
			Jaeger{MaxTraces: 100_000, Resources: amounts(1000, 0, 4000, 0)},
			tempo(500_000, 100, 150, 200, amounts(2000, 8192, 8000, 16384)),
		},
	}
}

// tempo is what a size decides of Tempo: traces that are not complete yet, mebibytes in a second and
// at once, gibibytes of disk.
func tempo(liveTraces int, rate, burst, disk Capacity, resources Resources) Tempo {
	return Tempo{
		Limits:    TempoLimits{TraceSize: 5, LiveTraces: liveTraces, Rate: rate, Burst: burst},
		Volume:    Volume{Size: disk * 1024},
		Resources: resources,
	}
}

func amounts(cpuRequest CPU, memoryRequest Mebibytes, cpuLimit CPU, memoryLimit Mebibytes) Resources {
	return Resources{
		Requests: Amounts{CPU: cpuRequest, Memory: memoryRequest},
		Limits:   Amounts{CPU: cpuLimit, Memory: memoryLimit},
	}
}

// DefaultSize is the size where none is chosen.
func DefaultSize(profile Profile) Size {
	if profile == Prod {
		return Small
	}
	return SizeDemo
}

// Defaults is the configuration of a profile and a size where nothing else is said. Profiles
// differ in values, never in what the program does with them.
func Defaults(profile Profile, size Size) Config {
	c := Config{
		Profile:         profile,
		Size:            size,
		Backend:         BackendJaeger,
		Storage:         Memory,
		Namespace:       naming.DefaultNamespace,
		CreateNamespace: true,
		Prometheus:      Prometheus{Mode: NoPrometheus},
		Ingress:         Ingress{Kind: NoIngress},
		Grafana:         Grafana{Datasources: GrafanaOutput},
		Images: Images{
			Collector:  pinned(versions.Collector),
			Jaeger:     pinned(versions.Jaeger),
			Tempo:      pinned(versions.Tempo),
			Demo:       pinned(versions.HotROD),
			Prometheus: pinned(versions.Prometheus),
		},
	}
	for _, preset := range Presets() {
		if preset.Size == size {
			c.Collector, c.Jaeger, c.Tempo = preset.Collector, preset.Jaeger, preset.Tempo
		}
	}
	c.Collector.ManagedBy = Deployment
	c.Jaeger.Replicas = 1
	c.Tempo.Retention, c.Tempo.TraceIdle, c.Tempo.BlockDuration = 2*day, 5, 5*60
	c.ObjectStore.KeyGeneration = 1
	c.Tempo.Queries = TempoQueries{Search: 7 * day, Metrics: day}
	if profile == Prod {
		// One pod may go, for an upgrade or with its node, and spans are still taken.
		c.Collector.Replicas = max(c.Collector.Replicas, 2)
		c.Scheduling.TopologySpread = []TopologySpread{
			{TopologyKey: "kubernetes.io/hostname", MaxSkew: 1, WhenUnsatisfiable: ScheduleAnyway},
			{TopologyKey: "topology.kubernetes.io/zone", MaxSkew: 1, WhenUnsatisfiable: ScheduleAnyway},
		}
		c.Tempo.Retention, c.Tempo.Volume.Retain, c.ObjectStore.Keep = 14*day, true, true
	}
	return c
}

const day Duration = 24 * 3600

func pinned(image versions.Image) Image { return Image{Repository: image.Repository, Tag: image.Tag} }
