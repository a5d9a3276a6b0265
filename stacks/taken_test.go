package stacks_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tracestack/tracestack/internal/pulumitest"
	"github.com/tracestack/tracestack/stacks"
)

// api is a cluster that has some objects, by their paths, and remembers what it was asked for.
type api struct {
	*httptest.Server
	lock  sync.Mutex
	asked []string
}

func newAPI(t *testing.T, has map[string]metadata, status int) *api {
	a := &api{}
	a.Server = started(t, httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.lock.Lock()
		defer a.lock.Unlock()
		a.asked = append(a.asked, r.URL.Path)
		object, found := has[r.URL.Path]
		switch {
		case r.Method != http.MethodGet || !strings.Contains(r.Header.Get("Accept"), "as=PartialObjectMetadata"):
			w.WriteHeader(http.StatusNotAcceptable)
		case found:
			fmt.Fprint(w, string(marshalled(t, map[string]any{"kind": "PartialObjectMetadata", "metadata": object})))
		default:
			w.WriteHeader(status)
			fmt.Fprintf(w, `{"kind":"Status","code":%d}`, status)
		}
	})))
	return a
}

// run is the program on this cluster, named by a kubeconfig in the configuration.
func (a *api) run(t *testing.T, more map[string]string) (pulumitest.Graph, error) {
	t.Helper()
	kubeconfig := marshalled(t, map[string]any{
		"clusters":        []any{map[string]any{"name": "it", "cluster": map[string]any{"server": a.URL + "/behind/a/proxy"}}},
		"contexts":        []any{map[string]any{"name": "it", "context": map[string]any{"cluster": "it"}}},
		"current-context": "it",
	})
	values := map[string]string{
		"kubernetes:kubeconfig": string(kubeconfig), "tracestack:namespace": "team", "tracestack:createNamespace": "false",
	}
	maps.Copy(values, more)
	return pulumitest.Run(t, values, []string{"kubernetes:kubeconfig"}, stacks.Run)
}

type metadata map[string]map[string]string

func marshalled(t *testing.T, value any) []byte {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

const root = "/behind/a/proxy/"

// there is a namespace, and what else.
func there(more map[string]metadata) map[string]metadata {
	all := map[string]metadata{root + "api/v1/namespaces/team": {}}
	for path, object := range more {
		all[root+path] = object
	}
	return all
}

const account = "api/v1/namespaces/team/serviceaccounts/jaeger"

var (
	ours    = metadata{"annotations": {"tracestack.io/stack": "tracestack/test"}}
	older   = metadata{"labels": {"app.kubernetes.io/part-of": "tracestack", "app.kubernetes.io/managed-by": "pulumi"}}
	another = metadata{"labels": older["labels"], "annotations": {"tracestack.io/stack": "tracestack/other"}}
	helms   = metadata{"labels": {"app.kubernetes.io/managed-by": "Helm"}}
)

func TestWhatOthersHaveInASharedNamespaceIsRefusedBeforeAnythingIsRegistered(t *testing.T) {
	const taken = "; it would be taken over, and deleted by destroy"
	for _, c := range []struct {
		claim string
		has   map[string]metadata
		more  map[string]string
		want  []string
	}{
		{"an account", there(map[string]metadata{account: {}}), nil, []string{
			"1 thing to correct",
			"tracestack:namespace: team: must not have what the stack would make and somebody else has: ServiceAccount team/jaeger" + taken,
		}},
		{"what Helm made", there(map[string]metadata{account: helms}), nil, []string{"and somebody else, by Helm, has: ServiceAccount team/jaeger" + taken}},
		{"another stack's, beside somebody else's", there(map[string]metadata{
			"apis/apps/v1/namespaces/team/deployments/jaeger":   another,
			"api/v1/namespaces/team/services/jaeger-query":      another,
			"api/v1/namespaces/team/services/center-collector":  {},
			"api/v1/namespaces/team/services/nobody-wants-this": {},
		}), nil, []string{
			"2 things to correct",
			"somebody else has: Service team/center-collector" + taken,
			"stack tracestack/other has: Deployment team/jaeger, Service team/jaeger-query" + taken,
		}},
		{"a disruption budget", there(map[string]metadata{"apis/policy/v1/namespaces/team/poddisruptionbudgets/center-collector": {}}),
			map[string]string{"tracestack:collector": `{"replicas":2}`}, []string{"PodDisruptionBudget team/center-collector"}},
		{"a route", there(map[string]metadata{"apis/networking.k8s.io/v1/namespaces/team/ingresses/jaeger": {}}),
			map[string]string{"tracestack:ingress": `{"kind":"ingress","domain":"example.com"}`}, []string{"Ingress team/jaeger"}},
		{"beside somebody's Grafana, where the stack makes its own namespace",
			map[string]metadata{root + "api/v1/namespaces/shared/configmaps/tracestack-datasources": another},
			map[string]string{"tracestack:createNamespace": "true", "tracestack:grafana": `{"datasources":"configmap","namespace":"shared"}`},
			[]string{"tracestack:grafana.namespace: shared: must not have what the stack would make and stack tracestack/other has: ConfigMap shared/tracestack-datasources"}},
		{"beside somebody's Prometheus", map[string]metadata{root + "apis/networking.k8s.io/v1/namespaces/monitoring/networkpolicies/prometheus-k8s-from-team": {}},
			map[string]string{"tracestack:createNamespace": "true", "tracestack:backend": "tempo", "tracestack:storage": "local", "tracestack:prometheus": patched},
			[]string{"tracestack:prometheus.namespace: monitoring: must not have what the stack would make and somebody else has: NetworkPolicy monitoring/prometheus-k8s-from-team"}},
		{"in an application's namespace", map[string]metadata{
			root + "api/v1/namespaces/shop": {}, root + "api/v1/namespaces/shop/configmaps/otel-environment": another,
		}, map[string]string{"tracestack:createNamespace": "true", "tracestack:applications": `{"namespaces":["shop"]}`},
			[]string{"tracestack:applications.namespaces: shop: must not have what the stack would make and stack tracestack/other has: ConfigMap shop/otel-environment"}},
		{"namespaces of applications that are not there", map[string]metadata{root + "api/v1/namespaces/shop": {}},
			map[string]string{"tracestack:createNamespace": "true", "tracestack:applications": `{"namespaces":["shop","billing","payments","team"]}`}, []string{
				"2 things to correct",
				"tracestack:applications.namespaces[1]: billing: must exist: make it first, or leave it out",
				"tracestack:applications.namespaces[2]: payments: must exist: make it first, or leave it out",
			}},
		{"a namespace that is not there", nil, nil, []string{
			"1 thing to correct", "tracestack:namespace: team: must exist, as createNamespace is false",
		}},
	} {
		t.Run(c.claim, func(t *testing.T) {
			graph, err := newAPI(t, c.has, http.StatusNotFound).run(t, c.more)
			refusedWith(t, graph, err, c.want)
		})
	}
}

func TestWhatIsTheStacksOwnIsTaken(t *testing.T) {
	for claim, object := range map[string]metadata{"by its annotation": ours, "from before there was one": older} {
		t.Run(claim, func(t *testing.T) {
			if _, err := newAPI(t, there(map[string]metadata{account: object}), http.StatusNotFound).run(t, nil); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAClusterThatDoesNotTellIsTheProvidersToReport(t *testing.T) {
	t.Run("as it may not", func(t *testing.T) {
		if _, err := newAPI(t, nil, http.StatusForbidden).run(t, nil); err != nil {
			t.Error(err)
		}
	})
	t.Run("as it is away", func(t *testing.T) {
		cluster := newAPI(t, nil, http.StatusNotFound)
		cluster.Close()
		if _, err := cluster.run(t, nil); err != nil {
			t.Error(err)
		}
	})
}

// withoutHash leaves out what depends on somebody else's Prometheus, which a plan does not read.
func withoutHash(name string) string { return hash.ReplaceAllString(name, "-HASH") }

var hash = regexp.MustCompile(`-[0-9a-f]{10}$`)

func TestTheClusterIsAskedForEachObjectBesideThoseOfOthersAndForNothingElse(t *testing.T) {
	for claim, more := range map[string]map[string]string{
		"in a shared namespace": {"tracestack:demo": "true", "tracestack:collector": `{"replicas":2}`},
		"with Tempo":            {"tracestack:backend": "tempo", "tracestack:storage": "local", "tracestack:prometheus": patched, "tracestack:grafana": `{"datasources":"operator","instanceSelector":{"a":"b"}}`},
		"in its own namespace":  {"tracestack:createNamespace": "true"},
	} {
		t.Run(claim, func(t *testing.T) {
			cluster := newAPI(t, there(nil), http.StatusNotFound)
			graph, err := cluster.run(t, more)
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for _, r := range graph {
				if strings.HasPrefix(r.Type, "kubernetes:") && !strings.HasSuffix(r.Type, "Patch") && more["tracestack:createNamespace"] == "" {
					want = append(want, withoutHash(fmt.Sprint(r.Object()["metadata"].(map[string]any)["name"])))
				}
			}
			var got []string
			for _, path := range cluster.asked {
				if path != root+"api/v1/namespaces/team" {
					got = append(got, withoutHash(path[strings.LastIndex(path, "/")+1:]))
				}
			}
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("asked for\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}
