package components_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/pulumitest"
	"github.com/tracestack/tracestack/settings"
)

// tempoWith is a TempoStack that is right but for what is changed.
func tempoWith(change func(*components.TempoStackArgs)) pulumi.RunFunc {
	args := &components.TempoStackArgs{Namespace: pulumi.String("ns")}
	change(args)
	return tempoStack("tempo", args)
}

func credentials(key, secret string) *components.StoreCredentialsArgs {
	return &components.StoreCredentialsArgs{
		SecretName: pulumi.String("bucket"), AccessKeyEntry: key, SecretKeyEntry: secret, Revision: pulumi.String("7"),
	}
}

func s3(change func(*components.ObjectStoreArgs)) *components.ObjectStoreArgs {
	store := &components.ObjectStoreArgs{
		Provider: settings.ProviderS3, Bucket: pulumi.String("traces"), Endpoint: "minio:9000", Insecure: true,
		Credentials: credentials("access", "secret"),
	}
	change(store)
	return store
}

func metricsAt(urls ...string) *components.MetricsStoreArgs {
	return &components.MetricsStoreArgs{RemoteWriteURLs: pulumi.ToStringArray(urls)}
}

// tempoPod gives the template of Tempo's pods.
func tempoPod(t *testing.T, graph pulumitest.Graph) map[string]any {
	t.Helper()
	return graph.Named(t, statefulSetType, "tempo-statefulset").Object()["spec"].(map[string]any)["template"].(map[string]any)
}

func tempoContainer(t *testing.T, graph pulumitest.Graph) map[string]any {
	t.Helper()
	return tempoPod(t, graph)["spec"].(map[string]any)["containers"].([]any)[0].(map[string]any)
}

// named is the entry of a list of objects that has a name.
func named(list any, name string) map[string]any {
	items, _ := list.([]any)
	for _, item := range items {
		if object := item.(map[string]any); object["name"] == name {
			return object
		}
	}
	return nil
}

func TestTempoWritesToOneVolumeThatIsItsOwn(t *testing.T) {
	graph := run(t, tempoWith(func(a *components.TempoStackArgs) {
		a.Volume = &settings.Volume{Size: "2048Mi", StorageClass: "fast"}
	}))
	claim := graph.Named(t, claimType, "tempo-volume").Object()
	if got := fmt.Sprint(claim["spec"]); got != "map[accessModes:[ReadWriteOnce] resources:map[requests:map[storage:2Gi]] storageClassName:fast]" {
		t.Errorf("the claim is %s", got)
	}
	name := claim["metadata"].(map[string]any)["name"]
	volume := named(tempoPod(t, graph)["spec"].(map[string]any)["volumes"], "data")
	if got := volume["persistentVolumeClaim"]; !reflect.DeepEqual(got, map[string]any{"claimName": name}) {
		t.Errorf("the pod has %v, the claim is %v", got, name)
	}
	if mount := named(tempoContainer(t, graph)["volumeMounts"], "data"); mount["mountPath"] != "/var/tempo" || mount["readOnly"] != nil {
		t.Errorf("it is mounted as %v", mount)
	}
	spec := graph.Named(t, statefulSetType, "tempo-statefulset").Object()["spec"].(map[string]any)
	if spec["replicas"] != 1.0 || spec["serviceName"] != "tempo" {
		t.Errorf("%v pods behind %v", spec["replicas"], spec["serviceName"])
	}
}

func TestAnotherStorageClassIsAnotherClaimAndASizeTheSame(t *testing.T) {
	claim := func(v settings.Volume) any {
		graph := run(t, tempoWith(func(a *components.TempoStackArgs) { a.Volume = &v }))
		return graph.Named(t, claimType, "tempo-volume").Object()["metadata"].(map[string]any)["name"]
	}
	small, large, fast := claim(settings.Volume{Size: "1Gi"}), claim(settings.Volume{Size: "2Gi"}), claim(settings.Volume{StorageClass: "fast"})
	if small != large || small == fast {
		t.Errorf("claims are %v, %v when larger, and %v of another class", small, large, fast)
	}
}

func TestTheVolumeStaysOnlyWhereAsked(t *testing.T) {
	for _, retain := range []bool{false, true} {
		graph := run(t, tempoWith(func(a *components.TempoStackArgs) { a.Volume = &settings.Volume{Retain: retain} }))
		if got := graph.Named(t, claimType, "tempo-volume").Retained; got != retain {
			t.Errorf("the volume stays: %v, want %v", got, retain)
		}
	}
}

func TestCredentialsReachTempoAsReferencesToTheSecret(t *testing.T) {
	graph := run(t, tempoWith(func(a *components.TempoStackArgs) { a.Store = s3(func(*components.ObjectStoreArgs) {}) }))
	env := tempoContainer(t, graph)["env"]
	for name, entry := range map[string]string{"STORE_ACCESS_KEY": "access", "STORE_SECRET_KEY": "secret"} {
		want := map[string]any{"name": name, "valueFrom": map[string]any{"secretKeyRef": map[string]any{"name": "bucket", "key": entry}}}
		if got := named(env, name); !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	args := fmt.Sprint(tempoContainer(t, graph)["args"])
	if !strings.Contains(args, "-config.expand-env=true") {
		t.Errorf("the environment is not put in: %s", args)
	}
}

func TestAGoogleKeyIsAFile(t *testing.T) {
	graph := run(t, tempoWith(func(a *components.TempoStackArgs) {
		a.Store = &components.ObjectStoreArgs{Provider: settings.ProviderGCS, Bucket: pulumi.String("b"), Credentials: credentials("", "sa.json")}
	}))
	mount := named(tempoContainer(t, graph)["volumeMounts"], "store-key")
	if got, want := named(tempoContainer(t, graph)["env"], "GOOGLE_APPLICATION_CREDENTIALS")["value"], fmt.Sprint(mount["mountPath"], "/key.json"); got != want {
		t.Errorf("the key is looked for in %v, and is in %s", got, want)
	}
	volume := named(tempoPod(t, graph)["spec"].(map[string]any)["volumes"], "store-key")
	want := map[string]any{"secretName": "bucket", "items": []any{map[string]any{"key": "sa.json", "path": "key.json"}}}
	if !reflect.DeepEqual(volume["secret"], want) {
		t.Errorf("the file is of %v, want %v", volume["secret"], want)
	}
}

func TestNewCredentialsRollThePod(t *testing.T) {
	annotation := func(revision string) any {
		graph := run(t, tempoWith(func(a *components.TempoStackArgs) {
			a.Store = s3(func(s *components.ObjectStoreArgs) { s.Credentials.Revision = pulumi.String(revision) })
		}))
		return tempoPod(t, graph)["metadata"].(map[string]any)["annotations"].(map[string]any)["checksum/credentials"]
	}
	if one, two := annotation("1"), annotation("2"); one != "1" || two != "2" {
		t.Errorf("the pod is annotated %v and %v", one, two)
	}
}

// A StatefulSet's update is otherwise over before its pod is another.
func TestAnUpdateOfTempoIsOverWhenItsPodIsTheNewOneAndReady(t *testing.T) {
	set := run(t, tempoWith(func(*components.TempoStackArgs) {})).Named(t, statefulSetType, "tempo-statefulset").Object()
	annotations := set["metadata"].(map[string]any)["annotations"].(map[string]any)
	var awaited []string
	if err := json.Unmarshal([]byte(fmt.Sprint(annotations["pulumi.com/waitFor"])), &awaited); err != nil {
		t.Fatal(err)
	}
	want := []string{"jsonpath={.status.updatedReplicas}=1", "jsonpath={.status.availableReplicas}=1"}
	if !slices.Equal(awaited, want) {
		t.Errorf("an update waits for %q, want %q", awaited, want)
	}
}

func TestWithoutKeysThePodHasTheIdentityThatTheStoreKnows(t *testing.T) {
	role := map[string]string{"eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/tempo"}
	for _, c := range []struct {
		claim string
		store *components.ObjectStoreArgs
		label any
	}{
		{"s3", s3(func(s *components.ObjectStoreArgs) { s.Credentials, s.ServiceAccountAnnotations = nil, role }), nil},
		{"azure", &components.ObjectStoreArgs{Provider: settings.ProviderAzure, Bucket: pulumi.String("b"), Account: "acc", ServiceAccountAnnotations: role}, "true"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			graph := run(t, tempoWith(func(a *components.TempoStackArgs) { a.Store = c.store }))
			account := graph.Named(t, accountType, "tempo-account").Object()
			if got := account["metadata"].(map[string]any)["annotations"].(map[string]any)["eks.amazonaws.com/role-arn"]; got != role["eks.amazonaws.com/role-arn"] {
				t.Errorf("the account's role is %v", got)
			}
			if got := tempoPod(t, graph)["metadata"].(map[string]any)["labels"].(map[string]any)["azure.workload.identity/use"]; got != c.label {
				t.Errorf("the pod asks Azure for a token: %v, want %v", got, c.label)
			}
			if named(tempoContainer(t, graph)["env"], "STORE_ACCESS_KEY") != nil {
				t.Error("it has keys, too")
			}
		})
	}
}

func TestMetricsAreWrittenWhereTheStoreSaysWithItsPasswordFromAFile(t *testing.T) {
	store := metricsAt("http://a:9090/api/v1/write", "http://b:9090/api/v1/write")
	store.Auth = &components.BasicAuth{User: "tempo", SecretName: "prometheus", PasswordEntry: "pass"}
	graph := run(t, tempoWith(func(a *components.TempoStackArgs) { a.Metrics = store }))
	text := file(t, graph, "tempo-config", "tempo.yaml")
	for _, want := range []string{"url: http://a:9090/api/v1/write", "url: http://b:9090/api/v1/write", "username: tempo"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	mount := named(tempoContainer(t, graph)["volumeMounts"], "metrics-password")
	if want := fmt.Sprint("password_file: ", mount["mountPath"], "/password"); !strings.Contains(text, want) {
		t.Errorf("%q is not in\n%s", want, text)
	}
	volume := named(tempoPod(t, graph)["spec"].(map[string]any)["volumes"], "metrics-password")
	if want := (map[string]any{"secretName": "prometheus", "items": []any{map[string]any{"key": "pass", "path": "password"}}}); !reflect.DeepEqual(volume["secret"], want) {
		t.Errorf("the password is of %v, want %v", volume["secret"], want)
	}
}

func TestTheTagDecidesTheConfiguration(t *testing.T) {
	digest := "@sha256:" + strings.Repeat("0", 64)
	for image, want := range map[string]string{
		"grafana/tempo:2.9.0": "ingester:", "grafana/tempo:2.10.8" + digest: "ingester:",
		"grafana/tempo:3.0.3": "live_store:", "registry:5000/tempo:3.0.3" + digest: "live_store:",
	} {
		graph := run(t, tempoWith(func(a *components.TempoStackArgs) { a.Image = image }))
		if text := file(t, graph, "tempo-config", "tempo.yaml"); !strings.Contains(text, want) {
			t.Errorf("%s reads\n%s", image, text)
		}
	}
}

func TestWhatTempoOrItsStoresCannotDoIsRefused(t *testing.T) {
	azure := func(change func(*components.ObjectStoreArgs)) *components.ObjectStoreArgs {
		store := &components.ObjectStoreArgs{Provider: settings.ProviderAzure, Bucket: pulumi.String("b"), Account: "acc"}
		change(store)
		return store
	}
	gcs := func(change func(*components.ObjectStoreArgs)) *components.ObjectStoreArgs {
		store := &components.ObjectStoreArgs{Provider: settings.ProviderGCS, Bucket: pulumi.String("b")}
		change(store)
		return store
	}
	for claim, c := range map[string]struct {
		change func(*components.TempoStackArgs)
		want   string
	}{
		"an image of no release":         {func(a *components.TempoStackArgs) { a.Image = "grafana/tempo:main-123" }, "image: grafana/tempo:main-123: its tag must begin with the number"},
		"an image by its digest alone":   {func(a *components.TempoStackArgs) { a.Image = "grafana/tempo@sha256:" + strings.Repeat("0", 64) }, "its tag must begin with the number"},
		"an old image":                   {func(a *components.TempoStackArgs) { a.Image = "grafana/tempo:2.8.4" }, "its tag must begin with the number"},
		"a retention of minutes":         {func(a *components.TempoStackArgs) { a.Retention = "1m" }, "retention: 1m: must be between 1h and 3650d"},
		"a trace that is never complete": {func(a *components.TempoStackArgs) { a.TraceIdle = "1h" }, "traceIdle: 1h: must be between 1s and 30s"},
		"a block that is never written":  {func(a *components.TempoStackArgs) { a.BlockDuration = "1h" }, "blockDuration: 1h: must be between 10s and 10m"},
		"a burst below the rate":         {func(a *components.TempoStackArgs) { a.Limits = &settings.TempoLimits{Rate: "30Mi", Burst: "20Mi"} }, "limits.burst: 20Mi: must not be less than the rate, 30Mi"},
		"a burst below one message":      {func(a *components.TempoStackArgs) { a.Limits = &settings.TempoLimits{Rate: "1Mi", Burst: "15Mi"} }, "limits.burst: 15Mi: must be between 16Mi and 20Gi"},
		"a negative volume":              {func(a *components.TempoStackArgs) { a.Volume = &settings.Volume{Size: "-1Gi"} }, "volume.size: -1Gi: must be an amount of data such as 512Mi or 10Gi"},
		"a storage class with a slash":   {func(a *components.TempoStackArgs) { a.Volume = &settings.Volume{StorageClass: "a/b"} }, "volume.storageClass: a/b: must be the name of an object"},
		"a dimension that is a variable": {func(a *components.TempoStackArgs) {
			a.MetricsGenerator = &settings.MetricsGenerator{Dimensions: []string{"${A}"}}
		}, `metricsGenerator.dimensions[0]: ${A}: must be the name of an attribute`},
		"less memory than it takes": {func(a *components.TempoStackArgs) { a.Resources = limits("", "64Mi") }, "resources.limits.memory: 64Mi: must be at least 256Mi"},
		"a store of no kind": {func(a *components.TempoStackArgs) {
			a.Store = s3(func(s *components.ObjectStoreArgs) { s.Provider, s.Insecure = "ftp", false })
		}, "store.provider: ftp: must be s3, gcs or azure"},
		"a store without a bucket": {func(a *components.TempoStackArgs) {
			a.Store = s3(func(s *components.ObjectStoreArgs) { s.Bucket = nil })
		}, "store.bucket: not set: must be given"},
		"s3 nowhere": {func(a *components.TempoStackArgs) {
			a.Store = s3(func(s *components.ObjectStoreArgs) { s.Endpoint = "" })
		}, "store.endpoint: not set: must be given with provider s3"},
		"s3 in an account": {func(a *components.TempoStackArgs) {
			a.Store = s3(func(s *components.ObjectStoreArgs) { s.Account = "acc" })
		}, "store.account: [not shown]: must not be given with provider s3, only with azure"},
		"credentials of no Secret": {func(a *components.TempoStackArgs) {
			a.Store = s3(func(s *components.ObjectStoreArgs) { s.Credentials.SecretName = nil })
		}, "store.credentials.secretName: not set: must be given"},
		"credentials without a key": {func(a *components.TempoStackArgs) {
			a.Store = s3(func(s *components.ObjectStoreArgs) { s.Credentials.AccessKeyEntry = "" })
		}, "store.credentials.accessKeyEntry: not set: must be given with provider s3"},
		"credentials without a secret": {func(a *components.TempoStackArgs) {
			a.Store = s3(func(s *components.ObjectStoreArgs) { s.Credentials.SecretKeyEntry = "" })
		}, "store.credentials.secretKeyEntry: not set: must be given"},
		"an identity without key": {func(a *components.TempoStackArgs) {
			a.Store = gcs(func(s *components.ObjectStoreArgs) { s.ServiceAccountAnnotations = map[string]string{"": "x"} })
		}, `store.serviceAccountAnnotations[""]: [not shown]: must be the key of an annotation`},
		"gcs at an address": {func(a *components.TempoStackArgs) {
			a.Store = gcs(func(s *components.ObjectStoreArgs) { s.Endpoint = "x" })
		}, "store.endpoint: [not shown]: must not be given with provider gcs, only with s3, azure"},
		"gcs in a region": {func(a *components.TempoStackArgs) {
			a.Store = gcs(func(s *components.ObjectStoreArgs) { s.Region = "x" })
		}, "store.region: [not shown]: must not be given with provider gcs, only with s3"},
		"gcs with an access key": {func(a *components.TempoStackArgs) {
			a.Store = gcs(func(s *components.ObjectStoreArgs) { s.Credentials = credentials("a", "b") })
		}, "store.credentials.accessKeyEntry: [not shown]: must not be given with provider gcs, only with s3, azure"},
		"azure without TLS": {func(a *components.TempoStackArgs) {
			a.Store = azure(func(s *components.ObjectStoreArgs) { s.Insecure = true })
		}, "store.insecure: [not shown]: must not be given with provider azure, only with s3"},
		"azure without an account": {func(a *components.TempoStackArgs) {
			a.Store = azure(func(s *components.ObjectStoreArgs) { s.Account = "" })
		}, "store.account: not set: must be given with provider azure without a secret"},
		"metrics written nowhere": {func(a *components.TempoStackArgs) { a.Metrics = &components.MetricsStoreArgs{} }, "metrics.remoteWriteUrls: not set: must be given"},
		"metrics by nobody": {func(a *components.TempoStackArgs) {
			a.Metrics = metricsAt("http://a")
			a.Metrics.Auth = &components.BasicAuth{SecretName: "a", PasswordEntry: "b"}
		}, "metrics.auth.user: not set: must be given"},
		"two accounts of azure": {func(a *components.TempoStackArgs) {
			a.Store = azure(func(s *components.ObjectStoreArgs) { s.Credentials = credentials("a", "b") })
		}, "store.account: [not shown]: must not be given with a secret, which names it"},
		"an identity beside credentials": {func(a *components.TempoStackArgs) {
			a.Store = s3(func(s *components.ObjectStoreArgs) { s.ServiceAccountAnnotations = map[string]string{"a": "b"} })
		}, "store.serviceAccountAnnotations: [not shown]: must not be given with a secret: pods reach the store in one way"},
		"metrics with a password of no Secret": {func(a *components.TempoStackArgs) {
			a.Metrics = metricsAt("http://a")
			a.Metrics.Auth = &components.BasicAuth{User: "u", PasswordEntry: "b"}
		}, "metrics.auth.secretName: not set: must be given"},
	} {
		t.Run(claim, func(t *testing.T) {
			graph, err := pulumitest.Run(t, nil, nil, tempoWith(c.change))
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Count(err.Error(), " must ") != 1 {
				t.Errorf("refused with\n%v\nwant %q alone", err, c.want)
			}
			if len(graph) != 0 {
				t.Errorf("%d resources were registered", len(graph))
			}
		})
	}
}

func TestAMirrorWithoutAnAddressIsRefused(t *testing.T) {
	_, err := pulumitest.Run(t, nil, nil, collector("center", &components.CollectorArgs{
		Namespace: pulumi.String("ns"), Backend: elsewhere("a:4317"), Mirror: &components.BackendArgs{},
	}))
	if err == nil || !strings.Contains(err.Error(), "mirror.name: not set: must be given\nmirror.otlpEndpoint: not set: must be given") {
		t.Errorf("refused with %v", err)
	}
}

func TestACollectorWithAMirrorNeedsMemoryForTwoQueues(t *testing.T) {
	for memory, accepted := range map[settings.Memory]bool{"191Mi": false, "192Mi": true} {
		args := &components.CollectorArgs{Namespace: pulumi.String("ns"), Backend: elsewhere("a:4317"), Mirror: elsewhere("m:4317")}
		args.Resources = limits("", memory)
		_, err := pulumitest.Run(t, nil, nil, collector("center", args))
		if (err == nil) != accepted || err != nil && !strings.Contains(err.Error(), "resources.limits.memory: 191Mi: must be at least 192Mi: with a mirror it has two queues") {
			t.Errorf("%v of memory is answered with %v", memory, err)
		}
	}
}

func TestTempoRecordsWhatItWasAskedForWithoutAnySecret(t *testing.T) {
	graph := run(t, tempoWith(func(a *components.TempoStackArgs) {
		a.Store, a.Metrics = s3(func(*components.ObjectStoreArgs) {}), metricsAt("http://a:9090/api/v1/write")
	}))
	inputs := graph.Named(t, "tracestack:index:TempoStack", "tempo").Inputs
	for name, want := range map[resource.PropertyKey]string{"retention": "2d", "image": "docker.io/grafana/tempo:2.9.0"} {
		if got := inputs[name].StringValue(); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if store := inputs["store"].ObjectValue(); store["bucket"].StringValue() != "traces" || store["credentials"].ObjectValue()["secretName"].StringValue() != "bucket" {
		t.Errorf("the store is %v", store)
	}
	if err := pulumitest.Secrets(graph); err != nil {
		t.Error(err)
	}
}
