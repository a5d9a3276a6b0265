package components_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/pulumitest"
	"github.com/tracestack/tracestack/settings"
)

func routed(route settings.Route) pulumi.RunFunc {
	return demoApp("go-demo", &components.DemoAppArgs{
		Namespace: pulumi.String("ns"), OTLPEndpoint: pulumi.String("http://elsewhere:4318"), Route: &route,
	})
}

func TestEachKindOfRouteLeadsToTheService(t *testing.T) {
	for _, c := range []struct {
		claim string
		route settings.Route
		typ   string
		want  string // the spec
	}{
		{"Traefik's", settings.Route{Host: "demo.example.com", Router: settings.Router{Kind: settings.RouteIngressRoute, EntryPoints: []string{"web"}}},
			"kubernetes:traefik.io/v1alpha1:IngressRoute", `{
				"entryPoints": ["web"],
				"routes": [{"kind": "Rule", "match": "Host(` + "`demo.example.com`" + `)", "services": [{"name": "go-demo", "port": 8080}]}]
			}`},
		{"Traefik's with a certificate", settings.Route{Host: "demo.example.com", Router: settings.Router{Kind: settings.RouteIngressRoute, TLS: true, TLSSecret: "demo-tls"}},
			"kubernetes:traefik.io/v1alpha1:IngressRoute", `{
				"routes": [{"kind": "Rule", "match": "Host(` + "`demo.example.com`" + `)", "services": [{"name": "go-demo", "port": 8080}]}],
				"tls": {"secretName": "demo-tls"}
			}`},
		{"an ingress controller's", settings.Route{Host: "demo.example.com", Router: settings.Router{Kind: settings.RouteIngress, ClassName: "nginx", TLS: true, TLSSecret: "demo-tls"}},
			"kubernetes:networking.k8s.io/v1:Ingress", `{
				"ingressClassName": "nginx",
				"rules": [{"host": "demo.example.com", "http": {"paths": [
					{"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "go-demo", "port": {"number": 8080}}}}
				]}}],
				"tls": [{"hosts": ["demo.example.com"], "secretName": "demo-tls"}]
			}`},
		{"the Gateway API's", settings.Route{Host: "demo.example.com", Router: settings.Router{Kind: settings.RouteHTTPRoute, Gateway: &settings.Gateway{Name: "edge", Namespace: "gateways", Listener: "https"}}},
			"kubernetes:gateway.networking.k8s.io/v1:HTTPRoute", `{
				"parentRefs": [{"name": "edge", "namespace": "gateways", "sectionName": "https"}],
				"hostnames": ["demo.example.com"],
				"rules": [{"backendRefs": [{"name": "go-demo", "port": 8080}]}]
			}`},
	} {
		t.Run(c.claim, func(t *testing.T) {
			object := run(t, routed(c.route)).Named(t, c.typ, "go-demo-route").Object()
			var want any
			if err := json.Unmarshal([]byte(c.want), &want); err != nil {
				t.Fatal(err)
			}
			got, err := json.Marshal(object["spec"])
			if err != nil {
				t.Fatal(err)
			}
			var gotten any
			if err := json.Unmarshal(got, &gotten); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(gotten, want) {
				t.Errorf("the route is\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestARoutesAnnotationsAreItsOwn(t *testing.T) {
	const issuer = "cert-manager.io/cluster-issuer"
	graph := run(t, routed(settings.Route{Host: "demo.example.com", Router: settings.Router{Kind: settings.RouteIngress, Annotations: map[string]string{issuer: "letsencrypt"}}}))
	for _, r := range graph {
		metadata, _ := r.Object()["metadata"].(map[string]any)
		annotations, _ := metadata["annotations"].(map[string]any)
		if _, has := annotations[issuer]; has != (r.Name == "go-demo-route") {
			t.Errorf("%s has the annotation: %v", r.Name, has)
		}
	}
}

func TestARouteGivesTheAddressFromOutside(t *testing.T) {
	for _, c := range []struct {
		route settings.Route
		want  string
	}{
		{settings.Route{}, ""},
		{settings.Route{Host: "demo.example.com", Router: settings.Router{Kind: settings.RouteIngressRoute}}, "http://demo.example.com"},
		{settings.Route{Host: "demo.example.com", Router: settings.Router{Kind: settings.RouteIngress, TLS: true}}, "https://demo.example.com"},
	} {
		t.Run(c.want, func(t *testing.T) {
			got := pulumitest.Outputs(t, nil, func(ctx *pulumi.Context) error {
				demo, err := components.NewDemoApp(ctx, "go-demo", &components.DemoAppArgs{
					Namespace: pulumi.String("ns"), OTLPEndpoint: pulumi.String("http://elsewhere:4318"), Route: &c.route,
				})
				if err != nil {
					return err
				}
				ctx.Export("url", demo.ExternalURL)
				return nil
			})
			if got["url"] != c.want {
				t.Errorf("address %v, want %s", got["url"], c.want)
			}
		})
	}
}

func TestARouteThatCannotWorkIsRefused(t *testing.T) {
	for _, c := range []struct {
		claim string
		route settings.Route
		want  string
	}{
		{"a host without a kind", settings.Route{Host: "demo.example.com"}, "route.host: [not shown]: must not be given with kind none, only with ingressroute, ingress, httproute"},
		{"an unknown kind", settings.Route{Host: "a.b", Router: settings.Router{Kind: "nginx"}}, "route.kind: nginx: must be none, ingressroute, ingress or httproute"},
		{"no host", settings.Route{Router: settings.Router{Kind: settings.RouteIngress}}, "route.host: not set: must be given with kind ingress"},
		{"a host that ends Traefik's rule", settings.Route{Host: "a`) || Host(`b", Router: settings.Router{Kind: settings.RouteIngressRoute}}, "route.host: a`) || Host(`b: must be a host: a DNS name in lower case, without * and port"},
		{"a certificate without TLS", settings.Route{Host: "a.b", Router: settings.Router{Kind: settings.RouteIngress, TLSSecret: "tls"}}, "route.tlsSecret: [not shown]: must not be given without tls: true"},
		{"a certificate for a Gateway", settings.Route{Host: "a.b", Router: settings.Router{Kind: settings.RouteHTTPRoute, Gateway: &settings.Gateway{Name: "g"}, TLS: true, TLSSecret: "tls"}}, "route.tlsSecret: [not shown]: must not be given with kind httproute, only with ingressroute, ingress"},
		{"a class for Traefik", settings.Route{Host: "a.b", Router: settings.Router{Kind: settings.RouteIngressRoute, ClassName: "nginx"}}, "route.className: [not shown]: must not be given with kind ingressroute, only with ingress"},
		{"entry points for an Ingress", settings.Route{Host: "a.b", Router: settings.Router{Kind: settings.RouteIngress, EntryPoints: []string{"web"}}}, "route.entryPoints: [not shown]: must not be given with kind ingress, only with ingressroute"},
		{"a Gateway for an Ingress", settings.Route{Host: "a.b", Router: settings.Router{Kind: settings.RouteIngress, Gateway: &settings.Gateway{Name: "g"}}}, "route.gateway: [not shown]: must not be given with kind ingress, only with httproute"},
		{"no Gateway", settings.Route{Host: "a.b", Router: settings.Router{Kind: settings.RouteHTTPRoute}}, "route.gateway.name: not set: must be given with kind httproute"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			refuses(t, routed(c.route), c.want)
		})
	}
}

// bare is a cluster that defines no kinds beside Kubernetes' own.
type bare struct{ *pulumitest.Recorder }

func (b bare) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	if args.ReadRPC != nil {
		return "", nil, fmt.Errorf("resource '%s' does not exist", args.ID)
	}
	return b.Recorder.NewResource(args)
}

func TestARouteWhoseKindTheClusterLacksIsNotMade(t *testing.T) {
	for _, c := range []struct {
		route settings.Route
		want  string // empty: Kubernetes' own kind
	}{
		{settings.Route{Host: "a.b", Router: settings.Router{Kind: settings.RouteIngressRoute}}, "resource 'v1alpha1.traefik.io' does not exist"},
		{settings.Route{Host: "a.b", Router: settings.Router{Kind: settings.RouteHTTPRoute, Gateway: &settings.Gateway{Name: "g"}}}, "resource 'v1.gateway.networking.k8s.io' does not exist"},
		{settings.Route{Host: "a.b", Router: settings.Router{Kind: settings.RouteIngress}}, ""},
	} {
		t.Run(string(c.route.Kind), func(t *testing.T) {
			recorder := bare{pulumitest.NewRecorder()}
			err := pulumi.RunErr(routed(c.route), pulumi.WithMocks(pulumitest.Project, pulumitest.Stack, recorder))
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("ends with %v, want %q", err, c.want)
			}
			for _, r := range recorder.Graph() {
				if r.Name == "go-demo-route" && c.want != "" {
					t.Error("the route is made")
				}
			}
		})
	}
}
