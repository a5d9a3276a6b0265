package jaeger_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tracestack/tracestack/internal/render/jaeger"
)

func TestOnlyWhatIsAskedForIsReachable(t *testing.T) {
	file, err := jaeger.Memory{MaxTraces: 10}.Render()
	if err != nil {
		t.Fatal(err)
	}
	var listens []string
	for _, match := range regexp.MustCompile(`(?m)endpoint: (\S+)$`).FindAllStringSubmatch(file.Body, -1) {
		listens = append(listens, match[1])
	}
	slices.Sort(listens)
	want := []string{"0.0.0.0:13133", "0.0.0.0:16685", "0.0.0.0:16686", "0.0.0.0:4317", "0.0.0.0:4318"}
	if !slices.Equal(listens, want) {
		t.Errorf("listens on %v, want %v", listens, want)
	}
	for _, unasked := range []string{"zipkin", "remote_sampling", "expvar", "zpages", "thrift", "localhost"} {
		if strings.Contains(file.Body, unasked) {
			t.Errorf("the file has %s:\n%s", unasked, file.Body)
		}
	}
}

func TestTheStoreHasALimit(t *testing.T) {
	file, err := jaeger.Memory{MaxTraces: 10}.Render()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(file.Body, "max_traces: 10\n") {
		t.Errorf("the limit is not in\n%s", file.Body)
	}
	if file, err := (jaeger.Memory{}).Render(); err == nil {
		t.Errorf("a store without limit is rendered:\n%s", file.Body)
	}
}

// Without it a pod that is killed takes everything with it that it had taken.
func TestTheStoreRefusesBeforeItsPodIsKilled(t *testing.T) {
	file, err := jaeger.Memory{MaxTraces: 10}.Render()
	has(t, rendered(t, file, err), "processors:\n        - memory_limiter\n      exporters:\n",
		"check_interval: 100ms\n", "limit_percentage: 85\n", "spike_limit_percentage: 15\n")
}
