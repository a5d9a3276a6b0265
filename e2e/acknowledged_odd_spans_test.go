package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	logsservice "go.opentelemetry.io/proto/otlp/collector/logs/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	logs "go.opentelemetry.io/proto/otlp/logs/v1"
	"google.golang.org/protobuf/proto"

	"github.com/tracestack/tracestack/e2e/internal/otlp"
	"github.com/tracestack/tracestack/e2e/internal/wait"
	"github.com/tracestack/tracestack/lab/cluster"
	"github.com/tracestack/tracestack/lab/trace"
)

// oddSpans sends spans that a backend chokes on, each between good ones, all within a moment, so that
// the collector batches them together.
func oddSpans(t *testing.T, g gateway) {
	const service, around = "good", 8
	odd := map[string]func(*otlp.Span){
		"no trace's ID":      func(s *otlp.Span) { s.TraceId = nil },
		"a trace's ID of 0":  func(s *otlp.Span) { s.TraceId = make([]byte, 16) },
		"no ID":              func(s *otlp.Span) { s.SpanId = nil },
		"an ID of 0":         func(s *otlp.Span) { s.SpanId = make([]byte, 8) },
		"an end without end": func(s *otlp.Span) { s.EndTimeUnixNano = 1<<64 - 1 },
	}
	before := g.dropped(t)
	var good [][]byte
	sendGood := func() {
		for range around {
			good = append(good, otlp.NewID(16))
			g.taken(t, otlp.Protobuf, otlp.NewRequest(service, otlp.NewSpans(good[len(good)-1], 3)...))
		}
	}
	sendGood()
	for _, spoil := range odd {
		// The middle one of a trace.
		traceID := otlp.NewID(16)
		spans := otlp.NewSpans(traceID, 4)
		spoil(spans[1])
		good = append(good, traceID)
		g.taken(t, otlp.JSON, otlp.NewRequest(service, spans...))
		sendGood()
	}
	g.sendLogs(t)
	sendGood()
	for _, id := range good {
		g.waitForSpans(t, id, 3)
	}
	wait.For(t, "a search to find every good trace", func() error {
		found, err := g.search(t, service)
		if err == nil && found != len(good) {
			err = fmt.Errorf("it finds %d of %d", found, len(good))
		}
		return err
	})
	if dropped, want := g.dropped(t)-before, len(odd)+1; dropped != want {
		t.Errorf("the collector counts %d dropped spans, want %d", dropped, want)
	}
}

// sendLogs sends logs to the path of traces. With a time they are no spans; without one each becomes a
// span without IDs.
func (g gateway) sendLogs(t *testing.T) {
	t.Helper()
	for code, record := range map[string]*logs.LogRecord{"200": {}, "400": {TimeUnixNano: uint64(time.Now().UnixNano())}} {
		record.Body = &common.AnyValue{Value: &common.AnyValue_StringValue{StringValue: "a line"}}
		body, err := proto.Marshal(&logsservice.ExportLogsServiceRequest{ResourceLogs: []*logs.ResourceLogs{
			{ScopeLogs: []*logs.ScopeLogs{{LogRecords: []*logs.LogRecord{record}}}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		answer, err := g.Post(t.Context(), "application/x-protobuf", false, body)
		if err != nil {
			t.Fatal(err)
		}
		if answer.Code != code {
			t.Errorf("logs sent as spans are answered with %s, want %s: %s", answer.Code, code, answer.Says)
		}
	}
}

// dropped is how many spans the collector counts as dropped.
func (g gateway) dropped(t *testing.T) int {
	t.Helper()
	const name = "otelcol_processor_filter_spans_filtered_total"
	get := kube.Getter(cluster.Address{Service: "center-collector-monitoring", Namespace: g.Namespace, Port: 8888})
	body, err := get(t.Context(), "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(body)) {
		if fields := strings.Fields(line); strings.HasPrefix(line, name) {
			count, err := strconv.Atoi(fields[len(fields)-1])
			if err != nil {
				t.Fatal(err)
			}
			return count
		}
	}
	return 0 // It is not there before the first span has come.
}

// search counts the traces that the backend finds by their service.
func (g gateway) search(t *testing.T, service string) (int, error) {
	t.Helper()
	switch source := g.stored.(type) {
	case trace.Tempo:
		found, err := source.Search(t.Context(), fmt.Sprintf("{ resource.service.name = %q }", service), time.Now().Add(-time.Hour), time.Now())
		return len(found), err
	case trace.Jaeger:
		body, err := source.Get(t.Context(), "/api/traces?"+url.Values{"service": {service}, "limit": {"1000"}}.Encode())
		if err != nil {
			return 0, err
		}
		var answer struct {
			Data []struct {
				ID string `json:"traceID"`
			} `json:"data"`
		}
		err = json.Unmarshal(body, &answer)
		return len(answer.Data), err
	}
	return 0, fmt.Errorf("there is no search in a %T", g.stored)
}
