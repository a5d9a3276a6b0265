package e2e_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/tracestack/tracestack/e2e/internal/otlp"
	"github.com/tracestack/tracestack/e2e/internal/wait"
	"github.com/tracestack/tracestack/lab/cluster"
)

// queueOutlives ends the collector's pod in two ways while spans wait in it for a backend that is away:
// an ordinary update of the collector, and a kill.
func queueOutlives(t *testing.T, g gateway) {
	const traces = 50
	jaeger := cluster.Workload{Kind: "Deployment", Namespace: g.Namespace, Name: "jaeger"}
	gateway := cluster.Workload{Kind: "StatefulSet", Namespace: g.Namespace, Name: "center-queue-collector"}
	scale(t, jaeger, 0)
	first := g.sendTraces(t, traces)
	restart(t, gateway)
	if err := kube.WaitReady(t.Context(), gateway); err != nil {
		t.Fatal(err)
	}
	second := g.sendTraces(t, traces)
	kube.Kill(t, kube.Pods(t, g.Namespace)["center-collector"])
	if err := kube.WaitReady(t.Context(), gateway); err != nil {
		t.Fatal(err)
	}
	scale(t, jaeger, 1)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for claim, sent := range map[string][][]byte{"a roll-out": first, "a kill": second} {
		stored := 0
		for _, id := range sent {
			if g.hasTrace(ctx, id) {
				stored++
			}
		}
		t.Logf("%d traces were acknowledged before %s, %d are stored", len(sent), claim, stored)
		if stored != len(sent) {
			t.Errorf("%d of %d traces that were acknowledged before %s are lost", len(sent)-stored, len(sent), claim)
		}
	}
}

// sendTraces sends so many traces of one span, each by itself, and gives their IDs. As senders do it tries
// again: a connection may still be led to a pod that is gone.
func (g gateway) sendTraces(t *testing.T, count int) (ids [][]byte) {
	t.Helper()
	for range count {
		id := otlp.NewID(16)
		request := otlp.NewRequest("queued", otlp.NewSpans(id, 1)...)
		wait.For(t, "the collector to take a trace", func() error {
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			answer, err := g.Send(ctx, otlp.GRPC, request)
			if err == nil && !answer.Taken() {
				err = fmt.Errorf("%s: %s", answer.Code, answer.Says)
			}
			return err
		})
		ids = append(ids, id)
	}
	return ids
}

// hasTrace waits for a trace, once or more: what was on its way when a pod ended is sent again.
func (g gateway) hasTrace(ctx context.Context, id []byte) bool {
	for ctx.Err() == nil {
		if got, err := g.stored.ByID(ctx, hex.EncodeToString(id)); err == nil && len(got.Spans) > 0 {
			return true
		}
		time.Sleep(100 * time.Millisecond)
	}
	return false
}

// scale changes the number of a workload's pods, and waits until there are so many.
func scale(t *testing.T, w cluster.Workload, replicas int) {
	t.Helper()
	if _, err := kube.Resource(cluster.Apps("deployments"), w.Namespace).Patch(t.Context(), w.Name,
		types.MergePatchType, fmt.Appendf(nil, `{"spec":{"replicas":%d}}`, replicas), metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := kube.WaitReady(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	if replicas > 0 {
		return
	}
	wait.For(t, w.String()+" to be gone", func() error {
		if pod, there := kube.Pods(t, w.Namespace)[w.Name]; there {
			return fmt.Errorf("%s is there", pod.Name)
		}
		return nil
	})
}
