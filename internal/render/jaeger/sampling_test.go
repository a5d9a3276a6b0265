package jaeger_test

import (
	"testing"
	"time"

	"github.com/tracestack/tracestack/internal/render/jaeger"
)

func TestWhoTakesSpansTellsSDKsWhichTracesTheyBegin(t *testing.T) {
	sampling := &jaeger.Sampling{Strategies: &jaeger.Strategies{}}
	written, err := jaeger.Collector(sampling, searchStore())
	onSearchStore := rendered(t, written, err)
	k := kafka()
	k.Sampling = sampling
	memory, err := jaeger.Memory{Sampling: sampling, MaxTraces: 10}.Render()
	inMemory := rendered(t, memory, err)
	inFront, ingester := bothSides(t, k)
	for _, body := range []string{onSearchStore, inMemory, inFront} {
		has(t, body, "remote_sampling:\n", "path: "+jaeger.SamplingFile+"\n", "endpoint: 0.0.0.0:5778\n", "endpoint: 0.0.0.0:5779\n", "    - remote_sampling\n")
		hasNot(t, body, "adaptive")
	}
	hasNot(t, query(t, searchStore()), "remote_sampling")
	hasNot(t, ingester, "remote_sampling")
}

// Jaeger ends where an extension asks for another that is not there.
func TestInFrontOfKafkaThereIsAStoreForSamplingToAskFor(t *testing.T) {
	k := kafka()
	k.Sampling = &jaeger.Sampling{Strategies: &jaeger.Strategies{}}
	collector, _ := bothSides(t, k)
	has(t, collector, "extensions:\n    - jaeger_storage\n    - healthcheckv2\n    - remote_sampling\n", "unused:\n        memory:\n")
}

func TestJaegerThatDecidesCountsWhatComes(t *testing.T) {
	sampling := &jaeger.Sampling{Adaptive: &jaeger.Adaptive{TracesPerSecond: 2, InitialProbability: 0.001, MinProbability: 0.00001}}
	file, err := jaeger.Badger{Sampling: sampling, Retention: time.Hour}.Render()
	has(t, rendered(t, file, err), "sampling_store: traces\n", "target_samples_per_second: 2\n", "initial_sampling_probability: 0.001\n",
		"min_sampling_probability: 1e-05\n", "adaptive_sampling: {}\n", "- memory_limiter\n        - filter\n        - adaptive_sampling\n")
}

func TestStrategiesAreWrittenAsJaegerReadsThem(t *testing.T) {
	file, err := jaeger.Strategies{
		Default: jaeger.Strategy{}.RateLimiting(5),
		Services: []jaeger.Strategy{{
			Service: "shop", Operations: []jaeger.Strategy{jaeger.Strategy{Operation: "GET /"}.Probabilistic(0)},
		}},
	}.Render()
	has(t, rendered(t, file, err), `"type": "ratelimiting"`, `"param": 5`, `"service": "shop"`, `"operation": "GET /"`, `"type": "probabilistic"`, `"param": 0`)
}
