package servicegraph

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tracestack/tracestack/lab/internal/draw"
)

// line is one line of the tree: a service that nobody calls, or a call.
type line struct {
	name string
	edge *Edge  // nil where a tree begins
	last []bool // for each level down to this one: the last child there?
	note string
}

// lines flattens the graph to trees. Every call has exactly one line, and a
// service shows its own calls where it is met first, so cycles end.
func lines(g Graph) []line {
	f := flattener{out: map[string][]Edge{}, drawn: map[string]bool{}}
	called, calls := map[string]bool{}, map[string]bool{} // by somebody else, somebody else
	for _, e := range slices.SortedFunc(slices.Values(g.Edges), byEnds) {
		f.out[e.Client] = append(f.out[e.Client], e)
		called[e.Server] = called[e.Server] || e.Client != e.Server
		calls[e.Client] = calls[e.Client] || e.Client != e.Server
	}
	names := slices.Sorted(maps.Keys(called))
	for _, name := range slices.Sorted(maps.Keys(calls)) {
		if calls[name] && !called[name] {
			f.begin(name)
		}
	}
	// What nobody outside calls hangs in a cycle, which begins at its first
	// name, or calls only itself.
	for _, inCycle := range []bool{true, false} {
		for _, name := range names {
			if calls[name] == inCycle && !f.drawn[name] {
				f.begin(name)
			}
		}
	}
	return f.lines
}

type flattener struct {
	out   map[string][]Edge
	drawn map[string]bool
	lines []line
}

func (f *flattener) begin(name string) {
	f.lines = append(f.lines, line{name: name})
	f.calls(name, nil)
}

func (f *flattener) calls(name string, last []bool) {
	f.drawn[name] = true
	edges := f.out[name]
	for i := range edges {
		e := &edges[i]
		l := line{name: e.Server, edge: e, last: append(slices.Clone(last), i == len(edges)-1)}
		switch {
		case e.Server == name:
			l.note = " (itself)"
		case f.drawn[e.Server] && len(f.out[e.Server]) > 0:
			l.note = " (above)"
		}
		f.lines = append(f.lines, l)
		if !f.drawn[e.Server] {
			f.calls(e.Server, l.last)
		}
	}
}

// label is the name with what is said of its place.
func (l line) label() string { return draw.Printable(l.name) + l.note }

const (
	gap  = 3
	head = "client → server"
)

var headWidth = utf8.RuneCountInString(head)

// Text prints the graph as a tree for a terminal of the given width, which is
// kept by cutting names. With color each service has one, and those in
// services, a trace's for instance, have theirs by their place there; without,
// the text is complete in itself.
func Text(w io.Writer, g Graph, width int, color bool, services ...string) error {
	out := bufio.NewWriter(w)
	s := newSheet(g, width, color, services)
	fmt.Fprintln(out, "service graph · "+g.summary())
	if len(s.lines) > 0 {
		fmt.Fprintln(out)
		fmt.Fprintln(out, s.ink(s.row(pad(head, s.name), headings), draw.InkFaint))
		for _, l := range s.lines {
			fmt.Fprintln(out, s.line(l))
		}
	}
	return out.Flush()
}

// columns are what stands beside the name: calls, failed, mean, kind.
type columns [4]string

var headings = columns{"calls", "failed", "mean", ""}

// sheet holds the widths of the columns.
type sheet struct {
	lines    []line
	services []string
	color    bool
	name     int
	widths   [len(columns{})]int
}

func newSheet(g Graph, width int, color bool, services []string) sheet {
	s := sheet{lines: lines(g), services: shades(g, services), color: color, name: headWidth}
	rest := 0
	for i, heading := range headings {
		s.widths[i] = len(heading)
		for _, l := range s.lines {
			s.widths[i] = max(s.widths[i], utf8.RuneCountInString(l.columns()[i]))
		}
		rest += gap + s.widths[i]
	}
	for _, l := range s.lines {
		s.name = max(s.name, utf8.RuneCountInString(draw.Guide(l.last)+l.label()))
	}
	s.name = max(min(s.name, width-rest), headWidth)
	return s
}

// shades are the services in the order in which they get their colours.
func shades(g Graph, first []string) []string {
	all := slices.Clone(first)
	for _, name := range g.Services() {
		if !slices.Contains(all, name) && !g.caller(name) {
			all = append(all, name)
		}
	}
	return all
}

func (l line) columns() columns {
	if l.edge == nil {
		return columns{}
	}
	failed := l.edge.failures()
	if failed == "" {
		failed = "–"
	}
	return columns{fmt.Sprint(l.edge.Calls), failed, l.edge.mean(), l.edge.kind()}
}

func (s sheet) line(l line) string {
	guide := draw.Ellipsis(draw.Guide(l.last), s.name)
	name := draw.Ellipsis(l.label(), s.name-utf8.RuneCountInString(guide))
	rest := pad("", s.name-utf8.RuneCountInString(guide+name))
	cells := l.columns()
	if i := slices.Index(s.services, l.name); i >= 0 {
		name = s.ink(name, draw.ServiceInk(i))
	}
	return strings.TrimRight(s.row(s.ink(guide, draw.InkFaint)+name+rest, cells), " ")
}

// row sets numbers to the right and the kind, the last one, to the left.
func (s sheet) row(name string, cells columns) string {
	var b strings.Builder
	b.WriteString(name)
	for i, cell := range cells {
		space := pad("", s.widths[i]-utf8.RuneCountInString(cell))
		if strings.HasPrefix(cell, "✗") {
			cell = s.ink(cell, draw.InkError)
		}
		if i == len(cells)-1 {
			space = ""
		}
		b.WriteString(pad("", gap) + space + cell)
	}
	return strings.TrimRight(b.String(), " ")
}

func (s sheet) ink(text string, code int) string {
	if !s.color {
		return text
	}
	return draw.Ink(text, code)
}

func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
}
