package render_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/internal/render/collector"
	"github.com/tracestack/tracestack/internal/render/jaeger"
	"github.com/tracestack/tracestack/internal/render/tempo"
	"github.com/tracestack/tracestack/internal/sizes"
)

// number reads a whole number out of a rendered file.
func number(t *testing.T, file render.File, path string) int {
	t.Helper()
	var object any
	if err := yaml.Unmarshal([]byte(file.Body), &object); err != nil {
		t.Fatal(err)
	}
	for key := range strings.SplitSeq(path, " ") {
		inner, _ := object.(map[string]any)
		object = inner[key]
	}
	number, ok := object.(int)
	if !ok {
		t.Fatalf("%s: %s is %v, want a number", file.Name, path, object)
	}
	return number
}

// taken is what an OTLP receiver takes at once by each protocol, in bytes.
func taken(t *testing.T, file render.File, path string) map[string]int {
	t.Helper()
	return map[string]int{
		"gRPC": number(t, file, path+" otlp protocols grpc max_recv_msg_size_mib") << 20,
		"HTTP": number(t, file, path+" otlp protocols http max_request_body_size"),
	}
}

func rendered(t *testing.T) func(render.File, error) render.File {
	return func(file render.File, err error) render.File {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return file
	}
}

func TestNothingIsTakenThatTheNextPartRefuses(t *testing.T) {
	least := int64(sizes.CollectorMemory(2, 0))
	gateway := rendered(t)(collector.Render(collector.Config{Backend: "b:4317", Mirror: "m:4317", MemoryLimit: least}))
	for _, exporter := range []string{"otlp", "otlp/mirror"} {
		batch := number(t, gateway, "exporters "+exporter+" sending_queue batch max_size")
		if queue := number(t, gateway, "exporters "+exporter+" sending_queue queue_size"); queue < batch {
			t.Errorf("the queue to %s holds %d bytes, a batch may have %d", exporter, queue, batch)
		}
		for protocol, request := range taken(t, gateway, "receivers") {
			// A span is never split, and encoded anew it can be three times as large.
			if 3*request > batch {
				t.Errorf("the collector takes %d bytes by %s and sends %d to %s", request, protocol, batch, exporter)
			}
		}
		for backend, takes := range backends(t) {
			// A batch that is split can be some bytes larger than it should.
			if takes < batch+1024 {
				t.Errorf("the collector sends %d bytes to %s, %s takes %d", batch, exporter, backend, takes)
			}
		}
	}
}

// backends are the least that each backend takes at once, by gRPC, as the collector sends.
func backends(t *testing.T) map[string]int {
	t.Helper()
	all := map[string]int{
		"jaeger": taken(t, rendered(t)(jaeger.Memory{MaxTraces: 10}.Render()), "receivers")["gRPC"],
	}
	for _, major := range []int{2, 3} {
		file := rendered(t)(tempo.Render(tempo.Config{
			Major: major, Store: tempo.Store{Provider: "local"}, Retention: time.Hour, TraceIdle: time.Second, BlockDuration: time.Minute,
			Limits: tempo.Limits{TraceBytes: 1, RateBytes: 1, BurstBytes: sizes.Message, LiveTraces: 1},
			Query:  tempo.Query{Search: time.Hour, Metrics: time.Hour},
		}))
		all[fmt.Sprint("tempo ", major)] = taken(t, file, "distributor receivers")["gRPC"]
		all[fmt.Sprint("tempo's inside ", major)] = number(t, file, "server grpc_server_max_recv_msg_size")
	}
	return all
}
