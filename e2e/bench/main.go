// Command bench measures the program in the lab against Kubernetes' own tools, and writes the page
// docs/benchmarks.md. `make bench` runs it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"github.com/tracestack/tracestack/e2e/internal/project"
)

func main() {
	out := flag.String("out", "", "file of the page; standard output where empty")
	idle := flag.Int("idle", 5, "how often to measure what changes nothing")
	fresh := flag.Int("fresh", 5, "how often to measure what starts from an empty namespace")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *out, *idle, *fresh); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out string, idle, fresh int) error {
	lab, err := project.Open()
	if err != nil {
		return err
	}
	defer lab.Close()
	b := bench{lab: lab}
	if b.scratch, err = os.MkdirTemp("", "tracestack-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.scratch)
	about, err := describe(ctx) // First, for the load that was there before.
	if err != nil {
		return err
	}
	if err := b.measure(ctx, idle, fresh); err != nil {
		return err
	}
	page := b.page(about)
	if out == "" {
		_, err = fmt.Print(page)
		return err
	}
	return os.WriteFile(out, []byte(page), 0o644)
}
