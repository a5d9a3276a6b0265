package trace

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// tempoJSON is an answer of GET /api/v2/traces/{id} with these spans, all of
// service "s", in the shape that Tempo 2.9.0 answered with.
func tempoJSON(spans ...string) []byte {
	return fmt.Appendf(nil, `{"trace":{"resourceSpans":[{
		"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"s"}}]},
		"scopeSpans":[{"scope":{},"spans":[%s]}]}]},"metrics":{"inspectedBytes":"7"}}`, strings.Join(spans, ","))
}

// asTempo spells an answer of Jaeger as Tempo spells the same spans: IDs in
// base64, enumerations by name.
func asTempo(t *testing.T, jaeger []byte) []byte {
	t.Helper()
	var a struct {
		Result json.RawMessage `json:"result"`
	}
	if err := json.Unmarshal(jaeger, &a); err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile(`"(traceId|spanId|parentSpanId)":"([0-9a-f]+)"`).ReplaceAllStringFunc(string(a.Result), func(id string) string {
		parts := strings.Split(id, `"`)
		raw, err := hex.DecodeString(parts[3])
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf(`"%s":"%s"`, parts[1], base64.StdEncoding.EncodeToString(raw))
	})
	for i, name := range kindNames {
		text = strings.ReplaceAll(text, fmt.Sprintf(`"kind":%d,`, i), fmt.Sprintf(`"kind":"SPAN_KIND_%s",`, name))
	}
	for i, name := range statusNames {
		text = strings.ReplaceAll(text, fmt.Sprintf(`"code":%d}`, i), fmt.Sprintf(`"code":"STATUS_CODE_%s"}`, name))
	}
	return []byte(`{"trace":` + text + `,"metrics":{}}`)
}

// answering is a Getter that answers by the beginning of the path; what it
// does not know is a 404.
func answering(answers map[string][]byte, asked *[]string) Getter {
	return func(_ context.Context, path string) ([]byte, error) {
		*asked = append(*asked, path)
		for prefix, body := range answers {
			if strings.HasPrefix(path, prefix) {
				return body, nil
			}
		}
		return nil, errNone
	}
}

func TestTempoByID(t *testing.T) {
	var asked []string
	byID := func(body []byte, id string) (Trace, error) {
		asked = nil
		return Tempo{answering(map[string][]byte{"/api/v2/traces/": body}, &asked)}.ByID(t.Context(), id)
	}
	t.Run("a dispatch is the same trace, whichever backend it is read from", func(t *testing.T) {
		want := load(t, "hotrod")
		body := asTempo(t, read(t, "hotrod"))
		if !strings.Contains(string(body), "SPAN_KIND_SERVER") || !strings.Contains(string(body), "STATUS_CODE_ERROR") || strings.Contains(string(body), want.ID) {
			t.Fatal("the answer is not Tempo's, so this shows nothing")
		}
		got, err := byID(body, want.ID)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v", got)
		}
		if asked[0] != "/api/v2/traces/"+want.ID {
			t.Errorf("asked %s", asked[0])
		}
	})
	t.Run("an unknown trace, which Tempo answers with an empty one, is not found", func(t *testing.T) {
		_, err := byID([]byte(`{"trace":{},"metrics":{}}`), "1")
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a part of a trace is refused, with Tempo's reason", func(t *testing.T) {
		_, err := byID([]byte(`{"trace":{},"status":"PARTIAL","message":"Trace exceeds maximum size"}`), "1")
		says(t, err, "part of the trace", "exceeds maximum size")
	})
	t.Run("another trace than was asked for is refused", func(t *testing.T) {
		_, err := byID(asTempo(t, read(t, "hotrod")), "1")
		says(t, err, "asked for trace 1, got another")
	})
	t.Run("IDs that are not base64 of their length are refused, all at once", func(t *testing.T) {
		_, err := byID(tempoJSON(
			`{"traceId":"t1","spanId":"AAAAAAAAAAE=","name":"a","startTimeUnixNano":"1","endTimeUnixNano":"2"}`,
			`{"traceId":"AAAAAAAAAAAAAAAAAAAAAQ==","spanId":"AAE=","parentSpanId":"0000000000000001","name":"b","startTimeUnixNano":"1","endTimeUnixNano":"2"}`), "1")
		says(t, err, `span a: traceId: "t1": must be 16 bytes`, `span b: spanId: "AAE=": must be 8 bytes`, "span b: parentSpanId")
	})
	t.Run("a kind that OpenTelemetry does not have is refused", func(t *testing.T) {
		_, err := byID(tempoJSON(`{"kind":"SPAN_KIND_SIDEWAYS"}`), "1")
		says(t, err, "SPAN_KIND_SIDEWAYS", "must be")
	})
	t.Run("an answer of the first version is refused, which has no word on what is missing", func(t *testing.T) {
		_, err := byID([]byte(`{"batches":[]}`), "1")
		says(t, err, "not API v2")
	})
	t.Run("a page that is not JSON is refused", func(t *testing.T) {
		_, err := byID([]byte(`<html>`), "1")
		says(t, err, "not API v2 JSON")
	})
}

func TestTempoSearch(t *testing.T) {
	var asked []string
	search := func(body string) ([]string, error) {
		asked = nil
		return Tempo{answering(map[string][]byte{"/api/search?": []byte(body)}, &asked)}.Search(
			t.Context(), `{ name = "a&b" }`, time.Unix(10, 5), time.Unix(20, 5))
	}
	t.Run("the query and whole seconds around the times arrive", func(t *testing.T) {
		if _, err := search(`{"metrics":{}}`); err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(asked[0])
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		if q.Get("q") != `{ name = "a&b" }` || q.Get("start") != "10" || q.Get("end") != "21" || q.Get("limit") != "100" {
			t.Errorf("asked %s", asked[0])
		}
	})
	t.Run("IDs have their leading zeros again", func(t *testing.T) {
		ids, err := search(`{"traces":[{"traceID":"abc"}],"metrics":{}}`)
		if err != nil || len(ids) != 1 || ids[0] != "00000000000000000000000000000abc" {
			t.Errorf("got %q, %v", ids, err)
		}
	})
	t.Run("no hit is no ID and no error", func(t *testing.T) {
		if ids, err := search(`{"metrics":{"totalBlocks":1}}`); err != nil || len(ids) != 0 {
			t.Errorf("got %q, %v", ids, err)
		}
	})
	t.Run("what is no answer to a search is refused", func(t *testing.T) {
		for body, why := range map[string]string{`{"data":[]}`: "not /api/search", `<html>`: "not JSON", `{"traces":[{}],"metrics":{}}`: "without traceID"} {
			_, err := search(body)
			says(t, err, why)
		}
	})
}

func TestWaitForTempo(t *testing.T) {
	recorded := load(t, "hotrod")
	_, nonce, _ := strings.Cut(recorded.Spans[0].Events[0].Attributes["url"], "nonse=")
	wait := func(t *testing.T, answers map[string][]byte) (got Trace, asked []string, err error) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			got, err = Wait(ctx, Tempo{answering(answers, &asked)}, Call{Nonce: nonce, Sent: time.Now()}, HotROD)
		})
		return got, asked, err
	}
	t.Run("TraceQL finds the call by its nonce, then it is asked for by ID", func(t *testing.T) {
		got, asked, err := wait(t, map[string][]byte{
			"/api/search?":                  []byte(`{"traces":[{"traceID":"` + recorded.ID + `"}],"metrics":{}}`),
			"/api/v2/traces/" + recorded.ID: asTempo(t, read(t, "hotrod")),
		})
		if err != nil || got.ID != recorded.ID {
			t.Fatalf("got %s, %v", got.ID, err)
		}
		search, err := url.QueryUnescape(asked[0])
		if err != nil || !strings.Contains(search, `event.url =~ ".*nonse=`+nonce+`.*"`) {
			t.Errorf("searched %s, %v", search, err)
		}
		if last := asked[len(asked)-1]; last != "/api/v2/traces/"+recorded.ID {
			t.Errorf("then asked %s", last)
		}
	})
	t.Run("it gives up and says that there was no trace at all", func(t *testing.T) {
		_, _, err := wait(t, map[string][]byte{"/api/search?": []byte(`{"metrics":{}}`)})
		says(t, err, "no trace at all", "event.url", nonce)
	})
}

func TestNewSource(t *testing.T) {
	t.Run("each backend has one", func(t *testing.T) {
		for name, want := range map[string]Source{"jaeger": Jaeger{}, "tempo": Tempo{}} {
			if got, err := NewSource(name, nil); err != nil || reflect.TypeOf(got) != reflect.TypeOf(want) {
				t.Errorf("%s: %T, %v", name, got, err)
			}
		}
	})
	t.Run("another name is refused with the two that there are", func(t *testing.T) {
		_, err := NewSource("zipkin", nil)
		says(t, err, `backend: "zipkin": must be jaeger or tempo`)
	})
}
