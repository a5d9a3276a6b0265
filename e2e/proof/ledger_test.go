package proof_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tracestack/tracestack/e2e/internal/gateway"
	"github.com/tracestack/tracestack/e2e/internal/otlp"
)

// An ordeal is what a collector goes through while senders send.
type ordeal struct {
	name string
	// lossless are the pipelines that lose nothing of what they acknowledged; of the others it is told.
	lossless []gateway.Pipeline
	// refusing are those that must have refused something, or nothing was full.
	refusing []gateway.Pipeline
	lasts    time.Duration
	change   func(*gateway.Run)
	through  func(context.Context, *testing.T, *gateway.Run)
}

var (
	every   = []gateway.Pipeline{gateway.OnDisk, gateway.InMemory, gateway.Article}
	ours    = every[:2]
	durable = every[:1]
)

// Twenty times something, each a second and a half after the one before.
const (
	times = 20
	pause = 1500 * time.Millisecond
)

var ordeals = []ordeal{
	{name: "nothing", lossless: every, lasts: 40 * time.Second},
	{
		name: "the backend is away for five minutes", lossless: ours, lasts: 5*time.Minute + 10*time.Second,
		through: func(ctx context.Context, t *testing.T, r *gateway.Run) { away(ctx, t, r, 5*time.Minute) },
	},
	{
		name: "the collector is killed while the backend is away", lossless: durable, lasts: 40 * time.Second,
		through: func(ctx context.Context, t *testing.T, r *gateway.Run) {
			ended(ctx, t, r, (*gateway.Collector).Kill, 1)
		},
	},
	{
		name: "it is killed twenty times, three seconds apart", lossless: durable, lasts: 90 * time.Second,
		through: func(ctx context.Context, t *testing.T, r *gateway.Run) {
			ended(ctx, t, r, (*gateway.Collector).Kill, times)
		},
	},
	{
		name: "it is rolled out while the backend is away", lossless: durable, lasts: 60 * time.Second,
		through: func(ctx context.Context, t *testing.T, r *gateway.Run) {
			ended(ctx, t, r, (*gateway.Collector).Stop, 1)
		},
	},
	{
		name: "the backend is killed twenty times in the midst of calls", lossless: ours, lasts: 45 * time.Second,
		through: func(ctx context.Context, t *testing.T, r *gateway.Run) {
			for range times {
				away(ctx, t, r, pause/5)
				pass(ctx, pause)
			}
		},
	},
	{
		name: "the backend takes three seconds over each request", lossless: ours, lasts: 30 * time.Second,
		through: func(_ context.Context, _ *testing.T, r *gateway.Run) { r.Backend.Delay.Store(int64(3 * time.Second)) },
	},
	{
		name: "the queue is full", lossless: ours, refusing: ours, lasts: 2 * time.Minute,
		change: func(r *gateway.Run) {
			// 2 MiB, of the 8 that come in 30 seconds. The article's has its own size, in requests.
			if strings.Contains(r.Collector.File, "queue_size") {
				r.Collector.Over = append(r.Collector.Over, "exporters: {otlp: {sending_queue: {queue_size: 2097152}}}")
			}
		},
		through: func(ctx context.Context, t *testing.T, r *gateway.Run) { away(ctx, t, r, 30*time.Second) },
	},
	{
		name: "the memory is full of requests of 1 MiB", lossless: ours, refusing: ours[1:], lasts: 40 * time.Second,
		change: func(r *gateway.Run) {
			r.Sender.Template, r.Sender.Pace = requests(20_000), 500*time.Millisecond
		},
		through: func(ctx context.Context, t *testing.T, r *gateway.Run) { away(ctx, t, r, 30*time.Second) },
	},
}

// away ends the backend in the midst of its calls, and starts it again after a while.
func away(ctx context.Context, t *testing.T, r *gateway.Run, lasts time.Duration) {
	r.Backend.Kill()
	pass(ctx, lasts)
	if err := r.Backend.Start(); err != nil {
		t.Error(err)
	}
}

// ended ends the collector so many times while the backend is away.
func ended(ctx context.Context, t *testing.T, r *gateway.Run, by func(*gateway.Collector), times int) {
	r.Backend.Kill()
	pass(ctx, 10*time.Second)
	for range times {
		by(r.Collector)
		if err := r.Collector.Start(); err != nil {
			t.Error(err)
		}
		pass(ctx, 2*pause)
	}
	if err := r.Backend.Start(); err != nil {
		t.Error(err)
	}
}

func pass(ctx context.Context, lasts time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(lasts):
	}
}

func requests(spans int) *gateway.Template {
	template, err := gateway.NewTemplate(otlp.NewRequest("ledger", otlp.NewSpans(otlp.NewID(16), spans)...))
	if err != nil {
		panic(err)
	}
	return template
}

// The rows of docs/reliability.md that count every span. One collector is the lab's program with the file of
// its pods, as a process here, so that what happens to it happens at a known moment.
func TestWhatTheGatewayAcknowledgedIsStoredWhateverHappens(t *testing.T) {
	t.Parallel()
	for _, o := range ordeals {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			for _, p := range every {
				t.Run(p.Name, func(t *testing.T) {
					t.Parallel()
					o.try(t, p)
				})
			}
		})
	}
}

func (o ordeal) try(t *testing.T, p gateway.Pipeline) {
	// Four clients, 5,000 spans a second, each insisting until it is answered.
	sender := &gateway.Sender{Template: requests(200), Clients: 4, Pace: 160 * time.Millisecond, Insist: true}
	run, err := p.Run(os.Getenv("TRACESTACK_OTELCOL"), t.TempDir(), sender)
	if err != nil {
		t.Fatal(err)
	}
	if o.change != nil {
		o.change(run)
	}
	defer run.End()
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), o.lasts)
	defer cancel()
	sent := make(chan error, 1)
	go func() { sent <- sender.Send(ctx, run.Collector.Listen) }()
	if o.through != nil {
		o.through(ctx, t, run)
	}
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
	o.settle(t, p, run)
}

// patience is how long nothing may come before the rest counts as lost: a gRPC client waits up to two minutes
// before it connects again, and the article's exporter up to 30 seconds before it tries again.
const patience = 160 * time.Second

// settle waits until everything is stored, or nothing comes any more.
func (o ordeal) settle(t *testing.T, p gateway.Pipeline, run *gateway.Run) {
	acknowledged := run.Sender.Acknowledged()
	missing, since := run.Backend.Missing(acknowledged), time.Now()
	for missing > 0 && time.Since(since) < patience {
		time.Sleep(time.Second)
		if now := run.Backend.Missing(acknowledged); now < missing {
			missing, since = now, time.Now()
		}
	}
	_, copies := run.Backend.Stored()
	t.Logf("%d spans offered, %d acknowledged, %d of them lost; %d copies; %d requests refused",
		run.Sender.Offered(), len(acknowledged), missing, copies, run.Sender.Refused())
	if len(acknowledged) < 100_000 {
		t.Errorf("%d spans were acknowledged, too few to tell anything", len(acknowledged))
	}
	if among(o.lossless, p) && missing > 0 {
		t.Errorf("%d acknowledged spans are not stored; the collector wrote:\n%.4000s", missing, run.Collector.Log())
	}
	if among(o.refusing, p) && run.Sender.Refused() == 0 {
		t.Error("nothing was refused, so nothing was full")
	}
}

func among(all []gateway.Pipeline, p gateway.Pipeline) bool {
	return slices.ContainsFunc(all, func(one gateway.Pipeline) bool { return one.Name == p.Name })
}
