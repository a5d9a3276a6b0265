package components

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi-minio/sdk/go/minio"
	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/settings"
)

const minioBucketType = "tracestack:index:MinioBucket"

// The entries of the Secret that a MinioBucket makes.
const (
	accessKeyEntry = "access_key_id"
	secretKeyEntry = "access_key_secret"
)

// MinioBucket is a bucket in a MinIO server, and a key that can use that bucket and nothing else, in
// a Secret that pods read. It needs the caller's minio and random providers beside the one of
// Kubernetes:
//
//	pulumi.Providers(cluster, server, digits)
//
// The minio provider takes a server that does not answer for one without buckets: a refresh meanwhile
// forgets the bucket, and the next update fails because it exists. Adopt it then, or import it.
type MinioBucket struct {
	pulumi.ResourceState

	Store ObjectStore `pulumi:"store" doc:"How a backend uses the bucket. Whatever is made from it is made when the bucket and its key are there."`
}

// MinioBucketArgs describe a MinioBucket.
type MinioBucketArgs struct {
	Namespace pulumi.StringInput `pulumi:"namespace" doc:"Of the Secret."`
	settings.StoreBucket
	Retention    settings.Duration  `pulumi:"retention,optional" min:"1s" max:"3650d" doc:"How long the bucket's user keeps objects before it deletes them itself. Those that it left behind are deleted by the bucket a week later. Without it they never are." rule:"must not be given with adopt: the rules of an adopted bucket are its owner's"`
	ForceDestroy bool               `pulumi:"forceDestroy,optional" doc:"Whether the bucket is deleted with all its objects. Without it, and without keep, only an empty bucket is deleted. The provider crashes over a thousand objects and more: destroy with --refresh ends what it began." rule:"must not be given with keep or adopt"`
	User         string             `pulumi:"user,optional" format:"minioName" doc:"Begins the name of the user and of the policy that are made on the server, and random digits end it: the provider takes over whoever has the name already. By default project, stack and bucket, joined by -."`
	Metadata     *settings.Metadata `pulumi:"metadata,optional" doc:"Labels and annotations of the Secret."`
}

// Rules across the fields.
func (a *MinioBucketArgs) Rules(l spec.Look) {
	a.CheckMinIO(l)
	for _, name := range []string{"bucket", "endpoint"} {
		if !l.Given(name) {
			l.Refuse(name, spec.NotSet, "must be given")
		}
	}
	if a.Adopt && l.GivenSound("retention") {
		l.Refuse("retention", a.Retention.String(), "must not be given with adopt: the rules of an adopted bucket are its owner's")
	}
	if a.ForceDestroy && (a.Keep || a.Adopt) {
		l.Refuse("forceDestroy", "true", "must not be given with keep or adopt: the bucket stays")
	}
}

// NewMinioBucket makes a MinioBucket. Its name is in front of the Secret's.
func NewMinioBucket(
	ctx *pulumi.Context, name string, args *MinioBucketArgs, opts ...pulumi.ResourceOption,
) (*MinioBucket, error) {
	a := *orDefault(args, &MinioBucketArgs{})
	if spec.FormatNamed("bucket").Holds(a.Bucket) { // Else it is refused, and must not be once more as a user.
		a.User = orDefault(a.User, naming.MinioUser(ctx.Project(), ctx.Stack(), a.Bucket))
	}
	if err := settle("minio bucket", name, &a); err != nil {
		return nil, err
	}
	component := &MinioBucket{}
	if err := ctx.RegisterComponentResourceV2(minioBucketType, name, inputs(&a), component, opts...); err != nil {
		return nil, err
	}
	if err := component.create(ctx, name, a); err != nil {
		return nil, refuse("minio bucket", name, err)
	}
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{
		"bucket":     component.Store.Bucket,
		"secretName": component.Store.Credentials.SecretName,
	})
}

func (b *MinioBucket) create(ctx *pulumi.Context, name string, a MinioBucketArgs) error {
	bucket, err := b.bucket(ctx, name, a)
	if err != nil {
		return fmt.Errorf("bucket: %w", err)
	}
	key, err := b.key(ctx, name, a)
	if err != nil {
		return fmt.Errorf("key: %w", err)
	}
	credentials, err := b.credentials(ctx, name, a, key)
	if err != nil {
		return fmt.Errorf("secret: %w", err)
	}
	b.Store = ObjectStore{
		Provider:    settings.ProviderS3,
		Bucket:      bucket,
		Endpoint:    a.Endpoint,
		Region:      a.Region,
		Insecure:    a.Insecure,
		Credentials: credentials,
	}
	return nil
}

// bucket gives the name, which is known at once, and hands it on when the bucket is there. An adopted
// bucket is read under the name that a made one has in the state: the engine then lets go of the one that
// it made, where it would delete one that is not there any more.
func (b *MinioBucket) bucket(ctx *pulumi.Context, name string, a MinioBucketArgs) (pulumi.StringOutput, error) {
	known := pulumi.String(a.Bucket).ToStringOutput()
	if a.Adopt {
		bucket, err := minio.GetS3Bucket(ctx, name+"-bucket", pulumi.ID(a.Bucket), nil, pulumi.Parent(b))
		if err != nil {
			return pulumi.StringOutput{}, err
		}
		return whenReady(ctx, known, bucket), nil
	}
	bucket, err := minio.NewS3Bucket(ctx, name+"-bucket", &minio.S3BucketArgs{
		Bucket:       known,
		Acl:          pulumi.String("private"),
		ForceDestroy: pulumi.Bool(a.ForceDestroy),
	}, pulumi.Parent(b), kube.If(a.Keep, pulumi.RetainOnDelete(true)))
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	if a.Retention != "" {
		if err := b.lifecycle(ctx, name, a, bucket); err != nil {
			return pulumi.StringOutput{}, fmt.Errorf("lifecycle: %w", err)
		}
	}
	return whenReady(ctx, known, bucket), nil
}

// lifecycle removes what the bucket's user left behind. Its own deletion comes first and is the one
// that counts: a backend that deletes block by block must not find half a block gone. Uploads that
// were never finished need no rule: MinIO removes them after a day by itself.
func (b *MinioBucket) lifecycle(ctx *pulumi.Context, name string, a MinioBucketArgs, bucket *minio.S3Bucket) error {
	_, err := minio.NewIlmPolicy(ctx, name+"-lifecycle", &minio.IlmPolicyArgs{
		Bucket: bucket.Bucket,
		Rules: minio.IlmPolicyRuleArray{&minio.IlmPolicyRuleArgs{
			Id:         pulumi.String("left-behind"),
			Expiration: pulumi.String(fmt.Sprintf("%dd", expiryDays(a.Retention.Time()))),
		}},
	}, pulumi.Parent(b))
	return err
}

// expiryDays is a week more than the retention, in the whole days that lifecycle rules know. The
// week is for a backend that was away and catches up.
func expiryDays(retention time.Duration) int {
	const day, margin = 24 * time.Hour, 7
	return int((retention+day-1)/day) + margin
}

// ownBytes make a name one's own. The format minioName leaves room for them.
const ownBytes = 4

// key makes the user with its policy, and a key of it. The key is a service account, because a user
// may have several at once: the new one works before the old one is gone. Nobody ever signs in as
// the user itself.
func (b *MinioBucket) key(ctx *pulumi.Context, name string, a MinioBucketArgs) (*minio.IamServiceAccount, error) {
	own, err := random.NewRandomId(ctx, name+"-name", &random.RandomIdArgs{
		Prefix: pulumi.String(a.User + "-"), ByteLength: pulumi.Int(ownBytes),
	}, pulumi.Parent(b))
	if err != nil {
		return nil, fmt.Errorf("name: %w", err)
	}
	policy, err := minio.NewIamPolicy(ctx, name+"-policy", &minio.IamPolicyArgs{
		Name: own.Hex, Policy: pulumi.String(bucketPolicy(a.Bucket)),
	}, pulumi.Parent(b))
	if err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	user, err := minio.NewIamUser(ctx, name+"-user", &minio.IamUserArgs{Name: own.Hex}, pulumi.Parent(b))
	if err != nil {
		return nil, fmt.Errorf("user: %w", err)
	}
	attachment, err := minio.NewIamUserPolicyAttachment(ctx, name+"-attachment", &minio.IamUserPolicyAttachmentArgs{
		UserName: user.Name, PolicyName: policy.Name,
	}, pulumi.Parent(b))
	if err != nil {
		return nil, fmt.Errorf("policy of the user: %w", err)
	}
	// A generation is a resource of its own: what a program no longer makes is deleted last, when
	// everything that used it has been replaced.
	return minio.NewIamServiceAccount(ctx, fmt.Sprintf("%s-key-%d", name, a.KeyGeneration), &minio.IamServiceAccountArgs{
		TargetUser: user.Name,
	}, pulumi.Parent(b), pulumi.DependsOn([]pulumi.Resource{attachment}))
}

// credentials stores the key. A key never changes, a new one has another name: so the access key,
// which is no secret, stands for both in the Secret's name.
func (b *MinioBucket) credentials(
	ctx *pulumi.Context, name string, a MinioBucketArgs, key *minio.IamServiceAccount,
) (*StoreCredentials, error) {
	revision := key.AccessKey.ApplyT(func(accessKey string) string {
		sum := sha256.Sum256([]byte(accessKey))
		return hex.EncodeToString(sum[:])[:10]
	}).(pulumi.StringOutput)
	secret, err := corev1.NewSecret(ctx, name+"-credentials", &corev1.SecretArgs{
		Metadata: kube.Object(ctx, a.Metadata, revision.ApplyT(func(hash string) string {
			return naming.Hashed(name, hash)
		}).(pulumi.StringOutput), a.Namespace, naming.Labels("minio", name, "credentials"), nil),
		Immutable: pulumi.Bool(true),
		Type:      pulumi.String("Opaque"),
		StringData: pulumi.StringMap{
			accessKeyEntry: key.AccessKey,
			secretKeyEntry: key.SecretKey,
		},
	}, pulumi.Parent(b))
	if err != nil {
		return nil, err
	}
	return &StoreCredentials{
		SecretName:     secret.Metadata.Name().Elem(),
		AccessKeyEntry: accessKeyEntry,
		SecretKeyEntry: secretKeyEntry,
		Revision:       revision,
	}, nil
}

type policyDocument struct {
	Version   string
	Statement []policyStatement
}

type policyStatement struct {
	Effect   string
	Action   []string
	Resource []string `json:",omitempty"`
}

// bucketPolicy allows what a backend does with one bucket: it lists, reads, writes in one piece or in
// parts, and deletes. It denies the server's administration, which needs saying: without it every
// user may make further keys for itself, and those would outlive a rotation.
func bucketPolicy(bucket string) string {
	arn := "arn:aws:s3:::" + bucket
	text, err := json.Marshal(policyDocument{Version: "2012-10-17", Statement: []policyStatement{
		{"Allow", []string{"s3:ListBucket", "s3:GetBucketLocation"}, []string{arn}},
		{"Allow", []string{"s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"}, []string{arn + "/*"}},
		{"Deny", []string{"admin:*"}, nil},
	}})
	if err != nil {
		panic(fmt.Sprintf("components: policy: %v", err)) // Only a type that JSON does not know.
	}
	return string(text)
}
