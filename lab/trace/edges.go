package trace

import (
	"fmt"
	"slices"
)

// Op is an operation of a service. The zero Op stands above a root.
type Op struct{ Service, Operation string }

// Edge is a parent and child pair of operations.
type Edge struct{ Parent, Child Op }

// Edges counts each Edge of a trace.
type Edges map[Edge]int

// ServiceEdge is a call from one service into another.
type ServiceEdge struct{ Parent, Child string }

// Edges counts the parent and child pairs. A root counts under the zero Op;
// a span whose parent is missing has no edge (Check names it).
func (t Trace) Edges() Edges {
	byID, _ := index(t)
	edges := Edges{}
	for _, s := range t.Spans {
		var parent Op
		if s.ParentID != "" {
			p, ok := byID[s.ParentID]
			if !ok {
				continue
			}
			parent = Op{p.Service, p.Operation}
		}
		edges[Edge{parent, Op{s.Service, s.Operation}}]++
	}
	return edges
}

// Services keeps the edges that cross from one service into another.
func (e Edges) Services() map[ServiceEdge]int {
	out := map[ServiceEdge]int{}
	for edge, n := range e {
		if edge.Parent.Service != "" && edge.Parent.Service != edge.Child.Service {
			out[ServiceEdge{edge.Parent.Service, edge.Child.Service}] += n
		}
	}
	return out
}

// Lines spells the edges, sorted: what a failing test prints.
func (e Edges) Lines() []string {
	var lines []string
	for edge, n := range e {
		lines = append(lines, fmt.Sprintf("%s ×%d", edge, n))
	}
	slices.Sort(lines)
	return lines
}

func (o Op) String() string {
	if o == (Op{}) {
		return "(root)"
	}
	return o.Service + " " + o.Operation
}

func (e Edge) String() string { return e.Parent.String() + " → " + e.Child.String() }

func (e ServiceEdge) String() string { return e.Parent + " → " + e.Child }
