package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/tracestack/tracestack/e2e/internal/project"
)

// bench holds what is measured.
type bench struct {
	lab     *project.Lab
	scratch string

	// On a stack that is up, without a change.
	preview, up, diff, dryRun series
	// From nothing to the first whole trace that can be queried; upWhole is until `pulumi up` ended.
	pulumiTrace, applyTrace, upWhole series
	tempo                            *comparison
	// Each pipeline of a collector by itself.
	gateway []*throughput
}

func (b *bench) measure(ctx context.Context, idle, fresh int) (err error) {
	s, err := b.newStack(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Remove(context.WithoutCancel(ctx))) }()
	// Also compiles the program, once for all that follows.
	if err := quiet(s.Command(ctx, "up", "--yes", "--skip-preview")); err != nil {
		return err
	}
	if err := b.measureIdle(ctx, s, idle); err != nil {
		return err
	}
	return b.measureFresh(ctx, s, fresh)
}

// newStack makes an empty stack with a folder of its own.
func (b *bench) newStack(ctx context.Context) (*project.Stack, error) {
	dir, err := os.MkdirTemp(b.scratch, "")
	if err != nil {
		return nil, err
	}
	return b.lab.NewStack(ctx, dir, nil)
}

// measureIdle takes the operations in turn, so that whatever else the machine does meets all alike.
func (b *bench) measureIdle(ctx context.Context, s *project.Stack, n int) error {
	resources, err := s.Resources(ctx)
	if err != nil {
		return err
	}
	objects, err := project.Objects(resources, s.Namespace, s.Namespace)
	if err != nil {
		return err
	}
	file := filepath.Join(b.scratch, "objects.yaml")
	if err := os.WriteFile(file, []byte(objects), 0o644); err != nil {
		return err
	}
	kubectl := func(args ...string) *exec.Cmd {
		args = append(args, "--server-side", "--force-conflicts", "--field-manager=kubectl-bench", "-f", file)
		return exec.CommandContext(ctx, "kubectl", args...)
	}
	for range n {
		for _, step := range []struct {
			into *series
			cmd  *exec.Cmd
		}{
			{&b.preview, s.Command(ctx, "preview", "--expect-no-changes")},
			// With a difference it ends with status 1: that is not the same work, so it is an error.
			{&b.diff, kubectl("diff")},
			{&b.dryRun, kubectl("apply", "--dry-run=server")},
			{&b.up, s.Command(ctx, "up", "--yes", "--skip-preview", "--expect-no-changes")},
		} {
			took, err := timed(func() error { return quiet(step.cmd) })
			if err != nil {
				return err
			}
			*step.into = append(*step.into, took)
			fmt.Fprintf(os.Stderr, "%-8s %6.2f s\n", step.cmd.Args[1], took.Seconds())
		}
	}
	return nil
}

// measureFresh alternates between the two ways, each in a namespace of its own that is gone before
// the next begins.
func (b *bench) measureFresh(ctx context.Context, s *project.Stack, n int) error {
	resources, err := s.Resources(ctx)
	if err != nil {
		return err
	}
	for range n {
		if err := b.viaPulumi(ctx); err != nil {
			return fmt.Errorf("pulumi up: %w", err)
		}
		name := project.RandomName()
		objects, err := project.Objects(resources, s.Namespace, name)
		if err != nil {
			return err
		}
		if err := b.viaApply(ctx, name, objects); err != nil {
			return fmt.Errorf("server-side apply: %w", err)
		}
	}
	return nil
}

// quiet runs a command and shows what it printed only if it failed. When the benchmark is interrupted, so is
// the command, once: killed, Pulumi would leave its stack locked, and a second interrupt, from the terminal
// to all of its processes, would have the same effect.
func quiet(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = time.Minute
	began := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%v after %s: %w\n%s", cmd.Args, time.Since(began).Round(time.Millisecond), err, out)
	}
	return nil
}
