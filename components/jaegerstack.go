package components

import (
	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render/jaeger"
	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/internal/versions"
	"github.com/tracestack/tracestack/settings"
)

const jaegerStackType = "tracestack:index:JaegerStack"

// JaegerStack is Jaeger v2, all-in-one, with its store in memory.
type JaegerStack struct {
	pulumi.ResourceState

	Backend     Backend             `pulumi:"backend" doc:"For a Collector, for Grafana, for whoever asks its query API."`
	ExternalURL pulumi.StringOutput `pulumi:"externalUrl" doc:"Of its pages, from outside the cluster; empty without a route."`
}

// JaegerStackArgs describe a JaegerStack.
type JaegerStackArgs struct {
	Namespace pulumi.StringInput `pulumi:"namespace" doc:"Of everything that is made."`
	settings.Jaeger
	Image    string             `pulumi:"image,optional" format:"image" doc:"The image, by default the pinned release: a Jaeger v2."`
	Route    *settings.Route    `pulumi:"route,optional" doc:"To its pages, from outside the cluster."`
	Metadata *settings.Metadata `pulumi:"metadata,optional" doc:"Labels and annotations of everything that is made."`
	Pods     *settings.Pods     `pulumi:"pods,optional" doc:"How pods are pulled and placed."`
}

// Rules across the fields.
func (a *JaegerStackArgs) Rules(l spec.Look) { a.CheckMemory(l) }

// NewJaegerStack makes a JaegerStack. Its name is in front of the Services': jaeger gives
// jaeger-collector, which takes spans, and jaeger-query.
func NewJaegerStack(
	ctx *pulumi.Context, name string, args *JaegerStackArgs, opts ...pulumi.ResourceOption,
) (*JaegerStack, error) {
	a := *orDefault(args, &JaegerStackArgs{})
	a.Image = orDefault(a.Image, versions.Jaeger.String())
	if err := settle("jaeger stack", name, &a); err != nil {
		return nil, err
	}
	component := &JaegerStack{}
	if err := ctx.RegisterComponentResourceV2(jaegerStackType, name, inputs(&a), component, opts...); err != nil {
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
	j.ExternalURL = routeURL(a.Route)
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
