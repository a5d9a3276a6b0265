package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render/grafana"
	"github.com/tracestack/tracestack/internal/render/jaeger"
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
	role, err := a.allInOne(name)
	if err != nil {
		return err
	}
	made, err := kube.Make(ctx, j, role)
	if err != nil {
		return err
	}
	j.ExternalURL = role.Route.Address()
	j.Backend = jaegerBackend(name, a.Namespace)
	j.Backend.OTLPEndpoint = whenReady(ctx, j.Backend.OTLPAddress, made[0].Runner, made[0].Services[0])
	return nil
}

func jaegerBackend(name string, namespace pulumi.StringInput) Backend {
	query := at(namespace, naming.JaegerQueryService(name), naming.QueryHTTP, "")
	return Backend{
		Name:        name,
		OTLPAddress: at(namespace, naming.JaegerCollectorService(name), naming.OTLPGRPC, ""),
		QueryURL:    query,
		UIURL:       query,
		HealthURL:   at(namespace, naming.JaegerMonitoringService(name), naming.Health, jaeger.StatusPath),
		Datasource: Datasource{
			Name: naming.DatasourceName("Jaeger", naming.Jaeger, name), Type: grafana.TypeJaeger, UID: naming.DatasourceUID(name), URL: query,
			JSONData: map[string]any{"nodeGraph": map[string]any{"enabled": true}},
		},
	}
}

func (a JaegerStackArgs) allInOne(name string) (kube.Role, error) {
	file, err := jaeger.Memory{MaxTraces: a.MaxTraces}.Render()
	if err != nil {
		return kube.Role{}, err
	}
	config := kube.NewConfig(jaeger.FileName, pulumi.ToOutput(file))
	return kube.Role{
		Name:      name,
		Product:   "jaeger",
		Part:      "all-in-one",
		Namespace: a.Namespace,
		Metadata:  a.Metadata,
		Placement: a.Pods,
		Pod: kube.Pod{
			Containers: []kube.Container{{
				Name:  "jaeger",
				Image: a.Image,
				Args:  []string{"--config=" + config.Path()},
				Ports: []naming.Port{
					naming.OTLPGRPC, naming.OTLPHTTP, naming.QueryHTTP, naming.QueryGRPC, naming.Metrics, naming.Health,
				},
				Resources: a.Resources,
				Probe:     &kube.Probe{Path: jaeger.StatusPath, Port: naming.Health},
			}},
			Config: config,
			Grace:  30,
		},
		// One: a second would hold its own half of the traces. The collector keeps spans while there is none.
		Runner:  kube.Deployment{Replicas: 1, OneAtATime: true},
		Account: &kube.Account{},
		Services: []kube.Service{
			{Name: naming.JaegerCollectorService(name), Ports: []naming.Port{naming.OTLPGRPC, naming.OTLPHTTP}},
			{Name: naming.JaegerQueryService(name), Ports: []naming.Port{naming.QueryHTTP, naming.QueryGRPC}},
			{Name: naming.JaegerMonitoringService(name), Ports: []naming.Port{naming.Metrics, naming.Health}},
		},
		Budget: true,
		Route:  &kube.Route{Route: a.Route, Service: naming.JaegerQueryService(name), Port: naming.QueryHTTP},
	}, nil
}
