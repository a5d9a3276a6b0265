package trace

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Tempo reads through Tempo's HTTP API, which is the same in 2.9 to 3.0:
// GET /api/search and GET /api/v2/traces/{id}. Without an Accept header both
// answer in JSON.
type Tempo struct{ Get Getter }

// Find lets TraceQL look for the nonce. HotROD logs the request's URL as an
// event of the root span, and events are stored since vParquet4, the default
// format of all those versions. A search for the operation alone would answer
// with summaries, and every one of them would cost a request.
func (s Tempo) Find(ctx context.Context, call Call) ([]Trace, error) {
	from, to := call.window()
	ids, err := s.Search(ctx, call.traceQL(), from, to)
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("TraceQL %s: %w", call.traceQL(), ErrNotFound)
	}
	var traces []Trace
	for _, id := range ids {
		t, err := s.ByID(ctx, id)
		if err != nil {
			return nil, err
		}
		traces = append(traces, t)
	}
	return traces, nil
}

// traceQL has the wildcards because Tempo's expressions match whole values.
func (c Call) traceQL() string {
	return fmt.Sprintf("{ resource.service.name = %q && name = %q && event.url =~ %q }",
		hotrodService, hotrodOperation, ".*"+c.query()+".*")
}

// Search gives the IDs of the traces, at most 100, that a TraceQL query finds
// between two times, which Tempo takes in whole seconds. Spans can be found a
// few seconds after ByID knows them: Tempo searches what it has cut from memory.
func (s Tempo) Search(ctx context.Context, traceQL string, from, to time.Time) ([]string, error) {
	body, err := s.Get(ctx, "/api/search?"+url.Values{
		"q":     {traceQL},
		"start": {strconv.FormatInt(from.Unix(), 10)},
		"end":   {strconv.FormatInt(to.Unix()+1, 10)},
		"limit": {strconv.Itoa(searchDepth)},
	}.Encode())
	if err != nil {
		return nil, err
	}
	var a struct {
		Traces []struct {
			ID string `json:"traceID"`
		} `json:"traces"`
		Metrics json.RawMessage `json:"metrics"`
	}
	if err := json.Unmarshal(body, &a); err != nil {
		return nil, fmt.Errorf("tempo's answer to a search is not JSON: %w", err)
	}
	// Without a hit there is no list, but there are always figures.
	if a.Metrics == nil {
		return nil, errors.New("tempo's answer to a search has no metrics: not /api/search")
	}
	var ids []string
	for _, t := range a.Traces {
		if t.ID == "" {
			return nil, errors.New("tempo's answer to a search has a trace without traceID")
		}
		// Tempo leaves out the zeros that an ID begins with.
		ids = append(ids, strings.Repeat("0", max(0, 2*traceIDBytes-len(t.ID)))+t.ID)
	}
	return ids, nil
}

// ByID implements Source. A trace that Tempo cut because it is over its limit
// is an error.
func (s Tempo) ByID(ctx context.Context, id string) (Trace, error) {
	body, err := s.Get(ctx, "/api/v2/traces/"+id)
	if err != nil {
		return Trace{}, err
	}
	traces, err := parseTempo(body)
	if err != nil {
		return Trace{}, err
	}
	return only(traces, id)
}

// parseTempo reads an answer of GET /api/v2/traces/{id}, a TraceByIDResponse
// (pkg/tempopb/tempo.proto). Version 2 says when a trace is not whole; for an
// unknown one it has an empty trace instead of a 404.
func parseTempo(body []byte) ([]Trace, error) {
	var a struct {
		Trace   *tracesData `json:"trace"`
		Status  string      `json:"status"`
		Message string      `json:"message"`
	}
	if err := json.Unmarshal(body, &a); err != nil {
		return nil, fmt.Errorf("tempo's answer is not API v2 JSON: %w", err)
	}
	if a.Trace == nil {
		return nil, errors.New("tempo's answer has no trace: not API v2")
	}
	if a.Status == "PARTIAL" {
		return nil, fmt.Errorf("tempo answered with a part of the trace: %s", a.Message)
	}
	if err := a.Trace.idsToHex(); err != nil {
		return nil, err
	}
	return a.Trace.traces()
}

// Lengths that OTLP gives to IDs.
const (
	traceIDBytes = 16
	spanIDBytes  = 8
)

// idsToHex spells the IDs as OTLP's JSON does. Tempo writes protobuf's JSON,
// where bytes are base64.
func (d *tracesData) idsToHex() error {
	var problems []error
	for i := range d.ResourceSpans {
		for j := range d.ResourceSpans[i].ScopeSpans {
			spans := d.ResourceSpans[i].ScopeSpans[j].Spans
			for k := range spans {
				problems = append(problems, spans[k].idsToHex())
			}
		}
	}
	return errors.Join(problems...)
}

func (s *otlpSpan) idsToHex() error {
	var problems []error
	for _, id := range []struct {
		name  string
		value *string
		bytes int
	}{
		{"traceId", &s.TraceID, traceIDBytes},
		{"spanId", &s.SpanID, spanIDBytes},
		{"parentSpanId", &s.ParentSpanID, spanIDBytes},
	} {
		if *id.value == "" {
			continue // Whether it may be absent is for validate.
		}
		raw, err := base64.StdEncoding.DecodeString(*id.value)
		if err != nil || len(raw) != id.bytes {
			problems = append(problems, fmt.Errorf("span %s: %s: %q: must be %d bytes in base64", s.Name, id.name, *id.value, id.bytes))
			continue
		}
		*id.value = hex.EncodeToString(raw)
	}
	return errors.Join(problems...)
}
