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

func routed(route components.Route) pulumi.RunFunc {
	return demoApp("go-demo", &components.DemoAppArgs{
		Namespace: pulumi.String("ns"), OTLPEndpoint: pulumi.String("http://elsewhere:4318"), Route: route,
	})
}

func TestEachKindOfRouteLeadsToTheService(t *testing.T) {
	for _, c := range []struct {
		claim string
		route components.Route
		typ   string
		want  string // the spec
	}{
		{"Traefik's", settings.Route{Kind: settings.RouteIngressRoute, Host: "demo.example.com", EntryPoints: []string{"web"}},
			"kubernetes:traefik.io/v1alpha1:IngressRoute", `{
				"entryPoints": ["web"],
				"routes": [{"kind": "Rule", "match": "Host(` + "`demo.example.com`" + `)", "services": [{"name": "go-demo", "port": 8080}]}]
			}`},
		{"Traefik's with a certificate", settings.Route{Kind: settings.RouteIngressRoute, Host: "demo.example.com", TLS: true, TLSSecret: "demo-tls"},
			"kubernetes:traefik.io/v1alpha1:IngressRoute", `{
				"routes": [{"kind": "Rule", "match": "Host(` + "`demo.example.com`" + `)", "services": [{"name": "go-demo", "port": 8080}]}],
				"tls": {"secretName": "demo-tls"}
			}`},
		{"an ingress controller's", settings.Route{Kind: settings.RouteIngress, Host: "demo.example.com", ClassName: "nginx", TLS: true, TLSSecret: "demo-tls"},
			"kubernetes:networking.k8s.io/v1:Ingress", `{
				"ingressClassName": "nginx",
				"rules": [{"host": "demo.example.com", "http": {"paths": [
					{"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "go-demo", "port": {"number": 8080}}}}
				]}}],
				"tls": [{"hosts": ["demo.example.com"], "secretName": "demo-tls"}]
			}`},
		{"the Gateway API's", settings.Route{Kind: settings.RouteHTTPRoute, Host: "demo.example.com", Gateway: settings.Gateway{Name: "edge", Namespace: "gateways", Listener: "https"}},
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
	graph := run(t, routed(settings.Route{
		Kind: settings.RouteIngress, Host: "demo.example.com", Annotations: map[string]string{issuer: "letsencrypt"},
	}))
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
		route components.Route
		want  string
	}{
		{settings.Route{}, ""},
		{settings.Route{Kind: settings.RouteIngressRoute, Host: "demo.example.com"}, "http://demo.example.com"},
		{settings.Route{Kind: settings.RouteIngress, Host: "demo.example.com", TLS: true}, "https://demo.example.com"},
	} {
		t.Run(c.want, func(t *testing.T) {
			got := pulumitest.Outputs(t, nil, func(ctx *pulumi.Context) error {
				demo, err := components.NewDemoApp(ctx, "go-demo", &components.DemoAppArgs{
					Namespace: pulumi.String("ns"), OTLPEndpoint: pulumi.String("http://elsewhere:4318"), Route: c.route,
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
		route components.Route
		want  string
	}{
		{"a host without a kind", settings.Route{Host: "demo.example.com"}, `route.host: "demo.example.com": must not be given without a kind`},
		{"an unknown kind", settings.Route{Kind: "nginx", Host: "a.b"}, `route.kind: "nginx": must be one of ingressroute, ingress, httproute`},
		{"no host", settings.Route{Kind: settings.RouteIngress}, `route.host: "": must be a DNS name`},
		{"a host that ends Traefik's rule", settings.Route{Kind: settings.RouteIngressRoute, Host: "a`) || Host(`b"}, "must be a DNS name"},
		{"a certificate without TLS", settings.Route{Kind: settings.RouteIngress, Host: "a.b", TLSSecret: "tls"}, `route.tlsSecret: "tls": must not be given without tls`},
		{"a certificate for a Gateway", settings.Route{Kind: settings.RouteHTTPRoute, Host: "a.b", Gateway: settings.Gateway{Name: "g"}, TLS: true, TLSSecret: "tls"}, "the Gateway's listener has the certificate"},
		{"a class for Traefik", settings.Route{Kind: settings.RouteIngressRoute, Host: "a.b", ClassName: "nginx"}, `route.className: "nginx": must not be given for another kind than ingress`},
		{"entry points for an Ingress", settings.Route{Kind: settings.RouteIngress, Host: "a.b", EntryPoints: []string{"web"}}, "must not be given for another kind than ingressroute"},
		{"a Gateway for an Ingress", settings.Route{Kind: settings.RouteIngress, Host: "a.b", Gateway: settings.Gateway{Name: "g"}}, "must not be given for another kind than httproute"},
		{"no Gateway", settings.Route{Kind: settings.RouteHTTPRoute, Host: "a.b"}, "route.gateway.name: \"\": must be given for kind httproute"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			graph, err := pulumitest.Run(t, nil, nil, routed(c.route))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("refused with\n%v\nwant %s", err, c.want)
			}
			if len(graph) != 0 {
				t.Errorf("%d resources were registered", len(graph))
			}
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
		route components.Route
		want  string // empty: Kubernetes' own kind
	}{
		{settings.Route{Kind: settings.RouteIngressRoute, Host: "a.b"}, "resource 'ingressroutes.traefik.io' does not exist"},
		{settings.Route{Kind: settings.RouteHTTPRoute, Host: "a.b", Gateway: settings.Gateway{Name: "g"}}, "resource 'httproutes.gateway.networking.k8s.io' does not exist"},
		{settings.Route{Kind: settings.RouteIngress, Host: "a.b"}, ""},
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
