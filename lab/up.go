package main

import (
	"cmp"
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tracestack/tracestack/lab/cluster"
	"github.com/tracestack/tracestack/lab/internal/node"
	"github.com/tracestack/tracestack/lab/internal/platform"
)

func upCommand() *cobra.Command {
	var name string
	command := &cobra.Command{
		Use:   "up",
		Short: "Start the lab where it is not up, bring a stack up in it and show a trace",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			l, err := open(c.OutOrStdout())
			if err != nil {
				return err
			}
			// A stack that is not there should be known now, not after the build.
			if _, err := l.project.Context(name); err != nil {
				return err
			}
			config, err := l.project.Config(name)
			if err != nil {
				return err
			}
			if l.services, err = platform.Select(platform.WantedBy(config)); err != nil {
				return err
			}
			return l.up(c.Context(), name)
		},
	}
	command.Flags().StringVar(&name, "stack", "dev", "the stack, by the name in its file Pulumi.NAME.yaml")
	return command
}

func (l *lab) up(ctx context.Context, name string) error {
	if err := l.start(ctx); err != nil {
		return err
	}
	ctx, err := l.state.Guard(ctx)
	if err != nil {
		return err
	}
	if err := l.steps.run("stack "+name, func() error { return l.upStack(ctx, name) }); err != nil {
		// A node that has ended is why, whatever the engine made of it.
		return cmp.Or(context.Cause(ctx), err)
	}
	if err := l.steps.run("trace", func() error { return l.trace(ctx, name, "") }); err != nil {
		return err
	}
	l.steps.table()
	return l.next(name)
}

func (l *lab) upStack(ctx context.Context, name string) error {
	c, err := cluster.Connect(l.state.Kubeconfig(), node.Name)
	if err != nil {
		return err
	}
	config, err := l.project.Config(name)
	if err != nil {
		return err
	}
	if err := platform.Hand(ctx, c, l.services, config); err != nil {
		return err
	}
	settings, err := platform.Settings(ctx, c, l.services)
	if err != nil {
		return err
	}
	return l.project.Up(ctx, name, settings, l.steps.out)
}

const next = `
What to do next
  eval "$(make -s env)"                  pulumi and kubectl in this shell work on the lab
  pulumi preview --diff --stack %[1]s%[2]s
  make up STACK=%[1]s                      again, after a change of Pulumi.%[1]s.yaml
  make trace STACK=%[1]s                   drive the demo again and draw its trace
  make test                              the tests, in this lab
  make down                              stop the lab and remove what it made
`

// next says what can be done with a stack that is up. A preview needs the file with all settings, which
// is another than the checkout's where the lab gave some.
func (l *lab) next(name string) error {
	about := "      what a change of Pulumi." + name + ".yaml would do"
	if platform.Give(l.services) {
		about = " --config-file " + l.project.Copy(name)
	}
	_, err := fmt.Fprintf(l.steps.out, next, name, about)
	return err
}

func downCommand() *cobra.Command {
	var force bool
	command := &cobra.Command{
		Use:   "down",
		Short: "Stop the lab and remove everything it made but the cache of built binaries",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			l, err := open(c.OutOrStdout())
			if err != nil {
				return err
			}
			if err := l.stop(c.Context(), force); err != nil {
				return err
			}
			_, err = fmt.Fprintln(c.OutOrStdout(), "the lab is down; what was built stays in", l.cache)
			return err
		},
	}
	command.Flags().BoolVar(&force, "force", false, "also if another checkout holds the lab")
	return command
}
