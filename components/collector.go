package components

import (
	"errors"
	"fmt"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/internal/render/collector"
	"github.com/tracestack/tracestack/internal/sizes"
	"github.com/tracestack/tracestack/internal/versions"
)

const collectorType = "tracestack:index:Collector"

// Collector is the OTLP gateway: applications send to it, and only it knows the backend.
type Collector struct {
	pulumi.ResourceState

	// OTLPGRPCEndpoint and OTLPHTTPEndpoint are where applications send spans. Whatever is made
	// from them is made when the collector is ready, so first spans are not lost.
	OTLPGRPCEndpoint pulumi.StringOutput
	OTLPHTTPEndpoint pulumi.StringOutput
}

// CollectorArgs describe a Collector.
type CollectorArgs struct {
	// Namespace of everything that is made. Required.
	Namespace pulumi.StringInput
	// Backend that spans go to: its Name and its OTLPEndpoint. Required.
	Backend Backend
	// Mirror gets a copy of every span, for a migration; nil: there is none. It is sent with a queue
	// of its own, and what it does not take within seconds it does not get: it never holds up the
	// Backend.
	Mirror *Backend
	// Replicas, 1 by default.
	Replicas int
	// Image, the pinned release by default.
	Image string
	// Resources of each pod. The queue for spans that the backend does not take grows with the
	// memory, of which at least 96Mi must be given, with a Mirror 192Mi.
	Resources Resources
	// Metadata of everything that is made.
	Metadata Metadata
	// Pods is where they run.
	Pods Pods
}

// leastMemory is what a collector needs to hold what comes at once, for each that it sends to.
func (a CollectorArgs) leastMemory() Mebibytes {
	backends := 1
	if a.Mirror != nil {
		backends = 2
	}
	return Mebibytes(sizes.CollectorMemory(backends) / sizes.Mebibyte)
}

var collectorResources = Resources{CPURequest: 25, CPULimit: 2000, MemoryRequest: 64, MemoryLimit: 512}

func (a CollectorArgs) validate() error {
	var backend, mirror error
	if a.Backend.OTLPEndpoint.OutputState == nil {
		backend = errors.New("backend: must be given")
	} else if err := checkName(a.Backend.Name); err != nil {
		backend = fmt.Errorf("backend.%w", err)
	}
	if a.Mirror != nil && a.Mirror.OTLPEndpoint.OutputState == nil {
		mirror = errors.New("mirror: must have an otlpEndpoint")
	}
	return errors.Join(
		checkNamespace(a.Namespace),
		backend,
		mirror,
		checkRange("replicas", a.Replicas, 1, 100),
		checkImage(a.Image),
		a.Resources.validate(a.leastMemory()),
		a.Metadata.validate(),
		a.Pods.validate(),
	)
}

// NewCollector makes a Collector. Its name is in front of the Services': center gives
// center-collector.
func NewCollector(
	ctx *pulumi.Context, name string, args *CollectorArgs, opts ...pulumi.ResourceOption,
) (*Collector, error) {
	a := *orDefault(args, &CollectorArgs{})
	a.Replicas = orDefault(a.Replicas, 1)
	a.Image = orDefault(a.Image, versions.Collector.String())
	a.Resources = a.Resources.or(collectorResources)
	if err := refuse("collector", name, checkName(name), a.validate()); err != nil {
		return nil, err
	}

	component := &Collector{}
	inputs := pulumi.Map{
		"namespace": a.Namespace,
		"backend":   a.Backend.OTLPEndpoint,
		"replicas":  pulumi.Int(a.Replicas),
		"image":     pulumi.String(a.Image),
		"resources": pulumi.ToMap(render.Plain(a.Resources)),
		"metadata":  pulumi.ToMap(render.Plain(a.Metadata)),
		"pods":      pulumi.ToMap(render.Plain(a.Pods)),
	}
	if a.Mirror != nil {
		inputs["mirror"] = a.Mirror.OTLPEndpoint
	}
	if err := ctx.RegisterComponentResourceV2(collectorType, name, inputs, component, opts...); err != nil {
		return nil, err
	}
	if err := component.create(ctx, name, a); err != nil {
		return nil, refuse("collector", name, err)
	}
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{
		"otlpGrpcEndpoint": component.OTLPGRPCEndpoint,
		"otlpHttpEndpoint": component.OTLPHTTPEndpoint,
	})
}

func (c *Collector) create(ctx *pulumi.Context, name string, a CollectorArgs) error {
	w := a.workload(name)
	deployment, err := w.deploy(ctx, c)
	if err != nil {
		return err
	}
	service, err := w.service(ctx, c, naming.CollectorService(name), naming.OTLPGRPC, naming.OTLPHTTP)
	if err != nil {
		return err
	}
	if _, err := w.service(ctx, c, naming.CollectorMonitoringService(name), naming.Metrics); err != nil {
		return err
	}

	namespace := a.Namespace.ToStringOutput()
	c.OTLPGRPCEndpoint = readyAddress(ctx, namespace.ApplyT(func(ns string) string {
		return naming.Addr(naming.CollectorService(name), ns, naming.OTLPGRPC)
	}).(pulumi.StringOutput), deployment, service)
	c.OTLPHTTPEndpoint = readyAddress(ctx, namespace.ApplyT(func(ns string) string {
		return naming.URL(naming.CollectorService(name), ns, naming.OTLPHTTP)
	}).(pulumi.StringOutput), deployment, service)
	return nil
}

func (a CollectorArgs) workload(name string) workload {
	rendered := pulumi.All(a.Backend.OTLPEndpoint, a.mirror()).ApplyT(func(known []any) (render.File, error) {
		return collector.Render(collector.Config{
			Backend: known[0].(string), Mirror: known[1].(string), MemoryLimit: a.Resources.MemoryLimit.bytes(),
		})
	})
	return workload{
		name:      naming.CollectorService(name),
		backend:   a.Backend.Name,
		product:   "opentelemetry-collector",
		component: "gateway",
		namespace: a.Namespace,
		metadata:  a.Metadata,
		pods:      a.Pods,
		image:     a.Image,
		args:      []string{"--config=" + configDir + "/" + collector.FileName},
		config:    newConfigFile(collector.FileName, rendered),
		ports:     []naming.Port{naming.OTLPGRPC, naming.OTLPHTTP, naming.Metrics, naming.Health},
		replicas:  a.Replicas,
		strategy:  withoutGap(),
		resources: a.Resources,
		probe:     httpProbe("/", naming.Health),
		drain:     3,
		// The drain, then what is queued goes out: seconds while the backend answers.
		grace: 30,
	}
}

// mirror is where copies go, empty where none do.
func (a CollectorArgs) mirror() pulumi.StringOutput {
	if a.Mirror == nil {
		return pulumi.String("").ToStringOutput()
	}
	return a.Mirror.OTLPEndpoint
}

// withoutGap starts the new pod before the old one stops: a gateway that is away for a moment
// loses the spans of every application.
func withoutGap() appsv1.DeploymentStrategyArgs {
	return appsv1.DeploymentStrategyArgs{
		Type: pulumi.String("RollingUpdate"),
		RollingUpdate: &appsv1.RollingUpdateDeploymentArgs{
			MaxSurge: pulumi.Int(1), MaxUnavailable: pulumi.Int(0),
		},
	}
}
