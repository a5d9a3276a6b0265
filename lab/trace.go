package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/tracestack/tracestack/lab/cluster"
	"github.com/tracestack/tracestack/lab/servicegraph"
	"github.com/tracestack/tracestack/lab/trace"
)

func traceCommand() *cobra.Command {
	var name, picture string
	command := &cobra.Command{
		Use:   "trace",
		Short: "Drive a stack's demo, read the trace back and draw it, and the service graph where there is one",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			l, err := open(c.OutOrStdout())
			if err != nil {
				return err
			}
			if err := l.mustRun(); err != nil {
				return err
			}
			return l.trace(c.Context(), name, picture)
		},
	}
	command.Flags().StringVar(&name, "stack", "dev", "the stack")
	command.Flags().StringVar(&picture, "svg", "", "file of the trace's picture (default trace.svg in the checkout); the graph's is service-graph.svg beside it")
	return command
}

// customer is one of the demo's four customers.
const customer = 123

func (l *lab) trace(ctx context.Context, name, picture string) error {
	if picture == "" {
		picture = filepath.Join(l.project.Dir, "trace.svg")
	}
	ctx, err := l.state.Guard(ctx)
	if err != nil {
		return err
	}
	outputs, err := l.project.Outputs(ctx, name)
	if err != nil {
		return err
	}
	c, err := cluster.Connect(l.state.Kubeconfig(), "")
	if err != nil {
		return err
	}
	if outputs["demoUrl"] == nil {
		fmt.Fprintf(l.steps.out, "stack %s has no demo to drive: set `pulumi config set demo true --stack %[1]s` for one\n", name)
		return l.endpoints(ctx, c, outputs)
	}
	t, err := drive(ctx, c, outputs)
	if err != nil {
		return err
	}
	if err := l.draw(t, picture); err != nil {
		return err
	}
	if inCluster(outputs, metricsOutput) {
		if err := l.serviceGraph(ctx, c, outputs, t, filepath.Join(filepath.Dir(picture), "service-graph.svg")); err != nil {
			return err
		}
	}
	return l.endpoints(ctx, c, outputs)
}

// draw prints the trace and writes its picture.
func (l *lab) draw(t trace.Trace, picture string) error {
	width, color := terminal()
	if err := trace.Waterfall(l.steps.out, t, width, color); err != nil {
		return err
	}
	return l.picture(picture, trace.SVG(t))
}

// metricsOutput is the address of the Prometheus to which Tempo's metrics
// generator writes.
const metricsOutput = "metricsUrl"

// serviceGraph waits until the trace's calls are in the service graph, prints it
// and writes its picture.
func (l *lab) serviceGraph(ctx context.Context, c *cluster.Cluster, outputs map[string]any, t trace.Trace, picture string) error {
	prometheus, err := getter(c, outputs, metricsOutput)
	if err != nil {
		return err
	}
	fmt.Fprintln(l.steps.out, "\nwaiting for these calls in the service graph; they come within half a minute")
	calls := servicegraph.Calls(t)
	graph, err := servicegraph.Wait(ctx, prometheus, func(g servicegraph.Graph) error { return g.Holds(calls) })
	if err != nil {
		return err
	}
	fmt.Fprintln(l.steps.out)
	width, color := terminal()
	if err := servicegraph.Text(l.steps.out, graph, width, color, t.Services()...); err != nil {
		return err
	}
	return l.picture(picture, servicegraph.SVG(graph, t.Services()...))
}

func (l *lab) picture(path string, svg []byte) error {
	if err := os.WriteFile(path, svg, 0o644); err != nil {
		return err
	}
	_, err := fmt.Fprintf(l.steps.out, "\nthe same as a picture: %s\n", path)
	return err
}

// terminal is what can be printed on: without one, plain text of a common width.
func terminal() (width int, color bool) {
	fd := int(os.Stdout.Fd())
	if !term.IsTerminal(fd) {
		return 120, false
	}
	width, _, err := term.GetSize(fd)
	if err != nil {
		width = 120
	}
	return width, true
}

// drive calls the demo once and waits for the whole trace of that call.
func drive(ctx context.Context, c *cluster.Cluster, outputs map[string]any) (trace.Trace, error) {
	demo, err := getter(c, outputs, "demoUrl")
	if err != nil {
		return trace.Trace{}, err
	}
	query, err := getter(c, outputs, "queryUrl")
	if err != nil {
		return trace.Trace{}, err
	}
	source, err := trace.NewSource(backend(outputs), query)
	if err != nil {
		return trace.Trace{}, fmt.Errorf("output %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	call, err := trace.Drive(ctx, demo, customer)
	if err != nil {
		return trace.Trace{}, err
	}
	return trace.Wait(ctx, source, call, trace.HotROD)
}

func backend(outputs map[string]any) string {
	name, _ := outputs["backend"].(string)
	return name
}

// getter reads from an output's address.
func getter(c *cluster.Cluster, outputs map[string]any, output string) (trace.Getter, error) {
	at, err := address(outputs, output)
	return c.Getter(at), err
}

// inCluster says whether an output is there and the address of a Service: a Prometheus may be anywhere,
// and its Grafana's business then.
func inCluster(outputs map[string]any, output string) bool {
	_, err := address(outputs, output)
	return err == nil
}

func address(outputs map[string]any, output string) (cluster.Address, error) {
	text, _ := outputs[output].(string)
	at, err := cluster.ParseAddress(text)
	if err != nil {
		return at, fmt.Errorf("output %s: %w", output, err)
	}
	return at, nil
}

// queryTitles name what answers at a backend's query address: Tempo has no
// browser UI of its own.
var queryTitles = map[string]string{"jaeger": "Jaeger", "tempo": "Tempo API"}

// endpoints prints where the stack is reached, from this machine and from pods.
func (l *lab) endpoints(ctx context.Context, c *cluster.Cluster, outputs map[string]any) error {
	fmt.Fprintln(l.steps.out)
	w := tabwriter.NewWriter(l.steps.out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, "ENDPOINT\tFROM THIS MACHINE\tFROM PODS")
	for _, e := range []struct{ title, scheme, output string }{
		{"demo", "http://", "demoUrl"},
		{queryTitles[backend(outputs)], "http://", "queryUrl"},
		{"Prometheus", "http://", metricsOutput},
		{"OTLP gRPC", "", "otlpGrpcEndpoint"},
		{"OTLP HTTP", "http://", "otlpHttpEndpoint"},
	} {
		if !inCluster(outputs, e.output) {
			continue
		}
		at, err := address(outputs, e.output)
		if err != nil {
			return err
		}
		ip, err := c.ServiceIP(ctx, at.Namespace, at.Service)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s\t%s%s:%d\t%v\n", e.title, e.scheme, ip, at.Port, outputs[e.output])
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if backend(outputs) != "jaeger" {
		return nil
	}
	_, err := fmt.Fprintln(l.steps.out, "The lab's Jaeger answers the query API only: it is built from the module, which lacks the browser UI.\nOn a cluster with the released image the same address shows it.")
	return err
}
