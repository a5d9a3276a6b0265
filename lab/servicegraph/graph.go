// Package servicegraph reads the service graph that Tempo's metrics generator
// writes into a Prometheus, and draws it.
//
// Parsing and drawing are pure. Only Read and Wait reach outside: they talk
// through the Getter they are given and read the clock.
package servicegraph

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tracestack/tracestack/lab/internal/draw"
	"github.com/tracestack/tracestack/lab/trace"
)

// Graph is who calls whom, by client and server.
type Graph struct{ Edges []Edge }

// Edge is all calls of one kind from one service to another; both may be the
// same service.
type Edge struct {
	Client, Server string
	Kind           Kind
	// Calls and Failed count since the generators that are running started. A
	// call failed when the span of either side has the status error.
	Calls, Failed int
	// Mean is how long the server took; where it sent no spans, how long the
	// client waited. Zero when nothing was measured.
	Mean time.Duration
}

// Kind is the label connection_type: what sort of call it is. Others than
// these may come with another Tempo and are shown as they are.
type Kind string

// The kinds of Tempo, in modules/generator/processor/servicegraphs/store.
const (
	Request         Kind = ""
	MessagingSystem Kind = "messaging_system"
	Database        Kind = "database"
	// VirtualNode is a call of which one side sent no spans: its name is guessed.
	VirtualNode Kind = "virtual_node"
)

// anyone is what Tempo calls a caller of whom it knows nothing.
const anyone = "user"

// Services names everything in the graph, callers before what they call.
func (g Graph) Services() []string {
	var names []string
	for _, l := range lines(g) {
		if !slices.Contains(names, l.name) {
			names = append(names, l.name)
		}
	}
	return names
}

// Holds says which of these calls the graph does not have. More calls than
// these are no fault: the graph counts everybody's.
func (g Graph) Holds(calls map[trace.ServiceEdge]int) error {
	got := map[trace.ServiceEdge]int{}
	for _, e := range g.Edges {
		got[trace.ServiceEdge{Parent: e.Client, Child: e.Server}] += e.Calls
	}
	var missing []string
	for edge, want := range calls {
		if got[edge] < want {
			missing = append(missing, fmt.Sprintf("%s: %d of %d", edge, got[edge], want))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	slices.Sort(missing)
	return fmt.Errorf("calls: %s", strings.Join(missing, "; "))
}

// Calls counts the calls of a trace as Tempo's processor pairs them, with its
// default settings: a client's span and the server's below it; a root that is
// a server's, called by "user"; a client's span with nobody below it that says
// who its peer is (peer.service). Spans of databases (db.*), for which Tempo
// has further rules, are for the caller to add.
func Calls(t trace.Trace) map[trace.ServiceEdge]int {
	calls := map[trace.ServiceEdge]int{}
	client, answered := map[string]trace.Span{}, map[string]bool{}
	for _, s := range t.Spans {
		if s.Kind == trace.Client || s.Kind == trace.Producer {
			client[s.ID] = s
		}
	}
	for _, s := range t.Spans {
		if s.Kind != trace.Server && s.Kind != trace.Consumer {
			continue
		}
		if caller, ok := client[s.ParentID]; ok {
			answered[caller.ID] = true
			calls[trace.ServiceEdge{Parent: caller.Service, Child: s.Service}]++
		} else if s.ParentID == "" {
			calls[trace.ServiceEdge{Parent: cmp.Or(s.Attributes["peer.service"], anyone), Child: s.Service}]++
		}
	}
	for id, s := range client {
		if peer := s.Attributes["peer.service"]; peer != "" && !answered[id] {
			calls[trace.ServiceEdge{Parent: s.Service, Child: peer}]++
		}
	}
	return calls
}

// caller says whether a name is only that of somebody outside who calls.
func (g Graph) caller(name string) bool {
	return !slices.ContainsFunc(g.Edges, func(e Edge) bool {
		return e.Server == name || e.Client == name && e.Kind != VirtualNode
	})
}

// summary is the line of figures that both drawings show.
func (g Graph) summary() string {
	services, calls, failed := 0, 0, 0
	for _, name := range g.Services() {
		if !g.caller(name) {
			services++
		}
	}
	for _, e := range g.Edges {
		calls, failed = calls+e.Calls, failed+e.Failed
	}
	last := "none failed"
	if failed > 0 {
		last = fmt.Sprintf("%d failed", failed)
	}
	return strings.Join([]string{draw.Plural(services, "service"), draw.Plural(calls, "call"), last}, " · ")
}

// failures is how many calls failed and the share of them; empty for none.
func (e Edge) failures() string {
	if e.Failed == 0 {
		return ""
	}
	share := "<1"
	if percent := 100 * float64(e.Failed) / float64(max(e.Calls, e.Failed)); percent >= 1 {
		share = fmt.Sprintf("%.0f", percent)
	}
	return fmt.Sprintf("✗ %d (%s %%)", e.Failed, share)
}

// mean is the duration as it is shown.
func (e Edge) mean() string {
	if e.Mean == 0 {
		return "–"
	}
	return draw.Short(e.Mean)
}

// kind is the kind in words; empty for an ordinary call.
func (e Edge) kind() string { return draw.Printable(strings.ReplaceAll(string(e.Kind), "_", " ")) }

func byEnds(a, b Edge) int {
	return cmp.Or(cmp.Compare(a.Client, b.Client), cmp.Compare(a.Server, b.Server), cmp.Compare(a.Kind, b.Kind))
}
