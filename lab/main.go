// Command lab runs tracestack on a real one-node Kubernetes that it builds from source and starts
// on this machine. The Makefile's commands are its users' way to it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := &cobra.Command{
		Use:           "lab",
		Short:         "tracestack on a real one-node Kubernetes, built from source on this machine",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(upCommand(), downCommand(), runCommand(), envCommand(), traceCommand(), nodeCommand(), superviseCommand())
	if err := root.ExecuteContext(ctx); err != nil {
		var exit exitStatus
		if errors.As(err, &exit) {
			os.Exit(int(exit)) // The command that was run has said why.
		}
		fmt.Fprintln(os.Stderr, "\nlab:", err)
		os.Exit(1)
	}
}
