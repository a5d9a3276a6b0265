package trace

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// spansJSON is an API v3 answer with these spans, all of service "s".
func spansJSON(spans ...string) []byte {
	return fmt.Appendf(nil, `{"result":{"resourceSpans":[{
		"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"s"}}]},
		"scopeSpans":[{"spans":[%s]}]}]}}`, strings.Join(spans, ","))
}

func TestParse(t *testing.T) {
	t.Run("a recorded dispatch keeps every span with its service, kind and parent", func(t *testing.T) {
		got := load(t, "hotrod")
		if n := strings.Count(string(read(t, "hotrod")), `"spanId"`); len(got.Spans) != n {
			t.Errorf("%d spans, recorded are %d", len(got.Spans), n)
		}
		want := []string{"frontend", "customer", "mysql", "driver", "redis-manual", "route"}
		if !slices.Equal(got.Services(), want) {
			t.Errorf("services %v, want %v", got.Services(), want)
		}
		root := got.Spans[0]
		if root.ParentID != "" || root.Kind != Server || root.Operation != "/dispatch" || root.Attributes["http.route"] != "/dispatch" {
			t.Errorf("root is %+v", root)
		}
		if root.Events[0].Name != "HTTP request received" {
			t.Errorf("first event is %q", root.Events[0].Name)
		}
	})
	t.Run("the traces of a search are told apart, oldest first, spans by start", func(t *testing.T) {
		traces, err := Parse(spansJSON(
			`{"traceId":"b","spanId":"b1","name":"n","startTimeUnixNano":"50","endTimeUnixNano":"60"}`,
			`{"traceId":"a","spanId":"a2","parentSpanId":"a1","name":"n","startTimeUnixNano":"20","endTimeUnixNano":"30"}`,
			`{"traceId":"a","spanId":"a1","name":"n","startTimeUnixNano":"10","endTimeUnixNano":"40"}`,
		))
		if err != nil {
			t.Fatal(err)
		}
		if len(traces) != 2 || traces[0].ID != "a" || traces[1].ID != "b" || traces[0].Spans[0].ID != "a1" {
			t.Errorf("got %+v", traces)
		}
	})
	t.Run("nanoseconds survive, written as strings or as numbers", func(t *testing.T) {
		traces, err := Parse(spansJSON(
			`{"traceId":"a","spanId":"1","name":"n","startTimeUnixNano":"1700000000000000001","endTimeUnixNano":1700000000000000004}`))
		if err != nil {
			t.Fatal(err)
		}
		s := traces[0].Spans[0]
		if s.Start.UnixNano() != 1_700_000_000_000_000_001 || s.Duration != 3*time.Nanosecond {
			t.Errorf("start %d, duration %s", s.Start.UnixNano(), s.Duration)
		}
	})
	t.Run("the recorded exception explains a failure, else the status does", func(t *testing.T) {
		traces, err := Parse(spansJSON(
			`{"traceId":"a","spanId":"1","name":"n","startTimeUnixNano":"1","endTimeUnixNano":"2","status":{"code":2,"message":"An error occurred"},
			  "events":[{"name":"exception","timeUnixNano":"1","attributes":[{"key":"exception.message","value":{"stringValue":"redis timeout"}}]}]}`,
			`{"traceId":"a","spanId":"2","name":"n","startTimeUnixNano":"3","endTimeUnixNano":"4","status":{"code":2,"message":"An error occurred"}}`,
			`{"traceId":"a","spanId":"3","name":"n","startTimeUnixNano":"5","endTimeUnixNano":"6","status":{"code":1}}`))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range traces[0].Spans {
			got = append(got, fmt.Sprint(s.Error, " ", s.Message))
		}
		want := []string{"true redis timeout", "true An error occurred", "false "}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
	t.Run("attributes of every type become text", func(t *testing.T) {
		traces, err := Parse(spansJSON(`{"traceId":"a","spanId":"1","name":"n","startTimeUnixNano":"1","endTimeUnixNano":"2","attributes":[
			{"key":"s","value":{"stringValue":"x"}},{"key":"i","value":{"intValue":"7"}},{"key":"b","value":{"boolValue":true}},{"key":"none","value":{}}]}`))
		if err != nil {
			t.Fatal(err)
		}
		got := fmt.Sprint(traces[0].Spans[0].Attributes)
		if want := "map[b:true i:7 s:x]"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

func TestParseRefuses(t *testing.T) {
	t.Run("an error of Jaeger, in its words", func(t *testing.T) {
		_, err := Parse([]byte(`{"error":{"httpCode":404,"message":"No traces found"}}`))
		says(t, err, "404", "No traces found")
	})
	t.Run("an answer of the internal API", func(t *testing.T) {
		_, err := Parse([]byte(`{"data":[{"traceID":"1","spans":[]}]}`))
		says(t, err, "not API v3")
	})
	t.Run("a page that is not JSON", func(t *testing.T) {
		_, err := Parse([]byte(`<html>`))
		says(t, err, "not API v3 JSON")
	})
	t.Run("every malformed span at once, by its ID and rule", func(t *testing.T) {
		_, err := Parse(spansJSON(
			`{"spanId":"1","name":"n","startTimeUnixNano":"1","endTimeUnixNano":"2"}`,
			`{"traceId":"a","name":"nameless","startTimeUnixNano":"1","endTimeUnixNano":"2"}`,
			`{"traceId":"a","spanId":"3","name":"n","startTimeUnixNano":"5","endTimeUnixNano":"4"}`,
			`{"traceId":"a","spanId":"4","name":"n","endTimeUnixNano":"4","kind":9}`))
		says(t, err, `"1" (n): no traceId`, `(nameless): no spanId`, `"3" (n): ends before it starts`,
			`"4" (n): no startTimeUnixNano`, `"4" (n): unknown kind 9`)
	})
	t.Run("a time that is not a number", func(t *testing.T) {
		_, err := Parse(spansJSON(`{"traceId":"a","spanId":"1","startTimeUnixNano":"soon"}`))
		says(t, err, "soon", "nanoseconds since 1970")
	})
}
