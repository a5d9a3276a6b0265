package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tracestack/tracestack/internal/versions"
)

// page is the section of Tempo.
func (c *comparison) page(w *strings.Builder) {
	fmt.Fprintf(w, `
## Tempo: the article's values and ours

One Tempo as the program configures it where nothing is said, and one with the article's values: what it sets in the
Helm chart grafana/tempo, else the chart's defaults, else Tempo's own
([article.yaml](../e2e/bench/article.yaml) says which is which). Both are Tempo %s in pods that are otherwise the same,
also in requests, limits and GOMEMLIMIT, of which the chart sets none; each has a bucket of its own in one MinIO, and
its metrics go to a Prometheus of its own. Both ran side by side under the same load: %d traces of %d spans in %v,
each sent to both over OTLP/HTTP, and every question asked of both, one right after the other and in turns.

`, versions.Tempo.Tag, c.sent, len(shop), c.lasted)
	c.differences(w)
	c.latencies(w)
	c.costs(w)
	c.meaning(w)
}

// differences are the values that the figures depend on.
func (c *comparison) differences(w *strings.Builder) {
	fmt.Fprint(w, "| value | the article's | ours |\n|---|---|---|\n")
	for _, row := range []struct {
		name string
		of   func(values) any
	}{
		{"`ingester.trace_idle_period`", func(v values) any { return v.Ingester.TraceIdle.Duration }},
		{"`ingester.flush_check_period`", func(v values) any { return v.Ingester.FlushCheck.Duration }},
		{"`ingester.max_block_duration`", func(v values) any { return v.Ingester.BlockDuration.Duration }},
		{"`ingester.flush_all_on_shutdown`", func(v values) any { return v.Ingester.FlushOnShutdown }},
		{"processors of the metrics generator", func(v values) any { return strings.Join(v.processors(), ", ") }},
	} {
		fmt.Fprintf(w, "| %s | %v | %v |\n", row.name, row.of(c.article.values), row.of(c.ours.values))
	}
	fmt.Fprintln(w)
}

func (c *comparison) latencies(w *strings.Builder) {
	fmt.Fprint(w, "| milliseconds, median / 95 % / most | the article's | ours | ratio of medians |\n|---|--:|--:|--:|\n")
	fmt.Fprintf(w, "| sending a trace | %s | %s | %s |\n", c.article.ingest.spread(), c.ours.ingest.spread(), ratioOf(c.ours.ingest, c.article.ingest))
	for _, name := range asked {
		of := func(s *side) series {
			if a := s.answers[name]; a != nil {
				return a.took
			}
			return nil
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s |\n", name, of(c.article).spread(), of(c.ours).spread(), ratioOf(of(c.ours), of(c.article)))
	}
	fmt.Fprintf(w, "| until a search finds a trace that was just sent | %s | %s | %s |\n\n",
		c.article.fresh.spread(), c.ours.fresh.spread(), ratioOf(c.ours.fresh, c.article.fresh))
	fmt.Fprintf(w, "Times are of the right answers: every trace with its %d spans, every search with the one trace.\n\n", len(shop))
	fmt.Fprintf(w, "%s%s\n", c.article.failures("the article's"), c.ours.failures("ours"))
}

// spread are median, 95th percentile and most, in milliseconds.
func (s series) spread() string {
	if len(s) == 0 {
		return "no answer"
	}
	return fmt.Sprintf("%s / %s / %s", milliseconds(s.median()), milliseconds(s.percentile(95)), milliseconds(s.percentile(100)))
}

// milliseconds has three digits, for times from below one to many thousands.
func milliseconds(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	switch {
	case ms < 10:
		return fmt.Sprintf("%.2f", ms)
	case ms < 100:
		return fmt.Sprintf("%.1f", ms)
	}
	return fmt.Sprintf("%.0f", ms)
}

func ratioOf(ours, article series) string {
	if len(ours) == 0 || len(article) == 0 {
		return "–"
	}
	return quotient(float64(ours.median()), float64(article.median()))
}

func quotient(ours, article float64) string {
	if article == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f", ours/article)
}

// failures are what a side could not answer, with the first reason.
func (s *side) failures(whose string) string {
	var said strings.Builder
	for _, name := range asked {
		if a := s.answers[name]; a != nil && a.failed > 0 {
			fmt.Fprintf(&said, "- %s failed at %s, %d of %d times, first with `%s`\n",
				whose, name, a.failed, a.failed+len(a.took), reason(a.first, s.namespace))
		}
	}
	if said.Len() == 0 {
		return fmt.Sprintf("- %s never failed\n", whose)
	}
	return said.String()
}

// reason is what an error of Tempo says last: before it are addresses, and who passed it on to whom.
func reason(err error, namespace string) string {
	text := err.Error()
	if at := strings.LastIndex(text, "desc = "); at >= 0 {
		text = text[at+len("desc = "):]
	}
	return strings.NewReplacer("`", "'", namespace, "NAMESPACE").Replace(text)
}

func (c *comparison) costs(w *strings.Builder) {
	fmt.Fprint(w, "| | the article's | ours | ratio |\n|---|--:|--:|--:|\n")
	for _, row := range []struct {
		name, format string
		of           func(*side) float64
	}{
		{"resident memory during the load, median, MiB", "%.0f", func(s *side) float64 { return middle(s.memory) / (1 << 20) }},
		{"resident memory during the load, most, MiB", "%.0f", func(s *side) float64 { return slices.Max(s.memory) / (1 << 20) }},
		{"time of the processor, seconds", "%.1f", func(s *side) float64 { return s.cpu }},
		{"objects in the bucket when the load ended", "%.0f", func(s *side) float64 { return float64(s.loaded.objects) }},
		{"objects after an orderly stop", "%.0f", func(s *side) float64 { return float64(s.stopped.objects) }},
		{"traces in the bucket after an orderly stop", "%.0f", func(s *side) float64 { return float64(s.stopped.ingested.traces) }},
		{"objects when every trace is in the bucket", "%.0f", func(s *side) float64 { return float64(s.whole.objects) }},
		{"their size, MiB", "%.2f", func(s *side) float64 { return float64(s.whole.bytes) / (1 << 20) }},
		{"blocks of the ingester among them", "%.0f", func(s *side) float64 { return float64(s.whole.ingested.blocks) }},
		{"blocks of local-blocks among them", "%.0f", func(s *side) float64 { return float64(s.whole.local.blocks) }},
	} {
		article, ours := row.of(c.article), row.of(c.ours)
		fmt.Fprintf(w, "| %s | "+row.format+" | "+row.format+" | %s |\n", row.name, article, ours, quotient(ours, article))
	}
	fmt.Fprintln(w)
}

// middle is the median.
func middle(of []float64) float64 {
	sorted := slices.Sorted(slices.Values(of))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

func (c *comparison) meaning(w *strings.Builder) {
	fmt.Fprintf(w, `What is inside: the processor local-blocks has all traces once more, in memory, on the disk and in the bucket. That is
what ours pays for: %s times the memory in the middle, %s times the time of the processor, and two sorts of blocks. It
buys TraceQL metrics: the query behind that line is `+"`{} | rate() by (resource.service.name)`"+`, which a Tempo without
local-blocks refuses. The other questions are answered by the same parts of both, from what the ingester has on its
disk: Tempo searches the bucket for what is older than 15 minutes, so nothing here is read from it. A trace can be
searched when it is cut, that is after the idle period and at the next check.

The most memory has a second possible reason: ours completes blocks, of both sorts at the same time, when they are %v
old, the article's when they are %v old, and the load lasted %v. How much of the difference comes of that was not
measured.

`, quotient(middle(c.ours.memory), middle(c.article.memory)), quotient(c.ours.cpu, c.article.cpu),
		c.ours.values.Ingester.BlockDuration.Duration, c.article.values.Ingester.BlockDuration.Duration, c.lasted)
	fmt.Fprintf(w, `What is not in a bucket is only on the pod's disk. After an orderly stop the article's bucket had %d of the %d traces
and ours %d. Here both have a volume, so that one which has not written everything is started again and writes the
rest; the chart makes no volume where nothing is said, and then the rest would be lost. What local-blocks had on the
disk at the stop is not in the last lines.

`, c.article.stopped.ingested.traces, c.sent, c.ours.stopped.ingested.traces)
	fmt.Fprintf(w, `Reckoned, not measured: blocks that are cut by time make %s objects an hour with the article's values and %s with ours,
as long as spans come and no block is full before its time, until the compactor merges them.
`, c.article.objectsPerHour(), c.ours.objectsPerHour())
}

// objectsPerHour follows from how often blocks are cut and how many objects each was found to have.
func (s *side) objectsPerHour() string {
	return fmt.Sprintf("%.0f", s.values.blocksPerHour()*s.whole.perBlock())
}
