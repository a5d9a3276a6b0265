package components_test

import (
	"reflect"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/pulumitest"
	"github.com/tracestack/tracestack/settings"
)

// buffered is a Jaeger with Kafka in front of its search store, right but for what is changed.
func buffered(change func(*components.JaegerStackArgs)) pulumi.RunFunc {
	return searching(func(a *components.JaegerStackArgs) {
		a.Kafka = &components.KafkaArgs{
			Kafka: settings.Kafka{
				Brokers: []string{"kafka:9093"}, Partitions: 3, User: "jaeger",
				Certificates: settings.Certificates{TLS: true, CASecret: "kafka-ca", ClientCertSecret: "kafka-jaeger"},
			},
			SignIn: components.SignIn{Password: pulumi.String("hunter2")},
		}
		change(a)
	})
}

const (
	collectorDeployment = "jaeger-collector-deployment"
	ingesterDeployment  = "jaeger-ingester-deployment"
)

func TestJaegerWithKafkaKeepsToTheRulesOfEveryPod(t *testing.T) {
	for claim, change := range map[string]func(*components.JaegerStackArgs){
		"a password": asItIs,
		"a password in a Secret": func(a *components.JaegerStackArgs) {
			a.Kafka.Password, a.Kafka.PasswordSecret = nil, &settings.SecretKey{SecretName: "kafka", Key: "password"}
		},
		"no user": func(a *components.JaegerStackArgs) { a.Kafka.Password, a.Kafka.User = nil, "" },
		"several pods": func(a *components.JaegerStackArgs) {
			a.Ingester = &settings.JaegerRole{Replicas: 3}
		},
	} {
		graph := run(t, buffered(change))
		for _, rule := range []func(pulumitest.Graph) error{
			pulumitest.Secrets, pulumitest.Sealed, pulumitest.Security, pulumitest.Selectors, pulumitest.Labels,
			pulumitest.Budgets, pulumitest.Probes, pulumitest.Configurations,
		} {
			if err := rule(graph); err != nil {
				t.Errorf("%s: %v", claim, err)
			}
		}
	}
}

func TestKafkaChangesNoServiceOfJaegersAndAddsOne(t *testing.T) {
	without, with := run(t, searching(asItIs)), run(t, buffered(asItIs))
	for _, service := range without.Of(serviceType) {
		if got := with.Named(t, serviceType, service.Name).Object()["spec"]; !reflect.DeepEqual(got, service.Object()["spec"]) {
			t.Errorf("%s is %v with Kafka, %v without", service.Name, got, service.Object()["spec"])
		}
	}
	if added := len(with.Of(serviceType)) - len(without.Of(serviceType)); added != 1 {
		t.Errorf("%d Services more", added)
	}
	with.Named(t, serviceType, "jaeger-ingester-monitoring-service")
}

func TestOfTheRolesAroundKafkaEachSeesWhatItReachesAlone(t *testing.T) {
	graph := run(t, buffered(asItIs))
	for name, want := range map[string][]string{
		collectorDeployment:       {"config", "kafka-ca", "kafka-client"},
		ingesterDeployment:        {"config", "kafka-ca", "kafka-client", "store-ca", "store-credential"},
		"jaeger-query-deployment": {"config", "store-ca", "store-credential"},
	} {
		var volumes []string
		for _, volume := range podSpec(t, graph, deploymentType, name)["volumes"].([]any) {
			volumes = append(volumes, volume.(map[string]any)["name"].(string))
		}
		if !reflect.DeepEqual(volumes, want) {
			t.Errorf("%s sees %v, want %v", name, volumes, want)
		}
	}
}

func TestKafkasPasswordReachesBothSidesOfItByReference(t *testing.T) {
	graph := run(t, buffered(asItIs))
	secret := graph.Named(t, secretType, "jaeger-kafka").Object()["metadata"].(map[string]any)["name"]
	want := map[string]any{"secretKeyRef": map[string]any{"name": secret, "key": "password"}}
	for _, name := range []string{collectorDeployment, ingesterDeployment} {
		variable := named(onlyContainer(podSpec(t, graph, deploymentType, name))["env"], "KAFKA_PASSWORD")
		if !reflect.DeepEqual(variable["valueFrom"], want) {
			t.Errorf("%s takes %v, want %v", name, variable["valueFrom"], want)
		}
		template := graph.Named(t, deploymentType, name).Object()["spec"].(map[string]any)["template"].(map[string]any)
		if _, rolls := template["metadata"].(map[string]any)["annotations"].(map[string]any)["checksum/credentials"]; !rolls {
			t.Errorf("%s: another password makes no other pods", name)
		}
	}
}

func TestIngestersAreThoseThatWereChosen(t *testing.T) {
	graph := run(t, buffered(func(a *components.JaegerStackArgs) { a.Ingester = &settings.JaegerRole{Replicas: 3} }))
	spec := graph.Named(t, deploymentType, ingesterDeployment).Object()["spec"].(map[string]any)
	if spec["replicas"] != 3.0 {
		t.Errorf("%v pods", spec["replicas"])
	}
}

func TestWhatAKafkaOfAJaegerLacksIsRefused(t *testing.T) {
	for _, c := range []struct {
		claim, want string
		change      func(*components.JaegerStackArgs)
	}{
		{"no broker", "kafka.brokers: not set: must be given", func(a *components.JaegerStackArgs) { a.Kafka.Brokers = nil }},
		{"no search store", "kafka: [not shown]: must not be given without store, cassandra or remoteStorage: it is in front of one", func(a *components.JaegerStackArgs) { a.Store = nil }},
		{"a user without a password", "kafka.passwordSecret: not set: must be given with a user, or a password", func(a *components.JaegerStackArgs) { a.Kafka.Password = nil }},
		{"a password without a user", "kafka.user: not set: must be given with a password", func(a *components.JaegerStackArgs) { a.Kafka.User = "" }},
		{"two passwords", "kafka.passwordSecret: [not shown]: must not be given with password", func(a *components.JaegerStackArgs) {
			a.Kafka.PasswordSecret = &settings.SecretKey{SecretName: "kafka", Key: "password"}
		}},
		{"a pod without partition", "ingester.replicas: 4: must be at most 3, the partitions of Kafka's topic: another pod has nothing to do", func(a *components.JaegerStackArgs) {
			a.Ingester = &settings.JaegerRole{Replicas: 4}
		}},
		{"ingesters without Kafka", "ingester: [not shown]: must not be given without Kafka: the collector writes to the store itself", func(a *components.JaegerStackArgs) {
			a.Kafka, a.Ingester = nil, &settings.JaegerRole{Replicas: 1}
		}},
	} {
		t.Run(c.claim, func(t *testing.T) { refuses(t, buffered(c.change), c.want) })
	}
}

func TestKafkasPasswordThatCameInPlainIsRecordedAsASecret(t *testing.T) {
	kafka := run(t, buffered(asItIs)).Named(t, "tracestack:index:JaegerStack", "jaeger").Inputs["kafka"]
	if password := kafka.ObjectValue()["password"]; !password.ContainsSecrets() {
		t.Errorf("it is recorded as %v", password)
	}
}
