package components_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/pulumitest"
	"github.com/tracestack/tracestack/settings"
)

const queryDeployment = "jaeger-query-deployment"

// onCassandra is a Jaeger on a Cassandra that is right but for what is changed.
func onCassandra(change func(*components.JaegerStackArgs)) pulumi.RunFunc {
	args := &components.JaegerStackArgs{Namespace: pulumi.String("ns"), Cassandra: &components.CassandraArgs{
		Cassandra: settings.Cassandra{
			Servers: []string{"cassandra"}, User: "jaeger",
			Certificates: settings.Certificates{TLS: true, CASecret: "cassandra-ca"},
		},
		SignIn: components.SignIn{Password: pulumi.String("hunter2")},
	}}
	change(args)
	return jaegerStack("jaeger", args)
}

// onRemoteStorage is one on a remote storage.
func onRemoteStorage(change func(*components.JaegerStackArgs)) pulumi.RunFunc {
	args := &components.JaegerStackArgs{Namespace: pulumi.String("ns"), RemoteStorage: &components.RemoteStorageArgs{
		RemoteStorage: settings.RemoteStorage{
			Endpoint:     "remote:17271",
			Certificates: settings.Certificates{TLS: true, CASecret: "remote-ca", ClientCertSecret: "remote-jaeger"},
		},
	}}
	change(args)
	return jaegerStack("jaeger", args)
}

func withKafka(a *components.JaegerStackArgs) {
	a.Kafka = &components.KafkaArgs{
		Kafka:  settings.Kafka{Brokers: []string{"kafka:9092"}, User: "jaeger"},
		SignIn: components.SignIn{Password: pulumi.String("hunter2")},
	}
}

func TestJaegerOnOtherStoresKeepsToTheRulesOfEveryPod(t *testing.T) {
	for claim, program := range map[string]pulumi.RunFunc{
		"Cassandra": onCassandra(asItIs),
		"Cassandra with a password in a Secret": onCassandra(func(a *components.JaegerStackArgs) {
			a.Cassandra.Password, a.Cassandra.PasswordSecret = nil, &settings.SecretKey{SecretName: "cassandra", Key: "password"}
		}),
		"Cassandra behind Kafka": onCassandra(withKafka),
		"remote storage":         onRemoteStorage(asItIs),
	} {
		graph := run(t, program)
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

func TestEveryStoreThatIsElsewhereHasTheSameServices(t *testing.T) {
	services := func(program pulumi.RunFunc) map[string]any {
		all := map[string]any{}
		for _, service := range run(t, program).Of(serviceType) {
			all[service.Name] = service.Object()["spec"]
		}
		return all
	}
	want := services(searching(asItIs))
	for claim, program := range map[string]pulumi.RunFunc{"Cassandra": onCassandra(asItIs), "remote storage": onRemoteStorage(asItIs)} {
		if got := services(program); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the Services are %v, and on a search store %v", claim, got, want)
		}
	}
}

func TestEachRoleSeesWhatLetsItIntoItsStoreAlone(t *testing.T) {
	for _, c := range []struct {
		claim   string
		program pulumi.RunFunc
		role    string
		volumes []string
		env     []string
	}{
		{"Cassandra", onCassandra(asItIs), collectorDeployment, []string{"config", "store-ca"}, []string{"CASSANDRA_PASSWORD"}},
		{"Cassandra", onCassandra(asItIs), queryDeployment, []string{"config", "store-ca"}, []string{"CASSANDRA_PASSWORD"}},
		{"Cassandra behind Kafka", onCassandra(withKafka), collectorDeployment, []string{"config"}, []string{"KAFKA_PASSWORD"}},
		{"Cassandra behind Kafka", onCassandra(withKafka), ingesterDeployment, []string{"config", "store-ca"}, []string{"KAFKA_PASSWORD", "CASSANDRA_PASSWORD"}},
		{"remote storage", onRemoteStorage(asItIs), collectorDeployment, []string{"config", "store-ca", "store-client"}, nil},
		{"remote storage", onRemoteStorage(asItIs), queryDeployment, []string{"config", "store-ca", "store-client"}, nil},
	} {
		pod := podSpec(t, run(t, c.program), deploymentType, c.role)
		if got := namesIn(pod["volumes"]); !slices.Equal(got, c.volumes) {
			t.Errorf("%s: %s sees %v, want %v", c.claim, c.role, got, c.volumes)
		}
		passwords := slices.DeleteFunc(namesIn(onlyContainer(pod)["env"]), func(name string) bool { return !strings.HasSuffix(name, "_PASSWORD") })
		if !slices.Equal(passwords, c.env) {
			t.Errorf("%s: %s has %v, want %v", c.claim, c.role, passwords, c.env)
		}
	}
}

func namesIn(list any) (names []string) {
	all, _ := list.([]any)
	for _, one := range all {
		names = append(names, one.(map[string]any)["name"].(string))
	}
	return names
}

// Both passwords of an ingester are read only when it starts.
func TestAnotherPasswordOfEitherMakesOtherIngesters(t *testing.T) {
	revision := func(change func(*components.JaegerStackArgs)) any {
		graph := run(t, onCassandra(func(a *components.JaegerStackArgs) { withKafka(a); change(a) }))
		template := graph.Named(t, deploymentType, ingesterDeployment).Object()["spec"].(map[string]any)["template"].(map[string]any)
		return template["metadata"].(map[string]any)["annotations"].(map[string]any)["checksum/credentials"]
	}
	existing := &settings.SecretKey{SecretName: "login", Key: "password"}
	both := revision(asItIs)
	ofKafka := revision(func(a *components.JaegerStackArgs) { a.Cassandra.Password, a.Cassandra.PasswordSecret = nil, existing })
	ofCassandra := revision(func(a *components.JaegerStackArgs) { a.Kafka.Password, a.Kafka.PasswordSecret = nil, existing })
	none := revision(func(a *components.JaegerStackArgs) {
		a.Cassandra.Password, a.Cassandra.PasswordSecret = nil, existing
		a.Kafka.Password, a.Kafka.PasswordSecret = nil, existing
	})
	if both == nil || ofKafka == nil || ofCassandra == nil || both == ofKafka || both == ofCassandra || none != nil {
		t.Errorf("they are %v, of Kafka's %v, of Cassandra's %v, of neither %v", both, ofKafka, ofCassandra, none)
	}
}

// A reader ends where there is no keyspace.
func TestAQueryStartsWhenWhatMakesTheKeyspaceHas(t *testing.T) {
	for _, c := range []struct {
		claim   string
		program pulumi.RunFunc
		after   string // a Deployment; empty: it waits for none
	}{
		{"tables that a collector makes", onCassandra(asItIs), collectorDeployment},
		{"tables that an ingester makes", onCassandra(withKafka), ingesterDeployment},
		{"tables that are there", onCassandra(func(a *components.JaegerStackArgs) { a.Cassandra.ExistingSchema = true }), ""},
		{"a search store", searching(asItIs), ""},
		{"a remote storage", onRemoteStorage(asItIs), ""},
	} {
		graph, waits := run(t, c.program), ""
		for _, urn := range graph.Named(t, deploymentType, queryDeployment).Depends {
			for _, other := range graph.Of(deploymentType) {
				if strings.HasSuffix(urn, "::"+other.Name) {
					waits = other.Name
				}
			}
		}
		if waits != c.after {
			t.Errorf("%s: it waits for %q, want %q", c.claim, waits, c.after)
		}
	}
}

func TestWhatAStoreOfAJaegerLacksIsRefused(t *testing.T) {
	for _, c := range []struct {
		claim, want string
		program     pulumi.RunFunc
	}{
		{"no server", "cassandra.servers: not set: must be given", onCassandra(func(a *components.JaegerStackArgs) { a.Cassandra.Servers = nil })},
		{"a user without a password", "cassandra.passwordSecret: not set: must be given with a user, or a password", onCassandra(func(a *components.JaegerStackArgs) { a.Cassandra.Password = nil })},
		{"a retention of tables that are there", "cassandra.retention: [not shown]: must not be given with existingSchema: true: keyspace and tables have theirs", onCassandra(func(a *components.JaegerStackArgs) {
			a.Cassandra.ExistingSchema, a.Cassandra.Retention = true, "7d"
		})},
		{"no endpoint", "remoteStorage.endpoint: not set: must be given", onRemoteStorage(func(a *components.JaegerStackArgs) { a.RemoteStorage.Endpoint = "" })},
		{"two stores", "remoteStorage: [not shown]: must not be given with cassandra: traces are kept there", onCassandra(func(a *components.JaegerStackArgs) {
			a.RemoteStorage = &components.RemoteStorageArgs{RemoteStorage: settings.RemoteStorage{Endpoint: "remote:17271"}}
		})},
		{"two stores, one of them a search store", "cassandra: [not shown]: must not be given with store: traces are kept there", searching(func(a *components.JaegerStackArgs) {
			a.Cassandra = &components.CassandraArgs{Cassandra: settings.Cassandra{Servers: []string{"cassandra"}}}
		})},
	} {
		t.Run(c.claim, func(t *testing.T) { refuses(t, c.program, c.want) })
	}
}

func TestCassandrasPasswordThatCameInPlainIsRecordedAsASecret(t *testing.T) {
	store := run(t, onCassandra(asItIs)).Named(t, "tracestack:index:JaegerStack", "jaeger").Inputs["cassandra"]
	if password := store.ObjectValue()["password"]; !password.ContainsSecrets() {
		t.Errorf("it is recorded as %v", password)
	}
}
