package components

import (
	"errors"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/versions"
)

const demoAppType = "tracestack:index:DemoApp"

// DemoApp is HotROD, a ride-hailing application of several services in one process.
type DemoApp struct {
	pulumi.ResourceState

	// URL of its page.
	URL pulumi.StringOutput
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
}

func (a DemoAppArgs) validate() error {
	var endpoint error
	if a.OTLPEndpoint == nil {
		endpoint = errors.New("otlpEndpoint: must be given")
	}
	return errors.Join(checkNamespace(a.Namespace), endpoint, checkImage(a.Image))
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
	}, component, opts...); err != nil {
		return nil, err
	}
	w := a.workload(name)
	if _, err := w.deploy(ctx, component); err != nil {
		return nil, refuse("demo app", name, err)
	}
	if _, err := w.service(ctx, component, name, naming.DemoHTTP); err != nil {
		return nil, refuse("demo app", name, err)
	}
	component.URL = a.Namespace.ToStringOutput().ApplyT(func(ns string) string {
		return naming.URL(name, ns, naming.DemoHTTP)
	}).(pulumi.StringOutput)
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{"url": component.URL})
}

func (a DemoAppArgs) workload(name string) workload {
	return workload{
		name:      name,
		product:   "hotrod",
		component: "demo",
		namespace: a.Namespace,
		image:     a.Image,
		args:      []string{"all"},
		env: corev1.EnvVarArray{corev1.EnvVarArgs{
			Name: pulumi.String("OTEL_EXPORTER_OTLP_ENDPOINT"), Value: a.OTLPEndpoint,
		}},
		ports:     []naming.Port{naming.DemoHTTP},
		replicas:  1,
		strategy:  withoutGap(),
		resources: resources{cpuRequest: 10, cpuLimit: 500, memoryRequest: 32, memoryLimit: 128},
		// By TCP: HotROD traces every HTTP request, so an HTTP probe would bury the real traces.
		probe: tcpProbe(naming.DemoHTTP),
		grace: 10,
	}
}
