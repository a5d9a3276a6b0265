package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestThePageHasEachClaimWithItsResultAndWhatItMeasured(t *testing.T) {
	events := filepath.Join(t.TempDir(), "events")
	if err := os.WriteFile(events, []byte(strings.Join([]string{
		`{"Action":"start","Package":"p"}`,
		`{"Action":"run","Package":"p","Test":"TestANodeIsLate"}`,
		`{"Action":"output","Package":"p","Test":"TestANodeIsLate","Output":"    late_test.go:56: the update ended after 212s\n"}`,
		`{"Action":"fail","Package":"p","Test":"TestANodeIsLate","Elapsed":215.4}`,
		`{"Action":"pass","Package":"p","Test":"TestOther/in_one_way","Elapsed":1}`,
	}, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	page := filepath.Join(t.TempDir(), "page.md")
	if err := report(events, page, time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Run on 2026-11-28", "| A node is late | fail | 215 | the update ended after 212s |", "| … in one way | pass | 1 |  |",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}
