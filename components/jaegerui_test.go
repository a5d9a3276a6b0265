package components_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/pulumitest"
	"github.com/tracestack/tracestack/settings"
)

func below(path string, route *settings.Route) pulumi.RunFunc {
	return jaegerStack("jaeger", &components.JaegerStackArgs{
		Namespace: pulumi.String("ns"), Route: route, Jaeger: settings.Jaeger{UI: &settings.JaegerUI{BasePath: path}},
	})
}

func TestEachKindOfRouteLeadsToThePagesPathAlone(t *testing.T) {
	for _, c := range []struct {
		typ, want string
		router    settings.Router
	}{
		{"kubernetes:traefik.io/v1alpha1:IngressRoute", "Host(`tools.example.com`) && (Path(`/jaeger`) || PathPrefix(`/jaeger/`))", settings.Router{Kind: settings.RouteIngressRoute}},
		{"kubernetes:networking.k8s.io/v1:Ingress", "path:/jaeger pathType:Prefix", settings.Router{Kind: settings.RouteIngress}},
		{"kubernetes:gateway.networking.k8s.io/v1:HTTPRoute", "matches:[map[path:map[type:PathPrefix value:/jaeger]]]", settings.Router{Kind: settings.RouteHTTPRoute, Gateway: &settings.Gateway{Name: "edge"}}},
	} {
		graph := run(t, below("/jaeger", &settings.Route{Host: "tools.example.com", Router: c.router}))
		if got := fmt.Sprint(graph.Named(t, c.typ, "jaeger-route").Object()["spec"]); !strings.Contains(got, c.want) {
			t.Errorf("the route is %s, want %s in it", got, c.want)
		}
	}
}

func TestThePagesPathIsInEveryAddressOfThePagesAndInNoOther(t *testing.T) {
	var backend components.Backend
	var external pulumi.StringOutput
	run(t, func(ctx *pulumi.Context) error {
		made, err := components.NewJaegerStack(ctx, "jaeger", &components.JaegerStackArgs{
			Namespace: pulumi.String("ns"), Jaeger: settings.Jaeger{UI: &settings.JaegerUI{BasePath: "/jaeger"}},
			Route: &settings.Route{Host: "tools.example.com", Router: settings.Router{Kind: settings.RouteIngress, TLS: true}},
		})
		if err == nil {
			backend, external = made.Backend, made.ExternalURL
		}
		return err
	})
	const query = "http://jaeger-query.ns.svc:16686/jaeger"
	for _, c := range []struct {
		name, want string
		address    pulumi.StringOutput
	}{
		{"query", query, backend.QueryURL}, {"pages", query, backend.UIURL}, {"datasource", query, backend.Datasource.URL},
		{"health", "http://jaeger-monitoring.ns.svc:13133/status", backend.HealthURL},
		{"spans", "jaeger-collector.ns.svc:4317", backend.OTLPAddress},
		{"outside", "https://tools.example.com/jaeger", external},
	} {
		got := make(chan string, 1)
		c.address.ApplyT(func(address string) string { got <- address; return address })
		if address := <-got; address != c.want {
			t.Errorf("%s: %s, want %s", c.name, address, c.want)
		}
	}
}

func TestWhatThePagesShowIsAFileOfTheirPodAlone(t *testing.T) {
	graph := run(t, searching(func(a *components.JaegerStackArgs) {
		a.UI = &settings.JaegerUI{Menu: []settings.MenuEntry{{Label: "Logs", URL: "https://logs"}}}
	}))
	if err := pulumitest.Configurations(graph); err != nil {
		t.Error(err)
	}
	if got := named(onlyContainer(podSpec(t, graph, deploymentType, "jaeger-query-deployment"))["volumeMounts"], "ui")["mountPath"]; got != "/etc/tracestack-ui/ui.json" {
		t.Errorf("the query has it in %v", got)
	}
	if got := named(podSpec(t, graph, deploymentType, "jaeger-collector-deployment")["volumes"], "ui"); got != nil {
		t.Errorf("the collector has %v", got)
	}
}
