package components_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/pulumitest"
	"github.com/tracestack/tracestack/settings"
)

const (
	bucketType     = "minio:index/s3Bucket:S3Bucket"
	lifecycleType  = "minio:index/ilmPolicy:IlmPolicy"
	policyType     = "minio:index/iamPolicy:IamPolicy"
	userType       = "minio:index/iamUser:IamUser"
	attachmentType = "minio:index/iamUserPolicyAttachment:IamUserPolicyAttachment"
	randomType     = "random:index/randomId:RandomId"
	keyType        = "minio:index/iamServiceAccount:IamServiceAccount"
	secretType     = "kubernetes:core/v1:Secret"
)

func minioBucket(args *components.MinioBucketArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := components.NewMinioBucket(ctx, "store", args)
		return err
	}
}

// traces are the Args of a bucket that is right; change makes a case of them.
func traces(change func(*components.MinioBucketArgs)) *components.MinioBucketArgs {
	args := &components.MinioBucketArgs{
		Namespace: pulumi.String("ns"), StoreBucket: settings.StoreBucket{Bucket: "traces", Endpoint: "minio.minio.svc:9000"}, Retention: "48h",
	}
	if change != nil {
		change(args)
	}
	return args
}

func TestABucketIsSoundOnItsOwnAndItsSecretsAreSealed(t *testing.T) {
	graph := run(t, minioBucket(traces(nil)))
	// The providers are the caller's business, here the default ones.
	for _, check := range []func(pulumitest.Graph) error{
		pulumitest.Orphans, pulumitest.Identities, pulumitest.Secrets, pulumitest.Labels, pulumitest.Sealed,
	} {
		if err := check(graph); err != nil {
			t.Error(err)
		}
	}
	var made []string
	for _, r := range graph {
		made = append(made, r.Type[strings.LastIndex(r.Type, ":")+1:]+" "+r.Name)
	}
	slices.Sort(made)
	if want := []string{
		"IamPolicy store-policy", "IamServiceAccount store-key-1", "IamUser store-user",
		"IamUserPolicyAttachment store-attachment", "IlmPolicy store-lifecycle", "MinioBucket store",
		"RandomId store-name", "S3Bucket store-bucket", "Secret store-credentials",
	}; !slices.Equal(made, want) {
		t.Errorf("made %v, want %v", made, want)
	}
}

func TestAKeyIsOfAUserThatMayUseItsBucketAndNothingElse(t *testing.T) {
	graph := run(t, minioBucket(traces(nil)))
	const prefix, name = pulumitest.Project + "-" + pulumitest.Stack + "-traces-", "hex of store-name"
	if got := graph.Named(t, randomType, "store-name").Object()["prefix"]; got != prefix {
		t.Errorf("the name begins with %v, want %s", got, prefix)
	}
	for _, c := range []struct{ typ, resource, input string }{
		{policyType, "store-policy", "name"}, {userType, "store-user", "name"},
		{attachmentType, "store-attachment", "userName"}, {attachmentType, "store-attachment", "policyName"},
		{keyType, "store-key-1", "targetUser"},
	} {
		if got := graph.Named(t, c.typ, c.resource).Object()[c.input]; got != name {
			t.Errorf("%s: %s is %v, want %s", c.resource, c.input, got, name)
		}
	}
	if !waits(graph.Named(t, keyType, "store-key-1"), "store-attachment") {
		t.Error("the key is made before its user may use the bucket")
	}
	text := graph.Named(t, policyType, "store-policy").Object()["policy"].(string)
	var got, want any
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(`{"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetBucketLocation"], "Resource": ["arn:aws:s3:::traces"]},
		{"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"], "Resource": ["arn:aws:s3:::traces/*"]},
		{"Effect": "Deny", "Action": ["admin:*"]}
	]}`), &want); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the policy is\n%s", text)
	}
}

func waits(r pulumitest.Resource, name string) bool {
	return slices.ContainsFunc(r.Depends, func(urn string) bool { return strings.HasSuffix(urn, "::"+name) })
}

func TestTheBucketDeletesLaterThanWhoeverUsesIt(t *testing.T) {
	for _, c := range []struct {
		retention settings.Duration
		want      string
	}{{"1h", "8d"}, {"48h", "9d"}, {"49h", "10d"}, {"14d", "21d"}} {
		t.Run(string(c.retention), func(t *testing.T) {
			graph := run(t, minioBucket(traces(func(a *components.MinioBucketArgs) { a.Retention = c.retention })))
			rules := graph.Named(t, lifecycleType, "store-lifecycle").Inputs["rules"].ArrayValue()
			if len(rules) != 1 || rules[0].ObjectValue()["expiration"].StringValue() != c.want {
				t.Errorf("rules are %v, want one of %s", rules, c.want)
			}
		})
	}
	t.Run("without a retention it never does", func(t *testing.T) {
		graph := run(t, minioBucket(traces(func(a *components.MinioBucketArgs) { a.Retention = "" })))
		if rules := graph.Of(lifecycleType); len(rules) != 0 {
			t.Errorf("there is %s", rules[0].Name)
		}
	})
}

func TestWhatBecomesOfTheBucketIsSaidInTheArgs(t *testing.T) {
	for _, c := range []struct {
		claim                string
		change               func(*components.MinioBucketArgs)
		kept, force, private bool
	}{
		{"by default only an empty one is deleted", nil, false, false, true},
		{"one to keep is left", func(a *components.MinioBucketArgs) { a.Keep = true }, true, false, true},
		{"one that is forced goes with its objects", func(a *components.MinioBucketArgs) { a.ForceDestroy = true }, false, true, true},
	} {
		t.Run(c.claim, func(t *testing.T) {
			bucket := run(t, minioBucket(traces(c.change))).Named(t, bucketType, "store-bucket")
			// Protected, it would stand against a move to another storage.
			if bucket.Protected || bucket.Retained != c.kept {
				t.Errorf("protected %v, retained %v, want false, %v", bucket.Protected, bucket.Retained, c.kept)
			}
			if force := bucket.Inputs["forceDestroy"].BoolValue(); force != c.force {
				t.Errorf("forceDestroy %v, want %v", force, c.force)
			}
			if access := bucket.Inputs["acl"].StringValue(); access != "private" {
				t.Errorf("the bucket is %s", access)
			}
		})
	}
}

func TestAnAdoptedBucketIsNeitherMadeNorGivenRules(t *testing.T) {
	graph := run(t, minioBucket(traces(func(a *components.MinioBucketArgs) { a.Adopt, a.Retention = true, "" })))
	for _, typ := range []string{bucketType, lifecycleType} {
		if found := graph.Of(typ); len(found) != 0 {
			t.Errorf("there is %s", found[0].Name)
		}
	}
	graph.Named(t, keyType, "store-key-1")
}

func TestABucketGivesAStoreThatIsUsedWhenBucketAndKeyAreThere(t *testing.T) {
	graph := run(t, func(ctx *pulumi.Context) error {
		bucket, err := components.NewMinioBucket(ctx, "store", traces(func(a *components.MinioBucketArgs) {
			a.Region, a.Insecure = "eu-west-1", true
		}))
		if err != nil {
			return err
		}
		store := bucket.Store
		if store.Provider != "s3" || store.Endpoint != "minio.minio.svc:9000" || store.Region != "eu-west-1" || !store.Insecure {
			t.Errorf("the store is %+v", store)
		}
		_, err = components.NewDemoApp(ctx, "user", &components.DemoAppArgs{
			Namespace: store.Credentials.SecretName, OTLPEndpoint: store.Bucket,
		})
		return err
	})
	user := graph.Named(t, deploymentType, "user-deployment")
	for _, name := range []string{"store-bucket", "store-credentials"} {
		if !waits(user, name) {
			t.Errorf("whoever uses the store does not wait for %s", name)
		}
	}
	metadata := user.Object()["metadata"].(map[string]any)
	secret := graph.Named(t, secretType, "store-credentials")
	if stored := secret.Object()["metadata"].(map[string]any)["name"]; metadata["namespace"] != stored {
		t.Errorf("the store names the Secret %v, it is %v", metadata["namespace"], stored)
	}
	if immutable := secret.Inputs["immutable"].BoolValue(); !immutable {
		t.Error("the Secret can be changed, which pods that run would not see")
	}
	entries := secret.Inputs["stringData"].SecretValue().Element.ObjectValue()
	if !entries.HasValue("access_key_id") || !entries.HasValue("access_key_secret") {
		t.Errorf("the Secret has %v", entries.StableKeys())
	}
}

// The old key and Secret are no longer made, so the engine deletes them, after everything else.
func TestAnotherGenerationIsAnotherKeyInAnotherSecret(t *testing.T) {
	of := func(generation int) (key, secret string) {
		graph := run(t, minioBucket(traces(func(a *components.MinioBucketArgs) { a.KeyGeneration = generation })))
		keys := graph.Of(keyType)
		if len(keys) != 1 {
			t.Fatalf("%d keys", len(keys))
		}
		metadata := graph.Named(t, secretType, "store-credentials").Object()["metadata"].(map[string]any)
		return keys[0].Name, metadata["name"].(string)
	}
	firstKey, firstSecret := of(1)
	secondKey, secondSecret := of(2)
	if firstKey == secondKey || firstSecret == secondSecret {
		t.Errorf("keys %s and %s, Secrets %s and %s", firstKey, secondKey, firstSecret, secondSecret)
	}
	if key, secret := of(0); key != firstKey || secret != firstSecret {
		t.Errorf("without a generation the key is %s in %s", key, secret)
	}
}

func TestABucketThatCannotWorkIsRefused(t *testing.T) {
	for _, c := range []struct {
		claim  string
		change func(*components.MinioBucketArgs)
		want   string
	}{
		{"no name", func(a *components.MinioBucketArgs) { a.Bucket = "" }, "bucket: not set: must be given"},
		{"a name that is none", func(a *components.MinioBucketArgs) { a.Bucket = "Traces" }, "bucket: Traces: must be the name of a bucket"},
		{"a name that MinIO does not take", func(a *components.MinioBucketArgs) { a.Bucket = "my_traces" }, "bucket: my_traces: must be a name that MinIO takes"},
		{"no endpoint", func(a *components.MinioBucketArgs) { a.Endpoint = "" }, "endpoint: not set: must be given"},
		{"an endpoint that is an address", func(a *components.MinioBucketArgs) { a.Endpoint = "http://minio:9000" }, "endpoint: http://minio:9000: must be a host, with a port"},
		{"an endpoint without a port", func(a *components.MinioBucketArgs) { a.Endpoint = "minio.minio.svc" }, "endpoint: minio.minio.svc: must have a port"},
		{"no namespace", func(a *components.MinioBucketArgs) { a.Namespace = nil }, "namespace: not set: must be given"},
		{"a negative retention", func(a *components.MinioBucketArgs) { a.Retention = "-1h" }, "retention: -1h: must be a time such as 30s, 5m, 12h or 14d"},
		{"no retention at all", func(a *components.MinioBucketArgs) { a.Retention = "0s" }, "retention: 0s: must be between 1s and 3650d"},
		{"rules for somebody else's bucket", func(a *components.MinioBucketArgs) { a.Adopt = true }, "retention: 2d: must not be given with adopt"},
		{"kept and somebody else's", func(a *components.MinioBucketArgs) { a.Adopt, a.Retention, a.Keep = true, "", true }, "keep: [not shown]: must not be given with adopt"},
		{"kept and deleted", func(a *components.MinioBucketArgs) { a.Keep, a.ForceDestroy = true, true }, "forceDestroy: true: must not be given with keep or adopt"},
		{"somebody else's deleted", func(a *components.MinioBucketArgs) { a.Adopt, a.Retention, a.ForceDestroy = true, "", true }, "forceDestroy: true: must not be given with keep or adopt"},
		{"a user that is no name", func(a *components.MinioBucketArgs) { a.User = "a b" }, `user: a b: must be at most 87 letters`},
		{"a user that is too long", func(a *components.MinioBucketArgs) { a.User = strings.Repeat("a", 97) }, "must be at most 87 letters"},
		{"a generation before the first", func(a *components.MinioBucketArgs) { a.KeyGeneration = -1 }, "keyGeneration: -1: must be between 1 and 1000000"},
		{"a label of the component's", func(a *components.MinioBucketArgs) {
			a.Metadata = &settings.Metadata{Labels: map[string]string{"app.kubernetes.io/name": "x"}}
		}, `metadata.labels["app.kubernetes.io/name"]: [not shown]: must be the key of a label, and not one that the program sets`},
	} {
		t.Run(c.claim, func(t *testing.T) {
			graph, err := pulumitest.Run(t, nil, nil, minioBucket(traces(c.change)))
			if err == nil {
				t.Fatal("accepted")
			}
			if lines := strings.Count(err.Error(), ": must"); lines != 1 || !strings.Contains(err.Error(), c.want) {
				t.Errorf("refused with\n%v\nwant %q alone", err, c.want)
			}
			if len(graph) != 0 {
				t.Errorf("%d resources were registered", len(graph))
			}
		})
	}
}
