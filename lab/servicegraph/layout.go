package servicegraph

import (
	"cmp"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/tracestack/tracestack/lab/internal/draw"
)

// The picture is layered from left to right: a column of services, a column
// for what is written on the arrows between, a column of services, and so on.
// An arrow over several layers has a lane in every column that it crosses.
// Since the lanes of a column are as much in one another's way as its boxes
// are, nothing in the picture can cover anything else.

// Measures in pixels.
const (
	boxHeight = 34.0
	boxLeast  = 92.0  // width
	boxMost   = 230.0 // width; longer names are cut
	boxPad    = 14.0
	dotRoom   = 16.0 // of the dot before the name
	port      = 16.0 // between the arrows at one side of a box
	apart     = 14.0 // between what stands in one column
	loopArc   = 26.0
	textLine  = 15.0
	bendLeast = 44.0 // between columns, where the arrows bend
	bendMost  = 120.0
	boldWidth = 7.2 // of a character, see draw.CharWidth
	nameMost  = (boxMost - 2*boxPad - dotRoom) / boldWidth
)

// plan is where everything stands, from its own left upper corner on.
type plan struct {
	nodes         []*node
	wires         []*wire
	columns       [][]*cell
	x, widths     []float64 // of the columns
	width, height float64
}

// node is a service's box, centred in its cell.
type node struct {
	name   string
	label  string
	width  float64
	height float64
	loops  []Edge // calls to itself
	rank   int    // layer
	cell   *cell
}

// wire is the arrow of one edge, drawn from left to right along its links;
// back says that the call goes the other way.
type wire struct {
	Edge
	back     bool
	from, to *node // left, right
	label    *cell
	links    []*link
}

// cell is a place in a column: a node's, or a lane of a wire. Its y is where
// arrows pass; it reaches up and down from there.
type cell struct {
	column      int
	node        *node // nil for a lane
	up, down    float64
	width       float64
	y           float64
	place       int     // in the column, from the top
	left, right []*link // to the columns beside
}

// link joins two cells of neighbouring columns. The ports are how far from the
// cells' y it leaves and arrives.
type link struct {
	from, to *cell
	out, in  float64
}

func newPlan(g Graph) *plan {
	p := &plan{}
	p.connect(g)
	p.layer()
	p.cells()
	p.order()
	p.ports()
	p.settle()
	p.spread()
	return p
}

// connect makes the nodes, callers before what they call, and the wires.
func (p *plan) connect(g Graph) {
	byName := map[string]*node{}
	for _, name := range g.Services() {
		n := &node{name: name}
		n.label = draw.Ellipsis(draw.Printable(name), int(math.Floor(nameMost)))
		n.width = max(boxLeast, 2*boxPad+dotRoom+boldWidth*float64(utf8.RuneCountInString(n.label)))
		byName[name] = n
		p.nodes = append(p.nodes, n)
	}
	for _, e := range slices.SortedFunc(slices.Values(g.Edges), byEnds) {
		client, server := byName[e.Client], byName[e.Server]
		if client == server {
			client.loops = append(client.loops, e)
			continue
		}
		p.wires = append(p.wires, &wire{Edge: e, from: client, to: server})
	}
}

// layer turns the arrows round that close a cycle, then puts every service one
// layer behind the last that calls it.
func (p *plan) layer() {
	sorted := p.turn()
	for _, n := range sorted {
		for _, w := range p.wires {
			if w.from == n {
				w.to.rank = max(w.to.rank, n.rank+1)
			}
		}
	}
	// Who is called by nobody moves up to whom it calls.
	for _, n := range sorted {
		nearest, called := math.MaxInt, false
		for _, w := range p.wires {
			called = called || w.to == n
			if w.from == n {
				nearest = min(nearest, w.to.rank)
			}
		}
		if !called && nearest < math.MaxInt {
			n.rank = nearest - 1
		}
	}
}

// turn walks the calls in depth. One that leads to a service on the way there
// closes a cycle and is turned. The nodes come back so that every arrow leads
// from an earlier to a later one.
func (p *plan) turn() []*node {
	const walking, done = 1, 2
	state := map[*node]int{}
	var sorted []*node
	var walk func(*node)
	walk = func(n *node) {
		state[n] = walking
		for _, w := range p.wires {
			switch {
			case w.from != n || w.back:
			case state[w.to] == walking:
				w.from, w.to, w.back = w.to, w.from, true
			case state[w.to] != done:
				walk(w.to)
			}
		}
		state[n] = done
		sorted = append(sorted, n)
	}
	for _, n := range p.nodes {
		if state[n] == 0 {
			walk(n)
		}
	}
	slices.Reverse(sorted)
	return sorted
}

// cells fills the columns: layers are the even ones.
func (p *plan) cells() {
	last := 0
	widest := map[int]float64{} // by layer: boxes below one another look alike
	for _, n := range p.nodes {
		last = max(last, 2*n.rank)
		widest[n.rank] = max(widest[n.rank], n.width)
	}
	p.columns = make([][]*cell, last+1)
	for _, n := range p.nodes {
		n.width = widest[n.rank]
		n.cell = p.cell(2*n.rank, &cell{node: n, width: n.width})
	}
	for _, w := range p.wires {
		at := w.from.cell
		for column := 2*w.from.rank + 1; column < 2*w.to.rank; column++ {
			lane := p.cell(column, &cell{up: 5, down: 5})
			if w.label == nil {
				w.label = lane
				lane.up, lane.down, lane.width = w.room()
			}
			at = w.link(at, lane)
		}
		w.link(at, w.to.cell)
	}
	for _, n := range p.nodes {
		n.size()
	}
}

func (p *plan) cell(column int, c *cell) *cell {
	c.column, c.place = column, len(p.columns[column])
	p.columns[column] = append(p.columns[column], c)
	return c
}

func (w *wire) link(from, to *cell) *cell {
	l := &link{from: from, to: to}
	from.right, to.left = append(from.right, l), append(to.left, l)
	w.links = append(w.links, l)
	return to
}

// size is known when the arrows are: a box has room for all of them.
func (n *node) size() {
	n.height = max(boxHeight, port*float64(max(len(n.cell.left), len(n.cell.right)))+6)
	n.cell.up, n.cell.down = n.height/2, n.height/2
	if len(n.loops) > 0 {
		n.cell.up += loopArc + textLine*float64(len(n.loops)) + 4
	}
	for _, e := range n.loops {
		n.cell.width = max(n.cell.width, textWidth(e.words()+"  "+e.aside()))
	}
}

// room is what the text on an arrow takes: one line above it, one below.
func (w *wire) room() (up, down, width float64) {
	up, down, width = 5+textLine, 5, textWidth(w.words())
	if aside := w.aside(); aside != "" {
		down, width = 5+textLine, max(width, textWidth(aside))
	}
	return up, down, width + 12
}

func textWidth(s string) float64 { return float64(utf8.RuneCountInString(s)) * draw.CharWidth }

// order finds a sequence in every column that lets few arrows cross: each cell
// goes to the middle of its neighbours, from left to right and back again, and
// the best of all rounds is kept.
func (p *plan) order() {
	best, fewest := p.places(), p.crossings()
	for range 8 {
		for _, c := range p.columns {
			sortColumn(c, func(c *cell) []*cell { return ends(c.left, true) })
		}
		for _, c := range slices.Backward(p.columns) {
			sortColumn(c, func(c *cell) []*cell { return ends(c.right, false) })
		}
		if n := p.crossings(); n < fewest {
			best, fewest = p.places(), n
		}
	}
	for _, column := range p.columns {
		slices.SortFunc(column, func(a, b *cell) int { return cmp.Compare(best[a], best[b]) })
		number(column)
	}
}

func ends(links []*link, left bool) []*cell {
	var cells []*cell
	for _, l := range links {
		if left {
			cells = append(cells, l.from)
		} else {
			cells = append(cells, l.to)
		}
	}
	return cells
}

func sortColumn(column []*cell, neighbours func(*cell) []*cell) {
	middle := map[*cell]float64{}
	for _, c := range column {
		beside := neighbours(c)
		middle[c] = float64(c.place)
		if len(beside) > 0 {
			sum := 0
			for _, b := range beside {
				sum += b.place
			}
			middle[c] = float64(sum) / float64(len(beside))
		}
	}
	slices.SortStableFunc(column, func(a, b *cell) int { return cmp.Compare(middle[a], middle[b]) })
	number(column)
}

func number(column []*cell) {
	for i, c := range column {
		c.place = i
	}
}

func (p *plan) places() map[*cell]int {
	places := map[*cell]int{}
	for _, column := range p.columns {
		for _, c := range column {
			places[c] = c.place
		}
	}
	return places
}

func (p *plan) crossings() int {
	n := 0
	for _, column := range p.columns {
		var links []*link
		for _, c := range column {
			links = append(links, c.right...)
		}
		for i, a := range links {
			for _, b := range links[:i] {
				if (a.from.place-b.from.place)*(a.to.place-b.to.place) < 0 {
					n++
				}
			}
		}
	}
	return n
}

// ports spreads the arrows at each side of a box, so that they do not cross there.
func (p *plan) ports() {
	for _, n := range p.nodes {
		slices.SortStableFunc(n.cell.right, func(a, b *link) int { return cmp.Compare(a.to.place, b.to.place) })
		slices.SortStableFunc(n.cell.left, func(a, b *link) int { return cmp.Compare(a.from.place, b.from.place) })
		for i, l := range n.cell.right {
			l.out = port * (float64(i) - float64(len(n.cell.right)-1)/2)
		}
		for i, l := range n.cell.left {
			l.in = port * (float64(i) - float64(len(n.cell.left)-1)/2)
		}
	}
}

// settle finds the heights: each cell as near to where its arrows are straight
// as its neighbours in the column let it.
func (p *plan) settle() {
	fromLeft := func(c *cell) (sum float64, n int) {
		for _, l := range c.left {
			sum += l.from.y + l.out - l.in
		}
		return sum, len(c.left)
	}
	fromRight := func(c *cell) (sum float64, n int) {
		for _, l := range c.right {
			sum += l.to.y + l.in - l.out
		}
		return sum, len(c.right)
	}
	for _, column := range p.columns {
		stack(column, func(*cell) float64 { return 0 })
	}
	for range 12 {
		for _, column := range p.columns {
			stack(column, mean(fromLeft))
		}
		for _, column := range slices.Backward(p.columns) {
			stack(column, mean(fromRight))
		}
	}
	for _, column := range p.columns {
		stack(column, mean(fromLeft, fromRight))
	}
	p.toTop()
}

// mean is where a cell wants to be; without neighbours it wants to stay.
func mean(sides ...func(*cell) (float64, int)) func(*cell) float64 {
	return func(c *cell) float64 {
		sum, n := 0.0, 0
		for _, side := range sides {
			s, k := side(c)
			sum, n = sum+s, n+k
		}
		if n == 0 {
			return c.y
		}
		return sum / float64(n)
	}
}

// stack places a column's cells one below the other, with the least sum of
// squares of how far each is from where it wants to be: cells that would
// overlap become one block, which goes to the mean of its members' wishes.
func stack(column []*cell, wish func(*cell) float64) {
	type block struct {
		sum   float64
		count int
	}
	offsets, blocks := make([]float64, len(column)), []block{}
	at := 0.0
	for i, c := range column {
		if i > 0 {
			at += column[i-1].down + apart + c.up
		}
		offsets[i] = at
		b := block{wish(c) - at, 1}
		for n := len(blocks); n > 0 && blocks[n-1].sum/float64(blocks[n-1].count) > b.sum/float64(b.count); n = len(blocks) {
			b.sum, b.count = b.sum+blocks[n-1].sum, b.count+blocks[n-1].count
			blocks = blocks[:n-1]
		}
		blocks = append(blocks, b)
	}
	i := 0
	for _, b := range blocks {
		for range b.count {
			column[i].y = b.sum/float64(b.count) + offsets[i]
			i++
		}
	}
}

// toTop lets the highest cell touch the upper edge.
func (p *plan) toTop() {
	top, bottom := math.Inf(1), math.Inf(-1)
	for _, column := range p.columns {
		for _, c := range column {
			top, bottom = min(top, c.y-c.up), max(bottom, c.y+c.down)
		}
	}
	if len(p.nodes) == 0 {
		return
	}
	p.height = bottom - top
	for _, column := range p.columns {
		for _, c := range column {
			c.y -= top
		}
	}
}

// spread places the columns over the picture's width; a graph of many layers
// makes a wider picture.
func (p *plan) spread() {
	p.widths = make([]float64, len(p.columns))
	boxes := 0.0
	for i, column := range p.columns {
		for _, c := range column {
			p.widths[i] = max(p.widths[i], c.width)
		}
		boxes += p.widths[i]
	}
	bends := float64(max(1, len(p.columns)-1))
	bend := min(bendMost, max(bendLeast, (draw.Width-2*draw.Margin-boxes)/bends))
	at := 0.0
	for _, width := range p.widths {
		p.x = append(p.x, at)
		p.width = at + width
		at += width + bend
	}
}
