package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"

	"github.com/tracestack/tracestack/e2e/internal/gateway"
)

// A throughput is what one pipeline of a collector did.
type throughput struct {
	gateway.Pipeline
	rates  []float64 // spans a second, as fast as they were taken; one for each round
	costs  []float64 // seconds of the processor for 10,000 spans, at that rate
	memory [3]int64  // the most of its own, in bytes: see paces, and while the backend is away
}

// paces are spans a second that one collector has to do with on a quiet day, and on a busy one.
var paces = [...]int{2_000, 20_000}

const (
	spansAtOnce = 200
	senders     = 8
)

// measureGateway compares pipelines of one collector on one processor. Each round takes them in turn, so that
// whatever else the machine does meets all alike.
func (b *bench) measureGateway(ctx context.Context, rounds int, lasts time.Duration) error {
	program := os.Getenv("TRACESTACK_OTELCOL")
	if program == "" {
		return errors.New("TRACESTACK_OTELCOL: the collector's program must be given: run `make bench`")
	}
	for _, p := range []gateway.Pipeline{gateway.NoExport, gateway.Article, gateway.InMemory, gateway.OnDisk, gateway.Synced} {
		b.gateway = append(b.gateway, &throughput{Pipeline: p})
	}
	for range rounds {
		for _, t := range b.gateway {
			if err := b.gatewayRun(ctx, program, t, lasts, t.saturate); err != nil {
				return fmt.Errorf("%s: %w", t.Name, err)
			}
			fmt.Fprintf(os.Stderr, "gateway: %-16s %7.0f spans/s\n", t.Name, t.rates[len(t.rates)-1])
		}
	}
	for _, t := range b.gateway {
		if t.Name == gateway.NoExport.Name {
			continue
		}
		for i := range t.memory {
			err := b.gatewayRun(ctx, program, t, lasts, func(ctx context.Context, r *gateway.Run) error { return t.remember(ctx, r, i) })
			if err != nil {
				return fmt.Errorf("%s: %w", t.Name, err)
			}
		}
		fmt.Fprintf(os.Stderr, "gateway: %-16s %v bytes of memory\n", t.Name, t.memory)
	}
	return nil
}

func (b *bench) gatewayRun(ctx context.Context, program string, t *throughput, lasts time.Duration, do func(context.Context, *gateway.Run) error) error {
	dir, err := os.MkdirTemp(b.scratch, "")
	if err != nil {
		return err
	}
	template, err := gateway.NewTemplate(orders(spansAtOnce/len(shop), time.Now()))
	if err != nil {
		return err
	}
	run, err := t.Run(program, dir, &gateway.Sender{Template: template, Clients: senders})
	if err != nil {
		return err
	}
	defer run.End()
	run.Collector.CPU = 0
	if err := run.Start(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, lasts)
	defer cancel()
	return do(ctx, run)
}

// orders is one request with so many of them.
func orders(count int, ended time.Time) *collector.ExportTraceServiceRequest {
	all := &collector.ExportTraceServiceRequest{}
	for n := range count {
		_, request := order(n, ended)
		all.ResourceSpans = append(all.ResourceSpans, request.ResourceSpans...)
	}
	return all
}

// saturate sends as fast as spans are taken.
func (t *throughput) saturate(ctx context.Context, run *gateway.Run) error {
	began := time.Now()
	if err := run.Sender.Send(ctx, run.Collector.Listen); err != nil {
		return err
	}
	taken, lasted := float64(len(run.Sender.Acknowledged())), time.Since(began)
	used, err := run.Collector.Use()
	if err != nil {
		return err
	}
	t.rates = append(t.rates, taken/lasted.Seconds())
	t.costs = append(t.costs, used.Seconds()/taken*10_000)
	return nil
}

// remember sends at a pace, and keeps the most memory that was seen. The last pace is the first, with the
// backend away.
func (t *throughput) remember(ctx context.Context, run *gateway.Run, which int) error {
	pace := paces[which%len(paces)]
	if which == len(paces) {
		run.Backend.Kill()
	}
	run.Sender.Pace = time.Duration(senders*spansAtOnce) * time.Second / time.Duration(pace)
	sent := make(chan error, 1)
	go func() { sent <- run.Sender.Send(ctx, run.Collector.Listen) }()
	for {
		select {
		case err := <-sent:
			return err
		case <-time.After(200 * time.Millisecond):
			now, err := run.Collector.Resident()
			if err != nil {
				return err
			}
			t.memory[which] = max(t.memory[which], now)
		}
	}
}
