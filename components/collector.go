package components

import (
	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/internal/render/collector"
	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/internal/versions"
	"github.com/tracestack/tracestack/settings"
)

const collectorType = "tracestack:index:Collector"

// Collector is the OTLP gateway: applications send to it, and only it knows the backend.
type Collector struct {
	pulumi.ResourceState

	// Whatever is made from the endpoints is made when the collector is ready, so first spans are not lost.
	OTLPGRPCEndpoint pulumi.StringOutput `pulumi:"otlpGrpcEndpoint" doc:"Takes spans by OTLP over gRPC: host:4317."`
	OTLPHTTPEndpoint pulumi.StringOutput `pulumi:"otlpHttpEndpoint" doc:"Takes spans by OTLP over HTTP: http://host:4318."`
}

// CollectorArgs describe a Collector.
type CollectorArgs struct {
	Namespace pulumi.StringInput `pulumi:"namespace" doc:"Of everything that is made."`
	Backend   *BackendArgs       `pulumi:"backend" doc:"What spans go to."`
	Mirror    *BackendArgs       `pulumi:"mirror,optional" doc:"Gets a copy of every span, for a migration. It is sent with a queue of its own, and what it does not take within seconds it does not get: it never holds up the Backend."`
	settings.Collector
	Image    string             `pulumi:"image,optional" format:"image" doc:"The image, by default the pinned release. It must have the components of the k8s distribution."`
	Metadata *settings.Metadata `pulumi:"metadata,optional" doc:"Labels and annotations of everything that is made."`
	Pods     *settings.Pods     `pulumi:"pods,optional" doc:"How pods are pulled and placed."`
}

// Rules across the fields.
func (a *CollectorArgs) Rules(l spec.Look) {
	for name, backend := range map[string]*BackendArgs{"backend": a.Backend, "mirror": a.Mirror} {
		if backend != nil && backend.OTLPEndpoint == nil {
			l.Refuse(name+".otlpEndpoint", spec.NotSet, "must be given")
		}
	}
}

// NewCollector makes a Collector. Its name is in front of the Services': center gives
// center-collector.
func NewCollector(
	ctx *pulumi.Context, name string, args *CollectorArgs, opts ...pulumi.ResourceOption,
) (*Collector, error) {
	a := *orDefault(args, &CollectorArgs{})
	a.Image = orDefault(a.Image, versions.Collector.String())
	if err := settle("collector", name, &a); err != nil {
		return nil, err
	}
	component := &Collector{}
	if err := ctx.RegisterComponentResourceV2(collectorType, name, inputs(&a), component, opts...); err != nil {
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
			Backend: known[0].(string), Mirror: known[1].(string), MemoryLimit: a.Resources.Limits.Memory.Bytes(),
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
func (a CollectorArgs) mirror() pulumi.StringInput {
	if a.Mirror == nil {
		return pulumi.String("")
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
