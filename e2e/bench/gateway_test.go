package main

import (
	"strings"
	"testing"

	"github.com/tracestack/tracestack/e2e/internal/gateway"
)

func TestTheGatewaysPageComparesWithTheArticle(t *testing.T) {
	b := &bench{gateway: []*throughput{
		{Pipeline: gateway.NoExport, rates: []float64{200_000}, costs: []float64{0.05}},
		{Pipeline: gateway.Article, rates: []float64{50_000, 60_000, 70_000}, costs: []float64{0.2}, memory: [3]int64{20 << 20, 30 << 20, 40 << 20}},
		{Pipeline: gateway.InMemory, rates: []float64{120_000}, costs: []float64{0.1}, memory: [3]int64{1 << 20, 2 << 20, 3 << 20}},
	}}
	var page strings.Builder
	b.gatewayPage(&page)
	for _, want := range []string{
		"| the article's | 50,000 | 60,000 | 70,000 | 1.00 | 0.200 |\n",
		"| ours, in memory | 120,000 | 120,000 | 120,000 | 2.00 | 0.100 |\n",
		"| the article's | 20 | 30 | 40 |\n",
	} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page has no %q:\n%s", want, page.String())
		}
	}
	if strings.Contains(page.String(), "| no exporter | 0 |") {
		t.Error("it tells the memory of what was not measured")
	}
}
