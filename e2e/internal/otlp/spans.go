package otlp

import (
	"crypto/rand"
	"time"

	common "go.opentelemetry.io/proto/otlp/common/v1"
	resource "go.opentelemetry.io/proto/otlp/resource/v1"
	traces "go.opentelemetry.io/proto/otlp/trace/v1"
)

// Span is one piece of work.
type Span = traces.Span

// NewRequest has spans of one service.
func NewRequest(service string, spans ...*Span) *Request {
	return &Request{ResourceSpans: []*traces.ResourceSpans{{
		Resource:   &resource.Resource{Attributes: []*common.KeyValue{Text("service.name", service)}},
		ScopeSpans: []*traces.ScopeSpans{{Scope: &common.InstrumentationScope{Name: "e2e"}, Spans: spans}},
	}}}
}

// NewSpans are so many spans of one trace.
func NewSpans(traceID []byte, count int) (spans []*Span) {
	for range count {
		ended := time.Now()
		spans = append(spans, &Span{
			TraceId: traceID, SpanId: NewID(8), Name: "work", Kind: traces.Span_SPAN_KIND_INTERNAL,
			StartTimeUnixNano: uint64(ended.Add(-time.Millisecond).UnixNano()), EndTimeUnixNano: uint64(ended.UnixNano()),
		})
	}
	return spans
}

// NewID is one of so many bytes that nobody else has.
func NewID(bytes int) []byte {
	id := make([]byte, bytes)
	rand.Read(id)
	return id
}

// Text is an attribute.
func Text(key, value string) *common.KeyValue {
	return &common.KeyValue{Key: key, Value: &common.AnyValue{Value: &common.AnyValue_StringValue{StringValue: value}}}
}
