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

const cronJobType = "kubernetes:batch/v1:CronJob"

// searching is a Jaeger on a search store that is right but for what is changed.
func searching(change func(*components.JaegerStackArgs)) pulumi.RunFunc {
	args := &components.JaegerStackArgs{Namespace: pulumi.String("ns"), Store: &components.SearchStoreArgs{
		Engine: settings.EngineElasticsearch,
		SearchStore: settings.SearchStore{
			URLs: []string{"https://es:9200/", "https://es-2:9200"}, User: "jaeger", CASecret: "es-tls-secret",
		},
		SignIn: components.SignIn{Password: pulumi.String("hunter2")},
	}}
	change(args)
	return jaegerStack("jaeger", args)
}

func asItIs(*components.JaegerStackArgs) {}

// podSpec is the pod of what runs it.
func podSpec(t *testing.T, graph pulumitest.Graph, typ, name string) map[string]any {
	t.Helper()
	spec := graph.Named(t, typ, name).Object()["spec"].(map[string]any)
	if typ == cronJobType {
		spec = spec["jobTemplate"].(map[string]any)["spec"].(map[string]any)
	}
	return spec["template"].(map[string]any)["spec"].(map[string]any)
}

func onlyContainer(pod map[string]any) map[string]any {
	return pod["containers"].([]any)[0].(map[string]any)
}

func TestJaegerOnASearchStoreKeepsToTheRulesOfEveryPod(t *testing.T) {
	for claim, change := range map[string]func(*components.JaegerStackArgs){
		"a password": asItIs,
		"a password in a Secret": func(a *components.JaegerStackArgs) {
			a.Store.Password, a.Store.PasswordSecret = nil, &settings.SecretKey{SecretName: "es", Key: "password"}
		},
		"an API key": func(a *components.JaegerStackArgs) {
			a.Store.Password, a.Store.User, a.Store.KeepIndices = nil, "", true
			a.Store.APIKeySecret = &settings.SecretKey{SecretName: "es", Key: "key"}
		},
		"several pods of each": func(a *components.JaegerStackArgs) {
			a.Collector, a.Query = &settings.JaegerRole{Replicas: 3}, &settings.JaegerRole{Replicas: 2}
		},
	} {
		graph := run(t, searching(change))
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

func TestJaegersServicesHaveTheSameNamesAndPortsOnEveryStorage(t *testing.T) {
	ports := func(graph pulumitest.Graph) map[string]any {
		all := map[string]any{}
		for _, service := range graph.Of(serviceType) {
			all[service.Name] = service.Object()["spec"].(map[string]any)["ports"]
		}
		return all
	}
	memory := ports(run(t, jaegerStack("jaeger", &components.JaegerStackArgs{Namespace: pulumi.String("ns")})))
	search := ports(run(t, searching(asItIs)))
	for name, want := range memory {
		if !reflect.DeepEqual(search[name], want) {
			t.Errorf("%s has ports %v on a search store, %v in memory", name, search[name], want)
		}
	}
	if len(search) != len(memory)+1 || search["jaeger-query-monitoring-service"] == nil {
		t.Errorf("the Services are %v, and in memory %v", search, memory)
	}
}

func TestAPasswordReachesJaegerAsAFileAndItsCleanerByReference(t *testing.T) {
	graph := run(t, searching(asItIs))
	secret := graph.Named(t, secretType, "jaeger-store").Object()["metadata"].(map[string]any)["name"]
	for _, name := range []string{"jaeger-collector-deployment", "jaeger-query-deployment"} {
		volume := named(podSpec(t, graph, deploymentType, name)["volumes"], "store-credential")
		want := map[string]any{"secretName": secret, "items": []any{map[string]any{"key": "password", "path": "credential"}}}
		if !reflect.DeepEqual(volume["secret"], want) {
			t.Errorf("%s sees %v, want %v", name, volume["secret"], want)
		}
	}
	env := named(onlyContainer(podSpec(t, graph, cronJobType, "jaeger-index-cleaner"))["env"], "ES_PASSWORD")
	want := map[string]any{"secretKeyRef": map[string]any{"name": secret, "key": "password"}}
	if !reflect.DeepEqual(env["valueFrom"], want) {
		t.Errorf("the cleaner takes %v, want %v", env["valueFrom"], want)
	}
}

// Old pods have the first user's password until they have written what they hold.
func TestAnotherUserHasASecretOfItsOwn(t *testing.T) {
	name := func(change func(*components.JaegerStackArgs)) any {
		return run(t, searching(change)).Named(t, secretType, "jaeger-store").Object()["metadata"].(map[string]any)["name"]
	}
	first := name(asItIs)
	if second := name(func(a *components.JaegerStackArgs) { a.Store.User = "jaeger-2" }); second == first {
		t.Errorf("both are in %v", first)
	}
	if again := name(func(a *components.JaegerStackArgs) { a.Store.Password = pulumi.String("hunter3") }); again != first {
		t.Errorf("another password of the same user is in %v, not in %v: pods would not read it while they run", again, first)
	}
}

func TestTheCleanerKeepsTheRetentionAndTheDayThatAnIndexIsOf(t *testing.T) {
	pod := podSpec(t, run(t, searching(func(a *components.JaegerStackArgs) {
		a.Store.IndexPrefix, a.Store.Retention = "shop", "7d"
	})), cronJobType, "jaeger-index-cleaner")
	want := []any{
		"--es.username=jaeger", "--index-prefix=shop", "--es.tls.enabled=true", "--es.tls.ca=/etc/tracestack-store-ca/ca.crt",
		"8", "https://es:9200",
	}
	if args := onlyContainer(pod)["args"]; !reflect.DeepEqual(args, want) {
		t.Errorf("it runs with %v, want %v", args, want)
	}
}

func TestAStoreThatDeletesIndicesItselfHasNoCleaner(t *testing.T) {
	graph := run(t, searching(func(a *components.JaegerStackArgs) { a.Store.KeepIndices = true }))
	if jobs := graph.Of(cronJobType); len(jobs) != 0 {
		t.Errorf("there is %s", jobs[0].Name)
	}
}

func TestAJaegerThatTheStoreDoesNotLetInTellsWhy(t *testing.T) {
	graph := run(t, searching(asItIs))
	for _, name := range []string{"jaeger-collector-deployment", "jaeger-query-deployment"} {
		if policy := onlyContainer(podSpec(t, graph, deploymentType, name))["terminationMessagePolicy"]; policy != "FallbackToLogsOnError" {
			t.Errorf("%s: the last words are kept by %v", name, policy)
		}
	}
}

func TestWhatASearchStoreOfAJaegerLacksIsRefused(t *testing.T) {
	for _, c := range []struct {
		claim, want string
		change      func(*components.JaegerStackArgs)
	}{
		{"no engine", "store.engine: not set: must be given", func(a *components.JaegerStackArgs) { a.Store.Engine = "" }},
		{"no address", "store.urls: not set: must be given", func(a *components.JaegerStackArgs) { a.Store.URLs = nil }},
		{"a user without a password", "store.passwordSecret: not set: must be given with a user, or a password", func(a *components.JaegerStackArgs) { a.Store.Password = nil }},
		{"a password without a user", "store.user: not set: must be given with a password", func(a *components.JaegerStackArgs) { a.Store.User = "" }},
		{"two passwords", "store.passwordSecret: [not shown]: must not be given with password", func(a *components.JaegerStackArgs) {
			a.Store.PasswordSecret = &settings.SecretKey{SecretName: "es", Key: "password"}
		}},
		{"traces in memory", "maxTraces: 1507: must not be given: only storage memory counts traces", func(a *components.JaegerStackArgs) { a.MaxTraces = 1507 }},
		{"collectors in memory", "collector: [not shown]: must not be given: with storage memory all of Jaeger is one pod, and resources are its own", func(a *components.JaegerStackArgs) {
			a.Store, a.Collector = nil, &settings.JaegerRole{Replicas: 2}
		}},
	} {
		t.Run(c.claim, func(t *testing.T) { refuses(t, searching(c.change), c.want) })
	}
}

func TestAPasswordThatCameInPlainIsRecordedAsASecret(t *testing.T) {
	store := run(t, searching(asItIs)).Named(t, "tracestack:index:JaegerStack", "jaeger").Inputs["store"]
	if password := store.ObjectValue()["password"]; !password.ContainsSecrets() {
		t.Errorf("it is recorded as %v", password)
	}
}

// A rolledOver store is one that is right, with indices that begin by age and size.
func rolledOver(change func(*components.JaegerStackArgs)) pulumi.RunFunc {
	return searching(func(a *components.JaegerStackArgs) {
		a.Store.Rotation = settings.RotationRollover
		change(a)
	})
}

func TestTheFirstIndicesAreThereBeforeAnythingWrites(t *testing.T) {
	graph := run(t, rolledOver(func(a *components.JaegerStackArgs) { a.Store.Shards = 3 }))
	want := []any{
		"init", "--es.username=jaeger", "--es.tls.enabled=true", "--es.tls.ca=/etc/tracestack-store-ca/ca.crt",
		"--skip-dependencies=true", "--shards=3", "--replicas=0", "https://es:9200",
	}
	if args := onlyContainer(podSpec(t, graph, jobType, "jaeger-first-indices"))["args"]; !reflect.DeepEqual(args, want) {
		t.Errorf("got %v, want %v", args, want)
	}
	if after := graph.Named(t, deploymentType, "jaeger-collector-deployment").Depends; !slices.ContainsFunc(after, func(urn string) bool { return strings.HasSuffix(urn, "::jaeger-first-indices") }) {
		t.Errorf("the collector comes after %q", after)
	}
}

// An index has spans of the time that it is written to.
func TestWhatIsRolledOverIsKeptForTheRetentionFromThenOn(t *testing.T) {
	graph := run(t, rolledOver(func(a *components.JaegerStackArgs) {
		a.Store.Retention, a.Store.Rollover = "7d", &settings.Rollover{MaxAge: "36h", MaxSize: "2Gi"}
	}))
	args := func(job string) []any {
		all, _ := onlyContainer(podSpec(t, graph, cronJobType, job))["args"].([]any)
		return all
	}
	if got := args("jaeger-rollover"); !slices.Contains(got, any(`--conditions={"max_age":"36h","max_size":"2147483648b"}`)) {
		t.Errorf("the rollover has %q", got)
	}
	if got, want := args("jaeger-index-cleaner"), []any{"--rollover=true", "10", "https://es:9200"}; len(got) < 3 || !reflect.DeepEqual(got[len(got)-3:], want) {
		t.Errorf("the cleaner has %q, want %q at its end", got, want)
	}
}

func TestAStoreWithALifecyclePolicyIsLeftToIt(t *testing.T) {
	graph := run(t, rolledOver(func(a *components.JaegerStackArgs) {
		a.Store.Rollover = &settings.Rollover{LifecyclePolicy: "traces"}
	}))
	if jobs := graph.Of(cronJobType); len(jobs) > 0 {
		t.Errorf("there are %d CronJobs", len(jobs))
	}
	args, _ := onlyContainer(podSpec(t, graph, jobType, "jaeger-first-indices"))["args"].([]any)
	for _, want := range []any{"--es.use-ilm=true", "--es.ilm-policy-name=traces"} {
		if !slices.Contains(args, want) {
			t.Errorf("%q has not %q", args, want)
		}
	}
	for _, role := range []string{"collector", "query"} {
		stored := graph.Named(t, configMapType, "jaeger-"+role+"-config").Object()["data"].(map[string]any)
		file, _ := stored["jaeger-"+role+".yaml"].(string)
		if strings.Contains(file, "create_mappings: true") || !strings.Contains(file, "use_ilm: true") || !strings.Contains(file, "use_aliases: true") {
			t.Errorf("the %s has\n%s", role, file)
		}
	}
}
