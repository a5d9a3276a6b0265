package components_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/pulumitest"
	"github.com/tracestack/tracestack/settings"
)

func derived(change func(*components.JaegerStackArgs)) pulumi.RunFunc {
	return searching(func(a *components.JaegerStackArgs) {
		a.Dependencies = &settings.Dependencies{Enabled: true}
		change(a)
	})
}

const dependenciesJob = "jaeger-dependencies"

func TestTheJobOfDependenciesKeepsToTheRulesOfEveryPod(t *testing.T) {
	graph := run(t, derived(asItIs))
	for _, rule := range []func(pulumitest.Graph) error{
		pulumitest.Secrets, pulumitest.Sealed, pulumitest.Security, pulumitest.Labels, pulumitest.Resources, pulumitest.Tags, pulumitest.Configurations,
	} {
		if err := rule(graph); err != nil {
			t.Error(err)
		}
	}
	if jobs := run(t, searching(asItIs)).Of(cronJobType); len(jobs) != 1 {
		t.Errorf("without being asked for there are %d jobs", len(jobs))
	}
}

func TestTheJobOfDependenciesSignsInAsJaegerDoes(t *testing.T) {
	for engine, want := range map[settings.SearchEngine]map[string]any{
		settings.EngineElasticsearch: {
			"ES_NODES": "https://es:9200,https://es-2:443", "ES_NODES_WAN_ONLY": "true", "ES_INDEX_PREFIX": "shop", "ES_USERNAME": "jaeger",
			"JAVA_OPTS": "-XX:MaxRAMPercentage=70 -Djavax.net.ssl.trustStore=/tmp/truststore.jks",
		},
		settings.EngineOpenSearch: {
			"OS_NODES": "https://es:9200,https://es-2:443", "OS_NODES_WAN_ONLY": "true", "OS_INDEX_PREFIX": "shop", "OS_USERNAME": "jaeger",
			"JAVA_OPTS": "-XX:MaxRAMPercentage=70 -Djavax.net.ssl.trustStore=/tmp/truststore.jks",
		},
	} {
		graph := run(t, derived(func(a *components.JaegerStackArgs) {
			a.Store.Engine, a.Store.IndexPrefix, a.Store.URLs = engine, "shop", []string{"https://es:9200/", "https://es-2"}
		}))
		pod, got := podSpec(t, graph, cronJobType, dependenciesJob), map[string]any{}
		for _, one := range onlyContainer(pod)["env"].([]any) {
			if variable := one.(map[string]any); variable["value"] != nil && variable["name"] != "GOMEMLIMIT" {
				got[variable["name"].(string)] = variable["value"]
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: it is told %v, want %v", engine, got, want)
		}
		secret := graph.Named(t, secretType, "jaeger-store").Object()["metadata"].(map[string]any)["name"]
		password := map[settings.SearchEngine]string{settings.EngineElasticsearch: "ES_PASSWORD", settings.EngineOpenSearch: "OS_PASSWORD"}[engine]
		if got := fmt.Sprint(named(onlyContainer(pod)["env"], password)["valueFrom"]); got != fmt.Sprintf("map[secretKeyRef:map[key:password name:%v]]", secret) {
			t.Errorf("%s: its password is %s", engine, got)
		}
	}
}

// Java reads no PEM: a container before it makes of the authority what Java reads.
func TestTheJobOfDependenciesBelievesTheStoresAuthority(t *testing.T) {
	pod := podSpec(t, run(t, derived(asItIs)), cronJobType, dependenciesJob)
	first := pod["initContainers"].([]any)[0].(map[string]any)
	if got := fmt.Sprint(first["command"], first["args"]); got != "[keytool] [-importcert -noprompt -alias store -file /etc/tracestack-store-ca/ca.crt -keystore /tmp/truststore.jks -storetype JKS -storepass changeit]" {
		t.Errorf("it runs %s", got)
	}
	for _, container := range []map[string]any{first, onlyContainer(pod)} {
		if scratch := named(container["volumeMounts"], "scratch")["mountPath"]; scratch != "/tmp" {
			t.Errorf("%v writes to %v", container["name"], scratch)
		}
	}
	if pod := podSpec(t, run(t, derived(func(a *components.JaegerStackArgs) { a.Store.CASecret = "" })), cronJobType, dependenciesJob); pod["initContainers"] != nil {
		t.Errorf("without an authority of its own there is %v", pod["initContainers"])
	}
}

func TestTheJobOfDependenciesIsOfTheStoresKind(t *testing.T) {
	const repository = "ghcr.io/jaegertracing/spark-dependencies/spark-dependencies:v0.7.2-"
	for want, change := range map[string]func(*components.JaegerStackArgs){
		repository + "elasticsearch8": asItIs,
		repository + "elasticsearch9": func(a *components.JaegerStackArgs) { a.Dependencies.Variant = "elasticsearch9" },
		repository + "opensearch":     func(a *components.JaegerStackArgs) { a.Store.Engine = settings.EngineOpenSearch },
		"registry.example.com/job:1":  func(a *components.JaegerStackArgs) { a.DependenciesImage = "registry.example.com/job:1" },
	} {
		pod := podSpec(t, run(t, derived(change)), cronJobType, dependenciesJob)
		if got := onlyContainer(pod)["image"]; got != want {
			t.Errorf("the image is %v, want %s", got, want)
		}
	}
}

func TestAStoreThatTheJobOfDependenciesCannotReadIsRefused(t *testing.T) {
	refuses(t, derived(func(a *components.JaegerStackArgs) { a.Store.Rotation = settings.RotationHour }),
		"dependencies.enabled: true: must not be given with rotation hour: the job reads an index of a day")
}
