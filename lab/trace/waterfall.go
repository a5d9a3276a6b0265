package trace

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tracestack/tracestack/lab/internal/draw"
)

const (
	narrowest = 64 // below this the bars would say nothing
	gap       = 2
	separator = " · "
)

// Waterfall prints the trace for a terminal of the given width. With color
// each service has a colour; without, the text is complete in itself.
func Waterfall(w io.Writer, t Trace, width int, color bool) error {
	out := bufio.NewWriter(w)
	p := newSheet(t, max(width, narrowest), color)
	fmt.Fprintln(out, p.ink("trace "+draw.Printable(t.ID)+when(t), draw.InkFaint))
	fmt.Fprintln(out, summary(t))
	if len(p.rows) > 0 {
		fmt.Fprintln(out)
		fmt.Fprintln(out, p.heading())
		for _, r := range p.rows {
			fmt.Fprintln(out, p.line(r))
		}
	}
	return out.Flush()
}

// sheet holds the columns: name, start, duration, mark, bar.
type sheet struct {
	rows              []row
	start             time.Time
	whole             time.Duration
	services          []string
	ticks             []time.Duration
	color             bool
	name, number, bar int // widths
}

const (
	headStart    = "start ms"
	headDuration = "took ms"
	markWidth    = 2
)

func newSheet(t Trace, width int, color bool) sheet {
	p := sheet{
		rows: rows(t), start: t.Start(), whole: t.Duration(), services: t.Services(), color: color,
		name: utf8.RuneCountInString("service" + separator + "operation"), number: len(headStart),
	}
	for _, r := range p.rows {
		p.name = max(p.name, utf8.RuneCountInString(draw.Guide(r.last)+label(r)))
	}
	p.number = max(p.number, len(millis(p.whole)))
	// At most three fifths for the names, unless the bars have room enough.
	rest := width - 2*(gap+p.number) - markWidth - gap
	p.name = min(p.name, max(rest*3/5, rest-72))
	p.bar = rest - p.name
	p.ticks = ticks(p.whole, max(2, p.bar/12))
	return p
}

func label(r row) string { return draw.Printable(r.Service) + separator + r.name() }

func millis(d time.Duration) string {
	return fmt.Sprintf("%.2f", float64(d)/float64(time.Millisecond))
}

func (p sheet) heading() string {
	scale := []rune(strings.Repeat(" ", p.bar))
	for _, at := range p.ticks {
		text := []rune(axis(at, p.whole))
		// A label that would stick out is left out; the tick line stays.
		if x := p.column(at); x+len(text) <= p.bar {
			copy(scale[x:], text)
		}
	}
	return p.ink(strings.TrimRight(fmt.Sprintf("%-*s%*s%*s%*s%s",
		p.name, "service"+separator+"operation",
		gap+p.number, headStart, gap+p.number, headDuration,
		markWidth+gap, "", string(scale)), " "), draw.InkFaint)
}

func (p sheet) line(r row) string {
	mark := strings.Repeat(" ", markWidth)
	if r.Error {
		mark = p.ink(" ✗", draw.InkError)
	}
	line := p.label(r) +
		fmt.Sprintf("%*s%*s", gap+p.number, millis(r.Start.Sub(p.start)), gap+p.number, millis(r.Duration)) +
		mark + strings.Repeat(" ", gap) + p.bars(r)
	return strings.TrimRight(line, " ")
}

// label fills the name column: faint guides, the service in its colour.
func (p sheet) label(r row) string {
	lines := draw.Guide(r.last)
	text := draw.Ellipsis(label(r), max(p.name-utf8.RuneCountInString(lines), 1))
	pad := strings.Repeat(" ", max(0, p.name-utf8.RuneCountInString(lines+text)))
	service := draw.Printable(r.Service)
	if rest, ok := strings.CutPrefix(text, service); ok {
		return p.ink(lines, draw.InkFaint) + p.ink(service, p.inkOf(r)) + rest + pad
	}
	return p.ink(lines, draw.InkFaint) + p.ink(text, p.inkOf(r)) + pad
}

// bars draws the bar on the time axis, the tick lines around it, and the
// reason beside it when the span failed and there is room.
func (p sheet) bars(r row) string {
	cells := p.grid()
	from, to := p.halves(r)
	x, bar := from/2, heavy(from, to)
	before, after := string(cells[:x]), cells[x+utf8.RuneCountInString(bar):]
	bar = p.ink(bar, p.inkOf(r))
	note := r.failure()
	n := utf8.RuneCountInString(note)
	switch {
	case !r.Error:
	case n < len(after):
		bar, after = bar+" "+p.ink(note, draw.InkError), after[n+1:]
	case n < x:
		before = string(cells[:x-n-1])
		bar = p.ink(note, draw.InkError) + " " + bar
	}
	return p.faint(before) + bar + p.faint(strings.TrimRight(string(after), " "))
}

func (p sheet) grid() []rune {
	cells := []rune(strings.Repeat(" ", p.bar))
	for _, at := range p.ticks {
		cells[p.column(at)] = '┊'
	}
	return cells
}

// halves places a span in half cells. The shortest span still gets one.
func (p sheet) halves(r row) (from, to int) {
	if p.whole <= 0 {
		return 0, 2 * p.bar
	}
	half := func(d time.Duration) int {
		return int(math.Round(float64(d) / float64(p.whole) * float64(2*p.bar)))
	}
	from = min(half(r.Start.Sub(p.start)), 2*p.bar-1)
	return from, max(half(r.End().Sub(p.start)), from+1)
}

// heavy draws from one half cell to another; it begins in cell from/2.
func heavy(from, to int) string {
	var b strings.Builder
	if from%2 == 1 {
		b.WriteRune('╺')
		from++
	}
	b.WriteString(strings.Repeat("━", max(0, to-from)/2))
	if (to-from)%2 == 1 && to > from {
		b.WriteRune('╸')
	}
	return b.String()
}

func (p sheet) column(at time.Duration) int {
	if p.whole <= 0 {
		return 0
	}
	return min(int(float64(at)/float64(p.whole)*float64(p.bar)), p.bar-1)
}

func (p sheet) inkOf(r row) int {
	return draw.ServiceInk(slices.Index(p.services, r.Service))
}

func (p sheet) faint(s string) string {
	if strings.TrimSpace(s) == "" {
		return s
	}
	return p.ink(s, draw.InkFaint)
}

func (p sheet) ink(s string, code int) string {
	if !p.color {
		return s
	}
	return draw.Ink(s, code)
}
