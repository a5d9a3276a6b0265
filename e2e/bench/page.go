package main

import (
	"fmt"
	"strings"
)

// page is docs/benchmarks.md.
func (b *bench) page(a about) string {
	var w strings.Builder
	fmt.Fprintf(&w, `# Benchmarks

What Pulumi costs over Kubernetes' own tools, on the stack that `+"`make up`"+` brings up, and what the program's values for
Tempo and the collector cost and give beside the article's. This page is written by `+"`make bench`"+`: all figures are from one run, and
what is compared was measured in turn on the same node. The seconds are this machine's; the ratios are what carries
over.

- %s, %d cores (%s), %s of memory; the lab's one node and everything that runs on it share them
- Pulumi %s, Kubernetes %s, %s
- collector, Jaeger and HotROD at one replica each, images on the node; load average %s in the minute before

`, a.date, a.cores, orUnknown(a.processor), a.memory, a.pulumi, a.kubernetes, a.golang, a.load)
	b.idle(&w)
	b.fresh(&w)
	b.tempo.page(&w)
	b.gatewayPage(&w)
	return w.String()
}

func (b *bench) idle(w *strings.Builder) {
	fmt.Fprint(w, "## Nothing to change\n\nThe stack is up and as its configuration says.\n\n")
	table(w, fmt.Sprintf("seconds, %d runs each", len(b.preview)), []row{
		{"`pulumi preview`", b.preview, b.dryRun},
		{"`pulumi up`", b.up, b.dryRun},
		{"`kubectl diff --server-side`", b.diff, b.dryRun},
		{"`kubectl apply --server-side --dry-run=server`", b.dryRun, b.dryRun},
	})
	fmt.Fprintf(w, `A preview takes %s times as long as a server-side dry run of the same objects, and %s times as long as
`+"`kubectl diff`"+`.

What is inside: each line is a whole command, from its start to its end. Pulumi's starts the engine, the language host,
the program and the provider; an unchanged program is not compiled again, but `+"`go build`"+` looks whether it is unchanged.
The program builds the objects from the configuration, and the engine compares them with its state: a resource without a
difference is not sent to the cluster at all, so a preview does not see what others changed there (`+"`pulumi refresh`"+`
does). kubectl reads finished objects from a file and sends each to the API server, which compares it with what is live.

`, b.preview.ratio(b.dryRun), b.preview.ratio(b.diff))
}

func (b *bench) fresh(w *strings.Builder) {
	fmt.Fprint(w, `## From nothing to the first trace

Until a whole trace of HotROD (one root, every parent, all its edges) is answered by Jaeger's query API. Each run has a
namespace of its own, which is gone before the next begins; the two ways take turns.

`)
	table(w, fmt.Sprintf("seconds, %d runs each", len(b.pulumiTrace)), []row{
		{"`pulumi up`, to the first trace", b.pulumiTrace, b.applyTrace},
		{"server-side apply, to the first trace", b.applyTrace, b.applyTrace},
		{"`pulumi up`, to its own end", b.upWhole, b.applyTrace},
	})
	fmt.Fprintf(w, `With Pulumi the first trace takes %s times as long as with plain server-side apply of the same objects. The runs as
they came: pulumi up %s s, apply %s s.

What is inside: both start with no namespace. `+"`pulumi up`"+` (without a preview before it) is the whole command. It waits
for each Deployment: the demo is made when the collector is ready, so the first dispatch is not lost. The plain apply is
the leanest that we know: one process that is running already sends the same objects in the order of the stack's state
and waits for nothing, and the pods start side by side. So part of the difference is not overhead but order. Where
the demo wins that race, its SDK meets no collector and retries, which probably is what the runs of 30 s are, where there
are some. Both use the same watcher: a dispatch at most twice a second once the demo
answers, and a query five times a second for each.
`, b.pulumiTrace.ratio(b.applyTrace), b.pulumiTrace.inOrder(), b.applyTrace.inOrder())
}

// A row compares with the series that its table compares all with.
type row struct {
	name string
	took series
	to   series
}

func table(w *strings.Builder, unit string, rows []row) {
	fmt.Fprintf(w, "| %s | least | median | most | ratio of medians |\n|---|--:|--:|--:|--:|\n", unit)
	for _, r := range rows {
		fmt.Fprintf(w, "| %s | %s | %s |\n", r.name, r.took.cells(), r.took.ratio(r.to))
	}
	fmt.Fprintln(w)
}

func orUnknown(text string) string {
	if text == "" {
		return "unknown processor"
	}
	return text
}
