package e2e_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tracestack/tracestack/e2e/internal/grafana"
	"github.com/tracestack/tracestack/e2e/internal/metrics"
	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/lab/cluster"
	"github.com/tracestack/tracestack/lab/trace"
)

// answeringJaeger asks Jaeger's datasource the first question that Grafana asks.
func answeringJaeger(t *testing.T, s *project.Stack) {
	g := grafana.Exported(t, lab.Cluster, s)
	near := kube.NewNamespace(t, project.RandomName()).GetName()
	answer := kube.FromInside(t, near, g.Datasource(t, "jaeger").URL+"/api/services")[0]
	var services struct{ Data []string }
	if err := json.Unmarshal([]byte(answer), &services); err != nil || !slices.Contains(services.Data, "frontend") {
		t.Errorf("Jaeger names the services %v: %v", services.Data, err)
	}
}

// answeringDatasources asks each datasource at the address that it has, from a pod in that namespace.
func answeringDatasources(t *testing.T, g grafana.Output, near string) {
	tempo, prometheus := g.Datasource(t, "tempo").URL, g.Datasource(t, "prometheus").URL
	if len(g.Datasources) != 2 {
		t.Errorf("there are %d datasources, want Tempo and Prometheus", len(g.Datasources))
	}
	answers := kube.FromInside(t, near,
		tempo+"/api/echo",
		tempo+metrics.TraceQLPath("rate()"),
		prometheus+"/api/v1/query?query=traces_service_graph_request_total",
	)
	if strings.TrimSpace(answers[0]) != "echo" {
		t.Errorf("Tempo answers its health check with %q", answers[0])
	}
	if series, err := metrics.Series([]byte(answers[1])); err != nil || len(series) != 6 {
		t.Errorf("Tempo gives the rates of %d services: %v", len(series), err)
	}
	if samples, err := metrics.Samples([]byte(answers[2])); err != nil || len(samples) != 5 {
		t.Errorf("Prometheus gives %d edges: %v", len(samples), err)
	}
}

// grafanasServiceGraph asks the questions that Grafana asks for the tab "Service Graph" of a Tempo
// datasource. They are in Grafana's public/app/plugins/datasource/tempo/graphTransform.ts and
// datasource.ts.
func grafanasServiceGraph(t *testing.T, g grafana.Output) {
	tempo := g.Datasource(t, "tempo")
	if tempo.JSONData.ServiceMap.DatasourceUID != g.Datasource(t, "prometheus").UID || !tempo.JSONData.NodeGraph.Enabled {
		t.Errorf("the datasource Tempo has the service map %v and the node graph %v", tempo.JSONData.ServiceMap, tempo.JSONData.NodeGraph)
	}
	// The database has no spans of its own, so nothing measured it.
	answered := []string{"frontend→customer", "frontend→driver", "frontend→route", "user→frontend"}
	for _, c := range []struct {
		metric string
		want   []string
	}{
		{"traces_service_graph_request_total", []string{"frontend→customer", "frontend→driver", "frontend→route", "mysql→mysql", "user→frontend"}},
		{"traces_service_graph_request_server_seconds_sum", answered},
		{"traces_service_graph_request_failed_total", []string{"frontend→customer", "user→frontend"}},
	} {
		var got []string
		for _, s := range metrics.Now(t, g.Getter(t, "prometheus"), "sum by (client, server, connection_type) (rate("+c.metric+"[5m])) > 0") {
			got = append(got, s.Labels["client"]+"→"+s.Labels["server"])
		}
		if slices.Sort(got); !slices.Equal(got, c.want) {
			t.Errorf("%s has %v, want %v", c.metric, got, c.want)
		}
	}
	for _, expression := range []string{ // The table beside the graph.
		`topk(5, sum(rate(traces_spanmetrics_calls_total{span_kind="SPAN_KIND_SERVER"}[5m])) by (span_name))`,
		`topk(5, sum(rate(traces_spanmetrics_calls_total{status_code="STATUS_CODE_ERROR",span_name=~".+"}[5m])) by (span_name))`,
		`histogram_quantile(.9, sum(rate(traces_spanmetrics_latency_bucket{span_name=~".+"}[5m])) by (le))`,
	} {
		if len(metrics.Now(t, g.Getter(t, "prometheus"), expression)) == 0 {
			t.Errorf("no data: %s", expression)
		}
	}
}

// exemplars follows each exemplar from the datasource that shows it to the one that has its trace.
func exemplars(t *testing.T, g grafana.Output, traces []trace.Trace) {
	links := g.Datasource(t, "prometheus").JSONData.ExemplarTraceIDDestinations
	if len(links) != 1 || links[0].DatasourceUID != g.Datasource(t, "tempo").UID {
		t.Fatalf("the links of exemplars are %v", links)
	}
	body, err := g.Getter(t, "prometheus")(t.Context(), "/api/v1/query_exemplars?"+url.Values{
		"query": {"traces_spanmetrics_latency_bucket"},
		"start": {fmt.Sprint(time.Now().Add(-time.Hour).Unix())}, "end": {fmt.Sprint(time.Now().Unix())},
	}.Encode())
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Data []struct {
			Exemplars []struct{ Labels map[string]string }
		}
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, series := range answer.Data {
		for _, exemplar := range series.Exemplars {
			id := exemplar.Labels[links[0].Name]
			ids[strings.Repeat("0", max(0, 32-len(id)))+id] = true // Tempo leaves out leading zeros.
		}
	}
	if len(ids) == 0 {
		t.Fatal("there is no exemplar")
	}
	for id := range ids {
		if !slices.ContainsFunc(traces, func(one trace.Trace) bool { return one.ID == id }) {
			t.Errorf("an exemplar has the trace %q, which no call made", id)
		}
		if _, err := (trace.Tempo{Get: g.Getter(t, "tempo")}).ByID(t.Context(), id); err != nil {
			t.Error(err)
		}
	}
	t.Logf("%d traces have exemplars", len(ids))
}

// unescaped is what Grafana reads in a provisioning file: $$ means $, and any other $ begins the name of
// an environment variable.
func unescaped(t *testing.T, text string) string {
	t.Helper()
	if alone := regexp.MustCompile(`(^|[^$])(\$\$)*\$([^$]|$)`).FindString(text); alone != "" {
		t.Errorf("Grafana expands a variable in %q", text)
	}
	return strings.ReplaceAll(text, "$$", "$")
}

func tracesToMetrics(t *testing.T, g grafana.Output) {
	links := g.Datasource(t, "tempo").JSONData.TracesToMetrics
	if links.DatasourceUID != g.Datasource(t, "prometheus").UID || len(links.Queries) == 0 || len(links.Tags) != 1 || links.Tags[0].Key != "service.name" {
		t.Fatalf("the links are %v", links)
	}
	for _, link := range links.Queries {
		expression := unescaped(t, link.Query)
		if !strings.Contains(expression, "$__tags") {
			t.Errorf("%s: %s does not tell services apart", link.Name, expression)
		}
		expression = strings.ReplaceAll(expression, "$__tags", links.Tags[0].Value+`="frontend"`)
		if len(metrics.Now(t, g.Getter(t, "prometheus"), expression)) == 0 {
			t.Errorf("%s: no data: %s", link.Name, expression)
		}
	}
}

// dashboards asks the questions of every panel, for the last ten minutes.
func dashboards(t *testing.T, g grafana.Output) {
	if len(g.Dashboards) == 0 {
		t.Fatal("there is no dashboard")
	}
	variables := strings.NewReplacer("$__rate_interval", "1m", "$__range", "10m", "$service", ".*")
	for _, body := range g.Dashboards {
		var model any
		if err := json.Unmarshal(body, &model); err != nil {
			t.Fatal(err)
		}
		expressions := expressionsIn(model)
		if len(expressions) < 10 {
			t.Errorf("only %d queries were found", len(expressions))
		}
		for _, expression := range expressions {
			if expression = variables.Replace(expression); numbers(t, g, expression) == 0 {
				t.Errorf("no data: %s", expression)
			}
		}
	}
}

// numbers counts the points in the graph of an expression.
func numbers(t *testing.T, g grafana.Output, expression string) (count int) {
	t.Helper()
	now := time.Now().Unix()
	body, err := g.Getter(t, "prometheus")(t.Context(), "/api/v1/query_range?"+url.Values{
		"query": {expression}, "start": {fmt.Sprint(now - 600)}, "end": {fmt.Sprint(now)}, "step": {"15"},
	}.Encode())
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	var answer struct {
		Data struct{ Result []struct{ Values [][2]any } }
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		t.Fatal(err)
	}
	for _, series := range answer.Data.Result {
		for _, value := range series.Values {
			if value[1] != "NaN" {
				count++
			}
		}
	}
	return count
}

func expressionsIn(model any) (found []string) {
	switch v := model.(type) {
	case map[string]any:
		if expression, ok := v["expr"].(string); ok {
			found = append(found, expression)
		}
		for _, value := range v {
			found = append(found, expressionsIn(value)...)
		}
	case []any:
		for _, value := range v {
			found = append(found, expressionsIn(value)...)
		}
	}
	return found
}

func noSecret(t *testing.T, s *project.Stack, g grafana.Output) {
	root, err := lab.MinIO(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range append(secretsIn(t, s.Namespace), root.Password) {
		if strings.Contains(g.Text, secret) {
			t.Error("a secret is in the output grafana")
		}
	}
}

// secretsIn gives every value of a namespace's Secrets.
func secretsIn(t *testing.T, namespace string) (values []string) {
	t.Helper()
	for _, object := range kube.Objects(t, cluster.Core("secrets"), namespace) {
		entries, err := lab.Secret(t.Context(), namespace, object.GetName())
		if err != nil {
			t.Fatal(err)
		}
		values = slices.AppendSeq(values, maps.Values(entries))
	}
	return values
}
