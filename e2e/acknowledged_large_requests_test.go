package e2e_test

import (
	"strings"
	"testing"

	common "go.opentelemetry.io/proto/otlp/common/v1"
	traces "go.opentelemetry.io/proto/otlp/trace/v1"

	"github.com/tracestack/tracestack/e2e/internal/otlp"
)

const mebibyte = 1 << 20

// large is an attribute, larger than what the collector would like to send at once.
func large(bytes int) []*common.KeyValue {
	return []*common.KeyValue{otlp.Text("large", strings.Repeat("x", bytes))}
}

// largeRequests are those that the collector cannot batch as it likes.
func largeRequests(t *testing.T, g gateway) {
	const size = 5 * mebibyte / 2
	amongSmall := func(spans []*otlp.Span) { spans[10].Attributes = large(size) }
	for _, c := range []struct {
		claim   string
		by      otlp.Encoding
		spans   int
		enlarge func(spans []*otlp.Span)
	}{
		{"a large span among small ones", otlp.Protobuf, 21, amongSmall},
		{"a large span among small ones", otlp.GRPC, 21, amongSmall},
		{"a large span among small ones", otlp.JSON, 21, amongSmall},
		{"a large span among small ones", otlp.Gzip, 21, amongSmall},
		{"a span that fills the request", otlp.GRPC, 1, func(spans []*otlp.Span) { spans[0].Attributes = large(4*mebibyte - 200) }},
		{"a large event", otlp.Protobuf, 5, func(spans []*otlp.Span) {
			spans[2].Events = []*traces.Span_Event{{Name: "large", Attributes: large(size)}}
		}},
		{"a large link", otlp.Protobuf, 5, func(spans []*otlp.Span) {
			spans[2].Links = []*traces.Span_Link{{TraceId: otlp.NewID(16), SpanId: otlp.NewID(8), Attributes: large(size)}}
		}},
		{"20,000 spans of one scope", otlp.Protobuf, 20_000, func([]*otlp.Span) {}},
	} {
		t.Run(c.claim+" by "+string(c.by), func(t *testing.T) {
			traceID := otlp.NewID(16)
			spans := otlp.NewSpans(traceID, c.spans)
			c.enlarge(spans)
			g.taken(t, c.by, otlp.NewRequest("large", spans...))
			g.waitForSpans(t, traceID, c.spans)
		})
	}
	t.Run("a large resource", func(t *testing.T) {
		traceID := otlp.NewID(16)
		request := otlp.NewRequest("large", otlp.NewSpans(traceID, 20)...)
		service := request.ResourceSpans[0].Resource
		service.Attributes = append(service.Attributes, large(size)...)
		g.taken(t, otlp.Protobuf, request)
		g.waitForSpans(t, traceID, 20)
	})
	t.Run("many small traces of one resource", func(t *testing.T) { manyTraces(t, g) })
	for _, by := range otlp.Encodings {
		t.Run("more than a request may have is refused by "+string(by), func(t *testing.T) { tooLarge(t, g, by) })
	}
}

// manyTraces are 300 KiB outside and 20 MiB inside Tempo, where each trace gets the resource again.
func manyTraces(t *testing.T, g gateway) {
	request := otlp.NewRequest("large")
	service, scope := request.ResourceSpans[0].Resource, request.ResourceSpans[0].ScopeSpans[0]
	for _, key := range []string{"process.command_args", "k8s.pod.annotations", "k8s.node.labels"} {
		service.Attributes = append(service.Attributes, otlp.Text(key, strings.Repeat("x", 1500)))
	}
	for range 4500 {
		scope.Spans = append(scope.Spans, otlp.NewSpans(otlp.NewID(16), 1)...)
	}
	g.taken(t, otlp.GRPC, request)
	for i := 0; i < len(scope.Spans); i += 500 {
		g.waitForSpans(t, scope.Spans[i].TraceId, 1)
	}
}

// tooLarge sends more than is taken at once, though packed it is little.
func tooLarge(t *testing.T, g gateway, by otlp.Encoding) {
	spans := otlp.NewSpans(otlp.NewID(16), 1)
	spans[0].Attributes = large(5 * mebibyte)
	answer, err := g.Send(t.Context(), by, otlp.NewRequest("too large", spans...))
	if err != nil {
		t.Fatal(err)
	}
	// After either code OTLP's senders do not try again.
	if answer.Code != "400" && answer.Code != "ResourceExhausted" ||
		!strings.Contains(answer.Says, "too large") && !strings.Contains(answer.Says, "larger than max") {
		t.Errorf("the answer is %s: %s", answer.Code, answer.Says)
	}
}
