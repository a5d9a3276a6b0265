package stacks_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/tracestack/tracestack/internal/pulumitest"
	"github.com/tracestack/tracestack/stacks"
)

// serving is a cluster with these answers, by their paths.
func serving(t *testing.T, answers map[string]string) *api {
	return &api{Server: started(t, httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, found := answers[strings.TrimPrefix(r.URL.Path, root)]
		if !found {
			w.WriteHeader(http.StatusNotFound)
			answer = `{"kind":"Status","code":404}`
		}
		fmt.Fprint(w, answer)
	})))}
}

const (
	kinds     = "apis/opentelemetry.io/v1alpha1"
	shopIs    = "api/v1/namespaces/shop"
	shopsPods = shopIs + "/pods"
	shopsOwn  = kinds + "/namespaces/shop/instrumentations"
)

// served is what a cluster with the operator says of its kinds.
const served = `{"kind":"APIResourceList","resources":[{"name":"instrumentations","kind":"Instrumentation"},{"name":"opampbridges"}]}`

var instrumented = map[string]string{"tracestack:createNamespace": "true", "tracestack:instrumentation": `{"namespaces":["shop"]}`}

func TestAnInstrumentationWithoutTheOperatorsKindIsRefusedBeforeAnythingIsRegistered(t *testing.T) {
	const want = "tracestack:instrumentation.namespaces: shop: must not be given in a cluster that has no Instrumentation of opentelemetry.io/v1alpha1: install the OpenTelemetry operator first"
	for claim, answers := range map[string]map[string]string{
		"no operator":    {shopIs: `{}`},
		"an older one":   {shopIs: `{}`, kinds: `{"resources":[{"name":"opentelemetrycollectors"}]}`},
		"one of no kind": {shopIs: `{}`, kinds: `{"resources":[]}`},
	} {
		t.Run(claim, func(t *testing.T) {
			graph, err := serving(t, answers).run(t, instrumented)
			refusedWith(t, graph, err, []string{"1 thing to correct", want})
		})
	}
	t.Run("beside a namespace that is not there", func(t *testing.T) {
		graph, err := serving(t, nil).run(t, instrumented)
		refusedWith(t, graph, err, []string{"2 things to correct", want, "tracestack:instrumentation.namespaces[0]: shop: must exist: make it first, or leave it out"})
	})
}

func TestAnInstrumentationIsMadeInEachNamespaceWhenTheGatewayIsReady(t *testing.T) {
	graph, err := serving(t, map[string]string{shopIs: `{}`, kinds: served}).run(t, instrumented)
	if err != nil {
		t.Fatal(err)
	}
	if err := pulumitest.Check(graph); err != nil {
		t.Error(err)
	}
	made := graph.Named(t, "kubernetes:opentelemetry.io/v1alpha1:Instrumentation", "tracestack-shop")
	if !slices.ContainsFunc(made.Depends, func(urn string) bool { return strings.HasSuffix(urn, "::center-collector-deployment") }) {
		t.Errorf("it waits for %v", made.Depends)
	}
}

func TestAnInstrumentationOfAnotherStackIsRefused(t *testing.T) {
	graph, err := serving(t, map[string]string{
		shopIs: `{}`, kinds: served, shopsOwn + "/tracestack": `{"metadata":{"annotations":{"tracestack.io/stack":"tracestack/other"}}}`,
	}).run(t, instrumented)
	refusedWith(t, graph, err, []string{"tracestack:instrumentation.namespaces: shop: must not have what the stack would make and stack tracestack/other has: Instrumentation shop/tracestack"})
}

// asking is a pod of a Deployment with annotations and variables.
func asking(deployment, annotations, variables, more string) string {
	return `{"metadata":{"name":"` + deployment + `-5d8f-x","labels":{"pod-template-hash":"5d8f"},"annotations":{` + annotations + `},` +
		`"ownerReferences":[{"kind":"ReplicaSet","name":"` + deployment + `-5d8f"}]},"spec":{"containers":[{"env":[` + variables + `]}]}` + more + `}`
}

const (
	wants    = `"instrumentation.opentelemetry.io/inject-java":"true"`
	wantsNot = `"instrumentation.opentelemetry.io/inject-java":"false"`
	has      = `{"name":"OTEL_RESOURCE_ATTRIBUTES_POD_NAME"}`
)

func TestPodsThatCameTooEarlyAreNamedWithTheCommandThatRestartsThem(t *testing.T) {
	const restart = "namespace shop has pods that ask for instrumentation and were started without it; they get it when they are started again, after this update: " +
		"kubectl --context kind-dev --namespace shop rollout restart "
	set := `{"metadata":{"name":"db-0","annotations":{` + wants + `},"ownerReferences":[{"kind":"StatefulSet","name":"db"}]},"spec":{"containers":[{}]}}`
	for _, c := range []struct {
		claim, namespace string
		pods, want       []string
	}{
		{"two of one Deployment, and of a StatefulSet", "", []string{asking("web", wants, "", ""), asking("web", wants, "", ""), set}, []string{restart + "deployment/web statefulset/db"}},
		{"by their namespace's annotation", wants, []string{asking("web", "", "", "")}, []string{restart + "deployment/web"}},
		{"by the name of a resource", "", []string{asking("web", `"instrumentation.opentelemetry.io/inject-sdk":"tracestack"`, "", "")}, []string{restart + "deployment/web"}},
		{"a pod that nothing starts again", "", []string{`{"metadata":{"name":"once","annotations":{` + wants + `}},"spec":{"containers":[{}]}}`},
			[]string{"namespace shop has pods that ask for instrumentation and were started without it, and that nothing starts again: delete and make them anew after this update: once"}},
		{"one that has it", "", []string{asking("web", wants, has, "")}, nil},
		{"one that does not ask", "", []string{asking("web", "", "", "")}, nil},
		{"one that says no, in a namespace that asks", wants, []string{asking("web", wantsNot, "", "")}, nil},
		{"one that has ended", "", []string{asking("web", wants, "", `,"status":{"phase":"Succeeded"}`)}, nil},
		{"none", wants, nil, nil},
	} {
		t.Run(c.claim, func(t *testing.T) {
			cluster := serving(t, map[string]string{
				shopIs:    `{"metadata":{"annotations":{` + c.namespace + `}}}`,
				shopsPods: `{"items":[` + strings.Join(c.pods, ",") + `]}`,
				shopsOwn:  `{"items":[{"metadata":{"name":"tracestack"}}]}`,
			})
			if got := stacks.Uninjected(t.Context(), cluster.URL+root, "kind-dev", "shop"); !slices.Equal(got, c.want) {
				t.Errorf("warned of\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func TestASecondInstrumentationOfANamespaceIsNamed(t *testing.T) {
	cluster := serving(t, map[string]string{shopIs: `{}`, shopsOwn: `{"items":[{"metadata":{"name":"tracestack"}},{"metadata":{"name":"theirs"}}]}`})
	got := strings.Join(stacks.Uninjected(t.Context(), cluster.URL+root, "", "shop"), "\n")
	if want := `namespace shop has another Instrumentation, theirs: where there are two, the operator injects nothing into pods whose annotation is "true"; write the name instead, such as "tracestack"`; got != want {
		t.Errorf("warned of\n%s\nwant\n%s", got, want)
	}
}
