// Package grafana reads what a stack exports for Grafana. It knows of the stack nothing else.
package grafana

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/lab/cluster"
	"github.com/tracestack/tracestack/lab/trace"
)

// Output is a stack's output grafana.
type Output struct {
	// Text is the output as it is exported.
	Text        string
	Datasources []Datasource
	Dashboards  []json.RawMessage

	cluster *cluster.Cluster
}

// Datasource holds the fields that tests look at, by Grafana's names.
type Datasource struct {
	UID, Type, URL string
	JSONData       struct {
		ServiceMap      struct{ DatasourceUID string }
		TracesToMetrics struct {
			DatasourceUID string
			Tags          []struct{ Key, Value string }
			Queries       []struct{ Name, Query string }
		}
		ExemplarTraceIDDestinations []struct{ Name, DatasourceUID string }
		NodeGraph                   struct{ Enabled bool }
	}
}

// Exported reads the output of a stack in this cluster.
func Exported(t *testing.T, c *cluster.Cluster, s *project.Stack) Output {
	t.Helper()
	text, err := s.State(t.Context(), "stack", "output", "grafana", "--json").Output()
	if err != nil {
		t.Fatal(err)
	}
	o := Output{Text: string(text), cluster: c}
	if err := json.Unmarshal(text, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

// Datasource gives the datasource of a type.
func (o Output) Datasource(t *testing.T, kind string) Datasource {
	t.Helper()
	i := slices.IndexFunc(o.Datasources, func(d Datasource) bool { return d.Type == kind })
	if i < 0 {
		t.Fatalf("no datasource of type %s", kind)
	}
	return o.Datasources[i]
}

// Getter asks the datasource of a type at the address that it has.
func (o Output) Getter(t *testing.T, kind string) trace.Getter {
	t.Helper()
	at, err := cluster.ParseAddress(o.Datasource(t, kind).URL)
	if err != nil {
		t.Fatal(err)
	}
	return o.cluster.Getter(at)
}
