package components

import (
	"errors"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/internal/render/jaeger"
	"github.com/tracestack/tracestack/internal/versions"
)

const jaegerStackType = "tracestack:index:JaegerStack"

// DefaultMaxTraces is how many traces a JaegerStack holds in memory unless told otherwise.
const DefaultMaxTraces = 5000

// JaegerStack is Jaeger v2, all-in-one, with its store in memory.
type JaegerStack struct {
	pulumi.ResourceState

	// Backend is how others use it.
	Backend Backend
	// ExternalURL of its pages; empty without a route.
	ExternalURL pulumi.StringOutput
}

// JaegerStackArgs describe a JaegerStack.
type JaegerStackArgs struct {
	// Namespace of everything that is made. Required.
	Namespace pulumi.StringInput
	// MaxTraces that are held in memory, DefaultMaxTraces by default. The oldest goes when one
	// more comes. The pod's memory limit grows with it, unless Resources give one;
	// a quarter of it is requested.
	MaxTraces int
	// Image, the pinned release by default.
	Image string
	// Resources of the pod.
	Resources Resources
	// Route to its pages from outside the cluster, none by default.
	Route Route
	// Metadata of everything that is made.
	Metadata Metadata
	// Pods is where they run.
	Pods Pods
}

func (a JaegerStackArgs) validate() error {
	return errors.Join(
		checkNamespace(a.Namespace),
		checkRange("maxTraces", a.MaxTraces, 1, 100_000),
		checkImage(a.Image),
		a.Resources.validate(leastJaegerMemory),
		a.Route.validate(),
		a.Metadata.validate(),
		a.Pods.validate(),
	)
}

// NewJaegerStack makes a JaegerStack. Its name is in front of the Services': jaeger gives
// jaeger-collector, which takes spans, and jaeger-query.
func NewJaegerStack(
	ctx *pulumi.Context, name string, args *JaegerStackArgs, opts ...pulumi.ResourceOption,
) (*JaegerStack, error) {
	a := *orDefault(args, &JaegerStackArgs{})
	a.MaxTraces = orDefault(a.MaxTraces, DefaultMaxTraces)
	a.Image = orDefault(a.Image, versions.Jaeger.String())
	a.Resources.MemoryLimit = orDefault(a.Resources.MemoryLimit, memoryFor(a.MaxTraces))
	a.Resources = a.Resources.or(Resources{
		// The store fills up over hours, so more is kept free than the process takes at first.
		CPURequest: 25, CPULimit: 1000, MemoryRequest: a.Resources.MemoryLimit / 4,
	})
	if err := refuse("jaeger stack", name, checkName(name), a.validate()); err != nil {
		return nil, err
	}

	component := &JaegerStack{}
	if err := ctx.RegisterComponentResourceV2(jaegerStackType, name, pulumi.Map{
		"namespace": a.Namespace,
		"maxTraces": pulumi.Int(a.MaxTraces),
		"image":     pulumi.String(a.Image),
		"resources": pulumi.ToMap(render.Plain(a.Resources)),
		"route":     pulumi.ToMap(render.Plain(a.Route)),
		"metadata":  pulumi.ToMap(render.Plain(a.Metadata)),
		"pods":      pulumi.ToMap(render.Plain(a.Pods)),
	}, component, opts...); err != nil {
		return nil, err
	}
	if err := component.create(ctx, name, a); err != nil {
		return nil, refuse("jaeger stack", name, err)
	}
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{
		"otlpEndpoint": component.Backend.OTLPEndpoint,
		"queryUrl":     component.Backend.QueryURL,
		"uiUrl":        component.Backend.UIURL,
		"healthUrl":    component.Backend.HealthURL,
		"externalUrl":  component.ExternalURL,
	})
}

func (j *JaegerStack) create(ctx *pulumi.Context, name string, a JaegerStackArgs) error {
	w, err := a.workload(ctx, name)
	if err != nil {
		return err
	}
	deployment, err := w.deploy(ctx, j)
	if err != nil {
		return err
	}
	service, err := w.service(ctx, j, naming.JaegerCollectorService(name), naming.OTLPGRPC, naming.OTLPHTTP)
	if err != nil {
		return err
	}
	if _, err := w.service(ctx, j, naming.JaegerQueryService(name), naming.QueryHTTP, naming.QueryGRPC); err != nil {
		return err
	}
	if _, err := w.service(ctx, j, naming.JaegerMonitoringService(name), naming.Metrics, naming.Health); err != nil {
		return err
	}
	if err := w.route(ctx, j, a.Route, naming.JaegerQueryService(name), naming.QueryHTTP); err != nil {
		return err
	}
	j.ExternalURL = a.Route.url()
	j.Backend = jaegerBackend(name, a.Namespace.ToStringOutput())
	j.Backend.OTLPEndpoint = readyAddress(ctx, j.Backend.OTLPEndpoint, deployment, service)
	return nil
}

func jaegerBackend(name string, namespace pulumi.StringOutput) Backend {
	at := func(address func(ns string) string) pulumi.StringOutput {
		return namespace.ApplyT(address).(pulumi.StringOutput)
	}
	query := at(func(ns string) string {
		return naming.URL(naming.JaegerQueryService(name), ns, naming.QueryHTTP)
	})
	return Backend{
		Name: name,
		OTLPEndpoint: at(func(ns string) string {
			return naming.Addr(naming.JaegerCollectorService(name), ns, naming.OTLPGRPC)
		}),
		QueryURL: query,
		UIURL:    query,
		HealthURL: at(func(ns string) string {
			return naming.URL(naming.JaegerMonitoringService(name), ns, naming.Health) + jaeger.StatusPath
		}),
		Datasource: Datasource{
			Name: "Jaeger", Type: "jaeger", UID: "tracestack-jaeger", URL: query,
			JSONData: map[string]any{"nodeGraph": map[string]any{"enabled": true}},
		},
	}
}

func (a JaegerStackArgs) workload(ctx *pulumi.Context, name string) (workload, error) {
	file, err := jaeger.Memory{MaxTraces: a.MaxTraces}.Render()
	if err != nil {
		return workload{}, err
	}
	return workload{
		name:      name,
		product:   "jaeger",
		component: "all-in-one",
		namespace: a.Namespace,
		metadata:  a.Metadata,
		pods:      a.Pods,
		image:     a.Image,
		args:      []string{"--config=" + configDir + "/" + jaeger.FileName},
		config:    newConfigFile(jaeger.FileName, pulumi.ToOutput(file)),
		ports: []naming.Port{
			naming.OTLPGRPC, naming.OTLPHTTP, naming.QueryHTTP, naming.QueryGRPC, naming.Metrics, naming.Health,
		},
		// One: a second would hold its own half of the traces.
		replicas: 1,
		// The old pod goes first, for the same reason. The collector keeps spans meanwhile.
		strategy:  appsv1.DeploymentStrategyArgs{Type: pulumi.String("Recreate")},
		resources: a.Resources,
		probe:     httpProbe(jaeger.StatusPath, naming.Health),
		grace:     30,
	}, nil
}

// leastJaegerMemory is what the process takes before it holds traces.
const leastJaegerMemory Mebibytes = 128

// memoryFor is the process itself and 64 KiB for each trace: one of HotROD's, of 40 spans, takes
// about that much. Without a limit that follows the number of traces, a larger number would only
// be a later kill.
func memoryFor(maxTraces int) Mebibytes {
	const process, tracesPerMebibyte = 256, 16
	return process + Mebibytes((maxTraces+tracesPerMebibyte-1)/tracesPerMebibyte)
}
