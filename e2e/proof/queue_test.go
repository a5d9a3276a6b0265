package proof_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/tracestack/tracestack/e2e/internal/otlp"
	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/wait"
	"github.com/tracestack/tracestack/lab/cluster"
	"github.com/tracestack/tracestack/lab/trace"
)

var (
	withJaeger = project.Config{"tracestack:backend": "jaeger", "tracestack:storage": "memory", "tracestack:demo": nil}
	withTempo  = project.Config{"tracestack:backend": "tempo", "tracestack:storage": "local", "tracestack:demo": nil}
)

// onDisk is a stack with its queue on disk.
func onDisk(settings project.Config) project.Config {
	queue := map[string]any{"storage": "disk"}
	return project.With(settings, project.Config{"tracestack:collector": map[string]any{"replicas": 2, "queue": queue}})
}

// A sender sends one trace after the other until it is stopped, and remembers which of them were acknowledged.
type sender struct {
	each int
	stop context.CancelFunc
	done sync.WaitGroup

	sync.Mutex
	acknowledged [][]byte
	refused      int
}

// send begins to send traces of so many spans each, by gRPC and by HTTP in turn.
func send(t *testing.T, s *project.Stack, each int, every time.Duration) *sender {
	t.Helper()
	address, err := kube.ServiceIP(t.Context(), s.Namespace, "center-collector")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	all := &sender{each: each, stop: stop}
	all.done.Go(func() {
		by := []otlp.Encoding{otlp.GRPC, otlp.Protobuf}
		for tick := time.Tick(every); ctx.Err() == nil; <-tick {
			by[0], by[1] = by[1], by[0]
			id := otlp.NewID(16)
			request := otlp.NewRequest("queued", otlp.NewSpans(id, each)...)
			answer, err := otlp.Receiver(address).Send(t.Context(), by[0], request)
			all.Lock()
			if err == nil && answer.Taken() {
				all.acknowledged = append(all.acknowledged, id)
			} else {
				all.refused++
			}
			all.Unlock()
		}
	})
	return all
}

// stored ends the sending, and waits until the backends have every span that was acknowledged.
func (s *sender) stored(t *testing.T, least int, in ...trace.Source) {
	t.Helper()
	s.stop()
	s.done.Wait()
	if sent := len(s.acknowledged) * s.each; sent < least {
		t.Errorf("%d spans were acknowledged, too few to tell anything", sent)
	}
	missing, copies := s.acknowledged, 0
	wait.AtMost(t, 4*time.Minute, "every acknowledged span to be stored", func() error {
		var left [][]byte
		for _, id := range missing {
			spans, all := map[string]bool{}, 0
			for _, source := range in {
				if got, err := source.ByID(t.Context(), hex.EncodeToString(id)); err == nil {
					all += len(got.Spans)
					for _, span := range got.Spans {
						spans[span.ID] = true
					}
				}
			}
			if len(spans) < s.each {
				left = append(left, id)
			} else {
				copies += all - len(spans)
			}
		}
		if missing = left; len(missing) > 0 {
			return fmt.Errorf("of %d of %d traces spans are missing", len(missing), len(s.acknowledged))
		}
		return nil
	})
	t.Logf("%d spans were acknowledged, all are stored, with %d copies; %d requests were refused", len(s.acknowledged)*s.each, copies, s.refused)
}

func source(s *project.Stack, backend string) trace.Source {
	at := func(service string, port int) trace.Getter {
		return kube.Getter(cluster.Address{Service: service, Namespace: s.Namespace, Port: port})
	}
	if backend == "tempo" {
		return trace.Tempo{Get: at("tempo", 3200)}
	}
	return trace.Jaeger{Get: at("jaeger-query", 16686)}
}

func TestAChangeOfTheQueuesStorageAndOfTheBackendLosesNothing(t *testing.T) {
	t.Parallel()
	s := stacktest.New(t, lab, withJaeger)
	stacktest.Up(t, s)
	change := func(claim string, settings project.Config, in ...string) {
		t.Run(claim, func(t *testing.T) {
			flow := send(t, s, 10, 50*time.Millisecond)
			stacktest.Configure(t, s, settings)
			stacktest.Up(t, s)
			var sources []trace.Source
			for _, backend := range in {
				sources = append(sources, source(s, backend))
			}
			flow.stored(t, 500, sources...)
		})
	}
	change("from memory to disk", onDisk(withJaeger), "jaeger")
	t.Run("for another backend, what waits is sent there", func(t *testing.T) {
		kubectl(t, s, "scale", "deployment/jaeger", "--replicas=0")
		flow := send(t, s, 10, 50*time.Millisecond)
		time.Sleep(5 * time.Second)
		stacktest.Configure(t, s, onDisk(withTempo))
		stacktest.Up(t, s)
		flow.stored(t, 500, source(s, "tempo"))
	})
	change("from disk to memory", withTempo, "tempo")
}
