package config_test

import (
	"fmt"
	"testing"

	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/internal/sizes"
)

func waiting(claim, inside, want string) refusal {
	return nested(claim, "collector", `{"queue":`+inside+`}`, "collector.queue"+want)
}

const (
	small   = ": small requests take up to three times their size there, and a full disk loses spans"
	decoded = ": what waits takes four times its encoded size"
)

var ofQueue = []refusal{
	waiting("a queue that is text", `"disk"`, ": [not shown]: must be an object, not a string"),
	waiting("a queue of another storage", `{"storage":"kafka"}`, ".storage: kafka: must be memory or disk"),
	waiting("a queue without unit", `{"size":1000}`, ".size: 1000: "+dataRule),
	waiting("a queue in the collector's own unit", `{"size":"64MiB"}`, ".size: \"64MiB\": "+dataRule),
	waiting("a queue below what is sent at once", `{"size":"11Mi"}`, ".size: 11Mi: must be between 12Mi and 65536Gi"),
	waiting("a queue above its share of the memory", `{"size":"65Mi"}`, ".size: 65Mi: must be at most an eighth of resources.limits.memory, 512Mi"+decoded),
	{"a queue above what it shares with the mirror", map[string]string{
		"tracestack:mirror": `{"backend":"tempo","storage":"local"}`, "tracestack:collector": `{"queue":{"size":"33Mi"}}`,
	}, "tracestack:collector.queue.size: 33Mi: must be at most a sixteenth, as there is a mirror, of resources.limits.memory, 512Mi" + decoded},
	waiting("a disk of a queue in memory", `{"volume":{"size":"10Gi"}}`, ".volume: [not shown]: must not be given with storage memory"),
	waiting("a disk that is too small", `{"storage":"disk","volume":{"size":"512Mi"}}`, ".volume.size: 512Mi: must be between 1Gi and 65536Gi"),
	waiting("a disk that goes with its pod", `{"storage":"disk","volume":{"retain":false}}`, ".volume.retain: [not shown]: no such key"),
	waiting("a class that is no name", `{"storage":"disk","volume":{"storageClass":"a/b"}}`, ".volume.storageClass: a/b: "+objectRule),
	waiting("a queue above its share of the default disk", `{"storage":"disk","size":"683Mi"}`, ".size: 683Mi: must be at most a third of volume.size, 2Gi"+small),
	waiting("a queue as large as its disk", `{"storage":"disk","size":"9Gi","volume":{"size":"9Gi"}}`, ".size: 9Gi: must be at most a third of volume.size, 9Gi"+small),
	nested("less memory than a queue on disk takes", "collector", `{"queue":{"storage":"disk"},"resources":{"limits":{"memory":"191Mi"}}}`,
		"collector.resources.limits.memory: 191Mi: must be at least 192Mi: with a queue on disk it reads several requests at once, as large as they may come"),
}

func TestAQueueThatCannotWorkIsRefusedWithItsReason(t *testing.T) {
	for _, c := range ofQueue {
		t.Run(c.claim, func(t *testing.T) {
			_, err := config.Load(raw(c.given))
			if got := fmt.Sprint(err); got != c.want {
				t.Errorf("refused with\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestAQueueHasItsShareOrWhatIsWritten(t *testing.T) {
	for given, want := range map[string]int64{
		`{}`:                           0, // Of the memory.
		`{"queue":{"size":"64Mi"}}`:    64 << 20,
		`{"queue":{"storage":"disk"}}`: 2 << 30 / 3,
		`{"queue":{"storage":"disk","volume":{"size":"9Gi"}}}`:              3 << 30,
		`{"queue":{"storage":"disk","size":"3Gi","volume":{"size":"9Gi"}}}`: 3 << 30,
		`{"queue":{"storage":"disk","size":"12Mi"}}`:                        sizes.Batch,
		`{"queue":{"storage":"memory","size":"12Mi"}}`:                      sizes.Batch,
	} {
		c, err := config.Load(raw(key("collector", given)))
		if err != nil {
			t.Errorf("%s: %v", given, err)
		} else if got := c.Collector.Queue.Bytes(); got != want {
			t.Errorf("%s: %d bytes, want %d", given, got, want)
		}
	}
}

func TestProductionKeepsItsQueueOnDisk(t *testing.T) {
	for profile, want := range map[string]bool{"dev": false, "prod": true} {
		c, err := config.Load(raw(map[string]string{"tracestack:profile": profile, "tracestack:storage": "elasticsearch",
			"tracestack:elasticsearch": `{"urls":["https://search:9200"]}`}))
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Collector.Queue.OnDisk(); got != want {
			t.Errorf("%s: on disk: %t, want %t", profile, got, want)
		}
	}
}
