package trace

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/tracestack/tracestack/lab/internal/draw"
)

func TestSVGGolden(t *testing.T) {
	for name := range cases {
		t.Run(name, func(t *testing.T) {
			golden(t, name+"/trace.svg", SVG(load(t, name)))
		})
	}
}

// node is any XML element, for looking around in the picture.
type node struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []node     `xml:",any"`
}

func (n node) attr(name string) string {
	for _, a := range n.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (n node) number(t *testing.T, name string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(n.attr(name), 64)
	if err != nil {
		t.Fatalf("%s of <%s>: %v", name, n.XMLName.Local, err)
	}
	return v
}

// rowsOf are the groups that have a tooltip: one for each span.
func rowsOf(t *testing.T, picture []byte) []node {
	t.Helper()
	var root node
	if err := xml.Unmarshal(picture, &root); err != nil {
		t.Fatal(err)
	}
	var out []node
	for _, n := range root.Children {
		if n.XMLName.Local == "g" && n.Children[0].XMLName.Local == "title" {
			out = append(out, n)
		}
	}
	return out
}

func bar(n node) node {
	for _, c := range n.Children {
		if c.XMLName.Local == "rect" {
			return c
		}
	}
	return node{}
}

func TestSVG(t *testing.T) {
	for name := range cases {
		tr := load(t, name)
		picture := SVG(tr)
		t.Run(name+": it is well-formed XML", func(t *testing.T) {
			for d := xml.NewDecoder(bytes.NewReader(picture)); ; {
				if _, err := d.Token(); errors.Is(err, io.EOF) {
					return
				} else if err != nil {
					t.Fatal(err)
				}
			}
		})
		t.Run(name+": every span has one row with its tooltip", func(t *testing.T) {
			got := rowsOf(t, picture)
			if len(got) != len(tr.Spans) {
				t.Errorf("%d rows for %d spans", len(got), len(tr.Spans))
			}
			for _, s := range tr.Spans {
				if n := strings.Count(string(picture), "span "+s.ID); n != 1 {
					t.Errorf("%s is there %d times", s, n)
				}
			}
		})
		t.Run(name+": bars lie in proportion to time, inside the card", func(t *testing.T) {
			p := newPicture(tr)
			for i, n := range rowsOf(t, picture) {
				r, b := p.rows[i], bar(n)
				x, w := b.number(t, "x"), b.number(t, "width")
				wantX := p.barsX + p.barsW*float64(r.Start.Sub(p.start))/float64(p.whole)
				wantW := max(2, p.barsW*float64(r.Duration)/float64(p.whole))
				if math.Abs(x-wantX) > 0.02 || math.Abs(w-wantW) > 0.02 || x+w > draw.Width-draw.Margin {
					t.Errorf("%s: bar at %g, %g wide; want %g, %g", r.Span, x, w, wantX, wantW)
				}
			}
		})
		t.Run(name+": it refers to nothing outside", func(t *testing.T) {
			text := strings.ReplaceAll(string(picture), "http://www.w3.org/2000/svg", "")
			for _, outside := range []string{"http:", "https:", "href", "<script", "@import", "@font-face", "url("} {
				if strings.Contains(text, outside) {
					t.Errorf("contains %s", outside)
				}
			}
		})
		t.Run(name+": a failed span is marked in text", func(t *testing.T) {
			n := 0
			for _, row := range rowsOf(t, picture) {
				for _, c := range row.Children[1:] {
					for _, part := range append(c.Children, c) {
						if strings.Contains(part.attr("class"), "failed") && strings.Contains(part.Text, "✗") {
							n++
						}
					}
				}
			}
			if n != tr.Errors() {
				t.Errorf("%d rows are marked, %d spans failed", n, tr.Errors())
			}
		})
	}
	t.Run("names from applications stay text", func(t *testing.T) {
		evil := span("1", "", 0, 1)
		evil.Operation = `</text><script>alert("&")</script>` + "\x1b\x00\xff"
		picture := SVG(Trace{ID: `"><x`, Spans: []Span{evil}})
		if bytes.Contains(picture, []byte("<script")) || bytes.Contains(picture, []byte("<x")) {
			t.Error("markup from a name")
		}
		if n := len(rowsOf(t, picture)); n != 1 {
			t.Errorf("%d rows", n)
		}
	})
	t.Run("the same trace gives the same bytes, however its spans are ordered", func(t *testing.T) {
		tr := load(t, "hotrod")
		first := SVG(tr)
		for i, j := 0, len(tr.Spans)-1; i < j; i, j = i+1, j-1 {
			tr.Spans[i], tr.Spans[j] = tr.Spans[j], tr.Spans[i]
		}
		if !bytes.Equal(first, SVG(tr)) {
			t.Error("they differ")
		}
	})
	t.Run("an empty trace is a picture too", func(t *testing.T) {
		rowsOf(t, SVG(Trace{ID: "e"}))
	})
}
