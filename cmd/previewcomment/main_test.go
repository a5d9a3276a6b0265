package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheStatusIsTheVerdict(t *testing.T) {
	for _, c := range []struct {
		claim, preview string
		flags          []string
		want           int
	}{
		{"nothing changes", "unchanged", nil, fine},
		{"a routine change", "configuration", nil, fine},
		{"a deletion", "demo-removed", nil, unapproved},
		{"a deletion that is approved", "demo-removed", []string{"-approved"}, fine},
		{"a refused configuration", "refused", nil, failed},
		{"a refused configuration cannot be approved", "refused", []string{"-approved"}, failed},
		{"an early end", "wrong-type", nil, failed},
	} {
		t.Run(c.claim, func(t *testing.T) {
			events, err := os.Open(filepath.Join("..", "..", "internal", "preview", "testdata", c.preview, "events.jsonl"))
			if err != nil {
				t.Fatal(err)
			}
			defer events.Close()
			var out, problems bytes.Buffer
			if got := run(append([]string{"-stack", "dev"}, c.flags...), events, &out, &problems); got != c.want {
				t.Errorf("status %d, want %d; %s", got, c.want, &problems)
			}
			if !strings.HasPrefix(out.String(), "<!-- tracestack preview of stack dev -->\n") {
				t.Errorf("the comment begins otherwise:\n%s", &out)
			}
		})
	}
}

func TestWithoutAStackNothingIsWritten(t *testing.T) {
	var out, problems bytes.Buffer
	if got := run(nil, strings.NewReader(""), &out, &problems); got != failed || out.Len() > 0 || problems.Len() == 0 {
		t.Errorf("status %d, %q, %q", got, &out, &problems)
	}
}
