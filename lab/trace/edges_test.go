package trace

import (
	"maps"
	"slices"
	"testing"
)

func TestEdges(t *testing.T) {
	child := func(id, parent, service, operation string) Span {
		s := span(id, parent, 0, 1)
		s.Service, s.Operation = service, operation
		return s
	}
	edges := Trace{Spans: []Span{
		child("1", "", "web", "GET /"),
		child("2", "1", "web", "query"),
		child("3", "2", "db", "select"),
		child("4", "2", "db", "select"),
		child("5", "2", "db", "insert"),
		child("6", "gone", "db", "select"),
	}}.Edges()

	t.Run("equal edges are counted, a root stands under the zero Op, an orphan has no edge", func(t *testing.T) {
		want := Edges{
			{Op{}, Op{"web", "GET /"}}:               1,
			{Op{"web", "GET /"}, Op{"web", "query"}}: 1,
			{Op{"web", "query"}, Op{"db", "select"}}: 2,
			{Op{"web", "query"}, Op{"db", "insert"}}: 1,
		}
		if !maps.Equal(edges, want) {
			t.Errorf("got %v", edges.Lines())
		}
	})
	t.Run("between services only what crosses counts", func(t *testing.T) {
		want := map[ServiceEdge]int{{"web", "db"}: 3}
		if got := edges.Services(); !maps.Equal(got, want) {
			t.Errorf("got %v", got)
		}
	})
	t.Run("lines are sorted and readable", func(t *testing.T) {
		want := []string{
			"(root) → web GET / ×1",
			"web GET / → web query ×1",
			"web query → db insert ×1",
			"web query → db select ×2",
		}
		if got := edges.Lines(); !slices.Equal(got, want) {
			t.Errorf("got %q", got)
		}
	})
}
