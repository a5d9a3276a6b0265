package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/proto"
)

const (
	sendEvery   = 50 * time.Millisecond
	askEvery    = time.Second
	searchEvery = 500 * time.Millisecond
	sampleEvery = 5 * time.Second
)

const residentMemory = "process_resident_memory_bytes"

// A comparison puts two Tempos under the same load: everything is done to both, one right after the other,
// so that whatever else the machine does meets both alike.
type comparison struct {
	article, ours *side
	lasted        time.Duration
	sent          int
}

// turn gives both sides, in another order each time.
func (c *comparison) turn(n int) []*side {
	if n%2 == 0 {
		return []*side{c.article, c.ours}
	}
	return []*side{c.ours, c.article}
}

// load sends, asks and samples for so long.
func (c *comparison) load(ctx context.Context, lasts time.Duration) error {
	before, err := c.cpu(ctx)
	if err != nil {
		return err
	}
	began := time.Now()
	until := began.Add(lasts)
	sent := &journal{}
	group, loading := errgroup.WithContext(ctx)
	group.Go(func() error { return c.send(loading, sent, until) })
	group.Go(func() error { return c.ask(loading, sent, began, until) })
	group.Go(func() error { return c.watch(loading, sent, began, until) })
	group.Go(func() error { return c.sample(loading, until) })
	group.Go(func() error { return c.tell(loading, sent, until) })
	if err := group.Wait(); err != nil {
		return err
	}
	after, err := c.cpu(ctx)
	if err != nil {
		return err
	}
	for i, s := range c.turn(0) {
		s.cpu = after[i] - before[i]
	}
	c.lasted, c.sent = lasts, sent.len()
	return nil
}

// every calls do at that pace until a time has come. What is late is not made up for.
func every(ctx context.Context, pace time.Duration, until time.Time, do func(round int) error) error {
	ticker := time.NewTicker(pace)
	defer ticker.Stop()
	for round := 0; time.Now().Before(until); round++ {
		if err := do(round); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
	return nil
}

// send sends traces.
func (c *comparison) send(ctx context.Context, journal *journal, until time.Time) error {
	return every(ctx, sendEvery, until, func(n int) error {
		id, request := order(n, time.Now())
		body, err := proto.Marshal(request)
		if err != nil {
			return err
		}
		for _, s := range c.turn(n) {
			took, err := timed(func() error { return s.post(ctx, body) })
			if err != nil {
				return fmt.Errorf("trace %d: %w", n, err)
			}
			s.ingest = append(s.ingest, took)
		}
		journal.add(sent{id, orderID(n), time.Now()})
		return nil
	})
}

// ask asks every question of both.
func (c *comparison) ask(ctx context.Context, journal *journal, began, until time.Time) error {
	return every(ctx, askEvery, until, func(round int) error {
		for _, q := range questions(journal, began) {
			for _, s := range c.turn(round) {
				s.answer(ctx, q)
			}
		}
		return ctx.Err()
	})
}

// watch measures, for one trace after another, how long it takes until a search finds it. Tempo cuts traces
// at a pace of its own: without a pause of another length each time, every trace would be sent at the same
// moment of that pace.
func (c *comparison) watch(ctx context.Context, journal *journal, began, until time.Time) error {
	var probe sent
	var missing []*side
	next := began
	return every(ctx, searchEvery, until, func(round int) error {
		if len(missing) == 0 {
			newest, is := journal.newest(time.Now())
			if !is || time.Now().Before(next) {
				return nil
			}
			probe, missing = newest, c.turn(round)
		}
		missing = slices.DeleteFunc(missing, func(s *side) bool {
			if finds(ctx, s.tempo, probe, began) != nil {
				return false
			}
			s.fresh = append(s.fresh, time.Since(probe.at))
			return true
		})
		if len(missing) == 0 {
			next = time.Now().Add(rand.N(10 * time.Second))
		}
		return nil
	})
}

// sample reads how much memory both have.
func (c *comparison) sample(ctx context.Context, until time.Time) error {
	return every(ctx, sampleEvery, until, func(int) error {
		for _, s := range c.turn(0) {
			now, err := s.self(ctx, residentMemory)
			if err != nil {
				return err
			}
			s.memory = append(s.memory, now...)
		}
		return nil
	})
}

// cpu is what both have used of the processor, in seconds.
func (c *comparison) cpu(ctx context.Context) ([]float64, error) {
	var both []float64
	for _, s := range c.turn(0) {
		now, err := s.self(ctx, "process_cpu_seconds_total")
		if err != nil {
			return nil, err
		}
		both = append(both, now...)
	}
	return both, nil
}

// tell shows that something is going on.
func (c *comparison) tell(ctx context.Context, journal *journal, until time.Time) error {
	return every(ctx, 15*time.Second, until, func(int) error {
		fmt.Fprintf(os.Stderr, "tempo: %d traces to each, %v to go\n", journal.len(), time.Until(until).Round(time.Second))
		return nil
	})
}
