package servicegraph

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func text(t *testing.T, g Graph, width int, color bool) string {
	t.Helper()
	var b bytes.Buffer
	if err := Text(&b, g, width, color, "frontend", "customer"); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// body is what follows the headings.
func body(out string) []string {
	return strings.Split(strings.TrimSuffix(out, "\n"), "\n")[3:]
}

func TestText(t *testing.T) {
	ansi := regexp.MustCompile("\x1b\\[[0-9;]*m")
	golden(t, "hotrod.txt", []byte(text(t, hotrod, 120, false)))
	for name, g := range graphs() {
		out := text(t, g, 120, false)
		t.Run(name+": every call has one line, cycles end, and a failed one is marked", func(t *testing.T) {
			calls, failed := 0, 0
			for _, l := range body(out) {
				if strings.Contains(l, "─ ") {
					calls++
				}
				if strings.Contains(l, "✗") {
					failed++
				}
			}
			want := 0
			for _, e := range g.Edges {
				if e.Failed > 0 {
					want++
				}
			}
			if calls != len(g.Edges) || failed != want {
				t.Errorf("%d lines for %d edges, %d marked of %d:\n%s", calls, len(g.Edges), failed, want, out)
			}
		})
		t.Run(name+": no line is wider than the terminal", func(t *testing.T) {
			for width := 72; width <= 160; width += 8 {
				for _, l := range body(text(t, g, width, false)) {
					if n := utf8.RuneCountInString(l); n > width {
						t.Fatalf("%d columns of %d: %s", n, width, l)
					}
				}
			}
		})
		t.Run(name+": colour adds nothing but colour", func(t *testing.T) {
			if got := ansi.ReplaceAllString(text(t, g, 120, true), ""); got != out {
				t.Errorf("the coloured text differs:\n%s", got)
			}
		})
	}
	t.Run("callers stand above what they call, and what calls only itself comes last", func(t *testing.T) {
		out := body(text(t, hotrod, 80, false))
		for i, want := range []string{"user", "└─ frontend ", "   ├─ customer ", "   ├─ driver ", "   └─ route ", "mysql", "└─ mysql (itself) "} {
			if !strings.HasPrefix(out[i], want) {
				t.Errorf("line %d is not %q:\n%s", i, want, strings.Join(out, "\n"))
			}
		}
	})
	t.Run("a share of failures is never rounded to none", func(t *testing.T) {
		if out := text(t, shop, 160, false); !strings.Contains(out, "✗ 12 (<1 %)") || !strings.Contains(out, "✗ 411 (100 %)") {
			t.Error(out)
		}
	})
	t.Run("who only calls is no service in the summary", func(t *testing.T) {
		if out := text(t, hotrod, 80, false); !strings.HasPrefix(out, "service graph · 5 services · 42 calls · 6 failed\n") {
			t.Error(out)
		}
	})
	t.Run("names from applications stay text", func(t *testing.T) {
		out := text(t, Graph{Edges: []Edge{{Client: "a\x1b[2J", Server: "b\n", Kind: "x\ty", Calls: 1}}}, 80, false)
		if strings.ContainsAny(out, "\x1b\t") || len(body(out)) != 2 {
			t.Errorf("got %q", out)
		}
	})
	t.Run("an empty graph has a line too", func(t *testing.T) {
		if out := text(t, Graph{}, 80, true); !strings.Contains(out, "0 services · 0 calls") {
			t.Errorf("got %q", out)
		}
	})
}
