package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tracestack/tracestack/lab/internal/platform"
)

func runCommand() *cobra.Command {
	var with []string
	command := &cobra.Command{
		Use:   "run [--with all|SERVICE,...] COMMAND [ARGUMENT ...]",
		Short: "Run a command on the lab; start one for it, and stop it afterwards, where none is up",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			l, err := open(c.OutOrStdout())
			if err != nil {
				return err
			}
			if l.services, err = platform.Select(with); err != nil {
				return err
			}
			return l.run(c.Context(), args)
		},
	}
	command.Flags().StringSliceVar(&with, "with", nil,
		"the services that the command needs, or all: "+strings.Join(platform.Names(platform.Services), ", "))
	// The command's own flags are its own.
	command.Flags().SetInterspersed(false)
	return command
}

func (l *lab) run(ctx context.Context, args []string) (err error) {
	up, err := l.running()
	if err != nil {
		return err
	}
	if !up {
		// A lab that was started for one command ends with it, also if it could not be started whole.
		defer func() { err = errors.Join(err, l.stop(context.WithoutCancel(ctx), false)) }()
	}
	if err := l.start(ctx); err != nil {
		return err
	}
	if !up {
		l.steps.table()
	}
	// Without its node a command could only wait for what does not come.
	ctx, err = l.state.Guard(ctx)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(l.project.Environ(), l.environ()...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	err = cmd.Run()
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() > 0 {
		return exitStatus(exit.ExitCode())
	}
	return err
}

// environ is what a command learns of the lab beside where the cluster is.
func (l *lab) environ() []string {
	var archives []string
	for _, image := range l.images {
		archives = append(archives, image.Ref+"="+image.Path)
	}
	return []string{
		"TRACESTACK_LAB=" + string(l.state),
		// What the node's images are, for a registry of one's own.
		"TRACESTACK_IMAGES=" + strings.Join(archives, ","),
		// The products as the images hold them, for what tries their files without a pod.
		"TRACESTACK_JAEGER=" + l.tools.Path("jaeger"), "TRACESTACK_OTELCOL=" + l.tools.Path("otelcol-k8s"),
		"TRACESTACK_TEMPO=" + l.tools.Path("tempo"), "TRACESTACK_PROMTOOL=" + l.tools.Path("promtool"),
		// For applications with OpenTelemetry's SDKs: Java's agent, and where the others are kept.
		"TRACESTACK_JAVAAGENT=" + filepath.Join(l.tools.Path("javaagent"), "javaagent.jar"), "TRACESTACK_CACHE=" + l.cache,
	}
}

// exitStatus is the end of a command that `lab run` ran, and becomes its own.
type exitStatus int

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

func envCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "env",
		Short: "Print the shell settings with which pulumi and kubectl work on the lab",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			l, err := open(c.ErrOrStderr())
			if err != nil {
				return err
			}
			if err := l.mustRun(); err != nil {
				return err
			}
			// Stack files may have been added or changed since the lab was started.
			if err := l.project.NameContexts(); err != nil {
				return err
			}
			for _, s := range l.project.Settings() {
				fmt.Fprintf(c.OutOrStdout(), "export %s=%s\n", s.Name, shellQuote(s.Value))
			}
			return nil
		},
	}
}

func shellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
