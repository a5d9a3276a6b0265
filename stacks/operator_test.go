package stacks_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tracestack/tracestack/internal/pulumitest"
)

const (
	definitionPath = root + "apis/apiextensions.k8s.io/v1/customresourcedefinitions/opentelemetrycollectors.opentelemetry.io"
	collectorsIn   = root + "apis/opentelemetry.io/v1beta1/namespaces/"
)

// operatorAPI is a cluster with a definition of the collector, or without, that answers what a stack would
// make in it, and remembers that.
type operatorAPI struct {
	api
	posted  []string
	offered map[string]any
}

type answered struct {
	status  int
	message string
}

// newOperatorAPI is one whose definition has these versions: the name, and whether it is served and stored.
func newOperatorAPI(t *testing.T, versions [][3]any, answer answered) *operatorAPI {
	o := &operatorAPI{}
	o.Server = started(t, httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.lock.Lock()
		defer o.lock.Unlock()
		switch {
		case r.URL.Path == definitionPath && versions != nil:
			var all []any
			for _, v := range versions {
				all = append(all, map[string]any{"name": v[0], "served": v[1], "storage": v[2]})
			}
			fmt.Fprint(w, string(marshalled(t, map[string]any{"kind": "CustomResourceDefinition", "spec": map[string]any{"versions": all}})))
		case r.Method == http.MethodPost:
			o.posted = append(o.posted, r.URL.RequestURI())
			if err := json.NewDecoder(r.Body).Decode(&o.offered); err != nil {
				t.Error(err)
			}
			w.WriteHeader(answer.status)
			fmt.Fprint(w, string(marshalled(t, map[string]any{"kind": "Status", "message": answer.message})))
		case r.URL.Path == root+"api/v1/namespaces/team":
			fmt.Fprint(w, `{"kind":"PartialObjectMetadata"}`)
		default:
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"kind":"Status"}`)
		}
	})))
	return o
}

func (o *operatorAPI) up(t *testing.T, more map[string]string) (pulumitest.Graph, error) {
	t.Helper()
	values := map[string]string{"tracestack:collector": `{"managedBy":"operator"}`}
	maps.Copy(values, more)
	return o.run(t, values)
}

var (
	current = [][3]any{{"v1alpha1", true, false}, {"v1beta1", true, true}}
	created = answered{http.StatusCreated, ""}
)

func TestACollectorThatTheClustersOperatorDoesNotTakeIsRefusedBeforeAnythingIsRegistered(t *testing.T) {
	const needed = "tracestack:collector.managedBy: operator: needs the OpenTelemetry operator, 0.148.0 or newer: "
	for _, c := range []struct {
		claim    string
		versions [][3]any
		answer   answered
		want     string
	}{
		{"no definition", nil, created, "this cluster does not know opentelemetrycollectors.opentelemetry.io; install it first, or choose deployment"},
		{"an old one", [][3]any{{"v1alpha1", true, true}}, created, "is without v1beta1; upgrade the operator with its definitions"},
		{"one that is not served", [][3]any{{"v1alpha1", true, true}, {"v1beta1", false, false}}, created, "is without v1beta1; upgrade"},
		{"one that is not stored", [][3]any{{"v1alpha1", true, true}, {"v1beta1", true, false}}, created, "in another version than v1beta1; upgrade"},
		{
			"webhooks that are away", current,
			answered{http.StatusInternalServerError, `Internal error occurred: failed calling webhook "mopentelemetrycollectorbeta.kb.io": failed to call webhook: Post "https://x": connection refused`},
			`its webhook does not answer (Internal error occurred: failed calling webhook "mopentelemetrycollectorbeta.kb.io": failed to call webhook: Post "https://x": connection refused); see that its pods are ready, or choose deployment`,
		},
		{
			"a field that it does not know", current,
			answered{http.StatusBadRequest, `strict decoding error: unknown field "spec.configVersions"`},
			`does not take the collector (strict decoding error: unknown field "spec.configVersions"); upgrade it with its definitions`,
		},
		{
			"a webhook that refuses", current,
			answered{http.StatusForbidden, "admission webhook \"v.kb.io\" denied the request: no"}, "does not take the collector (admission webhook \"v.kb.io\" denied the request: no)",
		},
	} {
		t.Run(c.claim, func(t *testing.T) {
			graph, err := newOperatorAPI(t, c.versions, c.answer).up(t, nil)
			refusedWith(t, graph, err, []string{"1 thing to correct", needed, c.want})
		})
	}
}

func TestTheOperatorIsAskedForWhatTheStackWouldMakeAndChangesNothing(t *testing.T) {
	for claim, c := range map[string]struct {
		more map[string]string
		want string
	}{
		"in the namespace that is there":               {nil, "team"},
		"in another where the stack makes its own yet": {map[string]string{"tracestack:createNamespace": "true"}, "default"},
	} {
		t.Run(claim, func(t *testing.T) {
			cluster := newOperatorAPI(t, current, created)
			graph, err := cluster.up(t, c.more)
			if err != nil {
				t.Fatal(err)
			}
			want := collectorsIn + c.want + "/opentelemetrycollectors?dryRun=All&fieldValidation=Strict"
			if len(cluster.posted) != 1 || cluster.posted[0] != want {
				t.Errorf("it was sent to %q, want %q", cluster.posted, want)
			}
			made := graph.Named(t, "kubernetes:opentelemetry.io/v1beta1:OpenTelemetryCollector", "center-collector").Object()
			if got, want := fmt.Sprint(cluster.offered["spec"]), fmt.Sprint(made["spec"]); got != want {
				t.Errorf("it was asked for\n%s\nand the stack makes\n%s", got, want)
			}
		})
	}
}

func TestAClusterThatDoesNotTellOfItsOperatorIsTheProvidersToReport(t *testing.T) {
	for claim, answer := range map[string]answered{
		"as it may not":    {http.StatusForbidden, `opentelemetrycollectors is forbidden: User "me" cannot create resource`},
		"as there is one":  {http.StatusConflict, "already exists"},
		"as it has no way": {http.StatusNotFound, "the server could not find the requested resource"},
	} {
		t.Run(claim, func(t *testing.T) {
			if _, err := newOperatorAPI(t, current, answer).up(t, nil); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestACollectorOfItsOwnAsksForNoOperator(t *testing.T) {
	cluster := newOperatorAPI(t, nil, created)
	if _, err := cluster.run(t, nil); err != nil || len(cluster.posted) > 0 {
		t.Errorf("%v, %s", err, strings.Join(cluster.posted, " "))
	}
}
