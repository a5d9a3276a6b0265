package trace

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tracestack/tracestack/lab/internal/draw"
)

// Measures of the picture, in pixels.
const (
	rowHeight  = 22.0
	barHeight  = 10.0
	indent     = 16.0
	legendY    = 98.0
	legendLine = 20.0
	axisBelow  = 34.0  // from the legend's last line to the axis labels
	rowsBelow  = 10.0  // from there to the first row
	gutter     = 72.0  // right of the axis, so that every duration fits after its bar
	widest     = 430.0 // of the label column
)

var style = draw.Style{
	Light: `.zebra { fill: #f4f6f9 }
.grid { stroke: #dfe5ec }
.guide { stroke: #b4bfcb; fill: none }
.axis { fill: #5c6b7a }
.axis, .time { font-size: 11px }
.axis { text-anchor: middle }
.left { text-anchor: end }
.mark { fill: none; stroke: #b3261e; stroke-width: 1.5 }
`,
	Dark: `.zebra { fill: #1d232c }
.grid { stroke: #2b343f }
.guide { stroke: #4b5866 }
.axis { fill: #98a5b3 }
.mark { stroke: #ff8a80 }
`,
}

// SVG draws the trace as one self-contained file: no script, no font, no
// reference to anything outside.
func SVG(t Trace) []byte {
	p := newPicture(t)
	height := p.top(len(p.rows)) + draw.Margin
	root := draw.Picture(draw.Width, height, "Trace "+draw.Printable(t.ID), summary(t), style)
	root = root.With(p.header(t)...)
	root = root.With(p.key()...)
	root = root.With(p.zebra()...)
	root = root.With(p.axis()...)
	root = root.With(p.guides())
	for i := range p.rows {
		root = root.With(p.row(i))
	}
	return draw.Document(root)
}

// picture is the geometry that the parts share.
type picture struct {
	rows     []row
	start    time.Time
	whole    time.Duration
	services []string
	legend   []entry
	barsX    float64 // left end of the time axis
	barsW    float64
	axisY    float64
}

// entry is a service in the legend, with the number of its spans.
type entry struct {
	service, label string
	x, y           float64
}

func newPicture(t Trace) picture {
	p := picture{rows: rows(t), start: t.Start(), whole: t.Duration(), services: t.Services()}
	labels := 160.0
	for _, r := range p.rows {
		labels = max(labels, labelX(r)-draw.Margin+float64(utf8.RuneCountInString(label(r)))*draw.CharWidth)
	}
	p.barsX = draw.Margin + min(labels, widest) + 18
	p.barsW = draw.Width - draw.Margin - gutter - p.barsX
	p.legend = legend(t)
	p.axisY = legendY + axisBelow
	if n := len(p.legend); n > 0 {
		p.axisY = p.legend[n-1].y + axisBelow
	}
	return p
}

// legend places the services one after the other, on as many lines as it takes.
func legend(t Trace) []entry {
	spans := map[string]int{}
	for _, s := range t.Spans {
		spans[s.Service]++
	}
	var entries []entry
	x, y := draw.Margin, legendY
	for _, service := range t.Services() {
		e := entry{service: service, label: fmt.Sprintf("%s (%d)", draw.Ellipsis(draw.Printable(service), 60), spans[service])}
		width := 16 + float64(utf8.RuneCountInString(e.label))*draw.CharWidth + 24
		if x > draw.Margin && x+width > draw.Width-draw.Margin {
			x, y = draw.Margin, y+legendLine
		}
		e.x, e.y = x, y
		entries = append(entries, e)
		x += width
	}
	return entries
}

// labelX leaves room for the coloured dot.
func labelX(r row) float64 { return draw.Margin + indent*float64(r.depth) + 20 }

func dotX(r row) float64 { return draw.Margin + indent*float64(r.depth) + 10 }

func (p picture) x(d time.Duration) float64 {
	if p.whole <= 0 {
		return p.barsX
	}
	return p.barsX + p.barsW*float64(d)/float64(p.whole)
}

func (p picture) top(i int) float64 { return p.axisY + rowsBelow + rowHeight*float64(i) }

func (p picture) middle(i int) float64 { return p.top(i) + rowHeight/2 }

func (p picture) shade(service string) string {
	return draw.Shade(slices.Index(p.services, service))
}

func (p picture) header(t Trace) []draw.Element {
	title := "empty trace"
	if len(p.rows) > 0 {
		title = label(p.rows[0])
	}
	return []draw.Element{
		draw.Text("title", draw.Margin, draw.TitleY, draw.Ellipsis(title, 90)),
		draw.Text("faint", draw.Margin, draw.SummaryY, summary(t)+"  ·  trace "+draw.Printable(t.ID)+when(t)),
	}
}

// key draws the legend.
func (p picture) key() []draw.Element {
	var out []draw.Element
	for _, e := range p.legend {
		out = append(out,
			draw.El("rect", "class", p.shade(e.service), "x", draw.Px(e.x), "y", draw.Px(e.y-9), "width", "10", "height", "10", "rx", "2.5"),
			draw.Text("", e.x+16, e.y, e.label))
	}
	return out
}

func (p picture) zebra() []draw.Element {
	var out []draw.Element
	for i := 0; i < len(p.rows); i += 2 {
		out = append(out, draw.El("rect", "class", "zebra", "x", draw.Px(draw.Margin-8), "rx", "4",
			"y", draw.Px(p.top(i)), "width", draw.Px(draw.Width-2*draw.Margin+16), "height", draw.Px(rowHeight)))
	}
	return out
}

func (p picture) axis() []draw.Element {
	if len(p.rows) == 0 {
		return nil
	}
	var out []draw.Element
	for _, at := range ticks(p.whole, 8) {
		x := draw.Px(p.x(at))
		out = append(out, draw.Text("axis", p.x(at), p.axisY, axis(at, p.whole)),
			draw.El("line", "class", "grid", "x1", x, "x2", x, "y1", draw.Px(p.axisY+5), "y2", draw.Px(p.top(len(p.rows)))))
	}
	return out
}

// guides is one path: an elbow from each child up to the sibling before it, or
// to the parent's dot. No stretch is drawn twice, which would darken it.
func (p picture) guides() draw.Element {
	var d strings.Builder
	above := map[int]float64{} // by parent: where its line has come to
	for i, r := range p.rows {
		if r.parent < 0 {
			continue
		}
		from, ok := above[r.parent]
		if !ok {
			from = p.middle(r.parent) + 6
		}
		// Half a pixel off: a thin line is sharp between whole coordinates.
		fmt.Fprintf(&d, "M%s %sV%sH%s", draw.Px(dotX(p.rows[r.parent])+0.5), draw.Px(from), draw.Px(p.middle(i)+0.5), draw.Px(dotX(r)-6))
		above[r.parent] = p.middle(i) + 0.5
	}
	return draw.El("path", "class", "guide", "d", d.String())
}

// row is one span: dot, label, bar, and its time beside the bar.
func (p picture) row(i int) draw.Element {
	r, y := p.rows[i], p.middle(i)
	shade := p.shade(r.Service)
	g := draw.El("g").With(
		draw.El("title").Saying(tooltip(r, p.start)),
		draw.El("circle", "class", shade, "cx", draw.Px(dotX(r)), "cy", draw.Px(y), "r", "3.5"),
		p.label(r, y),
	)
	x := p.x(r.Start.Sub(p.start))
	w := max(2, p.x(r.End().Sub(p.start))-x)
	bar := []string{"x", draw.Px(x), "y", draw.Px(y - barHeight/2), "width", draw.Px(w), "height", draw.Px(barHeight), "rx", draw.Px(min(3, w/2))}
	g = g.With(draw.El("rect", append([]string{"class", shade}, bar...)...))
	if r.Error {
		g = g.With(draw.El("rect", append([]string{"class", "mark"}, bar...)...))
	}
	return g.With(p.beside(r, x, w, y)...)
}

func (p picture) label(r row, y float64) draw.Element {
	room := int((p.barsX - 12 - labelX(r)) / draw.CharWidth)
	service := draw.Ellipsis(draw.Printable(r.Service), room)
	operation := draw.Ellipsis(r.name(), room-utf8.RuneCountInString(service)-1)
	return draw.El("text", "x", draw.Px(labelX(r)), "y", draw.Px(y+4)).With(
		draw.El("tspan", "class", "service").Saying(service),
		draw.El("tspan", "dx", "6").Saying(operation),
	)
}

// beside writes the duration after the bar, and why the span failed after that
// or, where the card ends, before the bar. Where neither has room the mark
// alone stays, and the tooltip has the reason.
func (p picture) beside(r row, x, w, y float64) []draw.Element {
	took := draw.El("text", "class", "time", "x", draw.Px(x+w+6), "y", draw.Px(y+4)).With(draw.El("tspan").Saying(draw.Short(r.Duration)))
	if !r.Error {
		return []draw.Element{took}
	}
	why := draw.Ellipsis(r.failure(), 60)
	need := float64(utf8.RuneCountInString(why)) * draw.CharWidth
	after := x + w + 12 + float64(utf8.RuneCountInString(draw.Short(r.Duration)))*draw.CharWidth
	failed := draw.El("tspan", "class", "failed", "dx", "6")
	switch {
	case after+need <= draw.Width-draw.Margin:
		return []draw.Element{took.With(failed.Saying(why))}
	case x-6-need >= p.barsX:
		return []draw.Element{took, draw.Text("time failed left", x-6, y+4, why)}
	default:
		return []draw.Element{took.With(failed.Saying("✗"))}
	}
}

func tooltip(r row, start time.Time) string {
	lines := []string{
		label(r),
		"starts at " + draw.Short(r.Start.Sub(start)) + ", takes " + draw.Short(r.Duration),
		"span " + draw.Printable(r.ID),
	}
	if r.Kind != "" {
		lines[2] += ", " + string(r.Kind)
	}
	if r.Error {
		lines = append(lines, r.failure())
	}
	return strings.Join(lines, "\n")
}
