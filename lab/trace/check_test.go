package trace

import (
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	whole := []Span{span("a", "", 0, 9), span("b", "a", 1, 3), span("c", "b", 2, 1)}
	t.Run("a tree with one root passes", func(t *testing.T) {
		if err := Check(Trace{Spans: whole}); err != nil {
			t.Error(err)
		}
	})
	t.Run("a recorded dispatch passes", func(t *testing.T) {
		if err := Check(load(t, "hotrod")); err != nil {
			t.Error(err)
		}
	})
	t.Run("a trace without spans is refused", func(t *testing.T) {
		says(t, Check(Trace{}), "no spans")
	})
	t.Run("a span whose parent is missing is named", func(t *testing.T) {
		err := Check(Trace{Spans: append(whole, span("d", "gone", 3, 1))})
		says(t, err, "span d (s op-d): parent gone is missing")
	})
	t.Run("a second root is named", func(t *testing.T) {
		err := Check(Trace{Spans: append(whole, span("r2", "", 3, 1))})
		says(t, err, "2 roots", "span a ", "span r2 ")
	})
	t.Run("a trace whose root has not arrived has no root", func(t *testing.T) {
		says(t, Check(Trace{Spans: whole[1:]}), "no root", "parent a is missing")
	})
	t.Run("a cycle is reported once, without the way into it", func(t *testing.T) {
		err := Check(Trace{Spans: append(whole, span("x", "z", 3, 1), span("y", "x", 3, 1), span("z", "y", 3, 1), span("into", "x", 3, 1))})
		says(t, err, "cycle: x → z → y → x")
		if n := strings.Count(err.Error(), "cycle"); n != 1 {
			t.Errorf("reported %d times:\n%v", n, err)
		}
	})
	t.Run("a span that is its own parent is a cycle", func(t *testing.T) {
		says(t, Check(Trace{Spans: append(whole, span("x", "x", 3, 1))}), "cycle: x → x")
	})
	t.Run("a span that was stored twice is named", func(t *testing.T) {
		says(t, Check(Trace{Spans: append(whole, whole[2])}), "span c (s op-c): stored twice")
	})
	t.Run("a span without service or operation is named", func(t *testing.T) {
		bare := span("d", "a", 3, 1)
		bare.Service, bare.Operation = "", ""
		says(t, Check(Trace{Spans: append(whole, bare)}), "span d", "no service.name", "no operation")
	})
	t.Run("all problems come in one error", func(t *testing.T) {
		err := Check(Trace{Spans: append(whole, whole[2], span("d", "gone", 3, 1), span("r2", "", 3, 1), span("x", "x", 3, 1))})
		says(t, err, "stored twice", "gone is missing", "2 roots", "cycle")
	})
}
