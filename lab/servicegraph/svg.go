package servicegraph

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tracestack/tracestack/lab/internal/draw"
)

const (
	graphY    = 92.0 // where the plan begins
	arrowHead = 8.0
)

var style = draw.Style{
	Light: `.box { fill: #f4f6f9; stroke: #d5dce4 }
.outside { fill: none; stroke: #5c6b7a; stroke-width: 1.5 }
.wire { fill: none; stroke: #8c9aa9; stroke-width: 1.5 }
.head { fill: #8c9aa9 }
.guess { stroke-dasharray: 5 4 }
.broken { stroke: #b3261e }
.head.broken { fill: #b3261e; stroke: none }
.on { text-anchor: middle }
.aside { font-size: 11px; text-anchor: middle; fill: #5c6b7a }
`,
	Dark: `.box { fill: #1d232c; stroke: #323c48 }
.outside { stroke: #98a5b3 }
.wire { stroke: #6f7e8e }
.head { fill: #6f7e8e }
.broken { stroke: #ff8a80 }
.head.broken { fill: #ff8a80 }
.aside { fill: #98a5b3 }
`,
}

// SVG draws the graph as one self-contained file: no script, no font, no
// reference to anything outside. The services that are named have their
// colours by their place there: a trace's, so that its picture and this one
// agree.
func SVG(g Graph, services ...string) []byte {
	c := canvas{plan: newPlan(g), graph: g, services: shades(g, services)}
	width := max(draw.Width, c.width+2*draw.Margin)
	c.left = (width - c.width) / 2
	root := draw.Picture(width, graphY+c.height+draw.Margin, "Service graph", g.summary(), style)
	root = root.With(c.header()...)
	for _, w := range c.wires {
		root = root.With(c.wire(w))
	}
	for _, n := range c.nodes {
		root = root.With(c.node(n))
	}
	return draw.Document(root)
}

// canvas moves the plan to its place on the card.
type canvas struct {
	*plan
	graph    Graph
	services []string
	left     float64
}

func (c canvas) header() []draw.Element {
	line := c.graph.summary()
	if slices.ContainsFunc(c.graph.Edges, func(e Edge) bool { return e.Kind == VirtualNode }) {
		line += "  ·  dashed: one side of the call sent no spans"
	}
	return []draw.Element{
		draw.Text("title", draw.Margin, draw.TitleY, "Service graph"),
		draw.Text("faint", draw.Margin, draw.SummaryY, line),
	}
}

// words is what stands above an arrow.
func (e Edge) words() string { return draw.Plural(e.Calls, "call") + " · " + e.mean() }

// aside is what stands below an arrow, as far as there is something to say.
func (e Edge) aside() string {
	return strings.Join(slices.DeleteFunc([]string{e.failed(), draw.Ellipsis(e.kind(), 30)}, func(s string) bool { return s == "" }), " · ")
}

func (e Edge) failed() string {
	if e.Failed == 0 {
		return ""
	}
	return e.failures() + " failed"
}

// x is the left end of a column.
func (c canvas) x(column int) float64 { return c.left + c.plan.x[column] }

func (c canvas) y(y float64) float64 { return graphY + y }

// sides are where arrows leave and reach a cell: the box's, or the column's.
func (c canvas) sides(at *cell) (left, right float64) {
	left, right = c.x(at.column), c.x(at.column)+c.widths[at.column]
	if at.node != nil {
		left, right = (left+right-at.node.width)/2, (left+right+at.node.width)/2
	}
	return left, right
}

// wire draws the arrow with its text. It bends between columns only, where
// nothing else stands, and is straight across them.
func (c canvas) wire(w *wire) draw.Element {
	first, last := w.links[0], w.links[len(w.links)-1]
	_, from := c.sides(first.from)
	to, _ := c.sides(last.to)
	tip := to
	if w.back {
		tip, from = from, from+arrowHead
	} else {
		to -= arrowHead
	}
	var d strings.Builder
	fmt.Fprintf(&d, "M%s %s", draw.Px(from), draw.Px(c.y(first.from.y+first.out)))
	for _, l := range w.links {
		start, end := c.x(l.from.column)+c.widths[l.from.column], c.x(l.to.column)
		middle := draw.Px((start + end) / 2)
		y := draw.Px(c.y(l.to.y + l.in))
		fmt.Fprintf(&d, "H%sC%s %s %s %s %s %s", draw.Px(start),
			middle, draw.Px(c.y(l.from.y+l.out)), middle, y, draw.Px(end), y)
	}
	fmt.Fprintf(&d, "H%s", draw.Px(to))
	tipY := c.y(last.to.y + last.in)
	if w.back {
		tipY = c.y(first.from.y + first.out)
	}
	return draw.El("g").With(append([]draw.Element{
		draw.El("title").Saying(w.tooltip()),
		draw.El("path", "class", w.class("wire"), "d", d.String()),
		arrow(w.class("head"), tip, tipY, w.back),
	}, c.text(w)...)...)
}

func (c canvas) text(w *wire) []draw.Element {
	x, y := c.x(w.label.column)+c.widths[w.label.column]/2, c.y(w.label.y)
	out := []draw.Element{draw.Text("on", x, y-6, w.words())}
	if w.aside() != "" {
		out = append(out, draw.El("text", "class", "aside", "x", draw.Px(x), "y", draw.Px(y+textLine)).With(w.asides()...))
	}
	return out
}

// asides colour what failed.
func (e Edge) asides() []draw.Element {
	aside, failed := e.aside(), e.failed()
	out := []draw.Element{draw.El("tspan", "class", "failed").Saying(failed)}
	if failed == "" {
		out = nil
	}
	if rest := strings.TrimPrefix(aside, failed); rest != "" {
		out = append(out, draw.El("tspan").Saying(rest))
	}
	return out
}

// class marks a failed call, and one of which a side is a guess.
func (e Edge) class(class string) string {
	if e.Failed > 0 {
		class += " broken"
	}
	if e.Kind == VirtualNode && strings.HasPrefix(class, "wire") {
		class += " guess"
	}
	return class
}

// arrow is an arrow's head with its tip at a point; it points to the right, or
// back to the left.
func arrow(class string, x, y float64, back bool) draw.Element {
	dx := -arrowHead
	if back {
		dx = arrowHead
	}
	return draw.El("path", "class", class, "d",
		fmt.Sprintf("M%s %sl%s -4.5v9z", draw.Px(x), draw.Px(y), draw.Px(dx)))
}

// node draws the box, its name and the calls to itself.
func (c canvas) node(n *node) draw.Element {
	left, right := c.sides(n.cell)
	y := c.y(n.cell.y)
	dot := []string{"cx", draw.Px(left + boxPad + 4), "cy", draw.Px(y), "r", "4", "class", "outside"}
	if i := slices.Index(c.services, n.name); i >= 0 {
		dot[len(dot)-1] = draw.Shade(i)
	}
	g := draw.El("g").With(
		draw.El("title").Saying(draw.Printable(n.name)),
		draw.El("rect", "class", "box", "x", draw.Px(left), "y", draw.Px(y-n.height/2),
			"width", draw.Px(right-left), "height", draw.Px(n.height), "rx", "7"),
		draw.El("circle", dot...),
		draw.Text("service", left+boxPad+dotRoom, y+4, n.label),
	)
	return g.With(c.loop(n, (left+right)/2, y-n.height/2)...)
}

// loop is one arc above the box for all calls to itself, with a line for each.
func (c canvas) loop(n *node, x, top float64) []draw.Element {
	if len(n.loops) == 0 {
		return nil
	}
	worst := n.loops[0]
	for _, e := range n.loops {
		worst.Failed = max(worst.Failed, e.Failed)
	}
	arc := fmt.Sprintf("M%s %sC%s %s %s %s %s %s", draw.Px(x-18), draw.Px(top),
		draw.Px(x-24), draw.Px(top-loopArc), draw.Px(x+24), draw.Px(top-loopArc), draw.Px(x+18), draw.Px(top-arrowHead))
	out := []draw.Element{
		draw.El("path", "class", worst.class("wire"), "d", arc),
		draw.El("path", "class", worst.class("head"), "d", fmt.Sprintf("M%s %sl-4.5 %sh9z", draw.Px(x+18), draw.Px(top), draw.Px(-arrowHead))),
	}
	for i, e := range n.loops {
		y := top - loopArc - 2 - textLine*float64(len(n.loops)-1-i)
		line := draw.El("text", "class", "on", "x", draw.Px(x), "y", draw.Px(y)).With(
			draw.El("title").Saying(e.tooltip()), draw.El("tspan").Saying(e.words()))
		for i, aside := range e.asides() {
			if i == 0 {
				line = line.With(draw.El("tspan").Saying(" · "))
			}
			line = line.With(aside)
		}
		out = append(out, line)
	}
	return out
}

func (e Edge) tooltip() string {
	lines := []string{
		draw.Printable(e.Client) + " → " + draw.Printable(e.Server),
		draw.Plural(e.Calls, "call") + ", mean " + e.mean(),
	}
	return strings.Join(append(lines, slices.DeleteFunc([]string{e.failed(), e.kind()}, func(s string) bool { return s == "" })...), "\n")
}
