package trace

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the goldens again")

// cases maps each folder of testdata to its input.
var cases = map[string]string{"hotrod": "recorded.json", "broken": "input.json"}

func load(t *testing.T, name string) Trace {
	t.Helper()
	traces, err := Parse(read(t, name))
	if err != nil {
		t.Fatal(err)
	}
	if len(traces) != 1 {
		t.Fatalf("%s: %d traces, want 1", name, len(traces))
	}
	return traces[0]
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", name, cases[name]))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	path = filepath.Join("testdata", path)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; write it with -update", err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; look at it and run with -update. Got:\n%s", path, got)
	}
}

// span is a span of service "s" that starts start ms into the trace.
func span(id, parent string, start, took int) Span {
	return Span{
		ID: id, ParentID: parent, Service: "s", Operation: "op-" + id,
		Start:    time.Unix(1_700_000_000, 0).Add(time.Duration(start) * time.Millisecond),
		Duration: time.Duration(took) * time.Millisecond,
	}
}

// says fails unless err mentions everything.
func says(t *testing.T, err error, everything ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one that says %q", everything)
	}
	for _, s := range everything {
		if !strings.Contains(err.Error(), s) {
			t.Errorf("error does not say %q:\n%v", s, err)
		}
	}
}
