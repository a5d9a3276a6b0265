package config_test

import (
	"fmt"
	"testing"

	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/settings"
)

const (
	partRule  = "must be a probability such as 0.1, with at most 6 digits behind the point"
	onlyRule  = "an SDK that has operations looks at nothing else"
	adaptRule = "Jaeger keeps what it has counted in memory or badger alone"
)

// sampled is a problem of strategies that are right but for what is in them.
func sampled(claim, inside, problem string) refusal {
	return nested(claim, "jaeger", `{"sampling":{"mode":"static",`+inside+`}}`, "jaeger.sampling"+problem)
}

func adapted(claim, inside, problem string) refusal {
	return nested(claim, "jaeger", `{"sampling":{"mode":"adaptive","adaptive":`+inside+`}}`, "jaeger.sampling"+problem)
}

// ofSampling are the refusals of what SDKs are told.
var ofSampling = []refusal{
	nested("a mode that there is not", "jaeger", `{"sampling":{"mode":"remote"}}`, "jaeger.sampling.mode: remote: must be none, static or adaptive"),
	nested("strategies without their mode", "jaeger", `{"sampling":{"default":{"probability":0.1}}}`, "jaeger.sampling.default: [not shown]: must not be given with mode none, only with static"),
	nested("services without their mode", "jaeger", `{"sampling":{"services":[]}}`, "jaeger.sampling.services: [not shown]: must not be given with mode none, only with static"),
	nested("an aim without its mode", "jaeger", `{"sampling":{"mode":"static","adaptive":{"tracesPerSecond":2}}}`, "jaeger.sampling.adaptive: [not shown]: must not be given with mode static, only with adaptive"),
	nested("strategies beside an aim", "jaeger", `{"sampling":{"mode":"adaptive","default":{"probability":1}}}`, "jaeger.sampling.default: [not shown]: must not be given with mode adaptive, only with static"),
	roles("Jaeger that decides on a search store", `{"sampling":{"mode":"adaptive"}}`, ".sampling.mode: adaptive: must not be adaptive with storage elasticsearch: "+adaptRule),
	{"Jaeger that decides on a mirror's search store", stored("local", map[string]string{
		"tracestack:mirror": `{"backend":"jaeger","storage":"opensearch"}`, "tracestack:opensearch": "{" + esAddress + "}", "tracestack:jaeger": `{"sampling":{"mode":"adaptive"}}`,
	}), "tracestack:jaeger.sampling.mode: adaptive: must not be adaptive with storage opensearch: " + adaptRule},

	sampled("a probability in percent", `"default":{"probability":"10%"}`, `.default.probability: "10%": `+partRule),
	sampled("a probability above 1", `"default":{"probability":1.5}`, ".default.probability: 1.5: must be between 0 and 1"),
	sampled("a negative probability", `"default":{"probability":-0.1}`, ".default.probability: -0.1: "+partRule),
	sampled("a probability with an exponent", `"default":{"probability":1e-3}`, ".default.probability: 1e-3: "+partRule),
	sampled("a probability that is too exact", `"default":{"probability":0.0000001}`, ".default.probability: 0.0000001: "+partRule),
	sampled("a probability that is null", `"default":{"probability":null}`, ".default.probability: null: "+hasValue),
	sampled("no trace in a second", `"default":{"tracesPerSecond":0}`, ".default.tracesPerSecond: 0: must be between 1 and 1000000"),
	sampled("half a trace in a second", `"default":{"tracesPerSecond":0.5}`, ".default.tracesPerSecond: 0.5: must be a whole number in plain digits"),
	sampled("a part and a number", `"default":{"probability":0.1,"tracesPerSecond":2}`, ".default.probability: 0.1: must not be given with tracesPerSecond"),
	sampled("Jaeger's own words", `"default":{"type":"probabilistic","param":0.1}`, ".default.param: [not shown]: no such key\ntracestack:jaeger.sampling.default.type: [not shown]: no such key"),
	sampled("a number beside operations", `"default":{"tracesPerSecond":2,"operations":[{"operation":"a","probability":1}]}`, ".default.tracesPerSecond: 2: must not be given with operations: "+onlyRule),
	sampled("a number beside operations of the default", `"default":{"operations":[{"operation":"a","probability":1}]},"services":[{"service":"s","tracesPerSecond":2}]`, ".services[0].tracesPerSecond: 2: must not be given while the default has operations: they hold for this service too, and "+onlyRule),
	sampled("a service without a name", `"services":[{"probability":0.1}]`, ".services[0].service: not set: must be given"),
	sampled("a service without a name to read", `"services":[{"service":"","probability":0.1}]`, `.services[0].service: "": must not be empty`),
	sampled("a service twice", `"services":[{"service":"s"},{"service":"s"}]`, ".services[1].service: s: must be named once"),
	sampled("an operation without a name", `"default":{"operations":[{"probability":1}]}`, ".default.operations[0].operation: not set: must be given"),
	sampled("an operation without a probability", `"default":{"operations":[{"operation":"a"}]}`, ".default.operations[0].probability: not set: must be given"),
	sampled("an operation with a number", `"services":[{"service":"s","operations":[{"operation":"a","probability":1,"tracesPerSecond":1}]}]`, ".services[0].operations[0].tracesPerSecond: [not shown]: no such key"),
	sampled("an operation twice", `"services":[{"service":"s","operations":[{"operation":"a","probability":1},{"operation":"a","probability":0}]}]`, ".services[0].operations[1].operation: a: must be named once"),
	sampled("an operation of the default twice", `"default":{"operations":[{"operation":"a","probability":1},{"operation":"a","probability":0}]}`, ".default.operations[1].operation: a: must be named once"),

	adapted("an aim of no trace", `{"tracesPerSecond":0}`, ".adaptive.tracesPerSecond: 0: must be between 1 and 1000000"),
	adapted("an operation that is never seen", `{"minProbability":0}`, ".adaptive.minProbability: 0: must be between 0.000001 and 1"),
	adapted("a beginning below the least", `{"initialProbability":0.01,"minProbability":0.1}`, ".adaptive.initialProbability: 0.01: must not be less than minProbability, 0.1"),
	adapted("a least above the beginning", `{"minProbability":"0.5"}`, ".adaptive.initialProbability: 0.001: must not be less than minProbability, 0.5"),
}

func TestWhatSDKsCannotBeToldIsRefused(t *testing.T) {
	for _, c := range ofSampling {
		t.Run(c.claim, func(t *testing.T) {
			_, err := config.Load(raw(c.given))
			if got := fmt.Sprint(err); got != c.want {
				t.Errorf("refused with\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestAProbabilityIsANumberOrItsText(t *testing.T) {
	for text, want := range map[string]float64{"0": 0, "1": 1, "1.0": 1, `"0.25"`: 0.25, "0.000001": 0.000001, `"0.100"`: 0.1} {
		c, err := config.Load(raw(key("jaeger", `{"sampling":{"mode":"static","default":{"probability":`+text+`}}}`)))
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if got := c.Jaeger.Sampling.Default.Probability.Float(); got != want {
			t.Errorf("%s is read as %v, want %v", text, got, want)
		}
	}
	if got := settings.Probability("0.100").String(); got != "0.1" {
		t.Errorf("0.100 is written as %s", got)
	}
}

func TestJaegerDecidesWhereItCanKeepWhatItHasCounted(t *testing.T) {
	for _, storage := range []string{"memory", "badger"} {
		if _, err := config.Load(raw(map[string]string{"tracestack:storage": storage, "tracestack:jaeger": `{"sampling":{"mode":"adaptive"}}`})); err != nil {
			t.Errorf("%s: %v", storage, err)
		}
	}
}
