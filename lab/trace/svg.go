package trace

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Measures of the picture, in pixels.
const (
	pictureWidth = 1200.0
	margin       = 28.0
	rowHeight    = 22.0
	barHeight    = 10.0
	indent       = 16.0
	titleY       = 44.0 // baselines of the header
	summaryY     = 66.0
	legendY      = 98.0
	legendLine   = 20.0
	axisBelow    = 34.0 // from the legend's last line to the axis labels
	rowsBelow    = 10.0 // from there to the first row
	gutter       = 72.0 // right of the axis, so that every duration fits after its bar
	// A system font is not the same everywhere, so its width can only be
	// estimated; on the wide side, since text that is cut early still reads.
	charWidth = 6.6
	widest    = 430.0 // of the label column
)

// style carries both colour schemes; the viewer's preference chooses. Each has
// a card of its own behind it, so the picture reads on any page.
const style = `
text { font: 12px ui-sans-serif, system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, DejaVu Sans, sans-serif; fill: #24303c }
.card { fill: #ffffff; stroke: #d5dce4 }
.zebra { fill: #f4f6f9 }
.grid { stroke: #dfe5ec }
.guide { stroke: #b4bfcb; fill: none }
.title { font-size: 18px; font-weight: 600 }
.faint, .axis { fill: #5c6b7a }
.axis, .time { font-size: 11px }
.axis { text-anchor: middle }
.left { text-anchor: end }
.service { font-weight: 600 }
.failed { fill: #b3261e; font-weight: 600 }
.mark { fill: none; stroke: #b3261e; stroke-width: 1.5 }
.s0 { fill: #4a7ab5 } .s1 { fill: #3a9188 } .s2 { fill: #c07a2c } .s3 { fill: #8a67b0 }
.s4 { fill: #5d9150 } .s5 { fill: #b85c86 } .s6 { fill: #8f7d3a } .s7 { fill: #66788c }
@media (prefers-color-scheme: dark) {
text { fill: #dde4ec }
.card { fill: #171c23; stroke: #323c48 }
.zebra { fill: #1d232c }
.grid { stroke: #2b343f }
.guide { stroke: #4b5866 }
.faint, .axis { fill: #98a5b3 }
.failed { fill: #ff8a80 }
.mark { stroke: #ff8a80 }
.s0 { fill: #6f9fd8 } .s1 { fill: #55b3a8 } .s2 { fill: #d9974c } .s3 { fill: #a98ad0 }
.s4 { fill: #7cb36d } .s5 { fill: #d480a6 } .s6 { fill: #b3a057 } .s7 { fill: #8b9db0 }
}
`

const serviceShades = 8 // .s0 to .s7

// SVG draws the trace as one self-contained file: no script, no font, no
// reference to anything outside.
func SVG(t Trace) []byte {
	p := newPicture(t)
	height := p.top(len(p.rows)) + margin
	root := el("svg", "xmlns", "http://www.w3.org/2000/svg", "role", "img",
		"viewBox", "0 0 "+px(pictureWidth)+" "+px(height),
		"width", px(pictureWidth), "height", px(height), "aria-labelledby", "title desc",
	).with(
		el("title", "id", "title").saying("Trace "+printable(t.ID)),
		el("desc", "id", "desc").saying(summary(t)),
		el("style").saying(style),
		el("rect", "class", "card", "x", "0.5", "y", "0.5", "rx", "10",
			"width", px(pictureWidth-1), "height", px(height-1)),
	)
	root = root.with(p.header(t)...)
	root = root.with(p.key()...)
	root = root.with(p.zebra()...)
	root = root.with(p.axis()...)
	root = root.with(p.guides())
	for i := range p.rows {
		root = root.with(p.row(i))
	}
	return document(root)
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
		labels = max(labels, labelX(r)-margin+float64(utf8.RuneCountInString(label(r)))*charWidth)
	}
	p.barsX = margin + min(labels, widest) + 18
	p.barsW = pictureWidth - margin - gutter - p.barsX
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
	x, y := margin, legendY
	for _, service := range t.Services() {
		e := entry{service: service, label: fmt.Sprintf("%s (%d)", ellipsis(printable(service), 60), spans[service])}
		width := 16 + float64(utf8.RuneCountInString(e.label))*charWidth + 24
		if x > margin && x+width > pictureWidth-margin {
			x, y = margin, y+legendLine
		}
		e.x, e.y = x, y
		entries = append(entries, e)
		x += width
	}
	return entries
}

// labelX leaves room for the coloured dot.
func labelX(r row) float64 { return margin + indent*float64(r.depth) + 20 }

func dotX(r row) float64 { return margin + indent*float64(r.depth) + 10 }

func (p picture) x(d time.Duration) float64 {
	if p.whole <= 0 {
		return p.barsX
	}
	return p.barsX + p.barsW*float64(d)/float64(p.whole)
}

func (p picture) top(i int) float64 { return p.axisY + rowsBelow + rowHeight*float64(i) }

func (p picture) middle(i int) float64 { return p.top(i) + rowHeight/2 }

func (p picture) shade(service string) string {
	return fmt.Sprintf("s%d", slices.Index(p.services, service)%serviceShades)
}

func text(class string, x, y float64, s string) element {
	return el("text", "class", class, "x", px(x), "y", px(y)).saying(s)
}

func (p picture) header(t Trace) []element {
	title := "empty trace"
	if len(p.rows) > 0 {
		title = label(p.rows[0])
	}
	return []element{
		text("title", margin, titleY, ellipsis(title, 90)),
		text("faint", margin, summaryY, summary(t)+"  ·  trace "+printable(t.ID)+when(t)),
	}
}

// key draws the legend.
func (p picture) key() []element {
	var out []element
	for _, e := range p.legend {
		out = append(out,
			el("rect", "class", p.shade(e.service), "x", px(e.x), "y", px(e.y-9), "width", "10", "height", "10", "rx", "2.5"),
			text("", e.x+16, e.y, e.label))
	}
	return out
}

func (p picture) zebra() []element {
	var out []element
	for i := 0; i < len(p.rows); i += 2 {
		out = append(out, el("rect", "class", "zebra", "x", px(margin-8), "rx", "4",
			"y", px(p.top(i)), "width", px(pictureWidth-2*margin+16), "height", px(rowHeight)))
	}
	return out
}

func (p picture) axis() []element {
	if len(p.rows) == 0 {
		return nil
	}
	var out []element
	for _, at := range ticks(p.whole, 8) {
		x := px(p.x(at))
		out = append(out, text("axis", p.x(at), p.axisY, axis(at, p.whole)),
			el("line", "class", "grid", "x1", x, "x2", x, "y1", px(p.axisY+5), "y2", px(p.top(len(p.rows)))))
	}
	return out
}

// guides is one path: an elbow from each child up to the sibling before it, or
// to the parent's dot. No stretch is drawn twice, which would darken it.
func (p picture) guides() element {
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
		fmt.Fprintf(&d, "M%s %sV%sH%s", px(dotX(p.rows[r.parent])+0.5), px(from), px(p.middle(i)+0.5), px(dotX(r)-6))
		above[r.parent] = p.middle(i) + 0.5
	}
	return el("path", "class", "guide", "d", d.String())
}

// row is one span: dot, label, bar, and its time beside the bar.
func (p picture) row(i int) element {
	r, y := p.rows[i], p.middle(i)
	shade := p.shade(r.Service)
	g := el("g").with(
		el("title").saying(tooltip(r, p.start)),
		el("circle", "class", shade, "cx", px(dotX(r)), "cy", px(y), "r", "3.5"),
		p.label(r, y),
	)
	x := p.x(r.Start.Sub(p.start))
	w := max(2, p.x(r.End().Sub(p.start))-x)
	bar := []string{"x", px(x), "y", px(y - barHeight/2), "width", px(w), "height", px(barHeight), "rx", px(min(3, w/2))}
	g = g.with(el("rect", append([]string{"class", shade}, bar...)...))
	if r.Error {
		g = g.with(el("rect", append([]string{"class", "mark"}, bar...)...))
	}
	return g.with(p.beside(r, x, w, y)...)
}

func (p picture) label(r row, y float64) element {
	room := int((p.barsX - 12 - labelX(r)) / charWidth)
	service := ellipsis(printable(r.Service), room)
	operation := ellipsis(r.name(), room-utf8.RuneCountInString(service)-1)
	return el("text", "x", px(labelX(r)), "y", px(y+4)).with(
		el("tspan", "class", "service").saying(service),
		el("tspan", "dx", "6").saying(operation),
	)
}

// beside writes the duration after the bar, and why the span failed after that
// or, where the card ends, before the bar. Where neither has room the mark
// alone stays, and the tooltip has the reason.
func (p picture) beside(r row, x, w, y float64) []element {
	took := el("text", "class", "time", "x", px(x+w+6), "y", px(y+4)).with(el("tspan").saying(short(r.Duration)))
	if !r.Error {
		return []element{took}
	}
	why := ellipsis(r.failure(), 60)
	need := float64(utf8.RuneCountInString(why)) * charWidth
	after := x + w + 12 + float64(utf8.RuneCountInString(short(r.Duration)))*charWidth
	failed := el("tspan", "class", "failed", "dx", "6")
	switch {
	case after+need <= pictureWidth-margin:
		return []element{took.with(failed.saying(why))}
	case x-6-need >= p.barsX:
		return []element{took, text("time failed left", x-6, y+4, why)}
	default:
		return []element{took.with(failed.saying("✗"))}
	}
}

func tooltip(r row, start time.Time) string {
	lines := []string{
		label(r),
		"starts at " + short(r.Start.Sub(start)) + ", takes " + short(r.Duration),
		"span " + printable(r.ID),
	}
	if r.Kind != "" {
		lines[2] += ", " + string(r.Kind)
	}
	if r.Error {
		lines = append(lines, r.failure())
	}
	return strings.Join(lines, "\n")
}
