package kube

import (
	"cmp"

	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/settings"
)

// Route makes a port of one of the role's Services reachable from outside the cluster.
type Route struct {
	*settings.Route
	Name    string // empty: the role's
	Path    string // such as /jaeger, and what is below it; empty: all of the host
	Service string
	Port    naming.Port
}

// Address is where it leads to from outside; empty without a route.
func (o Route) Address() pulumi.StringOutput {
	switch {
	case o.Kind == settings.RouteNone:
		return pulumi.String("").ToStringOutput()
	case o.TLS:
		return pulumi.String("https://" + o.Host + o.Path).ToStringOutput()
	}
	return pulumi.String("http://" + o.Host + o.Path).ToStringOutput()
}

// named is its name, also of a route whose Service has moved to another role: a controller may refuse a
// second one for a host.
func (o Route) named(r Role) string {
	if o.Name != "" {
		return o.Name
	}
	return r.Name
}

func (o Route) make(ctx *pulumi.Context, parent pulumi.Resource, r Role) error {
	switch o.Kind {
	case settings.RouteIngressRoute:
		return o.custom(ctx, parent, r, "traefik.io/v1alpha1", "IngressRoute", newIngressRoute(o))
	case settings.RouteIngress:
		return o.ingress(ctx, parent, r)
	case settings.RouteHTTPRoute:
		return o.custom(ctx, parent, r, "gateway.networking.k8s.io/v1", "HTTPRoute", newHTTPRoute(o))
	}
	return nil
}

func (o Route) custom(ctx *pulumi.Context, parent pulumi.Resource, r Role, version, kind string, spec any) error {
	definition, err := Served(ctx, parent, o.named(r)+"-route-kind", version)
	if err != nil {
		return err
	}
	_, err = NewObject(ctx, o.named(r)+"-route", version, kind, r.object(ctx, pulumi.String(o.named(r)), o.Annotations),
		render.Plain(spec), pulumi.Parent(parent), pulumi.DependsOn([]pulumi.Resource{definition}))
	return err
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

func newIngressRoute(o Route) ingressRoute {
	route := ingressRoute{
		EntryPoints: o.EntryPoints,
		Routes: []ingressRouteRule{{
			Kind: "Rule", Match: o.match(),
			Services: []ingressRouteService{{Name: o.Service, Port: int(o.Port)}},
		}},
	}
	if o.TLS {
		route.TLS = &ingressRouteTLS{SecretName: o.TLSSecret}
	}
	return route
}

// match is Traefik's rule. Its PathPrefix looks at letters, so /jaeger would also be the beginning of /jaegers.
func (o Route) match() string {
	host := "Host(`" + o.Host + "`)"
	if o.Path == "" {
		return host
	}
	return host + " && (Path(`" + o.Path + "`) || PathPrefix(`" + o.Path + "/`))"
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
	Matches     []httpMatch  `json:"matches,omitempty"`
	BackendRefs []backendRef `json:"backendRefs"`
}

type httpMatch struct {
	Path httpPath `json:"path"`
}

type httpPath struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

type backendRef struct {
	Name string `json:"name"`
	Port int    `json:"port"`
}

func newHTTPRoute(o Route) httpRoute {
	rule := httpRouteRule{BackendRefs: []backendRef{{Name: o.Service, Port: int(o.Port)}}}
	if o.Path != "" {
		rule.Matches = []httpMatch{{Path: httpPath{Type: "PathPrefix", Value: o.Path}}}
	}
	return httpRoute{
		ParentRefs: []parentRef{{Name: o.Gateway.Name, Namespace: o.Gateway.Namespace, SectionName: o.Gateway.Listener}},
		Hostnames:  []string{o.Host},
		Rules:      []httpRouteRule{rule},
	}
}

func (o Route) ingress(ctx *pulumi.Context, parent pulumi.Resource, r Role) error {
	// Not awaited: an address appears in its status only where the controller has one to give.
	annotations := merged(o.Annotations, notAwaited)
	spec := &networkingv1.IngressSpecArgs{
		IngressClassName: optional(o.ClassName),
		Rules: networkingv1.IngressRuleArray{&networkingv1.IngressRuleArgs{
			Host: pulumi.String(o.Host),
			Http: &networkingv1.HTTPIngressRuleValueArgs{Paths: networkingv1.HTTPIngressPathArray{
				&networkingv1.HTTPIngressPathArgs{
					Path: pulumi.String(cmp.Or(o.Path, "/")), PathType: pulumi.String("Prefix"),
					Backend: &networkingv1.IngressBackendArgs{Service: &networkingv1.IngressServiceBackendArgs{
						Name: pulumi.String(o.Service),
						Port: &networkingv1.ServiceBackendPortArgs{Number: pulumi.Int(o.Port)},
					}},
				},
			}},
		}},
	}
	if o.TLS {
		spec.Tls = networkingv1.IngressTLSArray{&networkingv1.IngressTLSArgs{
			Hosts: pulumi.ToStringArray([]string{o.Host}), SecretName: optional(o.TLSSecret),
		}}
	}
	_, err := networkingv1.NewIngress(ctx, o.named(r)+"-route", &networkingv1.IngressArgs{
		Metadata: r.object(ctx, pulumi.String(o.named(r)), annotations),
		Spec:     spec,
	}, pulumi.Parent(parent))
	return err
}
