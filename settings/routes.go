package settings

import "github.com/tracestack/tracestack/internal/spec"

// Route makes one component's pages reachable from outside the cluster, under a host of their own.
// Whoever reaches the host sees the pages: they know no users.
type Route struct {
	Host string `json:"host,omitempty" pulumi:"host,optional" format:"host" doc:"The host under which the pages are."`
	Router
}

// Ingress is how every page is reached from outside the cluster.
type Ingress struct {
	Domain string `json:"domain,omitempty" pulumi:"domain,optional" format:"host" doc:"Below it are the hosts jaeger, go-demo and otlp, where no other is given. Without it only those given have a route."`
	Jaeger *Page  `json:"jaeger,omitempty" pulumi:"jaeger,optional" doc:"The route of Jaeger's pages." rule:"must not be given without Jaeger, as backend or mirror: Tempo has no pages"`
	Demo   *Page  `json:"demo,omitempty" pulumi:"demo,optional" doc:"The route of the demo." rule:"must not be given without demo"`
	OTLP   *Page  `json:"otlp,omitempty" pulumi:"otlp,optional" doc:"The route on which browsers send, to the gateway's port of OTLP over HTTP. It is the output otlpExternalUrl. There is one where collector.browser is given." rule:"must not be given without collector.browser, nor with collector.tls: controllers speak no TLS to the gateway"`
	Router
}

// Router is what serves routes, and how it is told to.
type Router struct {
	Kind        RouteKind         `json:"kind,omitempty" pulumi:"kind,optional" default:"none" doc:"The kind of route: none, Traefik's IngressRoute, an Ingress, or the Gateway API's HTTPRoute. The cluster must have its controller; whether it serves Traefik's and the Gateway API's kind is read first, for which the right to get apiservices is needed."`
	TLS         bool              `json:"tls,omitempty" pulumi:"tls,optional" doc:"Whether the addresses are https. With httproute it says that the Gateway's listener is."`
	TLSSecret   string            `json:"tlsSecret,omitempty" pulumi:"tlsSecret,optional" format:"secret" doc:"Name of the Secret with the certificate of every host. Without one the controller's own is used." rule:"must not be given without tls, nor with httproute: the Gateway's listener has the certificate" see:"https://kubernetes.io/docs/concepts/services-networking/ingress/#tls"`
	ClassName   string            `json:"className,omitempty" pulumi:"className,optional" format:"object" doc:"The class of the controller; without it the cluster's default." rule:"must not be given with another kind than ingress" see:"https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class"`
	EntryPoints []string          `json:"entryPoints,omitempty" pulumi:"entryPoints,optional" format:"entryPoint" doc:"Traefik's entry points; without them Traefik's defaults." rule:"must not be given with another kind than ingressroute" see:"https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/"`
	Gateway     *Gateway          `json:"gateway,omitempty" pulumi:"gateway,optional" doc:"The Gateway that serves the routes." rule:"must not be given with another kind than httproute" see:"https://gateway-api.sigs.k8s.io/api-types/httproute/"`
	Annotations map[string]string `json:"annotations,omitempty" pulumi:"annotations,optional" keys:"annotation" doc:"Annotations of the routes alone, for their controller." rule:"must not be given with kind none"`
}

// Page is the route of one component's pages.
type Page struct {
	Host      string `json:"host,omitempty" pulumi:"host,optional" format:"host" doc:"The host; without it the component's name below the domain."`
	TLSSecret string `json:"tlsSecret,omitempty" pulumi:"tlsSecret,optional" format:"secret" doc:"Name of the Secret with this host's certificate." rule:"as ingress.tlsSecret"`
}

// Gateway is a Gateway of the Gateway API.
type Gateway struct {
	Name      string `json:"name,omitempty" pulumi:"name,optional" format:"object" doc:"Its name." rule:"must be given with kind httproute"`
	Namespace string `json:"namespace,omitempty" pulumi:"namespace,optional" format:"label" doc:"Its namespace; without it the stack's. It must let routes of the stack's namespace in."`
	Listener  string `json:"listener,omitempty" pulumi:"listener,optional" format:"object" doc:"The listener to use; without it every one that takes the host."`
}

// Which kinds read what.
var (
	everyRoute      = []RouteKind{RouteIngressRoute, RouteIngress, RouteHTTPRoute}
	withCertificate = []RouteKind{RouteIngressRoute, RouteIngress} // of their own
)

// Rules across the fields.
func (r *Router) Rules(l spec.Look) {
	if !l.Sound("", "kind") {
		return
	}
	spec.CheckReadBy(l, "kind", r.Kind, []spec.ReadBy[RouteKind]{
		{Name: "annotations", By: everyRoute},
		{Name: "tls", By: everyRoute},
		{Name: "tlsSecret", By: withCertificate},
		{Name: "className", By: []RouteKind{RouteIngress}},
		{Name: "entryPoints", By: []RouteKind{RouteIngressRoute}},
		{Name: "gateway", By: []RouteKind{RouteHTTPRoute}},
		{Name: "gateway.name", By: everyRoute, Needed: []RouteKind{RouteHTTPRoute}},
	})
	r.checkTLS(l, "tlsSecret")
}

// checkTLS refuses certificates for addresses without TLS.
func (r *Router) checkTLS(l spec.Look, secrets ...string) {
	if !l.Sound("tls") || r.TLS || r.Kind == RouteNone || r.Kind == RouteHTTPRoute {
		return
	}
	for _, secret := range secrets {
		if l.GivenSound(secret) {
			l.Refuse(secret, spec.NotShown, "must not be given without tls: true")
		}
	}
}

// Rules across the fields.
func (r *Route) Rules(l spec.Look) {
	if l.Sound("", "kind") {
		spec.CheckReadBy(l, "kind", r.Kind, []spec.ReadBy[RouteKind]{{Name: "host", By: everyRoute, Needed: everyRoute}})
	}
}

// Rules across the fields.
func (i *Ingress) Rules(l spec.Look) {
	if !l.Sound("", "kind") {
		return
	}
	spec.CheckReadBy(l, "kind", i.Kind, []spec.ReadBy[RouteKind]{
		{Name: "domain", By: everyRoute},
		{Name: "jaeger.host", By: everyRoute},
		{Name: "demo.host", By: everyRoute},
		{Name: "otlp.host", By: everyRoute},
		{Name: "jaeger.tlsSecret", By: withCertificate},
		{Name: "demo.tlsSecret", By: withCertificate},
		{Name: "otlp.tlsSecret", By: withCertificate},
	})
	i.checkTLS(l, "jaeger.tlsSecret", "demo.tlsSecret", "otlp.tlsSecret")
}

// Route is the one to a page, whose component has this name; of kind none where the page has no host.
func (i *Ingress) Route(page *Page, name string) *Route {
	route := &Route{Host: i.HostOf(page, name), Router: i.Router}
	if route.Host == "" {
		return &Route{Router: Router{Kind: RouteNone}}
	}
	if page.TLSSecret != "" {
		route.TLSSecret = page.TLSSecret
	}
	return route
}

// HostOf is the host that a page is under: its own, else its name below the domain, else none.
func (i *Ingress) HostOf(page *Page, name string) string {
	switch {
	case i.Kind == RouteNone:
		return ""
	case page.Host != "":
		return page.Host
	case i.Domain != "":
		return name + "." + i.Domain
	}
	return ""
}
