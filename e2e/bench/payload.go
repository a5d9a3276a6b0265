package main

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	resource "go.opentelemetry.io/proto/otlp/resource/v1"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
)

// A shopSpan is one span of the traces that are sent: each is an order in a shop of five services.
type shopSpan struct {
	service, name string
	kind          otlp.Span_SpanKind
	parent        int // its place in the list; -1: it is the root
}

var shop = []shopSpan{
	{"gateway", "POST /orders", otlp.Span_SPAN_KIND_SERVER, -1},
	{"gateway", "POST", otlp.Span_SPAN_KIND_CLIENT, 0},
	{"orders", "POST /orders", otlp.Span_SPAN_KIND_SERVER, 1},
	{"orders", "GET", otlp.Span_SPAN_KIND_CLIENT, 2},
	{"stock", "GET /stock", otlp.Span_SPAN_KIND_SERVER, 3},
	{"orders", "POST", otlp.Span_SPAN_KIND_CLIENT, 2},
	{"payments", "POST /payments", otlp.Span_SPAN_KIND_SERVER, 5},
	{"payments", "POST", otlp.Span_SPAN_KIND_CLIENT, 6},
	{"shipping", "POST /parcels", otlp.Span_SPAN_KIND_SERVER, 7},
	{"orders", "save", otlp.Span_SPAN_KIND_INTERNAL, 2},
}

// orderAttribute has a value in each trace that no other has.
const orderAttribute = "shop.order.id"

// order is a trace that is sent, and the order that it is about.
func order(number int, ended time.Time) (id string, request *collector.ExportTraceServiceRequest) {
	traceID := identifier(16)
	spans := make([]*otlp.Span, len(shop))
	byService := map[string]*otlp.ResourceSpans{}
	request = &collector.ExportTraceServiceRequest{}
	for i, s := range shop {
		// Each begins behind its parent and ends before it.
		spans[i] = &otlp.Span{
			TraceId: traceID, SpanId: identifier(8), Name: s.name, Kind: s.kind,
			StartTimeUnixNano: uint64(ended.Add(time.Duration(i-2*len(shop)) * time.Millisecond).UnixNano()),
			EndTimeUnixNano:   uint64(ended.Add(time.Duration(-i) * time.Millisecond).UnixNano()),
			Attributes:        attributes(number, s),
		}
		if s.parent >= 0 {
			spans[i].ParentSpanId = spans[s.parent].SpanId
		}
		if byService[s.service] == nil {
			byService[s.service] = &otlp.ResourceSpans{
				Resource:   &resource.Resource{Attributes: []*common.KeyValue{text("service.name", s.service), text("service.version", "1.4.2")}},
				ScopeSpans: []*otlp.ScopeSpans{{Scope: &common.InstrumentationScope{Name: "shop"}}},
			}
			request.ResourceSpans = append(request.ResourceSpans, byService[s.service])
		}
		scope := byService[s.service].ScopeSpans[0]
		scope.Spans = append(scope.Spans, spans[i])
	}
	return fmt.Sprintf("%x", traceID), request
}

func attributes(number int, s shopSpan) []*common.KeyValue {
	return []*common.KeyValue{
		text(orderAttribute, orderID(number)),
		text("shop.customer.id", fmt.Sprintf("customer-%d", number%500)),
		text("http.request.method", "POST"),
		text("url.full", fmt.Sprintf("http://%s.shop.svc:8080/v1/orders/%d", s.service, number)),
		text("user_agent.original", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"),
		{Key: "http.response.status_code", Value: &common.AnyValue{Value: &common.AnyValue_IntValue{IntValue: 200}}},
	}
}

func orderID(number int) string { return fmt.Sprintf("order-%06d", number) }

func text(key, value string) *common.KeyValue {
	return &common.KeyValue{Key: key, Value: &common.AnyValue{Value: &common.AnyValue_StringValue{StringValue: value}}}
}

// identifier is a random one of that many bytes.
func identifier(bytes int) []byte {
	var id []byte
	for len(id) < bytes {
		id = binary.BigEndian.AppendUint64(id, rand.Uint64())
	}
	return id
}
