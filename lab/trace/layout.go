package trace

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/tracestack/tracestack/lab/internal/draw"
)

// row is one line of a drawing. Both drawings show the same rows, so what the
// terminal prints and what the picture shows cannot differ.
type row struct {
	Span
	depth  int
	parent int    // index of the parent's row; -1 for a root
	last   []bool // for each level down to this one: the last child there?
	orphan bool   // its parent is not in the trace
}

// rows flattens the tree, siblings by start time. Every span gets exactly one
// row, also in a trace that Check refuses: a broken trace is the one that most
// needs to be seen.
func rows(t Trace) []row {
	byID, _ := index(t)
	children := map[string][]Span{}
	var roots []Span
	for _, s := range slices.SortedFunc(slices.Values(t.Spans), bySpanStart) {
		if _, ok := byID[s.ParentID]; ok {
			children[s.ParentID] = append(children[s.ParentID], s)
		} else {
			roots = append(roots, s)
		}
	}
	f := flattener{children: children, drawn: map[string]bool{}}
	for _, s := range roots {
		f.add(s, -1, nil)
	}
	// What no root leads to hangs in a cycle: cut it at its earliest span.
	for _, s := range slices.SortedFunc(slices.Values(t.Spans), bySpanStart) {
		if !f.drawn[s.ID] {
			f.add(s, -1, nil)
		}
	}
	return f.rows
}

type flattener struct {
	children map[string][]Span
	drawn    map[string]bool
	rows     []row
}

func (f *flattener) add(s Span, parent int, last []bool) {
	f.rows = append(f.rows, row{
		Span: s, depth: len(last), parent: parent, last: last,
		orphan: parent < 0 && s.ParentID != "",
	})
	if f.drawn[s.ID] { // stored twice: shown twice, its children once
		return
	}
	f.drawn[s.ID] = true
	self := len(f.rows) - 1
	kids := slices.DeleteFunc(slices.Clone(f.children[s.ID]), func(k Span) bool { return f.drawn[k.ID] })
	for i, k := range kids {
		f.add(k, self, append(slices.Clone(last), i == len(kids)-1))
	}
}

// failure is the text beside a failed span.
func (r row) failure() string {
	if r.Message == "" {
		return "✗ error"
	}
	return "✗ " + draw.Printable(r.Message)
}

// name is the operation as it is printed, with what is wrong about its place.
func (r row) name() string {
	if r.orphan {
		return draw.Printable(r.Operation) + " (parent missing)"
	}
	return draw.Printable(r.Operation)
}

// ticks are round times that divide the duration into at most most parts.
func ticks(d time.Duration, most int) []time.Duration {
	if d <= 0 || most < 1 {
		return []time.Duration{0}
	}
	step := time.Duration(1)
	for i := 0; d/step >= time.Duration(most); i++ {
		step = time.Duration([]float64{1, 2, 5}[i%3] * math.Pow10(i/3))
	}
	var out []time.Duration
	for at := time.Duration(0); at <= d; at += step {
		out = append(out, at)
	}
	return out
}

// axis writes the ticks in one unit, the last one's, without trailing zeros.
func axis(d, longest time.Duration) string {
	if d == 0 {
		return "0"
	}
	unit, name := time.Second, " s"
	switch {
	case longest < 2*time.Microsecond:
		unit, name = time.Nanosecond, " ns"
	case longest < 2*time.Millisecond:
		unit, name = time.Microsecond, " µs"
	case longest < 2*time.Second:
		unit, name = time.Millisecond, " ms"
	}
	return fmt.Sprintf("%g%s", float64(d)/float64(unit), name)
}

// summary is the header's line of figures, shared by both drawings.
func summary(t Trace) string {
	parts := []string{
		draw.Plural(len(t.Spans), "span"),
		draw.Plural(len(t.Services()), "service"),
		draw.Short(t.Duration()),
		"no errors",
	}
	if n := t.Errors(); n > 0 {
		parts[3] = draw.Plural(n, "error")
	}
	return strings.Join(parts, " · ")
}

// when is the start as the header adds it to the trace ID.
func when(t Trace) string {
	if len(t.Spans) == 0 {
		return ""
	}
	return t.Start().UTC().Format(" · 2006-01-02 15:04:05 UTC")
}
