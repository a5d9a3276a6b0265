package main

import (
	"github.com/spf13/cobra"

	"github.com/tracestack/tracestack/lab/internal/node"
)

// The two hidden commands are the lab's binary inside the node: see package node.

func nodeCommand() *cobra.Command {
	return hidden(node.InitCommand, func(_ *cobra.Command, state node.State, _ node.Binaries, args []string) error {
		return node.Init(state, args)
	})
}

func superviseCommand() *cobra.Command {
	return hidden(node.SuperviseCommand, func(c *cobra.Command, state node.State, bin node.Binaries, _ []string) error {
		return node.Supervise(c.Context(), state, bin)
	})
}

func hidden(name string, run func(*cobra.Command, node.State, node.Binaries, []string) error) *cobra.Command {
	var state string
	var bin node.Binaries
	command := &cobra.Command{Use: name, Hidden: true, Args: cobra.NoArgs}
	flags := command.Flags()
	flags.StringVar(&state, "state", string(node.DefaultState), "the node's folder")
	flags.StringVar(&bin.Kube, "kube", "", "path of the Kubernetes binary")
	flags.StringVar(&bin.Etcd, "etcd", "", "path of etcd")
	flags.StringVar(&bin.Containerd, "containerd", "", "path of containerd")
	command.RunE = func(c *cobra.Command, _ []string) error {
		args := []string{"--state=" + state, "--kube=" + bin.Kube, "--etcd=" + bin.Etcd, "--containerd=" + bin.Containerd}
		return run(c, node.State(state), bin, args)
	}
	return command
}
