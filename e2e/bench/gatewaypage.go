package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/tracestack/tracestack/e2e/internal/gateway"
	"github.com/tracestack/tracestack/internal/versions"
)

// gatewayPage is the section of the collector.
func (b *bench) gatewayPage(w *strings.Builder) {
	fmt.Fprintf(w, `
## The gateway: what one processor takes

One collector (%s) on one processor, %d senders by gRPC, requests of %d spans with %d bytes, and a backend that
only counts. The article's pipeline is `+"`batch`"+` and an exporter as they come; ours are the files that pods get; the one
without an exporter is the limit of what a collector can receive. They took turns in one run.

| | spans/s: least | median | most | against the article's | seconds of the processor for 10,000 spans |
|---|--:|--:|--:|--:|--:|
`, versions.Collector.Tag, senders, spansAtOnce, requestSize())
	article := b.throughputOf(gateway.Article)
	for _, t := range b.gateway {
		rate := middle(t.rates)
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %.3f |\n", t.Name, thousands(slices.Min(t.rates)), thousands(rate), thousands(slices.Max(t.rates)),
			quotient(rate, middle(article.rates)), middle(t.costs))
	}
	fmt.Fprintf(w, "\n| memory of its own at the most, MiB | %d spans/s | %d spans/s | %d spans/s, backend away |\n|---|--:|--:|--:|\n", paces[0], paces[1], paces[0])
	for _, t := range b.gateway {
		if t.Name != gateway.NoExport.Name {
			fmt.Fprintf(w, "| %s | %d | %d | %d |\n", t.Name, t.memory[0]>>20, t.memory[1]>>20, t.memory[2]>>20)
		}
	}
	fmt.Fprint(w, `
What is inside: the collector spends most on encoding, compressing and sending. Its exporter compresses with gzip where
nothing is said, as in the article's; ours with snappy, which takes a fraction of the time for a somewhat larger message
(`+"`collector.compression`"+`). On disk each request is encoded and decoded once more, and written, before it is
acknowledged. The article's pipeline acknowledges what it holds in memory alone.
`)
}

func (b *bench) throughputOf(p gateway.Pipeline) *throughput {
	for _, t := range b.gateway {
		if t.Name == p.Name {
			return t
		}
	}
	return &throughput{}
}

func requestSize() int { return proto.Size(orders(spansAtOnce/len(shop), time.Now())) }

// thousands is a whole number with a comma at each thousand.
func thousands(n float64) string {
	digits := fmt.Sprintf("%.0f", n)
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}
