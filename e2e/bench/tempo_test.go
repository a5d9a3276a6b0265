package main

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"google.golang.org/protobuf/proto"

	"github.com/tracestack/tracestack/e2e/internal/project"
)

func TestTheArticlesFileLeavesTempoItsDefaults(t *testing.T) {
	v, err := valuesIn(articleFile("shop"))
	if err != nil {
		t.Fatal(err)
	}
	if v.Ingester != tempoDefaults().Ingester {
		t.Errorf("its ingester has %+v", v.Ingester)
	}
	if want := []string{"service-graphs", "span-metrics"}; !slices.Equal(v.processors(), want) {
		t.Errorf("it has the processors %v, want %v", v.processors(), want)
	}
	if got := v.blocksPerHour(); got != 2 {
		t.Errorf("it cuts %v blocks an hour, want 2", got)
	}
	if strings.Contains(articleFile("shop"), "$(") {
		t.Error("a name was left open")
	}
}

func TestLocalBlocksDoubleWhatIsCut(t *testing.T) {
	v, err := valuesIn("{ingester: {max_block_duration: 5m0s}, overrides: {defaults: {metrics_generator: {processors: [local-blocks]}}}}")
	if err != nil || v.blocksPerHour() != 24 {
		t.Errorf("%v blocks an hour, %v; want 24", v.blocksPerHour(), err)
	}
}

func TestTheArticlesObjectsAreTheStacksWithItsOwnFileAndKeys(t *testing.T) {
	resources := []apitype.ResourceV3{
		{Type: "kubernetes:core/v1:Namespace", Inputs: map[string]any{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": "ours"}}},
		{Type: "kubernetes:core/v1:ConfigMap", Inputs: map[string]any{"kind": "ConfigMap", "data": map[string]any{"tempo.yaml": "ours"}}},
		{Type: "kubernetes:core/v1:Secret", Inputs: map[string]any{"kind": "Secret", "metadata": map[string]any{"name": "tempo-store"}, "stringData": "sealed"}},
	}
	objects, err := articleObjects(resources, "ours", "article", project.MinIO{User: "root", Password: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	if len(objects) != 3 || objects[0].GetName() != "article" || objects[1].GetName() != "tempo-store" {
		t.Fatalf("got %v, want the namespace, the keys and the file", objects)
	}
	keys, _ := objects[1].Object["stringData"].(map[string]any)
	if objects[1].GetNamespace() != "article" || keys["access_key_secret"] != "secret" {
		t.Error("the keys are not MinIO's")
	}
	if data, _ := objects[2].Object["data"].(map[string]any); data["tempo.yaml"] != articleFile("article") {
		t.Errorf("the file is %v", data)
	}
}

func TestAnOrderIsOneWholeTrace(t *testing.T) {
	_, request := order(7, time.Now())
	known, roots, spans := map[string]bool{}, 0, 0
	services := map[string]bool{}
	for _, r := range request.ResourceSpans {
		services[r.Resource.Attributes[0].Value.GetStringValue()] = true
		for _, span := range r.ScopeSpans[0].Spans {
			known[string(span.SpanId)] = true
		}
	}
	for _, r := range request.ResourceSpans {
		for _, span := range r.ScopeSpans[0].Spans {
			spans++
			switch {
			case len(span.ParentSpanId) == 0:
				roots++
			case !known[string(span.ParentSpanId)]:
				t.Errorf("the parent of %s is not there", span.Name)
			}
			if span.StartTimeUnixNano >= span.EndTimeUnixNano {
				t.Errorf("%s ends before it begins", span.Name)
			}
		}
	}
	if roots != 1 || spans != len(shop) || len(services) != 5 {
		t.Errorf("it has %d roots, %d spans, %d services; want 1, %d, 5", roots, spans, len(services), len(shop))
	}
	if size := proto.Size(request); size < 1000 || size > 10000 {
		t.Errorf("it has %d bytes, not the few thousand of a usual trace", size)
	}
}

func TestAJournalGivesWhatIsOldEnough(t *testing.T) {
	began := time.Now()
	j := &journal{}
	if _, is := j.newest(began); is {
		t.Error("an empty one gives a trace")
	}
	for n, id := range []string{"a", "b", "c"} {
		j.add(sent{id: id, at: began.Add(time.Duration(n) * time.Second)})
	}
	if got, is := j.newest(began.Add(1500 * time.Millisecond)); !is || got.id != "b" {
		t.Errorf("the newest before is %v, want b", got)
	}
	if got, is := j.any(began.Add(500 * time.Millisecond)); !is || got.id != "a" {
		t.Errorf("any before is %v, want a", got)
	}
}

func TestAMetricIsFoundByItsWholeName(t *testing.T) {
	const exposition = "# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total_more 1\nprocess_cpu_seconds_total 12.5\n"
	if got, err := metric(exposition, "process_cpu_seconds_total"); err != nil || got != 12.5 {
		t.Errorf("got %v, %v; want 12.5", got, err)
	}
	if _, err := metric(exposition, "process_cpu"); err == nil {
		t.Error("a part of a name is taken for it")
	}
}

func TestBlocksAreCountedBySort(t *testing.T) {
	var c contents
	for _, m := range []meta{{Traces: 3}, {Traces: 4}, {Traces: 7, Replication: 1}} {
		c.add(m)
	}
	c.inBlocks = 12
	if c.ingested != (sort{2, 7}) || c.local != (sort{1, 7}) || c.perBlock() != 4 {
		t.Errorf("got %+v, %v objects for each block", c, c.perBlock())
	}
}

func TestAQuestionWithoutAnAnswerIsOnThePage(t *testing.T) {
	article, ours := &side{namespace: "e2e-a", memory: []float64{1 << 20}, answers: map[string]*answers{}}, &side{memory: []float64{2 << 20}, answers: map[string]*answers{}}
	article.answers[byMetrics] = &answers{failed: 2, first: errors.New("500: rpc error: desc = processor of e2e-a not found")}
	ours.answers[byMetrics] = &answers{took: series{1500 * time.Microsecond}}
	article.ingest, ours.ingest = series{10 * time.Millisecond}, series{15 * time.Millisecond}
	var page strings.Builder
	(&comparison{article: article, ours: ours, sent: 7}).page(&page)
	for _, want := range []string{
		"| " + byMetrics + " | no answer | 1.50 / 1.50 / 1.50 | – |",
		"| sending a trace | 10.0 / 10.0 / 10.0 | 15.0 / 15.0 / 15.0 | 1.50 |",
		"- the article's failed at " + byMetrics + ", 2 of 2 times, first with `processor of NAMESPACE not found`\n- ours never failed\n",
		"| resident memory during the load, most, MiB | 1 | 2 | 2.00 |",
	} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page lacks %q:\n%s", want, &page)
		}
	}
}
