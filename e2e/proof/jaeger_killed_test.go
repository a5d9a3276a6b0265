package proof_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/tracestack/tracestack/e2e/internal/otlp"
	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/searchstore"
	"github.com/tracestack/tracestack/e2e/internal/wait"
	"github.com/tracestack/tracestack/lab/trace"
)

// killings is how often one of two collectors is killed; the other is told to stop once.
const killings = 20

// A bulk is what a pod may hold that it has acknowledged and the store does not have.
type bulk struct {
	claim, actions, flush string
	most                  int // spans in the bulks of all four workers
}

// Jaeger acknowledges what is in a bulk. The collectors are processes of this machine, with the file that a stack has, on
// a store of the lab: a pod that is killed often is started again ever later.
func TestWhatAKilledJaegerLosesIsInItsBulks(t *testing.T) {
	store := searchstore.Own(t, lab)
	for _, b := range []bulk{
		{"as it is rendered", "1000", "200ms", 4000},
		{"with smaller bulks", "100", "20ms", 400},
	} {
		t.Run(b.claim, func(t *testing.T) {
			pair := []*jaegerProcess{startJaeger(t, store, b, 1), startJaeger(t, store, b, 2)}
			t.Logf("unhurried by anything: %d spans acknowledged a second", fastest(t, pair))
			counted := map[int]*tally{}
			for phase := range killings + 1 {
				one := sendFor(t, pair, 2*time.Second, func() {
					if phase == killings {
						pair[1].end(t, syscall.SIGTERM)
					} else {
						pair[0].end(t, syscall.SIGKILL)
					}
				})
				counted[phase] = one
				pair[0].start(t)
				pair[1].start(t)
			}
			acknowledged, lost, copies, worst := 0, 0, 0, 0
			for phase, one := range counted {
				missing, more := one.compare(t, store)
				acknowledged, lost, copies, worst = acknowledged+one.spans(), lost+missing, copies+more, max(worst, missing)
				if phase == killings && missing > 0 {
					t.Errorf("%d spans are lost of a collector that was told to stop", missing)
				}
			}
			t.Logf("%d spans were acknowledged; %d are lost by %d kills, at most %d by one; %d are there twice", acknowledged, lost, killings, worst, copies)
			if worst > b.most {
				t.Errorf("a kill lost %d spans, more than its bulks have", worst)
			}
			if acknowledged < 10_000 {
				t.Error("too few were acknowledged to tell anything")
			}
		})
	}
}

// jaegerProcess is one collector, with an address of its own.
type jaegerProcess struct {
	file, address string
	running       *exec.Cmd
}

// startJaeger writes the file of a collector on this store, and starts it.
func startJaeger(t *testing.T, store searchstore.Store, b bulk, number int) *jaegerProcess {
	t.Helper()
	golden, err := os.ReadFile(filepath.Join(lab.Root, "stacks", "testdata", "Pulumi.elasticsearch", "jaeger-collector.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	dir, address := t.TempDir(), fmt.Sprintf("127.0.71.%d", number)
	for name, body := range map[string]string{"ca.crt": store.Jaeger.CA, "credential": store.Jaeger.Password} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	at := kube.Address(t, store.Namespace, "elasticsearch-es-http")
	config := strings.NewReplacer(
		"0.0.0.0", address,
		"https://elasticsearch-es-http.elk.svc:9200", "https://"+at+":9200",
		"/etc/tracestack-store-credential/credential", dir+"/credential",
		"ca_file: /etc/tracestack-store-ca/ca.crt", "ca_file: "+dir+"/ca.crt\n            server_name_override: elasticsearch-es-http."+store.Namespace+".svc",
		"max_actions: 1000", "max_actions: "+b.actions,
		"flush_interval: 200ms", "flush_interval: "+b.flush,
	).Replace(string(golden))
	p := &jaegerProcess{file: filepath.Join(dir, "jaeger.yaml"), address: address}
	if err := os.WriteFile(p.file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	p.start(t)
	t.Cleanup(func() { p.end(t, syscall.SIGTERM) })
	return p
}

// start starts it where it does not run, and waits until it takes spans.
func (p *jaegerProcess) start(t *testing.T) {
	t.Helper()
	if p.running != nil {
		return
	}
	p.running = exec.Command(os.Getenv("TRACESTACK_JAEGER"), "--config", p.file)
	if err := p.running.Start(); err != nil {
		t.Fatal(err)
	}
	wait.For(t, "Jaeger to be well", func() error {
		_, err := trace.Over(http.DefaultClient, "http://"+p.address+":13133")(t.Context(), "/status")
		return err
	})
}

// end ends it with a signal, and waits until it has.
func (p *jaegerProcess) end(t *testing.T, signal os.Signal) {
	t.Helper()
	if p.running == nil {
		return
	}
	if err := p.running.Process.Signal(signal); err != nil {
		t.Error(err)
	}
	_ = p.running.Wait() // It was told to end.
	p.running = nil
}

// A tally is what was acknowledged of one service.
type tally struct{ otlp.Record }

func newTally() *tally {
	return &tally{otlp.Record{Service: project.RandomName(), Each: each}}
}

const each = 10

func (c *tally) spans() int { return len(c.Taken) * each }

// sendFor sends 100 traces a second, to one collector after the other, and does something in the middle.
func sendFor(t *testing.T, to []*jaegerProcess, long time.Duration, something func()) *tally {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	one := newTally()
	var senders sync.WaitGroup
	senders.Go(func() {
		tick := time.Tick(10 * time.Millisecond)
		for i := 0; ctx.Err() == nil; i++ {
			<-tick
			senders.Go(func() { one.send(t.Context(), to[i%len(to)]) })
		}
	})
	time.Sleep(long)
	something()
	cancel()
	senders.Wait()
	return one
}

func (c *tally) send(ctx context.Context, to *jaegerProcess) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	c.Record.Send(ctx, otlp.Receiver(to.address))
}

// fastest is how many spans a second eight senders are acknowledged that do not pause.
func fastest(t *testing.T, to []*jaegerProcess) int {
	t.Helper()
	const long = 8 * time.Second
	ctx, cancel := context.WithTimeout(t.Context(), long)
	defer cancel()
	one := newTally()
	var senders sync.WaitGroup
	for i := range 8 {
		senders.Go(func() {
			for ctx.Err() == nil {
				one.send(t.Context(), to[i%len(to)])
			}
		})
	}
	senders.Wait()
	return one.spans() / int(long.Seconds())
}

// compare tells how many spans the store lacks, and how many it has more than once, when nothing comes any more.
func (c *tally) compare(t *testing.T, store searchstore.Store) (missing, copies int) {
	t.Helper()
	for before := -1; missing != before; time.Sleep(time.Second) {
		before, missing, copies = missing, 0, 0
		found := store.Spans(t, c.Service)
		for _, id := range c.Taken {
			missing += each - len(found[id])
			for _, times := range found[id] {
				copies += times - 1
			}
		}
		if missing == 0 {
			break
		}
	}
	return missing, copies
}
