package servicegraph

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tracestack/tracestack/lab/internal/draw"
)

// element is any XML element, for looking around in the picture.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []element  `xml:",any"`
}

func (e element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (e element) number(t *testing.T, name string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(e.attr(name), 64)
	if err != nil {
		t.Fatalf("%s of <%s>: %v", name, e.XMLName.Local, err)
	}
	return v
}

// all are the elements of a name and, unless empty, of a class.
func (e element) all(name, class string) []element {
	var out []element
	for _, c := range e.Children {
		if c.XMLName.Local == name && (class == "" || slices.Contains(strings.Fields(c.attr("class")), class)) {
			out = append(out, c)
		}
		out = append(out, c.all(name, class)...)
	}
	return out
}

// said is the text of an element and of what is in it, tooltips left out.
func (e element) said() string {
	said := e.Text
	for _, c := range e.Children {
		if c.XMLName.Local != "title" {
			said += c.said()
		}
	}
	return said
}

func parsed(t *testing.T, picture []byte) element {
	t.Helper()
	var root element
	if err := xml.Unmarshal(picture, &root); err != nil {
		t.Fatal(err)
	}
	return root
}

// rect is a part of the picture that something takes.
type rect struct {
	what                     string
	left, top, right, bottom float64
}

func (r rect) overlaps(o rect) bool {
	return r.left < o.right && o.left < r.right && r.top < o.bottom && o.top < r.bottom
}

func boxes(t *testing.T, root element) []rect {
	t.Helper()
	var out []rect
	for _, b := range root.all("rect", "box") {
		x, y := b.number(t, "x"), b.number(t, "y")
		out = append(out, rect{"a box", x, y, x + b.number(t, "width"), y + b.number(t, "height")})
	}
	return out
}

// labels are the texts on arrows, as wide as a common font may make them.
func labels(t *testing.T, root element) []rect {
	t.Helper()
	var out []rect
	for _, class := range []string{"on", "aside"} {
		for _, l := range root.all("text", class) {
			x, y, half := l.number(t, "x"), l.number(t, "y"), float64(utf8.RuneCountInString(l.said()))*draw.CharWidth/2
			out = append(out, rect{l.said(), x - half, y - 10, x + half, y + 3})
		}
	}
	return out
}

var step = regexp.MustCompile(`([MHC])([^MHC]*)`)

// points walks along an arrow.
func points(t *testing.T, d string) [][2]float64 {
	t.Helper()
	var out [][2]float64
	var x, y float64
	for _, s := range step.FindAllStringSubmatch(d, -1) {
		var n []float64
		for _, text := range strings.Fields(s[2]) {
			v, err := strconv.ParseFloat(text, 64)
			if err != nil {
				t.Fatalf("path %s: %v", d, err)
			}
			n = append(n, v)
		}
		from := [2]float64{x, y}
		var at func(f float64) [2]float64
		switch s[1] {
		case "M":
			at = func(float64) [2]float64 { return [2]float64{n[0], n[1]} }
		case "H":
			at = func(f float64) [2]float64 { return [2]float64{from[0] + f*(n[0]-from[0]), from[1]} }
		case "C":
			at = func(f float64) [2]float64 {
				g := 1 - f
				bezier := func(i int) float64 {
					return g*g*g*from[i] + 3*g*g*f*n[i] + 3*g*f*f*n[2+i] + f*f*f*n[4+i]
				}
				return [2]float64{bezier(0), bezier(1)}
			}
		}
		for i := range 21 {
			out = append(out, at(float64(i)/20))
		}
		x, y = out[len(out)-1][0], out[len(out)-1][1]
	}
	return out
}

func TestSVG(t *testing.T) {
	golden(t, "hotrod.svg", SVG(hotrod, "frontend", "customer"))
	for name, g := range graphs() {
		root := parsed(t, SVG(g))
		boxes, labels := boxes(t, root), labels(t, root)
		taken := append(slices.Clone(boxes), labels...)
		t.Run(name+": every service has a box, every call a line, a head and its figures", func(t *testing.T) {
			if len(boxes) != len(g.Services()) {
				t.Errorf("%d boxes for %d services", len(boxes), len(g.Services()))
			}
			// Calls of a service to itself share an arc.
			loops, lines := 0, map[string]bool{}
			for i, e := range g.Edges {
				id := fmt.Sprint(i)
				if e.Client == e.Server {
					id = e.Client
					loops++
				}
				lines[id] = true
			}
			if n := len(root.all("path", "wire")); n != len(lines) {
				t.Errorf("%d lines, want %d", n, len(lines))
			}
			if n := len(root.all("path", "head")); n != len(lines) {
				t.Errorf("%d heads, want %d", n, len(lines))
			}
			if n := len(root.all("text", "on")); n != len(g.Edges) {
				t.Errorf("%d texts for %d edges", n, len(g.Edges))
			}
		})
		t.Run(name+": nothing covers anything", func(t *testing.T) {
			for i, a := range taken {
				for _, b := range taken[:i] {
					if a.overlaps(b) {
						t.Errorf("%+v covers %+v", a, b)
					}
				}
			}
		})
		t.Run(name+": everything is on the card, below the header", func(t *testing.T) {
			card := rect{"the card", 0, draw.SummaryY, root.number(t, "width"), root.number(t, "height")}
			for _, r := range taken {
				if r.left < card.left || r.top < card.top || r.right > card.right || r.bottom > card.bottom {
					t.Errorf("%+v sticks out of %+v", r, card)
				}
			}
		})
		t.Run(name+": no arrow crosses a box or a text", func(t *testing.T) {
			for _, w := range root.all("path", "wire") {
				for _, p := range points(t, w.attr("d")) {
					for _, r := range taken {
						if p[0] > r.left+0.1 && p[0] < r.right-0.1 && p[1] > r.top+0.1 && p[1] < r.bottom-0.1 {
							t.Fatalf("%s passes %g, %g in %+v", w.attr("d"), p[0], p[1], r)
						}
					}
				}
			}
		})
		t.Run(name+": a failed call is marked in text and in the line", func(t *testing.T) {
			for _, group := range root.all("g", "") {
				wires, failed := group.all("path", "wire"), group.all("tspan", "failed")
				if len(wires) != 1 {
					continue
				}
				if broken := strings.Contains(wires[0].attr("class"), "broken"); broken != (len(failed) > 0) {
					t.Errorf("line %s, but %d marks", wires[0].attr("class"), len(failed))
				}
			}
		})
	}
}

func TestSVGDirection(t *testing.T) {
	t.Run("the head is at the server, also of the call that closes a cycle", func(t *testing.T) {
		root := parsed(t, SVG(Graph{Edges: []Edge{{Client: "a", Server: "b", Calls: 1}, {Client: "b", Server: "a", Calls: 1}}}))
		boxes := boxes(t, root)
		var tips []float64
		for _, h := range root.all("path", "head") {
			tips = append(tips, points(t, strings.Split(h.attr("d"), "l")[0])[0][0])
		}
		// a is to the left of b: one tip at b's left side, one at a's right side.
		slices.Sort(tips)
		if want := []float64{boxes[0].right, boxes[1].left}; !slices.Equal(tips, want) {
			t.Errorf("heads at %v, want %v", tips, want)
		}
	})
	t.Run("a caller stands to the left of what it calls", func(t *testing.T) {
		boxes := boxes(t, parsed(t, SVG(hotrod)))
		for i := range 2 { // user, frontend, customer
			if boxes[i].right >= boxes[i+1].left {
				t.Errorf("%+v is not to the left of %+v", boxes[i], boxes[i+1])
			}
		}
	})
}

func TestSVGIsSafe(t *testing.T) {
	t.Run("it refers to nothing outside", func(t *testing.T) {
		text := strings.ReplaceAll(string(SVG(shop)), "http://www.w3.org/2000/svg", "")
		for _, outside := range []string{"http:", "https:", "href", "<script", "@import", "@font-face", "url("} {
			if strings.Contains(text, outside) {
				t.Errorf("contains %s", outside)
			}
		}
	})
	t.Run("names from applications stay text", func(t *testing.T) {
		evil := `</text><script>alert("&")</script>` + "\x1b\x00\xff"
		picture := SVG(Graph{Edges: []Edge{{Client: evil, Server: "b" + evil, Kind: Kind(evil), Calls: 1}, {Client: evil, Server: evil, Calls: 1}}})
		if bytes.Contains(picture, []byte("<script")) {
			t.Error("markup from a name")
		}
		if n := len(boxes(t, parsed(t, picture))); n != 2 {
			t.Errorf("%d boxes", n)
		}
	})
	t.Run("the same graph gives the same bytes, however its edges are ordered", func(t *testing.T) {
		turned := Graph{Edges: slices.Clone(shop.Edges)}
		slices.Reverse(turned.Edges)
		if !bytes.Equal(SVG(shop), SVG(turned)) {
			t.Error("they differ")
		}
	})
	t.Run("an empty graph is a picture too", func(t *testing.T) {
		parsed(t, SVG(Graph{}))
	})
}
