package main

import (
	"context"
	"fmt"

	"github.com/tracestack/tracestack/lab/cluster"
	"github.com/tracestack/tracestack/lab/internal/node"
	"github.com/tracestack/tracestack/lab/internal/platform"
)

// installServices brings up what the command needs beside the cluster. A service that is up is only
// looked at.
func (l *lab) installServices(ctx context.Context) error {
	ctx, err := l.state.Guard(ctx)
	if err != nil {
		return err
	}
	c, err := cluster.Connect(l.state.Kubeconfig(), node.Name)
	if err != nil {
		return err
	}
	for _, s := range l.services {
		if err := l.installService(ctx, c, s); err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
	}
	return nil
}

func (l *lab) installService(ctx context.Context, c *cluster.Cluster, s platform.Service) error {
	fmt.Fprintf(l.steps.out, "%s: %s\n", s.Name, s.About)
	definitions, err := s.Load(ctx, l.labDir())
	if err != nil {
		return err
	}
	rows := l.partsOf(s.Tools)
	for _, d := range definitions {
		rows = append(rows, row{part: "definitions", release: d.Version, from: d.Path + "@" + d.Version, licence: d.Licence})
	}
	if err := l.versions(rows); err != nil {
		return err
	}
	return s.Install(ctx, c, definitions)
}
