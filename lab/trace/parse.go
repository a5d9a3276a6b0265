package trace

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Parse reads an answer of Jaeger's API v3, GET /api/v3/traces and
// /api/v3/traces/{id}, into its traces, oldest first.
//
// Why v3 and not the /api/traces that the user interface calls: v3 is defined
// in jaeger-idl (api_v3/query_service.proto), is versioned, and answers in
// OTLP, the OpenTelemetry format that every other piece here speaks. Jaeger's
// documentation calls /api/traces internal and unofficial. v3 also keeps
// nanoseconds and span kinds as they were sent.
func Parse(body []byte) ([]Trace, error) {
	var a answer
	if err := json.Unmarshal(body, &a); err != nil {
		return nil, fmt.Errorf("jaeger's answer is not API v3 JSON: %w", err)
	}
	if a.Error != nil {
		return nil, fmt.Errorf("jaeger answered %d: %s", a.Error.Code, a.Error.Message)
	}
	if a.Result == nil {
		return nil, errors.New("jaeger's answer has neither result nor error: not API v3")
	}
	return a.Result.traces()
}

// The OTLP JSON encoding, as far as it is read here.
type (
	answer struct {
		Result *tracesData `json:"result"`
		Error  *struct {
			Code    int    `json:"httpCode"`
			Message string `json:"message"`
		} `json:"error"`
	}
	tracesData struct {
		ResourceSpans []struct {
			Resource struct {
				Attributes attributes `json:"attributes"`
			} `json:"resource"`
			ScopeSpans []struct {
				Spans []otlpSpan `json:"spans"`
			} `json:"scopeSpans"`
		} `json:"resourceSpans"`
	}
	otlpSpan struct {
		TraceID      string     `json:"traceId"`
		SpanID       string     `json:"spanId"`
		ParentSpanID string     `json:"parentSpanId"`
		Name         string     `json:"name"`
		Kind         kindNumber `json:"kind"`
		Start        unixNano   `json:"startTimeUnixNano"`
		End          unixNano   `json:"endTimeUnixNano"`
		Attributes   attributes `json:"attributes"`
		Events       []struct {
			Name       string     `json:"name"`
			Time       unixNano   `json:"timeUnixNano"`
			Attributes attributes `json:"attributes"`
		} `json:"events"`
		Status struct {
			Code    statusCode `json:"code"`
			Message string     `json:"message"`
		} `json:"status"`
	}
	attributes map[string]string
	unixNano   int64
	kindNumber int
	statusCode int
)

const statusError = 2 // opentelemetry.proto.trace.v1.Status.StatusCode

// kinds stand at their numbers in opentelemetry.proto.trace.v1.Span.SpanKind.
var kinds = []Kind{"", Internal, Server, Client, Producer, Consumer}

// Enumerations have two spellings: OTLP's JSON has the number, protobuf's own,
// which Tempo writes, the name.
var (
	kindNames   = []string{"UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"}
	statusNames = []string{"UNSET", "OK", "ERROR"}
)

// UnmarshalJSON leaves a number that is none to validate.
func (k *kindNumber) UnmarshalJSON(b []byte) error {
	n, err := enum(b, "SPAN_KIND_", kindNames)
	*k = kindNumber(n)
	return err
}

// UnmarshalJSON implements json.Unmarshaler.
func (c *statusCode) UnmarshalJSON(b []byte) error {
	n, err := enum(b, "STATUS_CODE_", statusNames)
	*c = statusCode(n)
	return err
}

func enum(b []byte, prefix string, names []string) (int, error) {
	text := strings.Trim(string(b), `"`)
	if n, err := strconv.Atoi(text); err == nil {
		return n, nil
	}
	n := slices.Index(names, strings.TrimPrefix(text, prefix))
	if n < 0 {
		return 0, fmt.Errorf("%s: must be a number or %s with %s", text, prefix, strings.Join(names, ", "))
	}
	return n, nil
}

// traces groups the spans: a search answers several traces in one list.
func (d tracesData) traces() ([]Trace, error) {
	byID := map[string]*Trace{}
	var found []*Trace
	var problems []error
	for _, r := range d.ResourceSpans {
		for _, scope := range r.ScopeSpans {
			for _, s := range scope.Spans {
				if err := s.validate(); err != nil {
					problems = append(problems, err)
					continue
				}
				if byID[s.TraceID] == nil {
					byID[s.TraceID] = &Trace{ID: s.TraceID}
					found = append(found, byID[s.TraceID])
				}
				t := byID[s.TraceID]
				t.Spans = append(t.Spans, s.span(r.Resource.Attributes))
			}
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	traces := make([]Trace, len(found))
	for i, t := range found {
		slices.SortFunc(t.Spans, bySpanStart)
		traces[i] = *t
	}
	slices.SortFunc(traces, func(a, b Trace) int {
		return cmp.Or(a.Start().Compare(b.Start()), cmp.Compare(a.ID, b.ID))
	})
	return traces, nil
}

func (s otlpSpan) validate() error {
	var problems []error
	refuse := func(rule string) {
		problems = append(problems, fmt.Errorf("span %q (%s): %s", s.SpanID, s.Name, rule))
	}
	if s.TraceID == "" {
		refuse("no traceId")
	}
	if s.SpanID == "" {
		refuse("no spanId")
	}
	if s.Start == 0 {
		refuse("no startTimeUnixNano")
	}
	if s.End < s.Start {
		refuse("ends before it starts")
	}
	if s.Kind < 0 || int(s.Kind) >= len(kinds) {
		refuse(fmt.Sprintf("unknown kind %d", s.Kind))
	}
	return errors.Join(problems...)
}

func (s otlpSpan) span(resource attributes) Span {
	out := Span{
		ID:         s.SpanID,
		ParentID:   s.ParentSpanID,
		Service:    resource["service.name"],
		Operation:  s.Name,
		Kind:       kinds[s.Kind],
		Start:      s.Start.time(),
		Duration:   time.Duration(s.End - s.Start),
		Error:      s.Status.Code == statusError,
		Attributes: s.Attributes,
		Resource:   resource,
	}
	for _, e := range s.Events {
		out.Events = append(out.Events, Event{Name: e.Name, Time: e.Time.time(), Attributes: e.Attributes})
	}
	slices.SortStableFunc(out.Events, func(a, b Event) int { return a.Time.Compare(b.Time) })
	if out.Error {
		out.Message = failure(out.Events, s.Status.Message)
	}
	return out
}

// failure prefers the recorded exception: the status is often a constant such
// as "An error occurred".
func failure(events []Event, status string) string {
	for _, e := range events {
		if m := e.Attributes["exception.message"]; m != "" {
			return m
		}
	}
	return status
}

func (n unixNano) time() time.Time { return time.Unix(0, int64(n)).UTC() }

// UnmarshalJSON accepts both spellings: OTLP writes 64-bit integers as
// strings and asks readers to take numbers too.
func (n *unixNano) UnmarshalJSON(b []byte) error {
	v, err := strconv.ParseInt(strings.Trim(string(b), `"`), 10, 64)
	if err != nil {
		return fmt.Errorf("time %s: must be nanoseconds since 1970", b)
	}
	*n = unixNano(v)
	return nil
}

// UnmarshalJSON flattens the typed values to their text: attributes are shown
// and searched here, never calculated with.
func (a *attributes) UnmarshalJSON(b []byte) error {
	var list []struct {
		Key   string                     `json:"key"`
		Value map[string]json.RawMessage `json:"value"`
	}
	if err := json.Unmarshal(b, &list); err != nil {
		return err
	}
	*a = make(attributes, len(list))
	for _, kv := range list {
		for _, raw := range kv.Value {
			var s string
			if json.Unmarshal(raw, &s) != nil {
				s = string(raw)
			}
			(*a)[kv.Key] = s
		}
	}
	return nil
}
