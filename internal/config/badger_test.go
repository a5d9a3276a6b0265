package config_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/tracestack/tracestack/internal/config"
)

const (
	badgersPod = "must not be given: with storage badger all of Jaeger is one pod, and badger.resources are its own"
	notBadger  = "must not be given: only storage badger reads it"
)

// onDisk has a Jaeger on a disk, with other keys.
func onDisk(others map[string]string) map[string]string {
	all := maps.Clone(others)
	if all == nil {
		all = map[string]string{}
	}
	all["tracestack:storage"] = "badger"
	return all
}

func badgered(claim, inside, want string) refusal {
	return refusal{claim, onDisk(key("jaeger", inside)), "tracestack:jaeger" + want}
}

var ofBadger = []refusal{
	badgered("a disk without unit", `{"badger":{"volume":{"size":10}}}`, ".badger.volume.size: 10: "+dataRule),
	badgered("a disk that is too small", `{"badger":{"volume":{"size":"512Mi"}}}`, ".badger.volume.size: 512Mi: must be between 1Gi and 65536Gi"),
	badgered("a retention of minutes", `{"badger":{"retention":"10m"}}`, ".badger.retention: 10m: must be between 1h and 3650d"),
	badgered("Jaeger's own word for it", `{"badger":{"ttl":"2d"}}`, ".badger.ttl: [not shown]: no such key"),
	badgered("less memory than Badger takes", `{"badger":{"resources":{"limits":{"memory":"512Mi"}}}}`, ".badger.resources.limits.memory: 512Mi: must be at least 1Gi: "+
		"what Badger holds before it is on the disk, and what it has read from there, takes up to three quarters of it"),
	badgered("a number of traces", `{"maxTraces":2000}`, ".maxTraces: 2000: must not be given: only storage memory counts traces"),
	badgered("resources of a pod in memory", `{"resources":{"limits":{"cpu":1}}}`, ".resources: [not shown]: "+badgersPod),
	badgered("collectors", `{"collector":{"replicas":2}}`, ".collector: [not shown]: "+badgersPod),
	badgered("queries", `{"query":{"replicas":2}}`, ".query: [not shown]: "+badgersPod),
	nested("a disk of a Jaeger in memory", "jaeger", `{"badger":{"retention":"2d"}}`, "jaeger.badger: [not shown]: "+notBadger),
	roles("a disk of a Jaeger on a search store", `{"badger":{"retention":"2d"}}`, ".badger: [not shown]: "+notBadger),
	{"a disk that stays, in a namespace that goes", onDisk(key("jaeger", `{"badger":{"volume":{"retain":true}}}`)), "tracestack:createNamespace: true: " +
		"must be false with jaeger.badger.volume.retain, which profile prod sets: the disk would be deleted with the namespace; make the namespace first, or set jaeger.badger.volume.retain to false"},
}

func TestWhatABadgerDoesNotReadIsRefusedWithItsReason(t *testing.T) {
	for _, c := range ofBadger {
		t.Run(c.claim, func(t *testing.T) {
			_, err := config.Load(raw(c.given))
			if got := fmt.Sprint(err); got != c.want {
				t.Errorf("refused with\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestProductionKeepsABadgersTracesLongerAndItsDisk(t *testing.T) {
	for profile, want := range map[string]string{"dev": "2d false", "prod": "14d true"} {
		c, err := config.Load(raw(onDisk(map[string]string{"tracestack:profile": profile, "tracestack:createNamespace": "false"})))
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(c.Jaeger.Badger.Retention, " ", c.Jaeger.Badger.Volume.Retain); got != want {
			t.Errorf("%s: %s, want %s", profile, got, want)
		}
	}
}
