package collector_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/tracestack/tracestack/internal/render/collector"
)

const memory = 512 << 20

func render(t *testing.T, c collector.Config) map[string]any {
	t.Helper()
	file, err := collector.Render(c)
	if err != nil {
		t.Fatal(err)
	}
	var parsed map[string]any
	if err := yaml.Unmarshal([]byte(file.Body), &parsed); err != nil {
		t.Fatal(err)
	}
	return parsed
}

func at(object any, path ...string) any {
	for _, key := range path {
		object = object.(map[string]any)[key]
	}
	return object
}

func TestTheMemoryLimiterIsTheFirstProcessorAndNoneBatches(t *testing.T) {
	processors := at(render(t, collector.Config{Backend: "b:4317", MemoryLimit: memory}), "service", "pipelines", "traces", "processors").([]any)
	if processors[0] != "memory_limiter" {
		t.Errorf("first is %v", processors[0])
	}
	for _, processor := range processors {
		if processor == "batch" {
			t.Error("the batch processor, which newer releases do not have, is used")
		}
	}
}

func TestASpanThatSpoilsOthersIsDroppedBeforeItIsQueued(t *testing.T) {
	file := render(t, collector.Config{Backend: "b:4317", MemoryLimit: memory})
	if got := at(file, "service", "pipelines", "traces", "processors").([]any); !slices.Contains(got, any("filter")) {
		t.Errorf("the processors are %v", got)
	}
	conditions := fmt.Sprint(at(file, "processors", "filter", "traces", "span"))
	for _, field := range []string{"trace_id", "span_id", "start_time_unix_nano", "end_time_unix_nano"} {
		if !strings.Contains(conditions, field) {
			t.Errorf("%s is in no condition of %s", field, conditions)
		}
	}
	if got := at(file, "processors", "filter", "error_mode"); got != "ignore" {
		t.Errorf("a condition that fails is %v: the whole request would be dropped", got)
	}
}

func TestAcknowledgedSpansAreNeverGivenUp(t *testing.T) {
	exporter := at(render(t, collector.Config{Backend: "b:4317", MemoryLimit: memory}), "exporters", "otlp")
	if at(exporter, "retry_on_failure", "enabled") != true || at(exporter, "retry_on_failure", "max_elapsed_time") != "0s" {
		t.Errorf("retries are %v, want without end", at(exporter, "retry_on_failure"))
	}
	if at(exporter, "sending_queue", "block_on_overflow") != false {
		t.Error("a full queue holds the senders instead of refusing")
	}
}

func TestTheQueueGrowsWithTheMemory(t *testing.T) {
	for _, limit := range []int64{96 << 20, memory, 8 << 30} {
		queue := at(render(t, collector.Config{Backend: "b:4317", MemoryLimit: limit}), "exporters", "otlp", "sending_queue")
		if got := at(queue, "queue_size"); got != int(limit/8) {
			t.Errorf("queue of %v bytes with %d of memory", got, limit)
		}
	}
}

func TestAQueueOnDiskIsInAFileOfItsOwnAndTheMirrorsInMemory(t *testing.T) {
	file := render(t, collector.Config{Backend: "b:4317", Mirror: "m:4317", MemoryLimit: memory, Queue: 1 << 30, OnDisk: true})
	queue := at(file, "exporters", "otlp", "sending_queue")
	if at(queue, "storage") != "file_storage" || at(queue, "queue_size") != 1<<30 {
		t.Errorf("the queue is %v", queue)
	}
	storage := at(file, "extensions", "file_storage")
	if !strings.HasPrefix(at(storage, "directory").(string), collector.Dir+"/") || at(storage, "create_directory") != true || at(storage, "recreate") != true {
		t.Errorf("the storage is %v", storage)
	}
	if got := at(file, "service", "extensions"); !slices.Contains(got.([]any), any("file_storage")) {
		t.Errorf("the extensions are %v", got)
	}
	mirror := at(file, "exporters", "otlp/mirror", "sending_queue")
	if at(mirror, "storage") != nil || at(mirror, "queue_size") != memory/16 {
		t.Errorf("the mirror's queue is %v", mirror)
	}
}

func TestAQueueInMemoryHasNoFile(t *testing.T) {
	file, err := collector.Render(collector.Config{Backend: "b:4317", MemoryLimit: memory})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(file.Body, "storage") {
		t.Errorf("rendered\n%s", file.Body)
	}
}

func TestAQueueIsAsLargeAsItIsWritten(t *testing.T) {
	queue := at(render(t, collector.Config{Backend: "b:4317", MemoryLimit: memory, Queue: 20 << 20}), "exporters", "otlp", "sending_queue")
	if at(queue, "queue_size") != 20<<20 {
		t.Errorf("the queue is %v", queue)
	}
}

// What a backend still writes when it is given up is stored twice.
func TestABackendIsGivenMoreTimeThanTheExportersOwn(t *testing.T) {
	file := render(t, collector.Config{Backend: "b:4317", MemoryLimit: memory})
	if got := at(file, "exporters", "otlp", "timeout"); got != "30s" {
		t.Errorf("an attempt takes at most %v", got)
	}
}

func TestAClientIsLetGoOfAndItsCallsAreNotCutOff(t *testing.T) {
	age := at(render(t, collector.Config{Backend: "b:4317", MemoryLimit: memory}), "receivers", "otlp", "protocols", "grpc", "keepalive", "server_parameters")
	if at(age, "max_connection_age") != "30s" || at(age, "max_connection_age_grace") != "30s" {
		t.Errorf("connections end by %v", age)
	}
}

func TestABatchIsMeasuredAsTheQueueIs(t *testing.T) {
	queue := at(render(t, collector.Config{Backend: "b:4317", MemoryLimit: memory}), "exporters", "otlp", "sending_queue")
	// Written out: not every release takes the queue's.
	if got := at(queue, "batch", "sizer"); got != "bytes" || got != at(queue, "sizer") {
		t.Errorf("the batch is measured in %v, the queue in %v", got, at(queue, "sizer"))
	}
}

func TestAMirrorHasAQueueOfItsOwnAndNeverHoldsUpTheBackend(t *testing.T) {
	file := render(t, collector.Config{Backend: "b:4317", Mirror: "m:4317", MemoryLimit: memory})
	exporters := at(file, "exporters")
	if got := at(file, "service", "pipelines", "traces", "exporters"); !slices.Equal(got.([]any), []any{"otlp", "otlp/mirror"}) {
		t.Errorf("spans go to %v", got)
	}
	if at(exporters, "otlp", "endpoint") != "b:4317" || at(exporters, "otlp/mirror", "endpoint") != "m:4317" {
		t.Errorf("exporters are %v", exporters)
	}
	if got := at(exporters, "otlp", "retry_on_failure", "max_elapsed_time"); got != "0s" {
		t.Errorf("the backend's spans are given up after %v", got)
	}
	// A mirror that hangs: each copy is held for the one attempt, or for the retries.
	const least = 8 << 20 // bytes in a second
	for _, path := range [][]string{{"timeout"}, {"retry_on_failure", "max_elapsed_time"}} {
		given := at(exporters, append([]string{"otlp/mirror"}, path...)...)
		held, err := time.ParseDuration(fmt.Sprint(given))
		if err != nil || held <= 0 || float64(at(exporters, "otlp/mirror", "sending_queue", "queue_size").(int))/held.Seconds() < least {
			t.Errorf("%v is %v: the mirror's queue would fill, and refuse what the backend takes", path, given)
		}
	}
	both := at(exporters, "otlp", "sending_queue", "queue_size").(int) + at(exporters, "otlp/mirror", "sending_queue", "queue_size").(int)
	if alone := at(render(t, collector.Config{Backend: "b:4317", MemoryLimit: memory}), "exporters", "otlp", "sending_queue", "queue_size"); both != alone {
		t.Errorf("two queues take %d bytes, one %v", both, alone)
	}
}

func TestWithoutAMirrorThereIsNoTraceOfOne(t *testing.T) {
	file, err := collector.Render(collector.Config{Backend: "b:4317", MemoryLimit: memory})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(file.Body, "mirror") || strings.Contains(file.Body, "num_consumers") {
		t.Errorf("rendered\n%s", file.Body)
	}
}

func TestWhatCannotWorkIsNotRendered(t *testing.T) {
	for claim, c := range map[string]collector.Config{
		"no backend":               {MemoryLimit: memory},
		"no memory":                {Backend: "b:4317"},
		"a queue below a batch":    {Backend: "b:4317", MemoryLimit: 95 << 20},
		"a written one below it":   {Backend: "b:4317", MemoryLimit: memory, Queue: 11 << 20},
		"two queues below a batch": {Backend: "b:4317", Mirror: "m:4317", MemoryLimit: 191 << 20},
	} {
		t.Run(claim, func(t *testing.T) {
			if file, err := collector.Render(c); err == nil {
				t.Errorf("rendered\n%s", file.Body)
			}
		})
	}
}

func TestTheHashIsOfTheContent(t *testing.T) {
	hash := func(backend string) string {
		file, err := collector.Render(collector.Config{Backend: backend, MemoryLimit: memory})
		if err != nil {
			t.Fatal(err)
		}
		return file.Hash
	}
	first, again, other := hash("a:4317"), hash("a:4317"), hash("b:4317")
	if first != again || first == other {
		t.Errorf("hashes of a, a, b: %s %s %s", first, again, other)
	}
}

// The collector takes ${env:NAME} for a variable, and $$ for $.
func TestABackendsAddressIsReadAsItWasWritten(t *testing.T) {
	file := render(t, collector.Config{Backend: "${env:HOME}$$:4317", MemoryLimit: memory})
	if got := at(file, "exporters", "otlp", "endpoint"); got != "$${env:HOME}$$$$:4317" {
		t.Errorf("the endpoint is %v", got)
	}
}
