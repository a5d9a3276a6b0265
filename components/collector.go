package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/internal/render/collector"
	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/internal/versions"
	"github.com/tracestack/tracestack/settings"
)

const (
	collectorType    = "tracestack:index:Collector"
	collectorProduct = "opentelemetry-collector"
)

// Collector is the OTLP gateway: applications send to it, and only it knows the backend.
type Collector struct {
	pulumi.ResourceState

	// Whatever is made from the endpoints is made when the collector is ready, so first spans are not lost.
	OTLPGRPCEndpoint pulumi.StringOutput `pulumi:"otlpGrpcEndpoint" doc:"Takes spans by OTLP over gRPC: host:4317."`
	OTLPHTTPEndpoint pulumi.StringOutput `pulumi:"otlpHttpEndpoint" doc:"Takes spans by OTLP over HTTP: http://host:4318, or https."`
	ExternalURL      pulumi.StringOutput `pulumi:"externalUrl" doc:"The same, from outside the cluster; empty without a route."`

	Environment pulumi.StringMapOutput `pulumi:"environment" doc:"The variables with which an application's OpenTelemetry SDK, of any language, sends its traces here."`
}

// CollectorArgs describe a Collector.
type CollectorArgs struct {
	Namespace pulumi.StringInput `pulumi:"namespace" doc:"Of everything that is made."`
	Backend   *BackendArgs       `pulumi:"backend" doc:"What spans go to."`
	Mirror    *BackendArgs       `pulumi:"mirror,optional" doc:"Gets a copy of every span, for a migration. It is sent with a queue of its own, and what it does not take within seconds it does not get: it never holds up the Backend."`
	settings.Collector
	Applications settings.Applications `pulumi:"applications,optional" doc:"Who sends spans, and is told where."`
	Route        *settings.Route       `pulumi:"route,optional" doc:"To the port of OTLP over HTTP from outside the cluster, for browsers. Whoever serves it speaks no TLS to the Collector." rule:"must not be given with tls"`
	Image        string                `pulumi:"image,optional" format:"image" doc:"The image, by default the pinned release. It must have the components of the k8s distribution, the filter processor among them."`
	Metadata     *settings.Metadata    `pulumi:"metadata,optional" doc:"Labels and annotations of everything that is made."`
	Pods         *settings.Pods        `pulumi:"pods,optional" doc:"How pods are pulled and placed."`
}

// Rules across the fields.
func (a *CollectorArgs) Rules(l spec.Look) {
	for name, backend := range map[string]*BackendArgs{"backend": a.Backend, "mirror": a.Mirror} {
		if backend != nil && backend.OTLPEndpoint == nil {
			l.Refuse(name+".otlpEndpoint", spec.NotSet, "must be given")
		}
	}
	a.CheckQueue(l, a.Mirror != nil)
	if a.TLS != nil && a.Route.Kind != settings.RouteNone && l.Sound("tls", "route.kind") {
		l.Refuse("route", spec.NotShown, "must not be given with tls: whoever serves it speaks no TLS to the Collector")
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
		"externalUrl":      component.ExternalURL,
		"environment":      component.Environment,
	})
}

func (c *Collector) create(ctx *pulumi.Context, name string, a CollectorArgs) error {
	roles := a.roles(name)
	made, err := kube.Make(ctx, c, roles...)
	if err != nil {
		return err
	}
	gateway := made[len(made)-1]
	// Nobody waits for the Service of its own metrics.
	ready := []pulumi.Resource{gateway.Runner, gateway.Services[0]}
	c.OTLPGRPCEndpoint = whenReady(ctx, at(a.Namespace, naming.CollectorService(name), naming.OTLPGRPC, ""), ready...)
	c.OTLPHTTPEndpoint = whenReady(ctx, a.httpEndpoint(name), ready...)
	c.ExternalURL = roles[len(roles)-1].Route.Address()
	c.Environment = a.environment(c.OTLPHTTPEndpoint)
	return c.tell(ctx, name, a)
}

// roles ends with the gateway, which takes spans when what it needs is there.
func (a CollectorArgs) roles(name string) []kube.Role {
	var all []kube.Role
	gateway := a.gateway(name)
	if a.Extra.Configuration != "" {
		all = append(all, a.check(name, gateway))
	}
	if a.Sampling.On() {
		all = append(all, a.samplers(name))
	}
	return append(all, gateway)
}

func (a CollectorArgs) gateway(name string) kube.Role {
	role := a.collects(naming.CollectorService(name), "gateway", a.config(name), a.Resources, 3)
	// The drain, then what is queued goes out: seconds while the backend answers.
	role.Pod.Grace = 30
	program := &role.Pod.Containers[0]
	program.Env, program.MorePorts = a.extraVariables(), a.extraPorts()
	role.Autoscaling, role.Account, role.Route = a.Autoscaling, a.account(), a.route(name)
	role.Services = []kube.Service{
		{Name: naming.CollectorService(name), Ports: []naming.Port{naming.OTLPGRPC, naming.OTLPHTTP}, MorePorts: a.extraPorts()},
		{Name: naming.CollectorMonitoringService(name), Ports: []naming.Port{naming.Metrics}},
		{Name: naming.CollectorHeadlessService(name), Ports: []naming.Port{naming.OTLPGRPC, naming.OTLPHTTP}, MorePorts: a.extraPorts(), Headless: true},
	}
	a.admit(&role)
	a.run(&role, name)
	return role
}

// collects is what every pod of a collector has, whatever its file says.
func (a CollectorArgs) collects(name, part string, config *kube.Config, resources *settings.Resources, drain int) kube.Role {
	return kube.Role{
		Name:      name,
		Product:   collectorProduct,
		Part:      part,
		Namespace: a.Namespace,
		Metadata:  a.Metadata,
		Placement: a.Pods,
		Follows:   true,
		Pod: kube.Pod{
			Containers: []kube.Container{{
				Name:      "opentelemetry-collector",
				Image:     a.Image,
				Args:      []string{"--config=" + config.Path()},
				Ports:     []naming.Port{naming.OTLPGRPC, naming.OTLPHTTP, naming.Metrics, naming.Health},
				Resources: resources,
				Probe:     &kube.Probe{Path: "/", Port: naming.Health},
				Drain:     drain,
			}},
			Config: config,
		},
		Budget: true,
	}
}

// run says what runs the pods. With the queue in memory a pod is as good as another, and for another backend
// there are others: the first ones send what they hold to where it was meant. A pod with its queue on a disk
// comes back to that disk, and sends what is there to the backend that it then has.
func (a CollectorArgs) run(role *kube.Role, name string) {
	operator := a.ManagedBy == settings.ManagedByOperator
	if !a.Queue.OnDisk() {
		role.Backend, role.Runner = a.Backend.Name, kube.Deployment{Replicas: a.Replicas}
		if operator {
			role.Runner = a.operated(name, a.Replicas, nil)
		}
		return
	}
	volume := kube.Volume{Path: collector.Dir, Volume: a.Queue.Volume.Volume(), EachPod: true}
	role.Runner = kube.StatefulSet{
		Name: naming.CollectorQueue(name), Replicas: a.Replicas, Service: naming.CollectorHeadlessService(name),
		Volume: volume, Otherwise: "kubernetes:" + operatorVersion + ":" + operatorKind,
	}
	if operator {
		role.Runner = a.operated(name, a.Replicas, &volume)
	}
	// All of the file is read at the start.
	role.Pod.Containers[0].Probe.Starts = 600
}

func (a CollectorArgs) config(name string) *kube.Config {
	return a.rendered(collector.FileName, func(c collector.Config, namespace string) (render.File, error) {
		extra, err := a.Extra.Parsed()
		if err != nil {
			return render.File{}, err
		}
		c.MemoryLimit, c.Queue, c.OnDisk = a.Resources.Limits.Memory.Bytes(), a.Queue.Bytes(), a.Queue.OnDisk()
		c.Kubernetes, c.Resource, c.Extra = a.KubernetesAttributes, a.ResourceAttributes, extra
		c.Receiver, c.Forwards = a.receiver(), a.forwards()
		if a.Sampling.On() {
			// All that it sends goes to them.
			c.Samplers, c.Mirror = naming.Host(naming.Sampler(name), namespace), ""
		}
		return collector.Render(c)
	})
}

// rendered makes a file when the backends' addresses are known.
func (a CollectorArgs) rendered(file string, make func(c collector.Config, namespace string) (render.File, error)) *kube.Config {
	mirror := pulumi.StringInput(pulumi.String("")) // No copies are sent.
	if a.Mirror != nil {
		mirror = a.Mirror.OTLPEndpoint
	}
	return kube.NewConfig(file, pulumi.All(a.Backend.OTLPEndpoint, mirror, a.Namespace).ApplyT(func(known []any) (render.File, error) {
		return make(collector.Config{Backend: known[0].(string), Mirror: known[1].(string), Compression: string(a.Compression)}, known[2].(string))
	}))
}
