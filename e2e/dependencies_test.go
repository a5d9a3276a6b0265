package e2e_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/searchstore"
	"github.com/tracestack/tracestack/e2e/internal/traffic"
	"github.com/tracestack/tracestack/e2e/internal/wait"
	"github.com/tracestack/tracestack/lab/trace"
)

// demosEdges are which services of the demo call which.
var demosEdges = map[trace.ServiceEdge]bool{
	{Parent: "frontend", Child: "customer"}: true, {Parent: "customer", Child: "mysql"}: true,
	{Parent: "frontend", Child: "driver"}: true, {Parent: "driver", Child: "redis-manual"}: true,
	{Parent: "frontend", Child: "route"}: true,
}

// computedGraph is of a Jaeger that computes it of the traces that it has, of the demo alone.
func computedGraph(t *testing.T, s *project.Stack) {
	demo := traffic.Demo(t, s)
	traffic.Dispatch(t, demo)
	calls, err := graph(t, demo.Backend.(trace.Jaeger))
	if err != nil {
		t.Fatal(err)
	}
	edges := map[trace.ServiceEdge]bool{}
	for edge, count := range calls {
		// In memory Jaeger also counts what stays inside of a service, on a disk it does not.
		if edge.Parent != edge.Child {
			edges[edge] = count > 0
		}
	}
	if !maps.Equal(edges, demosEdges) {
		t.Errorf("the graph is %v, want an edge for each of %v", calls, demosEdges)
	}
}

// storedGraph writes what Jaeger's Spark job writes at the end of a day, as the stack's own user. The job itself
// is not in the lab.
func storedGraph(t *testing.T, s searchstore.Stack) {
	day := time.Now().UTC()
	document := map[string]any{"timestamp": day.Format("2006-01-02") + "T00:00:00Z", "dependencies": []map[string]any{}}
	want := map[trace.ServiceEdge]int{}
	for edge := range demosEdges {
		want[edge] = 3 + len(want)
		document["dependencies"] = append(document["dependencies"].([]map[string]any),
			map[string]any{"parent": edge.Parent, "child": edge.Child, "callCount": want[edge], "source": "jaeger"})
	}
	body, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	path := "/" + searchstore.Prefix + "-jaeger-dependencies-" + day.Format("2006-01-02") + "/_doc?refresh=true"
	status, answer, err := s.Store.Jaeger.Ask(t.Context(), http.MethodPost, path, string(body))
	if err != nil || status != http.StatusCreated {
		t.Fatalf("the user is answered %d %s, %v", status, answer, err)
	}
	wait.For(t, "the graph", func() error {
		calls, err := graph(t, s.Jaeger(t))
		if err == nil && !maps.Equal(calls, want) {
			err = fmt.Errorf("it is %v, want %v", calls, want)
		}
		return err
	})
}

// graph is how often each service has called each since yesterday.
func graph(t *testing.T, jaeger trace.Jaeger) (map[trace.ServiceEdge]int, error) {
	t.Helper()
	body, err := jaeger.Get(t.Context(), "/api/dependencies?"+url.Values{
		"endTs": {strconv.FormatInt(time.Now().UnixMilli(), 10)}, "lookback": {strconv.Itoa(24 * 60 * 60 * 1000)},
	}.Encode())
	if err != nil {
		return nil, err
	}
	var answer struct {
		Data []struct {
			Parent, Child string
			CallCount     int
		}
	}
	calls := map[trace.ServiceEdge]int{}
	err = json.Unmarshal(body, &answer)
	for _, one := range answer.Data {
		calls[trace.ServiceEdge{Parent: one.Parent, Child: one.Child}] = one.CallCount
	}
	return calls, err
}
