package proof_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	traces "go.opentelemetry.io/proto/otlp/trace/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/tracestack/tracestack/e2e/internal/otlp"
	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/traffic"
	"github.com/tracestack/tracestack/e2e/internal/wait"
	"github.com/tracestack/tracestack/lab/cluster"
	"github.com/tracestack/tracestack/lab/trace"
)

const (
	together        = 50                     // traces whose spans are sent at once
	spansEach       = 4                      // of a trace, half of them in another request
	between         = time.Second            // a trace's first request and its second
	undecided       = 5 * time.Second        // how long a sampler waits
	sampled         = 0.1                    // which part is kept of what is neither failed nor slow
	betweenRequests = 100 * time.Millisecond // a request
)

// A sampledTrace is one that was sent.
type sampledTrace struct {
	id   []byte
	kind string
	at   time.Time // its first half was acknowledged
}

// TestEveryFailedAndSlowTraceIsKeptWholeAndAShareOfTheRest sends traces in halves through two samplers, then
// changes their number under load, then kills one.
func TestEveryFailedAndSlowTraceIsKeptWholeAndAShareOfTheRest(t *testing.T) {
	s := stacktest.New(t, lab, project.With(withJaeger, project.Config{
		// Jaeger keeps a trace of each question, too, and lets the oldest go.
		"tracestack:jaeger": map[string]any{"maxTraces": 80000},
		"tracestack:collector": map[string]any{"sampling": map[string]any{
			"mode": "tail", "decisionWait": "5s", "replicas": 2, "share": fmt.Sprint(sampled), "slowerThan": "100ms",
		}},
	}))
	stacktest.Up(t, s)
	address, err := kube.ServiceIP(t.Context(), s.Namespace, "center-collector")
	if err != nil {
		t.Fatal(err)
	}
	stored := manyAsked(t, s)
	samplers := cluster.Workload{Kind: "Deployment", Namespace: s.Namespace, Name: "center-sampler-jaeger"}
	t.Run("fifty thousand traces", func(t *testing.T) {
		sent := sendSampled(t, otlp.Receiver(address), 50_000, nil)
		whole(t, stored, sent)
		shareKept(t, stored, sent)
	})
	t.Run("more and fewer samplers under load", func(t *testing.T) {
		sent := sendSampled(t, otlp.Receiver(address), 20_000, func(part int) {
			switch part {
			case 1:
				scaleSamplers(t, samplers, 3)
			case 2:
				scaleSamplers(t, samplers, 2)
			}
		})
		divided(t, stored, sent)
	})
	t.Run("a sampler is killed", func(t *testing.T) {
		sent := sendSampled(t, otlp.Receiver(address), 10_000, func(part int) {
			if part == 2 {
				for _, pod := range kube.AllPods(t, s.Namespace) {
					if pod.Labels["app.kubernetes.io/instance"] == "center-sampler" {
						kube.Kill(t, pod)
						return
					}
				}
			}
		})
		lost := lostWith(t, stored, sent)
		// What comes in the wait, and until the next sampler is asked, is on two of them.
		if most := int((undecided + 15*time.Second) / betweenRequests * together / 20); lost > most {
			t.Errorf("%d failed traces are lost, at most %d are meant", lost, most)
		}
	})
}

// manyAsked is Jaeger over connections that stay: tens of thousands of others would use up all ports.
func manyAsked(t *testing.T, s *project.Stack) trace.Source {
	t.Helper()
	address, err := kube.ServiceIP(t.Context(), s.Namespace, "jaeger-query")
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}, Timeout: 30 * time.Second}
	stored, err := trace.NewSource("jaeger", trace.Over(client, "http://"+address+":16686"))
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

// sendSampled sends so many traces, of which each twentieth has failed and each twentieth is slow. What is to
// happen meanwhile happens at each quarter.
func sendSampled(t *testing.T, to otlp.Receiver, count int, meanwhile func(quarter int)) []sampledTrace {
	t.Helper()
	var all []sampledTrace
	var halves sync.WaitGroup
	began, tick := time.Now(), time.Tick(betweenRequests)
	for sent := 0; sent < count; sent += together {
		<-tick
		group := make([]sampledTrace, together)
		var first, second []*otlp.Span
		for i := range group {
			group[i] = sampledTrace{id: otlp.NewID(16), kind: map[int]string{0: "failed", 1: "slow"}[(sent+i)%20]}
			spans := otlp.NewSpans(group[i].id, spansEach)
			switch group[i].kind {
			case "failed":
				spans[spansEach-1].Status = &traces.Status{Code: traces.Status_STATUS_CODE_ERROR}
			case "slow":
				spans[0].StartTimeUnixNano -= uint64(150 * time.Millisecond)
			}
			first, second = append(first, spans[:spansEach/2]...), append(second, spans[spansEach/2:]...)
		}
		sendUntilTaken(t, to, first)
		for i := range group {
			group[i].at = time.Now()
		}
		halves.Go(func() {
			time.Sleep(between)
			sendUntilTaken(t, to, second)
		})
		all = append(all, group...)
		if quarter := count / 4; meanwhile != nil && sent > 0 && sent%quarter == 0 {
			halves.Go(func() { meanwhile(sent / quarter) })
		}
	}
	halves.Wait()
	t.Logf("%d traces, %d spans, were acknowledged in %s", len(all), len(all)*spansEach, time.Since(began).Round(time.Second))
	return all
}

func sendUntilTaken(t *testing.T, to otlp.Receiver, spans []*otlp.Span) {
	request := otlp.NewRequest("sampled", spans...)
	for t.Context().Err() == nil {
		if answer, err := to.Send(t.Context(), otlp.Protobuf, request); err == nil && answer.Taken() {
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// spansOf asks again where there is no answer: that is not to say that there is no trace.
func spansOf(t *testing.T, source trace.Source, one sampledTrace) (spans map[string]bool, failed bool) {
	got, err := source.ByID(t.Context(), hex.EncodeToString(one.id))
	for tries := 0; err != nil && !errors.Is(err, trace.ErrNotFound); tries++ {
		if tries == 60 {
			t.Error(err)
			break
		}
		time.Sleep(2 * time.Second)
		got, err = source.ByID(t.Context(), hex.EncodeToString(one.id))
	}
	spans = map[string]bool{}
	for _, span := range got.Spans {
		spans[span.ID] = true
		failed = failed || span.Error
	}
	return spans, failed
}

func ofKind(all []sampledTrace, kind string) (some []sampledTrace) {
	for _, one := range all {
		if one.kind == kind {
			some = append(some, one)
		}
	}
	return some
}

// whole holds every failed and every slow trace to be there with all of its spans.
func whole(t *testing.T, source trace.Source, sent []sampledTrace) {
	t.Helper()
	for _, kind := range []string{"failed", "slow"} {
		all := ofKind(sent, kind)
		left := all
		wait.AtMost(t, 3*time.Minute, "every "+kind+" trace to be whole", func() error {
			left = incomplete(t, source, left)
			if len(left) > 0 {
				return fmt.Errorf("%d of %d are not", len(left), len(all))
			}
			return nil
		})
		t.Logf("%d of %d %s traces are whole", len(all), len(all), kind)
	}
}

func incomplete(t *testing.T, source trace.Source, all []sampledTrace) (left []sampledTrace) {
	var mu sync.Mutex
	traffic.SomeAtATime(all, func(_ int, one sampledTrace) {
		if spans, _ := spansOf(t, source, one); len(spans) != spansEach {
			mu.Lock()
			left = append(left, one)
			mu.Unlock()
		}
	})
	return left
}

// shareKept holds the number of the others to what chance allows in all but one of a million runs.
func shareKept(t *testing.T, source trace.Source, sent []sampledTrace) {
	t.Helper()
	all := ofKind(sent, "")
	var kept, part atomic.Int64
	traffic.SomeAtATime(all, func(_ int, one sampledTrace) {
		switch spans, _ := spansOf(t, source, one); len(spans) {
		case 0:
		case spansEach:
			kept.Add(1)
		default:
			part.Add(1)
		}
	})
	mean := sampled * float64(len(all))
	bound := 5 * math.Sqrt(mean*(1-sampled))
	t.Logf("%d of %d other traces are kept, %.0f are meant, ±%.0f", kept.Load(), len(all), mean, bound)
	if got := float64(kept.Load()); math.Abs(got-mean) > bound || part.Load() > 0 {
		t.Errorf("%.0f of the other traces are kept, want %.0f ± %.0f, and %d are kept in part", got, mean, bound, part.Load())
	}
}

// divided counts failed traces of which a part went to a sampler that did not see the failure.
func divided(t *testing.T, source trace.Source, sent []sampledTrace) {
	t.Helper()
	failed := ofKind(sent, "failed")
	wait.AtMost(t, 3*time.Minute, "every failed span to be stored", func() error {
		if lost := countLost(t, source, failed); lost > 0 {
			return fmt.Errorf("%d of %d are not", lost, len(failed))
		}
		return nil
	})
	split := len(incomplete(t, source, failed))
	share := float64(split) / float64(len(failed))
	t.Logf("while there were two, three and two samplers %d of %d failed traces, %.1f %%, were divided; no failed span is lost", split, len(failed), 100*share)
	if share > 0.05 {
		t.Errorf("%.1f %% of the traces were divided, at most 5 %% are meant", 100*share)
	}
}

func countLost(t *testing.T, source trace.Source, failed []sampledTrace) int {
	var lost atomic.Int64
	traffic.SomeAtATime(failed, func(_ int, one sampledTrace) {
		if _, there := spansOf(t, source, one); !there {
			lost.Add(1)
		}
	})
	return int(lost.Load())
}

// lostWith counts failed traces whose failure is not stored, when no more are to come.
func lostWith(t *testing.T, source trace.Source, sent []sampledTrace) int {
	t.Helper()
	failed := ofKind(sent, "failed")
	lost, before := countLost(t, source, failed), -1
	for lost != before {
		time.Sleep(undecided + 10*time.Second)
		lost, before = countLost(t, source, failed), lost
	}
	t.Logf("with a sampler that was killed %d of %d failed traces are lost, of %.0f that came in each second", lost, len(failed), float64(together)/20/betweenRequests.Seconds())
	return lost
}

func scaleSamplers(t *testing.T, w cluster.Workload, replicas int) {
	if _, err := kube.Resource(cluster.Apps("deployments"), w.Namespace).Patch(t.Context(), w.Name,
		types.MergePatchType, fmt.Appendf(nil, `{"spec":{"replicas":%d}}`, replicas), metav1.PatchOptions{}); err != nil {
		t.Error(err)
	}
}
