package e2e_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/traffic"
	"github.com/tracestack/tracestack/e2e/internal/wait"
	"github.com/tracestack/tracestack/lab/trace"
)

// domain is this test's own, because one controller serves the routes of all tests.
const domain = "routes.example.com"

// routes are the kinds of route, each with the kind of its object.
var routes = []struct {
	kind     string
	settings project.Config
	object   schema.GroupVersionResource
	hosts    []string // the path to them in the object
}{
	{
		"ingressroute", project.Config{"entryPoints": []string{"web"}},
		schema.GroupVersionResource{Group: "traefik.io", Version: "v1alpha1", Resource: "ingressroutes"}, []string{"spec", "routes"},
	},
	{
		"httproute", project.Config{"gateway": project.Config{"name": "public"}},
		schema.GroupVersionResource{Group: "gateway.networking.k8s.io", Version: "v1", Resource: "httproutes"}, []string{"spec", "hostnames"},
	},
	{
		"ingress", project.Config{"className": "skipper"},
		schema.GroupVersionResource{Group: "networking.k8s.io", Version: "v1", Resource: "ingresses"}, []string{"spec", "rules"},
	},
}

func TestRoutesLeadToTheDemoAndToJaeger(t *testing.T) {
	t.Parallel()
	s := newStack(t, nil)
	for _, route := range routes {
		t.Run("the API server takes an "+route.kind+" of each, and nothing of another kind stays", func(t *testing.T) {
			settings := project.Config{"kind": route.kind, "domain": domain}
			for key, value := range route.settings {
				settings[key] = value
			}
			stacktest.Configure(t, s, project.Config{"tracestack:ingress": settings})
			stacktest.Up(t, s)
			for _, other := range routes {
				want := 0
				if other.kind == route.kind {
					want = 2
				}
				if got := kube.Objects(t, other.object, s.Namespace); len(got) != want {
					t.Errorf("%d objects of kind %s, want %d", len(got), other.kind, want)
				} else if want > 0 {
					routeTo(t, got, route.hosts)
				}
			}
		})
	}
	// A controller in the lab serves the last kind.
	t.Run("a dispatch through the demo's host has its trace at Jaeger's host", func(t *testing.T) { throughTheHosts(t, s) })
	t.Run("another host leads nowhere", func(t *testing.T) {
		if got := traffic.Status(t, through(t), "http://elsewhere."+domain+"/"); got != http.StatusNotFound {
			t.Errorf("it answers %d, want 404", got)
		}
	})
}

// routeTo looks at what the API server stored: it drops every field that its schema does not have.
func routeTo(t *testing.T, stored []unstructured.Unstructured, hosts []string) {
	t.Helper()
	for _, object := range stored {
		if list, _, err := unstructured.NestedSlice(object.Object, hosts...); err != nil || len(list) != 1 {
			t.Errorf("%s %s: %v is %v, want one host (%v)", object.GetKind(), object.GetName(), hosts, list, err)
		}
	}
}

func throughTheHosts(t *testing.T, s *project.Stack) {
	outputs, err := s.Outputs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	client := through(t)
	demo := project.Demo{
		App: trace.Over(client, outputs["demoExternalUrl"]), Backend: trace.Jaeger{Get: trace.Over(client, outputs["uiExternalUrl"])},
	}
	wait.For(t, "the controller to have read the routes", func() error {
		for _, output := range []string{"demoExternalUrl", "uiExternalUrl"} {
			if got := traffic.Status(t, client, outputs[output]); got != http.StatusOK {
				return fmt.Errorf("%s answers %d", outputs[output], got)
			}
		}
		return nil
	})
	traffic.Dispatch(t, demo)
}

// through is a client that reaches every host at the controller's address, as the DNS of a real domain
// would arrange.
func through(t *testing.T) *http.Client {
	t.Helper()
	ip, err := kube.ServiceIP(t.Context(), "skipper", "skipper")
	if err != nil {
		t.Fatal(err)
	}
	var dialer net.Dialer
	return &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, net.JoinHostPort(ip, "80"))
		},
	}}
}
