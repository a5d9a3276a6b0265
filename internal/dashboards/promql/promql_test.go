package promql_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/tracestack/tracestack/internal/render/grafana"
)

// variables are what Grafana puts in their place before it asks.
var variables = strings.NewReplacer(
	"$__rate_interval", "1m0s",
	"$__range", "3600s",
	"$__tags", `service="frontend"`,
	"$service", "customer|frontend",
)

// query is one PromQL expression, with where it comes from.
type query struct{ of, text string }

// queries goes through what Grafana is given: whatever is named expr, in panels, or query, in the
// links of spans and in variables.
func queries(t *testing.T) []query {
	t.Helper()
	datasources := grafana.Datasources(
		[]grafana.Datasource{{Name: "Tempo", Type: grafana.TypeTempo, UID: grafana.UIDTraces, SpanMetrics: true}}, &grafana.Metrics{},
	)
	var all []query
	for _, datasource := range datasources {
		all = append(all, find(t, datasource.UID, datasource.JSONData)...)
	}
	for _, dashboard := range grafana.Dashboards(datasources) {
		all = append(all, find(t, dashboard.UID, json.RawMessage(dashboard.JSON))...)
	}
	return all
}

// ofVariable takes the selector out of what lists a label's values.
var ofVariable = regexp.MustCompile(`^label_values\((.+), \w+\)$`)

func find(t *testing.T, of string, value any) []query {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var decoded any
	if err := json.Unmarshal(text, &decoded); err != nil {
		t.Fatal(err)
	}
	var all []query
	var walk func(name string, value any)
	walk = func(name string, value any) {
		switch v := value.(type) {
		case map[string]any:
			for key, inner := range v {
				walk(key, inner)
			}
		case []any:
			for _, inner := range v {
				walk("", inner)
			}
		case string:
			if name == "expr" || name == "query" {
				all = append(all, query{of, ofVariable.ReplaceAllString(v, "$1")})
			}
		}
	}
	walk("", decoded)
	return all
}

func TestEveryQueryIsPromQL(t *testing.T) {
	p := parser.NewParser(parser.Options{})
	all := queries(t)
	// Three of a span's links, one of the variable, and the panels'.
	if len(all) < 15 {
		t.Fatalf("only %d queries were found", len(all))
	}
	for _, q := range all {
		text := variables.Replace(q.text)
		if strings.Contains(text, "$") {
			t.Errorf("%s: a variable is left in %s", q.of, text)
		}
		if _, err := p.ParseExpr(text); err != nil {
			t.Errorf("%s: %s: %v", q.of, text, err)
		}
	}
	t.Logf("%d queries", len(all))
}

func TestALinkOfASpanWithoutTheTagIsPromQLToo(t *testing.T) {
	p := parser.NewParser(parser.Options{})
	for _, q := range queries(t) {
		if text := strings.ReplaceAll(q.text, "$__tags", ""); text != q.text {
			if _, err := p.ParseExpr(text); err != nil {
				t.Errorf("%s: %s: %v", q.of, text, err)
			}
		}
	}
}
