package build

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the expected files anew")

// story drives a display through everything that may happen, on a clock of its own.
func story(p *Progress, clock *time.Time) {
	wait := func(d time.Duration) {
		p.mu.Lock()
		defer p.mu.Unlock()
		*clock = clock.Add(d)
		p.show()
	}
	hear := func(name string, n int, line string) {
		for range n {
			p.heard(name, line)
		}
	}
	p.now = func() time.Time { return *clock }
	p.plan([]part{
		{tool: Tool{Name: "kube", Seconds: 300, Packages: 1000}, release: "v1.37.2"},
		{tool: Tool{Name: "etcd", Seconds: 10, Packages: 100}, release: "v3.7.3"},
		{tool: Tool{Name: "jaeger", Seconds: 200, Packages: 500}, release: "v2.13.0"},
		{tool: Tool{Name: "pause", Seconds: 2, Packages: 1}},
	})
	p.started("kube")
	wait(29 * time.Second)
	wait(2 * time.Second)
	hear("kube", 12, "go: downloading example.com/x v1.0.0")
	wait(30 * time.Second)
	hear("kube", 500, "k8s.io/api/core/v1")
	hear("kube", 1, "# a complaint of the compiler: is no package")
	wait(239 * time.Second)
	hear("kube", 510, "k8s.io/api/core/v1")
	wait(300 * time.Second)
	p.ended("kube", false, nil)
	p.waiting("etcd")
	wait(40 * time.Second)
	p.ended("etcd", true, nil)
	p.started("jaeger")
	wait(31 * time.Second)
	p.ended("jaeger", false, errors.New("no"))
	p.close()
}

func TestProgressInALog(t *testing.T) {
	var out bytes.Buffer
	clock := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	story(NewProgress(&out), &clock)
	golden := filepath.Join("testdata", "progress.txt")
	if *update {
		if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if out.String() != string(want) {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

func TestProgressOnATerminal(t *testing.T) {
	var out bytes.Buffer
	clock := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	p := NewProgress(&out)
	p.width = func() int { return 40 }
	story(p, &clock)
	t.Run("the live line never wraps", func(t *testing.T) {
		for _, line := range strings.FieldsFunc(out.String(), func(r rune) bool { return r == '\r' || r == '\n' }) {
			line = strings.TrimPrefix(line, "\x1b[K")
			if live := strings.Contains(line, "about 0 of"); live && len([]rune(line)) >= 40 {
				t.Errorf("%q is wider than the terminal", line)
			}
		}
	})
	t.Run("it is cleared in the end", func(t *testing.T) {
		if !strings.HasSuffix(out.String(), "\r\x1b[K") {
			t.Errorf("ends with %q", out.String()[max(0, out.Len()-40):])
		}
	})
}

func TestNoProgress(t *testing.T) {
	t.Run("nobody needs to look", func(t *testing.T) {
		var p *Progress
		p.plan(nil)
		p.started("a")
		p.heard("a", "b")
		p.ended("a", false, nil)
		p.close()
	})
}
