package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/minio/minio-go/v7"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/lab/cluster"
)

// measureTempo compares the Tempo of a stack with one that is configured as the article does.
func (b *bench) measureTempo(ctx context.Context, lasts time.Duration) (err error) {
	s, err := b.newStack(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Remove(context.WithoutCancel(ctx))) }()
	if err := b.oursUp(ctx, s); err != nil {
		return err
	}
	root, err := b.lab.MinIO(ctx)
	if err != nil {
		return err
	}
	store, err := root.Client(root.User, root.Password)
	if err != nil {
		return err
	}
	article := project.RandomName()
	defer func() { err = errors.Join(err, b.articleGone(context.WithoutCancel(ctx), store, article)) }()
	if err := b.articleUp(ctx, s, store, root, article); err != nil {
		return err
	}
	c := &comparison{}
	if c.ours, err = b.newSide(ctx, s.Namespace); err != nil {
		return err
	}
	if c.article, err = b.newSide(ctx, article); err != nil {
		return err
	}
	b.tempo = c
	if err := c.load(ctx, lasts); err != nil {
		return err
	}
	return b.settle(ctx, store)
}

// oursUp brings up Tempo with what the program sets where nothing is said, a bucket and a Prometheus.
func (b *bench) oursUp(ctx context.Context, s *project.Stack) error {
	settings, err := s.OnMinIO(ctx, project.Config{
		"tracestack:demo": nil, "tracestack:prometheus": map[string]any{"mode": "standalone"},
	})
	if err != nil {
		return err
	}
	if err := s.Configure(settings); err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "tempo: bringing up both")
	return quiet(s.Command(ctx, "up", "--yes", "--skip-preview"))
}

// settle looks what each side has written when the load ends, and after an orderly stop. One that has not
// written everything by then is started again, and looked at when it has.
func (b *bench) settle(ctx context.Context, store *minio.Client) error {
	both := b.tempo.turn(0)
	for _, s := range both {
		if err := s.look(ctx, store, &s.loaded); err != nil {
			return err
		}
	}
	fmt.Fprintln(os.Stderr, "tempo: stopping both")
	for _, s := range both {
		if err := b.scale(ctx, s.namespace, 0); err != nil {
			return err
		}
	}
	for _, s := range both {
		if err := await(ctx, "Tempo to stop", func() error { return b.noPod(ctx, s.namespace) }); err != nil {
			return err
		}
		if err := s.look(ctx, store, &s.stopped); err != nil {
			return err
		}
		s.whole = s.stopped
	}
	for _, s := range both {
		if err := b.writeTheRest(ctx, store, s); err != nil {
			return err
		}
	}
	return nil
}

func (s *side) look(ctx context.Context, store *minio.Client, into *contents) (err error) {
	*into, err = look(ctx, store, s.namespace)
	return err
}

// writeTheRest starts Tempo again where traces are still on its disk.
func (b *bench) writeTheRest(ctx context.Context, store *minio.Client, s *side) error {
	if s.whole.ingested.traces == b.tempo.sent {
		return nil
	}
	fmt.Fprintf(os.Stderr, "tempo: %s has %d of %d traces in its bucket; starting it again\n", s.namespace, s.whole.ingested.traces, b.tempo.sent)
	if err := b.scale(ctx, s.namespace, 1); err != nil {
		return err
	}
	return await(ctx, "all traces to be in the bucket", func() error {
		if err := s.look(ctx, store, &s.whole); err != nil {
			return err
		}
		if s.whole.ingested.traces != b.tempo.sent {
			return fmt.Errorf("bucket %s has %d of %d traces", s.namespace, s.whole.ingested.traces, b.tempo.sent)
		}
		return nil
	})
}

func tempoIn(namespace string) cluster.Workload {
	return cluster.Workload{Kind: "StatefulSet", Namespace: namespace, Name: naming.Tempo}
}

func (b *bench) scale(ctx context.Context, namespace string, replicas int) error {
	_, err := b.lab.Cluster.Resource(cluster.Apps("statefulsets"), namespace).Patch(ctx, naming.Tempo,
		types.MergePatchType, fmt.Appendf(nil, `{"spec":{"replicas":%d}}`, replicas), metav1.PatchOptions{FieldManager: "bench"})
	return err
}

// noPod says which of Tempo's pods is there.
func (b *bench) noPod(ctx context.Context, namespace string) error {
	pods, err := b.lab.Cluster.Resource(cluster.Core("pods"), namespace).List(ctx,
		metav1.ListOptions{LabelSelector: metav1.FormatLabelSelector(&metav1.LabelSelector{MatchLabels: naming.TempoPods(naming.Tempo)})})
	if err != nil {
		return err
	}
	if len(pods.Items) > 0 {
		return fmt.Errorf("pod %s/%s is there", namespace, pods.Items[0].GetName())
	}
	return nil
}

// await polls, and says what was seen last where it waited in vain.
func await(ctx context.Context, what string, check func() error) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	for {
		err := check()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waited for %s: %w; last seen: %w", what, ctx.Err(), err)
		case <-time.After(250 * time.Millisecond):
		}
	}
}
