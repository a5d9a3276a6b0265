package e2e_test

import (
	"maps"
	"os"
	"regexp"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/tracestack/tracestack/e2e/internal/kubetest"
	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/sdk"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/traffic"
	"github.com/tracestack/tracestack/e2e/internal/wait"
	"github.com/tracestack/tracestack/lab/cluster"
	"github.com/tracestack/tracestack/lab/trace"
)

// toldApplications has a namespace of applications that a stack tells where the gateway is, until it is deleted.
func toldApplications(t *testing.T, s *project.Stack) {
	shop := s.Namespace + "-shop"
	kube.NewNamespace(t, shop)
	stacktest.Configure(t, s, project.Config{"tracestack:applications": map[string]any{"namespaces": []string{shop}}})
	stacktest.Up(t, s)
	environment := environmentIn(t, shop)
	hosts := hostsIn(t, environment)
	for _, app := range sdk.Apps(t, os.Getenv("TRACESTACK_CACHE"), os.Getenv("TRACESTACK_JAVAAGENT")) {
		t.Run("the SDK of "+app.Language+" sends a trace and complains of nothing", func(t *testing.T) {
			traced(t, s, app, environment, hosts)
		})
		if app.Language == "java" {
			t.Run("the endpoint alone does not do for it, and it says so", func(t *testing.T) {
				_, said := app.Run(t, map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": environment["OTEL_EXPORTER_OTLP_ENDPOINT"]}, hosts)
				if len(complaints(said)) == 0 {
					t.Errorf("it complains of nothing:\n%s", said)
				}
			})
		}
	}
	t.Run("a namespace that is deleted is refused until it is left out", func(t *testing.T) {
		if err := kubetest.DeleteNamespace(t.Context(), kube.Cluster, shop); err != nil {
			t.Fatal(err)
		}
		_, err := s.Up(t.Context())
		stacktest.Refused(t, err, "tracestack:applications.namespaces[0]: "+shop+": must exist: make it first, or leave it out")
		stacktest.Configure(t, s, nil)
		stacktest.Up(t, s)
	})
}

// environmentIn is what the stack gives the applications of a namespace.
func environmentIn(t *testing.T, namespace string) map[string]string {
	t.Helper()
	object, err := kube.Resource(cluster.Core("configmaps"), namespace).Get(t.Context(), "otel-environment", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	environment, _, err := unstructured.NestedStringMap(object.Object, "data")
	if err != nil {
		t.Fatal(err)
	}
	return environment
}

// hostsIn are the Services that an environment names, with their addresses: cluster addresses are reached from
// this machine, but it does not know the cluster's names.
func hostsIn(t *testing.T, environment map[string]string) map[string]string {
	t.Helper()
	gateway, err := cluster.ParseAddress(environment["OTEL_EXPORTER_OTLP_ENDPOINT"])
	if err != nil {
		t.Fatal(err)
	}
	ip, err := kube.ServiceIP(t.Context(), gateway.Namespace, gateway.Service)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{gateway.Service + "." + gateway.Namespace + ".svc": ip}
}

// traced runs an application and reads its trace back.
func traced(t *testing.T, s *project.Stack, app sdk.App, environment, hosts map[string]string) {
	service := "shop-" + app.Language
	own := maps.Clone(environment)
	own["OTEL_SERVICE_NAME"] = service
	id, said := app.Run(t, own, hosts)
	if id == "" {
		t.Fatalf("it asked without a trace:\n%s", said)
	}
	for _, line := range complaints(said) {
		t.Errorf("it complains: %s", line)
	}
	backend := traffic.Demo(t, s).Backend
	wait.For(t, "trace "+id+" of "+service, func() error {
		_, err := backend.ByID(t.Context(), id)
		return err
	})
	got, err := backend.ByID(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if span := got.Spans[0]; len(got.Spans) != 1 || span.Service != service || span.Kind != trace.Client {
		t.Errorf("the trace is %+v, want one span of %s that is a client's", got.Spans, service)
	}
}

var complains = regexp.MustCompile(`(?i)(warn|error|severe|exception|traceback|fail|unavailable)`)

// ofNode is what Node says where no cloud answers when it asks for the machine's name. It is not about traces.
var ofNode = regexp.MustCompile(`MetadataLookupWarning|--trace-warnings`)

// complaints are the lines that an application would not write if all were well.
func complaints(said string) (lines []string) {
	for line := range strings.Lines(said) {
		if complains.MatchString(line) && !ofNode.MatchString(line) {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}
