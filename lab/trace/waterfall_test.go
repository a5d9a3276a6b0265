package trace

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func waterfall(t *testing.T, tr Trace, width int, color bool) string {
	t.Helper()
	var b bytes.Buffer
	if err := Waterfall(&b, tr, width, color); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// body is what follows the header: one line for each span.
func body(out string) []string {
	return strings.Split(strings.TrimSuffix(out, "\n"), "\n")[4:]
}

func TestWaterfallGolden(t *testing.T) {
	for name := range cases {
		for _, width := range []int{80, 120, 160} {
			t.Run(fmt.Sprintf("%s at %d columns", name, width), func(t *testing.T) {
				golden(t, fmt.Sprintf("%s/waterfall-%d.txt", name, width), []byte(waterfall(t, load(t, name), width, false)))
			})
		}
	}
}

func TestWaterfall(t *testing.T) {
	ansi := regexp.MustCompile("\x1b\\[[0-9;]*m")
	for name := range cases {
		tr := load(t, name)
		t.Run(name+": every span has a line and no line is too wide", func(t *testing.T) {
			for width := narrowest; width <= 200; width++ {
				out := waterfall(t, tr, width, false)
				if n := len(body(out)); n != len(tr.Spans) {
					t.Fatalf("%d lines for %d spans", n, len(tr.Spans))
				}
				for _, line := range body(out) {
					if n := utf8.RuneCountInString(line); n > width {
						t.Fatalf("%d columns, want at most %d:\n%s", n, width, line)
					}
				}
			}
		})
		t.Run(name+": colour adds nothing but colour", func(t *testing.T) {
			plain, inked := waterfall(t, tr, 120, false), waterfall(t, tr, 120, true)
			if strings.Contains(plain, "\x1b") {
				t.Error("an escape sequence without colour")
			}
			if ansi.ReplaceAllString(inked, "") != plain {
				t.Error("the coloured text differs")
			}
		})
		t.Run(name+": a failed span is marked in text", func(t *testing.T) {
			n := 0
			for _, line := range body(waterfall(t, tr, 80, false)) {
				if strings.Contains(line, "✗") {
					n++
				}
			}
			if n != tr.Errors() || n == 0 {
				t.Errorf("%d lines are marked, %d spans failed", n, tr.Errors())
			}
		})
	}
	t.Run("a bar lies where its span lies", func(t *testing.T) {
		out := body(waterfall(t, Trace{Spans: []Span{span("a", "", 0, 100), span("b", "a", 50, 50)}}, 100, false))
		whole, half := strings.Count(out[0], "━"), strings.Count(out[1], "━")
		if whole != 2*half && whole != 2*half+1 {
			t.Errorf("bars of %d and %d cells:\n%s", whole, half, strings.Join(out, "\n"))
		}
		if utf8.RuneCountInString(out[0]) != utf8.RuneCountInString(out[1]) {
			t.Errorf("they end apart:\n%s", strings.Join(out, "\n"))
		}
	})
	t.Run("siblings are ordered by start, children stand under their parent", func(t *testing.T) {
		out := waterfall(t, Trace{Spans: []Span{
			span("late", "root", 5, 1), span("deep", "early", 6, 1), span("root", "", 0, 9), span("early", "root", 1, 8),
		}}, 80, false)
		for i, want := range []string{"s · op-root", "├─ s · op-early", "│  └─ s · op-deep", "└─ s · op-late"} {
			if !strings.HasPrefix(body(out)[i], want) {
				t.Errorf("line %d is not %q:\n%s", i, want, out)
			}
		}
	})
	t.Run("a cycle is drawn and ends", func(t *testing.T) {
		out := waterfall(t, Trace{Spans: []Span{span("a", "", 0, 9), span("x", "y", 1, 1), span("y", "x", 2, 1)}}, 80, false)
		if n := len(body(out)); n != 3 {
			t.Errorf("%d lines for 3 spans:\n%s", n, out)
		}
	})
	t.Run("an empty trace and one without duration are drawn", func(t *testing.T) {
		if out := waterfall(t, Trace{ID: "e"}, 80, true); !strings.Contains(out, "0 spans") {
			t.Errorf("got %q", out)
		}
		if out := waterfall(t, Trace{Spans: []Span{span("a", "", 0, 0)}}, 80, false); len(body(out)) != 1 {
			t.Errorf("got %q", out)
		}
	})
}
