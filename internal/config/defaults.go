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
}

// Presets lists the sizes, the smallest first. Jaeger's memory is not among them: it follows the
// number of traces.
func Presets() []Preset {
	return []Preset{
		{
			SizeDemo, "a person trying things: up to 100 spans/s",
			Collector{Replicas: 1, Resources: amounts(25, 64, 2000, 512)},
			Jaeger{MaxTraces: 5000, Resources: amounts(25, 0, 1000, 0)},
		},
		{
			Small, "a few services: up to 1,000 spans/s",
			Collector{Replicas: 1, Resources: amounts(100, 256, 2000, 1024)},
			Jaeger{MaxTraces: 20_000, Resources: amounts(100, 0, 2000, 0)},
		},
		{
			Medium, "tens of services: up to 10,000 spans/s",
			Collector{Replicas: 2, Resources: amounts(500, 1024, 2000, 2048)},
			Jaeger{MaxTraces: 50_000, Resources: amounts(500, 0, 2000, 0)},
		},
		{
			Large, "hundreds of services: up to 50,000 spans/s",
			Collector{Replicas: 4, Resources: amounts(1000, 2048, 4000, 4096)},
			Jaeger{MaxTraces: 100_000, Resources: amounts(1000, 0, 4000, 0)},
		},
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
		Images: Images{
			Collector:  pinned(versions.Collector),
			Jaeger:     pinned(versions.Jaeger),
			Prometheus: pinned(versions.Prometheus),
			Demo:       pinned(versions.HotROD),
		},
	}
	for _, preset := range Presets() {
		if preset.Size == size {
			c.Collector, c.Jaeger = preset.Collector, preset.Jaeger
		}
	}
	c.Collector.ManagedBy = Deployment
	c.Jaeger.Replicas = 1
	if profile == Prod {
		// One pod may go, for an upgrade or with its node, and spans are still taken.
		c.Collector.Replicas = max(c.Collector.Replicas, 2)
		c.Scheduling.TopologySpread = []TopologySpread{
			{TopologyKey: "kubernetes.io/hostname", MaxSkew: 1, WhenUnsatisfiable: ScheduleAnyway},
			{TopologyKey: "topology.kubernetes.io/zone", MaxSkew: 1, WhenUnsatisfiable: ScheduleAnyway},
		}
	}
	return c
}

func pinned(image versions.Image) Image { return Image{Repository: image.Repository, Tag: image.Tag} }
