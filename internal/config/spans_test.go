package config_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/tracestack/tracestack/internal/config"
)

func collects(claim, inside, want string) refusal {
	return nested(claim, "collector", inside, "collector."+want)
}

// adds has a configuration of the collector's own.
func adds(claim, configuration, want string) refusal {
	text, err := json.Marshal(configuration)
	if err != nil {
		panic(err)
	}
	return collects(claim, `{"extra":{"configuration":`+string(text)+`}}`, "extra.configuration: "+want)
}

const (
	onlySections = "must not be given: only connectors, exporters, extensions, processors, receivers and service"
	onlyTail     = "[not shown]: must not be given with mode none, only with tail"
	seenByAll    = "must be ${env:NAME}, with NAME in environment: everybody who may read ConfigMaps sees it"
)

// ofSpans is what spans carry, which of them are kept, and what is added.
var ofSpans = []refusal{
	collects("an unknown source", `{"kubernetesAttributes":{"from":"kubelet"}}`, "kubernetesAttributes.from: kubelet: must be none, address or cluster"),
	collects("a namespace that nobody watches", `{"kubernetesAttributes":{"from":"address","namespace":"shop"}}`,
		"kubernetesAttributes.namespace: [not shown]: must not be given with from address, only with cluster"),
	collects("rights that nobody needs", `{"kubernetesAttributes":{"rights":"given"}}`,
		"kubernetesAttributes.rights: [not shown]: must not be given with from none, only with cluster"),
	collects("a namespace that is none", `{"kubernetesAttributes":{"from":"cluster","namespace":"Shop"}}`,
		"kubernetesAttributes.namespace: Shop: must be a DNS label: at most 63 lower-case letters, digits and -"),
	collects("an attribute that is none", `{"resourceAttributes":{"a b":"c"}}`, `resourceAttributes["a b"]: [not shown]: must be the name of an attribute, such as http.method`),
	collects("an attribute's value with a blank", `{"resourceAttributes":{"a":"b c"}}`, `resourceAttributes["a"]: b c: must be at most 255 letters, digits, -, _, ., /, : and @`),

	collects("an unknown mode", `{"sampling":{"mode":"head"}}`, "sampling.mode: head: must be none or tail"),
	collects("a wait without samplers", `{"sampling":{"decisionWait":"5s"}}`, "sampling.decisionWait: "+onlyTail),
	collects("errors without samplers", `{"sampling":{"errors":"share"}}`, "sampling.errors: "+onlyTail),
	collects("slow ones without samplers", `{"sampling":{"slowerThan":"2s"}}`, "sampling.slowerThan: "+onlyTail),
	collects("a share without samplers", `{"sampling":{"share":"0.5"}}`, "sampling.share: "+onlyTail),
	collects("services without samplers", `{"sampling":{"services":[{"service":"a","share":"1"}]}}`, "sampling.services: "+onlyTail),
	collects("a rate without samplers", `{"sampling":{"spansPerSecond":5}}`, "sampling.spansPerSecond: "+onlyTail),
	collects("replicas without samplers", `{"sampling":{"replicas":2}}`, "sampling.replicas: "+onlyTail),
	collects("resources without samplers", `{"sampling":{"resources":{"limits":{"memory":"1Gi"}}}}`, "sampling.resources: "+onlyTail),
	collects("a share above one", `{"sampling":{"mode":"tail","share":"1.5"}}`, "sampling.share: 1.5: must be between 0 and 1"),
	collects("a share in percent", `{"sampling":{"mode":"tail","share":"10%"}}`, `sampling.share: "10%": must be a probability such as 0.1, with at most 6 digits behind the point`),
	collects("a time without unit", `{"sampling":{"mode":"tail","slowerThan":"250"}}`, `sampling.slowerThan: "250": must be a time such as 250ms, 2s or 1m`),
	collects("no wait", `{"sampling":{"mode":"tail","decisionWait":"0s"}}`, "sampling.decisionWait: 0s: must be between 1s and 5m"),
	collects("an autoscaler of samplers", `{"sampling":{"mode":"tail","autoscaling":{"maxReplicas":4}}}`, "sampling.autoscaling: [not shown]: no such key"),
	collects("a service without a share", `{"sampling":{"mode":"tail","services":[{"service":"a"}]}}`, "sampling.services[0].share: not set: must be given"),
	collects("a service named twice", `{"sampling":{"mode":"tail","services":[{"service":"a","share":"1"},{"service":"a","share":"0.5"}]}}`,
		"sampling.services[1].service: a: must be named once"),
	collects("samplers with little memory", `{"sampling":{"mode":"tail","resources":{"limits":{"memory":"191Mi"},"requests":{"memory":"64Mi"}}}}`,
		"sampling.resources.limits.memory: 191Mi: must be at least 192Mi: it must hold what comes at once, and traces that wait"),
	{"samplers before a Tempo that counts spans", map[string]string{
		"tracestack:backend": "tempo", "tracestack:storage": "local", "tracestack:prometheus": `{"mode":"standalone"}`,
		"tracestack:collector": `{"sampling":{"mode":"tail"}}`,
	}, "tracestack:collector.sampling.mode: tail: must not be tail with a Tempo whose spans are counted in a Prometheus: it would count only those that are kept"},

	adds("text that is no object", "zipkin", "[not shown]: must be an object in YAML: yaml: unmarshal errors:\\n  line 1: cannot unmarshal !!str `zipkin` into map[string]interface {}"),
	adds("a comment alone", "# nothing", "[not shown]: must be an object in YAML"),
	adds("a key that is given twice", "receivers: {}\nreceivers: {}\n", `[not shown]: must be an object in YAML: yaml: unmarshal errors:\n  line 2: mapping key \"receivers\" already defined at line 1`),
	adds("a section that there is not", "receiver: {}", "receiver: "+onlySections),
	adds("the collector's telemetry", "service: {telemetry: {}}", "service.telemetry: must not be given: only service.extensions and service.pipelines"),
	adds("the collector's own receiver", "receivers: {otlp: {}}", "receivers.otlp: must not be one of the collector's own; give another a name behind it, such as otlp/other"),
	adds("the collector's own exporter, which is not there now", "exporters: {otlp/mirror: {}}", "exporters.otlp/mirror: must not be one of the collector's own; give another a name behind it, such as otlp/other"),
	adds("a receiver that is there already", "service: {pipelines: {traces: {receivers: [otlp]}}}", "service.pipelines.traces.receivers: must not name otlp, which is there already"),
	adds("an extension that is there already", "service: {extensions: [health_check]}", "service.extensions: must not name health_check, which is there already"),
	adds("a pipeline that is a list", "service: {pipelines: {traces: []}}", "service.pipelines.traces: must be an object"),
	adds("a list that is text", "service: {pipelines: {traces: {receivers: zipkin}}}", "service.pipelines.traces.receivers: must be a list"),
	adds("samplers in the gateway", "processors: {tail_sampling/mine: {}}",
		"processors.tail_sampling/mine: must not be given: each pod has a part of a trace only; collector.sampling has samplers that get all of it"),
	adds("a password in plain", "exporters: {otlp/x: {auth: {password: hunter2}}}", "exporters.otlp/x.auth.password: "+seenByAll),
	adds("a header in plain", "exporters: {otlphttp/x: {headers: {Authorization: Bearer x}}}", "exporters.otlphttp/x.headers.Authorization: "+seenByAll),
	adds("a variable that nobody sets", "exporters: {otlp/x: {headers: {x-key: '${env:KEY} $${env:OTHER} ${env:NONE:-x}'}}}", "${env:KEY}: must be in environment, with a Secret and an entry of it"),
	collects("variables of nothing", `{"extra":{"environment":[{"name":"KEY","secret":"keys","key":"zipkin"}]}}`, "extra.environment: [not shown]: must not be given without configuration"),
	collects("ports of nothing", `{"extra":{"ports":[{"name":"zipkin","port":9411}]}}`, "extra.ports: [not shown]: must not be given without configuration"),
	collects("a variable in small letters", `{"extra":{"configuration":"connectors: {}","environment":[{"name":"key","secret":"keys","key":"zipkin"}]}}`,
		"extra.environment[0].name: key: must be the name of a variable: capital letters, digits and _"),
	collects("a variable of the program", `{"extra":{"configuration":"connectors: {}","environment":[{"name":"GOMEMLIMIT","secret":"keys","key":"zipkin"}]}}`,
		"extra.environment[0].name: GOMEMLIMIT: must not be one that the program sets"),
	collects("a variable twice", `{"extra":{"configuration":"connectors: {}","environment":[{"name":"A","secret":"b","key":"c"},{"name":"A","secret":"b","key":"d"}]}}`,
		"extra.environment[1].name: A: must be named once"),
	collects("a port of the collector", `{"extra":{"configuration":"connectors: {}","ports":[{"name":"more","port":4317}]}}`, "extra.ports[0].port: 4317: must not be one of the collector's own"),
	collects("a port's name of the collector", `{"extra":{"configuration":"connectors: {}","ports":[{"name":"metrics","port":9411}]}}`, "extra.ports[0].name: metrics: must not be one of the collector's own"),
	collects("a port twice", `{"extra":{"configuration":"connectors: {}","ports":[{"name":"a","port":9411},{"name":"b","port":9411}]}}`, "extra.ports[1].port: 9411: must be named once"),
	collects("a port's name twice", `{"extra":{"configuration":"connectors: {}","ports":[{"name":"a","port":9411},{"name":"a","port":9412}]}}`, "extra.ports[1].name: a: must be named once"),
	collects("a port's name that is too long", `{"extra":{"configuration":"connectors: {}","ports":[{"name":"thrift-over-http","port":9411}]}}`,
		"extra.ports[0].name: thrift-over-http: must be at most 15 lower-case letters, digits and -, and begin with a letter"),
}

func TestWhatSpansCarryAndWhichAreKeptIsRefusedWhereItCannotBe(t *testing.T) {
	for _, c := range ofSpans {
		t.Run(c.claim, func(t *testing.T) {
			_, err := config.Load(raw(c.given))
			if got := fmt.Sprint(err); got != c.want {
				t.Errorf("refused with\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestWhatIsWrittenReplacesTheAttributesOfProduction(t *testing.T) {
	for given, want := range map[string]string{
		`{"replicas":2}`:            "map[deployment.environment.name:prod]",
		`{"resourceAttributes":{}}`: "map[]",
		`{"resourceAttributes":{"deployment.environment.name":"eu-1"}}`: "map[deployment.environment.name:eu-1]",
	} {
		c, err := config.Load(raw(map[string]string{"tracestack:profile": "prod", "tracestack:storage": "badger", "tracestack:createNamespace": "false", "tracestack:collector": `{"signIn":{"kind":"anyone"},` + given[1:]}))
		if got := fmt.Sprint(c.Collector.ResourceAttributes); err != nil || got != want {
			t.Errorf("%s gives %s, want %s: %v", given, got, want, err)
		}
	}
}
