package config_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/tracestack/tracestack/internal/config"
)

// told is a problem of the applications' namespaces.
func told(claim, namespaces, problem string) refusal {
	return nested(claim, "applications", `{"namespaces":`+namespaces+`}`, "applications.namespaces"+problem)
}

// ofApplications are the refusals of who is told where the gateway is.
var ofApplications = []refusal{
	told("one namespace as text", `"shop"`, ": [not shown]: must be an array, not a string"),
	told("a namespace in capitals", `["Shop"]`, "[0]: Shop: "+dnsRule),
	told("a namespace that is empty", `["shop",""]`, `[1]: "": `+dnsRule),
	told("a namespace with a cluster domain", `["shop.svc"]`, "[0]: shop.svc: "+dnsRule),
	told("a namespace that is a number", `[4]`, "[0]: 4: must be a string, not a number"),
	told("a namespace twice", `["shop","billing","shop"]`, "[2]: shop: must be named once"),
	nested("a namespace in the singular", "applications", `{"namespace":"shop"}`, "applications.namespace: [not shown]: no such key; did you mean namespaces?"),
}

// injected is a problem of an instrumentation that is right but for what is added to it.
func injected(claim, more, problem string) refusal {
	return nested(claim, "instrumentation", `{"namespaces":["shop"],`+more+`}`, "instrumentation"+problem)
}

const (
	ratioRule     = "must be a number from 0 to 1 in plain digits, such as 0.25"
	samplerRule   = "must be always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off or parentbased_traceidratio"
	attributeRule = "must be the name of an attribute, and not one that the operator sets for each pod"
	resourceRule  = "must be at most 255 letters, digits, -, _, ., /, : and @"
	propagateRule = "must be tracecontext, baggage, b3 or b3multi"
)

// ofInstrumentation are the refusals of what the operator puts into pods.
var ofInstrumentation = []refusal{
	nested("a namespace of the operator twice", "instrumentation", `{"namespaces":["shop","shop"]}`, "instrumentation.namespaces[1]: shop: must be named once"),
	nested("a namespace of the operator in capitals", "instrumentation", `{"namespaces":["Shop"]}`, "instrumentation.namespaces[0]: Shop: "+dnsRule),
	injected("no propagator", `"propagators":[]`, ".propagators: []: must have at least one"),
	injected("a propagator twice", `"propagators":["b3","b3"]`, ".propagators[1]: b3: must be named once"),
	injected("a propagator that not every language has", `"propagators":["tracecontext","jaeger"]`, ".propagators[1]: jaeger: "+propagateRule),
	injected("propagators as the variable has them", `"propagators":"tracecontext,baggage"`, ".propagators: [not shown]: must be an array, not a string"),
	injected("a sampler in capitals", `"sampler":{"type":"AlwaysOn"}`, ".sampler.type: AlwaysOn: "+samplerRule),
	injected("a sampler that asks a server", `"sampler":{"type":"jaeger_remote"}`, ".sampler.type: jaeger_remote: "+samplerRule),
	injected("a ratio without a number", `"sampler":{"type":"parentbased_traceidratio"}`, ".sampler.argument: not set: must be given with type parentbased_traceidratio"),
	injected("a number without a ratio", `"sampler":{"argument":"0.5"}`, ".sampler.argument: [not shown]: must not be given with type parentbased_always_on, only with traceidratio, parentbased_traceidratio"),
	injected("a number that is no text", `"sampler":{"type":"traceidratio","argument":0.5}`, ".sampler.argument: 0.5: must be a string, not a number"),
	injected("a part in percent", `"sampler":{"type":"traceidratio","argument":"25%"}`, ".sampler.argument: 25%: "+ratioRule),
	injected("a part above 1", `"sampler":{"type":"traceidratio","argument":"1.5"}`, ".sampler.argument: 1.5: "+ratioRule),
	injected("a part below 0", `"sampler":{"type":"traceidratio","argument":"-0.5"}`, ".sampler.argument: -0.5: "+ratioRule),
	injected("a part without a digit in front", `"sampler":{"type":"traceidratio","argument":".5"}`, ".sampler.argument: .5: "+ratioRule),
	injected("a part with an exponent", `"sampler":{"type":"traceidratio","argument":"1e-3"}`, ".sampler.argument: 1e-3: "+ratioRule),
	injected("a part with a comma", `"sampler":{"type":"traceidratio","argument":"0,5"}`, ".sampler.argument: 0,5: "+ratioRule),
	injected("the service's name for all", `"resourceAttributes":{"service.name":"shop"}`, `.resourceAttributes["service.name"]: [not shown]: `+attributeRule),
	injected("a pod's name for all", `"resourceAttributes":{"k8s.pod.name":"shop"}`, `.resourceAttributes["k8s.pod.name"]: [not shown]: `+attributeRule),
	injected("an attribute with a space", `"resourceAttributes":{"my team":"shop"}`, `.resourceAttributes["my team"]: [not shown]: `+attributeRule),
	injected("two values of an attribute", `"resourceAttributes":{"team":"shop,billing"}`, `.resourceAttributes["team"]: shop,billing: `+resourceRule),
	injected("a value that is decoded", `"resourceAttributes":{"team":"50%25"}`, `.resourceAttributes["team"]: 50%25: `+resourceRule),
	injected("a value that Kubernetes expands", `"resourceAttributes":{"team":"$(HOSTNAME)"}`, `.resourceAttributes["team"]: $(HOSTNAME): `+resourceRule),
	injected("a value that is empty", `"resourceAttributes":{"team":""}`, `.resourceAttributes["team"]: "": `+resourceRule),
	injected("a request above the limit of an agent", `"resources":{"requests":{"memory":"1Gi"}}`, ".resources.requests.memory: 1Gi: must not be more than the limit, 256Mi"),
	nested("an agent's image by latest", "images", `{"agents":{"java":{"tag":"latest"}}}`, "images.agents.java.tag: latest: must be a tag other than latest"),
	nested("an agent that there is not", "images", `{"agents":{"ruby":{"tag":"1.0.0"}}}`, "images.agents.ruby: [not shown]: no such key"),
}

func TestWhatApplicationsAreToldIsRefusedWithItsReason(t *testing.T) {
	for _, c := range slices.Concat(ofApplications, ofInstrumentation) {
		t.Run(c.claim, func(t *testing.T) {
			_, err := config.Load(raw(c.given))
			if got := fmt.Sprint(err); got != c.want {
				t.Errorf("refused with\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestWhatEverySDKReadsAlikeIsTaken(t *testing.T) {
	for _, argument := range []string{"0", "1", "0.0", "1.0", "0.25", "0.000000001"} {
		c, err := config.Load(raw(key("instrumentation", `{"sampler":{"type":"traceidratio","argument":"`+argument+`"}}`)))
		if err != nil || c.Instrumentation.Sampler.Argument != argument {
			t.Errorf("%s: %q, %v", argument, c.Instrumentation.Sampler.Argument, err)
		}
	}
	c, err := config.Load(raw(map[string]string{
		"tracestack:instrumentation": `{"propagators":["b3"],"resourceAttributes":{"deployment.environment.name":"prod","k8s.cluster.name":"eu-1"}}`,
		"tracestack:images":          `{"registry":"registry.example.com/mirror"}`,
	}))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(c.Instrumentation.Propagators), "[b3]"; got != want {
		t.Errorf("propagators are %s, want %s", got, want)
	}
	if got, want := c.Images.Agents.Java.String(), "registry.example.com/mirror/open-telemetry/opentelemetry-operator/autoinstrumentation-java:1.33.6"; got != want {
		t.Errorf("Java's agent comes from %s, want %s", got, want)
	}
}
