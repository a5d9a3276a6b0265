package components

import (
	"errors"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/internal/versions"
)

const demoAppType = "tracestack:index:DemoApp"

// DemoApp is HotROD, a ride-hailing application of several services in one process.
type DemoApp struct {
	pulumi.ResourceState

	// URL of its page inside the cluster.
	URL pulumi.StringOutput
	// ExternalURL of its page; empty without a route.
	ExternalURL pulumi.StringOutput
}

// DemoAppArgs describe a DemoApp.
type DemoAppArgs struct {
	// Namespace of everything that is made. Required.
	Namespace pulumi.StringInput
	// OTLPEndpoint that it sends spans to: the URL of an OTLP/HTTP receiver, the only protocol
	// that HotROD speaks. Required.
	OTLPEndpoint pulumi.StringInput
	// Image, the pinned release by default.
	Image string
	// Route to its page from outside the cluster, none by default.
	Route Route
	// Metadata of everything that is made.
	Metadata Metadata
	// Pods is where they run.
	Pods Pods
}

func (a DemoAppArgs) validate() error {
	var endpoint error
	if a.OTLPEndpoint == nil {
		endpoint = errors.New("otlpEndpoint: must be given")
	}
	return errors.Join(
		checkNamespace(a.Namespace),
		endpoint,
		checkImage(a.Image),
		a.Route.validate(),
		a.Metadata.validate(),
		a.Pods.validate(),
	)
}

// NewDemoApp makes a DemoApp. Its name is its Service's.
func NewDemoApp(
	ctx *pulumi.Context, name string, args *DemoAppArgs, opts ...pulumi.ResourceOption,
) (*DemoApp, error) {
	a := *orDefault(args, &DemoAppArgs{})
	a.Image = orDefault(a.Image, versions.HotROD.String())
	if err := refuse("demo app", name, checkName(name), a.validate()); err != nil {
		return nil, err
	}

	component := &DemoApp{}
	if err := ctx.RegisterComponentResourceV2(demoAppType, name, pulumi.Map{
		"namespace":    a.Namespace,
		"otlpEndpoint": a.OTLPEndpoint,
		"image":        pulumi.String(a.Image),
		"route":        pulumi.ToMap(render.Plain(a.Route)),
		"metadata":     pulumi.ToMap(render.Plain(a.Metadata)),
		"pods":         pulumi.ToMap(render.Plain(a.Pods)),
	}, component, opts...); err != nil {
		return nil, err
	}
	if err := component.create(ctx, name, a); err != nil {
		return nil, refuse("demo app", name, err)
	}
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{
		"url":         component.URL,
		"externalUrl": component.ExternalURL,
	})
}

func (d *DemoApp) create(ctx *pulumi.Context, name string, a DemoAppArgs) error {
	w := a.workload(name)
	if _, err := w.deploy(ctx, d); err != nil {
		return err
	}
	if _, err := w.service(ctx, d, name, naming.DemoHTTP); err != nil {
		return err
	}
	if err := w.route(ctx, d, a.Route, name, naming.DemoHTTP); err != nil {
		return err
	}
	d.URL = a.Namespace.ToStringOutput().ApplyT(func(ns string) string {
		return naming.URL(name, ns, naming.DemoHTTP)
	}).(pulumi.StringOutput)
	d.ExternalURL = a.Route.url()
	return nil
}

func (a DemoAppArgs) workload(name string) workload {
	return workload{
		name:      name,
		product:   "hotrod",
		component: "demo",
		namespace: a.Namespace,
		metadata:  a.Metadata,
		pods:      a.Pods,
		image:     a.Image,
		args:      []string{"all"},
		env: corev1.EnvVarArray{corev1.EnvVarArgs{
			Name: pulumi.String("OTEL_EXPORTER_OTLP_ENDPOINT"), Value: a.OTLPEndpoint,
		}},
		ports:     []naming.Port{naming.DemoHTTP},
		replicas:  1,
		strategy:  withoutGap(),
		resources: Resources{CPURequest: 10, CPULimit: 500, MemoryRequest: 32, MemoryLimit: 128},
		// By TCP: HotROD traces every HTTP request, so an HTTP probe would bury the real traces.
		probe: tcpProbe(naming.DemoHTTP),
		grace: 10,
	}
}
