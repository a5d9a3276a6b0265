package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/lab/cluster"
)

// viaPulumi is from the start of `pulumi up` on.
func (b *bench) viaPulumi(ctx context.Context) (err error) {
	s, err := b.newStack(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Remove(context.WithoutCancel(ctx))) }()
	demo, err := b.demo(s.Namespace)
	if err != nil {
		return err
	}
	whole := make(chan error, 1)
	var upTook time.Duration
	traceTook, err := timed(func() error {
		go func() {
			var err error
			upTook, err = timed(func() error { return quiet(s.Command(ctx, "up", "--yes", "--skip-preview")) })
			whole <- err
		}()
		return firstTrace(ctx, demo)
	})
	// The engine is waited for in any case: destroying beside it would be refused.
	if err := errors.Join(err, <-whole); err != nil {
		return err
	}
	b.pulumiTrace, b.upWhole = append(b.pulumiTrace, traceTook), append(b.upWhole, upTook)
	fmt.Fprintf(os.Stderr, "pulumi up, first trace %6.2f s, whole %6.2f s\n", traceTook.Seconds(), upTook.Seconds())
	return nil
}

// viaApply is from the first object on, applied by this process: no command has to start.
func (b *bench) viaApply(ctx context.Context, namespace, objects string) (err error) {
	demo, err := b.demo(namespace)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.remove(context.WithoutCancel(ctx), namespace)) }()
	took, err := timed(func() error {
		if err := b.lab.Cluster.Apply(ctx, objects); err != nil {
			return err
		}
		return firstTrace(ctx, demo)
	})
	b.applyTrace = append(b.applyTrace, took)
	fmt.Fprintf(os.Stderr, "apply,     first trace %6.2f s\n", took.Seconds())
	return err
}

func (b *bench) demo(namespace string) (project.Demo, error) {
	return b.lab.Demo(naming.At(naming.Demo, namespace, naming.DemoHTTP).String(), "jaeger",
		naming.At(naming.JaegerQueryService(naming.Jaeger), namespace, naming.QueryHTTP).String())
}

// firstTrace dispatches a car twice a second from the moment on at which the demo answers, and ends
// with the first dispatch whose whole trace can be queried: early ones may be lost where the demo
// is up before what it sends to.
func firstTrace(ctx context.Context, demo project.Demo) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	found := make(chan struct{}, 1)
	var last error // What the latest call came to.
	for {
		asked := time.Now()
		if call, err := demo.Call(ctx); err != nil {
			last = err
		} else {
			last = errors.New("dispatches are answered")
			go func() {
				if _, err := demo.Trace(ctx, call); err == nil {
					select {
					case found <- struct{}{}:
					default:
					}
				}
			}()
		}
		pause := 100 * time.Millisecond // Until the demo answers.
		if time.Since(asked) > pause {
			pause = max(0, 500*time.Millisecond-time.Since(asked))
		}
		select {
		case <-found:
			return nil
		case <-ctx.Done():
			return fmt.Errorf("no whole trace: %w; last seen: %w", ctx.Err(), last)
		case <-time.After(pause):
		}
	}
}

// remove deletes a namespace and waits until it is gone.
func (b *bench) remove(ctx context.Context, namespace string) error {
	namespaces := b.lab.Cluster.Resource(cluster.Core("namespaces"), "")
	if err := namespaces.Delete(ctx, namespace, metav1.DeleteOptions{}); err != nil {
		return err
	}
	return await(ctx, "namespace "+namespace+" to go", func() error {
		_, err := namespaces.Get(ctx, namespace, metav1.GetOptions{})
		switch {
		case apierrors.IsNotFound(err):
			return nil
		case err != nil:
			return err
		}
		return errors.New("it is there")
	})
}

// removeIfThere is remove for one that may never have been made.
func (b *bench) removeIfThere(ctx context.Context, namespace string) error {
	err := b.remove(ctx, namespace)
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}
