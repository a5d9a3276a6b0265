// Command bench measures the program in the lab against Kubernetes' own tools, and its Tempo against one
// with the article's values, and writes the page docs/benchmarks.md. `make bench` runs it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/tracestack/tracestack/e2e/internal/project"
)

func main() {
	out := flag.String("out", "", "file of the page; standard output where empty")
	idle := flag.Int("idle", 5, "how often to measure what changes nothing")
	fresh := flag.Int("fresh", 5, "how often to measure what starts from an empty namespace")
	tempo := flag.Duration("tempo", 6*time.Minute+30*time.Second, "how long to load both Tempos; ours writes its first block after five minutes")
	rounds := flag.Int("gateway", 5, "how often to measure each pipeline of the collector")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *out, *idle, *fresh, *rounds, *tempo); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out string, idle, fresh, rounds int, tempo time.Duration) error {
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
	if err := b.measureGateway(ctx, rounds, 10*time.Second); err != nil {
		return fmt.Errorf("gateway: %w", err)
	}
	if err := b.measure(ctx, idle, fresh); err != nil {
		return err
	}
	if err := b.measureTempo(ctx, tempo); err != nil {
		return fmt.Errorf("tempo: %w", err)
	}
	page := b.page(about)
	if out == "" {
		_, err = fmt.Print(page)
		return err
	}
	return os.WriteFile(out, []byte(page), 0o644)
}
