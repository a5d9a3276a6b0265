package jaeger_test

import (
	"testing"
	"time"

	"github.com/tracestack/tracestack/internal/render/jaeger"
)

func TestABadgersTracesAreOnTheVolumeForTheirTime(t *testing.T) {
	file, err := jaeger.Badger{Retention: 48 * time.Hour}.Render()
	has(t, rendered(t, file, err), "badger:\n", "ephemeral: false\n", "spans: 48h0m0s\n",
		"keys: "+jaeger.Dir+"/keys\n", "values: "+jaeger.Dir+"/values\n", "trace_storage: traces\n")
}

// Badger by itself keeps traces for three days.
func TestABadgerWithoutARetentionIsRefused(t *testing.T) {
	if file, err := (jaeger.Badger{}).Render(); err == nil {
		t.Errorf("rendered:\n%s", file.Body)
	}
}

// With one longer attribute Badger refuses whatever came along, and the collector would send it for ever.
func TestWhatABadgersKeysCannotHoldDoesNotReachIt(t *testing.T) {
	file, err := jaeger.Badger{Retention: time.Hour}.Render()
	has(t, rendered(t, file, err), "- memory_limiter\n        - filter\n", "error_mode: ignore\n",
		"- Len(String(resource.attributes)) + Len(String(span.attributes)) + Len(span.name) > 60000\n",
		"spanevent:\n        - Len(String(resource.attributes)) + Len(String(spanevent.attributes)) + Len(spanevent.name) > 60000\n")
}
