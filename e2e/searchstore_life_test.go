package e2e_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	common "go.opentelemetry.io/proto/otlp/common/v1"
	traces "go.opentelemetry.io/proto/otlp/trace/v1"

	"github.com/tracestack/tracestack/e2e/internal/otlp"
	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/searchstore"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/traffic"
	"github.com/tracestack/tracestack/e2e/internal/wait"
	"github.com/tracestack/tracestack/lab/trace"
)

// The claims about a stack whose Jaeger keeps traces in a search store, in the order of its life. The
// store is the test's own, so that the test may let it take no writes. One that is away is proven in package
// proof.
func TestJaegerKeepsItsTracesInASearchStore(t *testing.T) {
	t.Parallel()
	s := searchstore.NewStack(t, lab, searchstore.Own(t, lab))
	if !t.Run("up gives a stack that stores a whole trace", func(t *testing.T) {
		began := time.Now()
		if _, err := s.Preview(t.Context()); err != nil {
			t.Fatal(err)
		}
		previewed := time.Now()
		stacktest.Up(t, s.Stack)
		up := time.Now()
		traffic.Dispatch(t, traffic.Demo(t, s.Stack))
		t.Logf("preview took %v, up %v, and the first trace was whole %v later",
			previewed.Sub(began).Round(time.Second), up.Sub(previewed).Round(time.Second), time.Since(up).Round(100*time.Millisecond))
	}) {
		return
	}
	t.Run("a second up changes nothing", func(t *testing.T) { stacktest.UpChangesNothing(t, s.Stack) })
	t.Run("a dispatch through the demo's host has its trace at Jaeger's host", func(t *testing.T) { throughTheHosts(t, s.Stack) })
	t.Run("every pod runs with the least that it needs", func(t *testing.T) {
		restrictedPods(t, s.Stack, "center-collector", "go-demo", "jaeger-collector", "jaeger-query")
	})
	t.Run("what the job of dependencies writes is the graph of services", func(t *testing.T) { storedGraph(t, s) })
	t.Run("traces outlive all pods, equal in every field", func(t *testing.T) { keptTraces(t, s.Stack) })
	t.Run("while the store takes no writes nothing is lost", func(t *testing.T) { readOnlyStore(t, s) })
	t.Run("the cleaner deletes old indices of the stack, and no other", func(t *testing.T) { cleanedIndices(t, s) })
	t.Run("indices begin by age, and the cleaner deletes old ones", func(t *testing.T) { rolledOver(t, s) })
	t.Run("destroy leaves the indices and the Secrets that were there", func(t *testing.T) {
		stacktest.Destroy(t, s.Stack)
		if left, want := kube.Names(t, s.Stack.Namespace), []string{"Secret elasticsearch-jaeger", "Secret es-tls-secret"}; !slices.Equal(left, want) {
			t.Errorf("the namespace has %q, want %q", left, want)
		}
		if len(s.Indices(t)) == 0 {
			t.Error("the store has no index any more")
		}
	})
}

// keptTraces reads a dispatch and an odd trace, replaces every pod, and reads both again.
func keptTraces(t *testing.T, s *project.Stack) {
	demo := traffic.Demo(t, s)
	call, err := demo.Call(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	before, err := demo.Trace(t.Context(), call)
	if err != nil {
		t.Fatal(err)
	}
	id, request := oddTrace()
	sent, err := otlp.Fields(request)
	if err != nil {
		t.Fatal(err)
	}
	receiver := otlp.Receiver(kube.Address(t, s.Namespace, "center-collector"))
	if answer, err := receiver.Send(t.Context(), otlp.GRPC, request); err != nil || !answer.Taken() {
		t.Fatalf("the odd trace is answered %v, %v", answer, err)
	}
	readOdd(t, s, id, sent)

	kube.ReplacePods(t, s.Namespace)
	readOdd(t, s, id, sent)
	demo = traffic.Demo(t, s)
	found, err := demo.Trace(t.Context(), call) // By a search.
	if err != nil || !reflect.DeepEqual(found, before) {
		t.Errorf("a search finds another trace of the dispatch than before: error %v", err)
	}
	byID, err := demo.Backend.ByID(t.Context(), before.ID)
	if err != nil || !reflect.DeepEqual(byID, before) {
		t.Errorf("by its ID the trace of the dispatch is another than before: error %v", err)
	}
}

// The name has letters outside ASCII and one outside the basic plane.
const oddService = "Größe/支付 🚕"

// oddTrace has 400 spans, each with what a store may lose: long numbers, errors, events and links. Times
// are whole microseconds, because Jaeger's indices have no shorter ones.
func oddTrace() (id []byte, request *otlp.Request) {
	id = otlp.NewID(16)
	spans := otlp.NewSpans(id, 400)
	start := uint64(time.Now().Add(-time.Minute).Truncate(time.Microsecond).UnixNano())
	for i, span := range spans {
		if i > 0 {
			span.ParentSpanId = spans[(i-1)/2].SpanId
		}
		span.Name = fmt.Sprintf("stück %d", i)
		span.Kind = traces.Span_SpanKind(1 + i%5)
		span.StartTimeUnixNano = start + uint64(i)*1000
		span.EndTimeUnixNano = span.StartTimeUnixNano + 1000*uint64(1+i)
		span.Attributes = []*common.KeyValue{
			otlp.Text("text", strings.Repeat("ü", 300)),
			{Key: "long", Value: &common.AnyValue{Value: &common.AnyValue_IntValue{IntValue: 1<<53 + 1 + int64(i)}}},
			{Key: "negative", Value: &common.AnyValue{Value: &common.AnyValue_IntValue{IntValue: -1<<63 + int64(i)}}},
			{Key: "part", Value: &common.AnyValue{Value: &common.AnyValue_DoubleValue{DoubleValue: 0.1}}},
			{Key: "yes", Value: &common.AnyValue{Value: &common.AnyValue_BoolValue{BoolValue: true}}},
		}
		span.Events = []*traces.Span_Event{{
			Name: "retry", TimeUnixNano: span.StartTimeUnixNano + 500_000,
			Attributes: []*common.KeyValue{otlp.Text("exception.message", "Zeitüberschreitung")},
		}}
		if i%4 == 0 {
			span.Status = &traces.Status{Code: traces.Status_STATUS_CODE_ERROR, Message: "no taxi"}
		}
		if i%3 == 0 {
			// The one attribute of a link that Jaeger's indices have. It is there also where nobody sent it.
			kind := otlp.Text("opentracing.ref_type", "follows_from")
			span.Links = []*traces.Span_Link{{TraceId: otlp.NewID(16), SpanId: otlp.NewID(8), Attributes: []*common.KeyValue{kind}}}
		}
	}
	return id, otlp.NewRequest(oddService, spans...)
}

// readOdd reads the trace by its ID and by a search for its service, until both have what was sent.
func readOdd(t *testing.T, s *project.Stack, id []byte, sent map[string]any) {
	t.Helper()
	source := traffic.Demo(t, s).Backend.(trace.Jaeger)
	search := url.Values{
		"query.service_name":   {oddService},
		"query.start_time_min": {time.Now().Add(-time.Hour).UTC().Format(time.RFC3339Nano)},
		"query.start_time_max": {time.Now().UTC().Format(time.RFC3339Nano)},
		"query.num_traces":     {"20"},
	}
	for how, query := range map[string]string{"its ID": "/" + hex.EncodeToString(id), "a search": "?" + search.Encode()} {
		wait.For(t, "the odd trace by "+how, func() error { return sameFields(t, source, query, sent) })
	}
}

func sameFields(t *testing.T, source trace.Jaeger, query string, sent map[string]any) error {
	body, err := source.Get(t.Context(), "/api/v3/traces"+query)
	if err != nil {
		return err
	}
	var answer struct{ Result json.RawMessage }
	if err := json.Unmarshal(body, &answer); err != nil {
		return err
	}
	got, err := otlp.FieldsIn(answer.Result)
	if err != nil {
		return err
	}
	if len(got) != len(sent) {
		return fmt.Errorf("it has %d spans, want %d", len(got), len(sent))
	}
	for id, want := range sent {
		if !reflect.DeepEqual(got[id], want) {
			return fmt.Errorf("span %s is\n%v\nwant\n%v", id, got[id], want)
		}
	}
	return nil
}
