package components

import (
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render/environment"
	"github.com/tracestack/tracestack/internal/versions"
	"github.com/tracestack/tracestack/settings"
)

const demoAppType = "tracestack:index:DemoApp"

// DemoApp is HotROD, a ride-hailing application of several services in one process.
type DemoApp struct {
	pulumi.ResourceState

	URL         pulumi.StringOutput `pulumi:"url" doc:"Of its page, inside the cluster."`
	ExternalURL pulumi.StringOutput `pulumi:"externalUrl" doc:"Of its page, from outside the cluster; empty without a route."`
}

// DemoAppArgs describe a DemoApp.
type DemoAppArgs struct {
	Namespace    pulumi.StringInput `pulumi:"namespace" doc:"Of everything that is made."`
	OTLPEndpoint pulumi.StringInput `pulumi:"otlpEndpoint" doc:"Where it sends spans: the URL of an OTLP/HTTP receiver, the only protocol that HotROD speaks."`
	Sender       *settings.Sender   `pulumi:"sender,optional" doc:"What it shows to that receiver, and believes."`
	Image        string             `pulumi:"image,optional" format:"image" doc:"The image, by default the pinned release."`
	Route        *settings.Route    `pulumi:"route,optional" doc:"To its page, from outside the cluster."`
	Metadata     *settings.Metadata `pulumi:"metadata,optional" doc:"Labels and annotations of everything that is made."`
	Pods         *settings.Pods     `pulumi:"pods,optional" doc:"How pods are pulled and placed."`
}

// NewDemoApp makes a DemoApp. Its name is its Service's.
func NewDemoApp(
	ctx *pulumi.Context, name string, args *DemoAppArgs, opts ...pulumi.ResourceOption,
) (*DemoApp, error) {
	a := *orDefault(args, &DemoAppArgs{})
	a.Image = orDefault(a.Image, versions.HotROD.String())
	if err := settle("demo app", name, &a); err != nil {
		return nil, err
	}
	component := &DemoApp{}
	if err := ctx.RegisterComponentResourceV2(demoAppType, name, inputs(&a), component, opts...); err != nil {
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
	role := a.rides(name)
	a.show(&role)
	if _, err := kube.Make(ctx, d, role); err != nil {
		return err
	}
	d.URL = at(a.Namespace, name, naming.DemoHTTP, "")
	d.ExternalURL = role.Route.Address()
	return nil
}

// show lets the pod have what it shows to the gateway. HotROD reads it when it starts, as every SDK does.
func (a DemoAppArgs) show(role *kube.Role) {
	container, sender := &role.Pod.Containers[0], a.Sender
	env := container.Env
	for _, one := range sorted(environment.Certificates(sender.CASecret != "", sender.ClientCertSecret != "")) {
		env = append(env, corev1.EnvVarArgs{Name: pulumi.String(one.Name), Value: pulumi.String(one.Value)})
	}
	if sender.HeadersSecret != nil {
		env = append(env, kube.Variable(environment.Headers, pulumi.String(sender.HeadersSecret.SecretName), sender.HeadersSecret.Key))
	}
	container.Env = env
	if sender.CASecret != "" {
		role.Pod.Secrets = append(role.Pod.Secrets, secretFile("ca", pulumi.String(sender.CASecret), "ca.crt", environment.CAFile))
	}
	if sender.ClientCertSecret != "" {
		role.Pod.Secrets = append(role.Pod.Secrets, keyPair("tls", sender.ClientCertSecret, environment.CertFile, environment.KeyFile))
	}
}

func (a DemoAppArgs) rides(name string) kube.Role {
	return kube.Role{
		Name:      name,
		Product:   "hotrod",
		Part:      "demo",
		Namespace: a.Namespace,
		Metadata:  a.Metadata,
		Placement: a.Pods,
		Pod: kube.Pod{
			Containers: []kube.Container{{
				Name:  "hotrod",
				Image: a.Image,
				Args:  []string{"all"},
				Env: corev1.EnvVarArray{corev1.EnvVarArgs{
					Name: pulumi.String("OTEL_EXPORTER_OTLP_ENDPOINT"), Value: a.OTLPEndpoint,
				}},
				Ports:     []naming.Port{naming.DemoHTTP},
				Resources: settings.FixedResources("10m", "500m", "32Mi", "128Mi"),
				// By TCP: HotROD traces every HTTP request, so an HTTP probe would bury the real traces.
				Probe: &kube.Probe{Port: naming.DemoHTTP},
			}},
			Grace: 10,
		},
		Runner:   kube.Deployment{Replicas: 1},
		Account:  &kube.Account{},
		Services: []kube.Service{{Name: name, Ports: []naming.Port{naming.DemoHTTP}}},
		Route:    &kube.Route{Route: a.Route, Service: name, Port: naming.DemoHTTP},
	}
}
