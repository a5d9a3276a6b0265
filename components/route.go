package components

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/settings"
)

// routeURL is empty without a route.
func routeURL(r *settings.Route) pulumi.StringOutput {
	switch {
	case r.Kind == settings.RouteNone:
		return pulumi.String("").ToStringOutput()
	case r.TLS:
		return pulumi.String("https://" + r.Host).ToStringOutput()
	}
	return pulumi.String("http://" + r.Host).ToStringOutput()
}

// route makes the route to a port of one of the workload's Services.
func (w workload) route(ctx *pulumi.Context, parent pulumi.Resource, r *settings.Route, service string, port naming.Port) error {
	var err error
	switch r.Kind {
	case settings.RouteIngressRoute:
		err = w.custom(ctx, parent, r, "traefik.io/v1alpha1", "IngressRoute", newIngressRoute(r, service, port))
	case settings.RouteIngress:
		err = w.ingress(ctx, parent, r, service, port)
	case settings.RouteHTTPRoute:
		err = w.custom(ctx, parent, r, "gateway.networking.k8s.io/v1", "HTTPRoute", newHTTPRoute(r, service, port))
	}
	if err != nil {
		return fmt.Errorf("route %s: %w", r.Host, err)
	}
	return nil
}

func (w workload) custom(ctx *pulumi.Context, parent pulumi.Resource, r *settings.Route, version, kind string, spec any) error {
	definition, err := kindDefinition(ctx, parent, w.name+"-route-kind", version, kind)
	if err != nil {
		return err
	}
	_, err = apiextensions.NewCustomResource(ctx, w.name+"-route", &apiextensions.CustomResourceArgs{
		ApiVersion:  pulumi.String(version),
		Kind:        pulumi.String(kind),
		Metadata:    object(w.metadata, pulumi.String(w.name), w.namespace, w.labels(), r.Annotations),
		OtherFields: kubernetes.UntypedArgs{"spec": render.Plain(spec)},
	}, pulumi.Parent(parent), pulumi.DependsOn([]pulumi.Resource{definition}))
	return err
}

// kindDefinition reads the definition of a kind. Without one a preview would pass, and an update
// would try for minutes; a read that finds nothing ends both with a sentence that names it.
func kindDefinition(ctx *pulumi.Context, parent pulumi.Resource, name, version, kind string) (pulumi.Resource, error) {
	group, _, _ := strings.Cut(version, "/")
	id := strings.ToLower(kind) + "s." + group
	definition := &pulumi.CustomResourceState{}
	err := ctx.ReadResource("kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition", name,
		pulumi.ID(id), pulumi.Map{}, definition, pulumi.Parent(parent))
	return definition, err
}

type ingressRoute struct {
	EntryPoints []string           `json:"entryPoints,omitempty"`
	Routes      []ingressRouteRule `json:"routes"`
	TLS         *ingressRouteTLS   `json:"tls,omitempty"`
}

type ingressRouteRule struct {
	Kind     string                `json:"kind"`
	Match    string                `json:"match"`
	Services []ingressRouteService `json:"services"`
}

type ingressRouteService struct {
	Name string `json:"name"`
	Port int    `json:"port"`
}

type ingressRouteTLS struct {
	SecretName string `json:"secretName,omitempty"`
}

func newIngressRoute(r *settings.Route, service string, port naming.Port) ingressRoute {
	route := ingressRoute{
		EntryPoints: r.EntryPoints,
		Routes: []ingressRouteRule{{
			Kind: "Rule", Match: "Host(`" + r.Host + "`)",
			Services: []ingressRouteService{{Name: service, Port: int(port)}},
		}},
	}
	if r.TLS {
		route.TLS = &ingressRouteTLS{SecretName: r.TLSSecret}
	}
	return route
}

type httpRoute struct {
	ParentRefs []parentRef     `json:"parentRefs"`
	Hostnames  []string        `json:"hostnames"`
	Rules      []httpRouteRule `json:"rules"`
}

type parentRef struct {
	Name        string `json:"name"`
	Namespace   string `json:"namespace,omitempty"`
	SectionName string `json:"sectionName,omitempty"`
}

type httpRouteRule struct {
	BackendRefs []backendRef `json:"backendRefs"`
}

type backendRef struct {
	Name string `json:"name"`
	Port int    `json:"port"`
}

func newHTTPRoute(r *settings.Route, service string, port naming.Port) httpRoute {
	return httpRoute{
		ParentRefs: []parentRef{{Name: r.Gateway.Name, Namespace: r.Gateway.Namespace, SectionName: r.Gateway.Listener}},
		Hostnames:  []string{r.Host},
		Rules:      []httpRouteRule{{BackendRefs: []backendRef{{Name: service, Port: int(port)}}}},
	}
}

func (w workload) ingress(ctx *pulumi.Context, parent pulumi.Resource, r *settings.Route, service string, port naming.Port) error {
	// Not awaited: an address appears in its status only where the controller has one to give.
	annotations := merged(r.Annotations, map[string]string{"pulumi.com/skipAwait": "true"})
	spec := &networkingv1.IngressSpecArgs{
		IngressClassName: optional(r.ClassName),
		Rules: networkingv1.IngressRuleArray{&networkingv1.IngressRuleArgs{
			Host: pulumi.String(r.Host),
			Http: &networkingv1.HTTPIngressRuleValueArgs{Paths: networkingv1.HTTPIngressPathArray{
				&networkingv1.HTTPIngressPathArgs{
					Path: pulumi.String("/"), PathType: pulumi.String("Prefix"),
					Backend: &networkingv1.IngressBackendArgs{Service: &networkingv1.IngressServiceBackendArgs{
						Name: pulumi.String(service),
						Port: &networkingv1.ServiceBackendPortArgs{Number: pulumi.Int(port)},
					}},
				},
			}},
		}},
	}
	if r.TLS {
		spec.Tls = networkingv1.IngressTLSArray{&networkingv1.IngressTLSArgs{
			Hosts: pulumi.ToStringArray([]string{r.Host}), SecretName: optional(r.TLSSecret),
		}}
	}
	_, err := networkingv1.NewIngress(ctx, w.name+"-route", &networkingv1.IngressArgs{
		Metadata: object(w.metadata, pulumi.String(w.name), w.namespace, w.labels(), annotations),
		Spec:     spec,
	}, pulumi.Parent(parent))
	return err
}
