package settings

import (
	"slices"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/spec"
)

// ObjectStore is a bucket and how pods reach it.
type ObjectStore struct {
	StoreBucket
	Account                   string            `json:"account,omitempty" pulumi:"account,optional" format:"account" doc:"The storage account of the container." rule:"must be given with storage azure without a secret, and with no other"`
	Secret                    *StoreSecret      `json:"secret,omitempty" pulumi:"secret,optional" doc:"An existing Secret with credentials. Without one pods use their own identity." rule:"must not be given with storage minio"`
	ServiceAccountAnnotations map[string]string `json:"serviceAccountAnnotations,omitempty" pulumi:"serviceAccountAnnotations,optional" keys:"annotation" doc:"Annotations of Tempo's ServiceAccount that name its identity, as the cloud defines them." rule:"must not be given with a secret, nor with storage minio" see:"https://kubernetes.io/docs/concepts/security/service-accounts/"`
}

// StoreBucket is where objects are kept, on a server that speaks S3 or in a cloud.
type StoreBucket struct {
	Endpoint      string `json:"endpoint,omitempty" pulumi:"endpoint,optional" format:"endpoint" doc:"Where pods reach it. With azure the suffix of the account's host; without it the public cloud's." rule:"must be given with storages minio and s3, with minio including its port; must not be given with gcs"`
	Bucket        string `json:"bucket,omitempty" pulumi:"bucket,optional" format:"bucket" doc:"Its name; with azure the container's." rule:"must be given"`
	Region        string `json:"region,omitempty" pulumi:"region,optional" format:"region" doc:"The bucket's region." rule:"must not be given with another storage than s3 and minio"`
	Insecure      bool   `json:"insecure,omitempty" pulumi:"insecure,optional" doc:"Whether it is reached without TLS." rule:"must not be given with another storage than s3 and minio"`
	Adopt         bool   `json:"adopt,omitempty" pulumi:"adopt,optional" doc:"Whether the bucket exists already. It is then neither made nor given an expiry rule, and stays when the stack goes. A bucket that the stack made becomes such a one, with all its traces. The user in minio:minioUser must be allowed to list it." rule:"must not be given with another storage than minio"`
	Keep          bool   `json:"keep,omitempty" pulumi:"keep,optional" prod:"true" doc:"Whether the bucket stays with all its traces when the stack goes, or uses another storage or bucket; adopt takes it again. It counts from the update that sets it. Otherwise the bucket is deleted with its traces; where there are more than a thousand objects the first destroy may fail, and one with --refresh ends it." rule:"must not be given with another storage than minio, nor with adopt"`
	KeyGeneration int    `json:"keyGeneration,omitempty" pulumi:"keyGeneration,optional" min:"1" max:"1000000" default:"1" doc:"Counts the keys that Tempo had. Another number makes a new key; the old one is deleted when Tempo uses the new one." rule:"must not be given with another storage than minio"`
}

// StoreSecret is an existing Secret with a store's credentials.
type StoreSecret struct {
	Name           string `json:"name,omitempty" pulumi:"name,optional" format:"secret" doc:"Name of a Secret in the stack's namespace." rule:"must be given with its entries"`
	AccessKeyEntry string `json:"accessKeyEntry,omitempty" pulumi:"accessKeyEntry,optional" format:"secretKey" doc:"Its entry that holds the access key; with azure the storage account." rule:"must be given with the name, but not with storage gcs"`
	SecretKeyEntry string `json:"secretKeyEntry,omitempty" pulumi:"secretKeyEntry,optional" format:"secretKey" doc:"Its entry that holds the access key's secret; with azure the account's key, with gcs the JSON key of a service account." rule:"must be given with the name"`
}

// Which storages read what.
var (
	speaksS3      = []Storage{StorageMinIO, StorageS3}
	withEndpoint  = []Storage{StorageMinIO, StorageS3, StorageAzure}
	madeElsewhere = []Storage{StorageS3, StorageGCS, StorageAzure}
	everyBucket   = []Storage{StorageMinIO, StorageS3, StorageGCS, StorageAzure}
	withAccessKey = []Storage{StorageS3, StorageAzure}
	onlyMinIO     = []Storage{StorageMinIO}
)

// storeReaders are the storages that read each field of an object store.
var storeReaders = []spec.ReadBy[Storage]{
	{Name: "endpoint", By: withEndpoint, Needed: speaksS3},
	{Name: "bucket", By: everyBucket, Needed: everyBucket},
	{Name: "region", By: speaksS3},
	{Name: "insecure", By: speaksS3},
	{Name: "account", By: []Storage{StorageAzure}},
	{Name: "serviceAccountAnnotations", By: madeElsewhere},
}

// accessKeyReaders are the storages whose credentials have two entries: with the others one holds all.
var accessKeyReaders = []spec.ReadBy[Storage]{{Name: "credentials.accessKeyEntry", By: withAccessKey, Needed: withAccessKey}}

// providerReaders leaves out the storages that are no provider: a bucket of storage minio speaks s3.
func providerReaders(all []spec.ReadBy[Storage]) []spec.ReadBy[StoreProvider] {
	providers := func(storages []Storage) (kept []StoreProvider) {
		for _, storage := range storages {
			if slices.Contains(StoreProvider("").Choices(), string(storage)) {
				kept = append(kept, StoreProvider(storage))
			}
		}
		return kept
	}
	var readers []spec.ReadBy[StoreProvider]
	for _, r := range all {
		readers = append(readers, spec.ReadBy[StoreProvider]{Name: r.Name, By: providers(r.By), Needed: providers(r.Needed)})
	}
	return readers
}

// CheckProvider holds what is said of a store against what it speaks; credentials tells whether a Secret
// has them.
func CheckProvider(l spec.Look, provider StoreProvider, credentials bool) {
	spec.CheckReadBy(l, "provider", provider, providerReaders(storeReaders))
	if credentials {
		spec.CheckReadBy(l, "provider", provider, providerReaders(accessKeyReaders))
	}
	checkWayIn(l, "provider", Storage(provider), credentials)
}

// checkWayIn holds credentials and identity against the storage, which a message calls by the name.
func checkWayIn(l spec.Look, name string, storage Storage, credentials bool) {
	if credentials && l.GivenSound("serviceAccountAnnotations") {
		l.Refuse("serviceAccountAnnotations", spec.NotShown, "must not be given with a secret: pods reach the store in one way")
	}
	if storage != StorageAzure || credentials != l.Given("account") || !l.Sound("account") {
		return
	}
	if credentials {
		l.Refuse("account", spec.NotShown, "must not be given with a secret, which names it")
	} else {
		l.Refuse("account", spec.NotSet, "must be given with "+name+" azure without a secret")
	}
}

// CheckStorage holds an object store against the storage of the backend that reads it.
func (o *ObjectStore) CheckStorage(l spec.Look, storage Storage) {
	if !l.Sound("", "secret") {
		return
	}
	const name, accessKey, secretKey = "secret.name", "secret.accessKeyEntry", "secret.secretKeyEntry"
	spec.CheckReadBy(l, "storage", storage, []spec.ReadBy[Storage]{
		{Name: "adopt", By: onlyMinIO},
		{Name: "keep", By: onlyMinIO},
		{Name: "keyGeneration", By: onlyMinIO},
		{Name: name, By: madeElsewhere},
		{Name: accessKey, By: withAccessKey},
		{Name: secretKey, By: madeElsewhere},
	})
	given := storage != StorageLocal && storage != StorageMinIO && (l.Given(name) || l.Given(accessKey) || l.Given(secretKey))
	spec.CheckReadBy(l, "storage", storage, storeReaders)
	checkWayIn(l, "storage", storage, given)
	for _, path := range []string{name, accessKey, secretKey} {
		if given && !l.Given(path) && (path != accessKey || storage != StorageGCS) {
			l.Refuse(path, spec.NotSet, "must be given: credentials are a Secret's name and its entries")
		}
	}
	if storage == StorageMinIO {
		o.StoreBucket.CheckMinIO(l)
	}
}

// CheckMinIO holds a bucket to what MinIO takes.
func (b *StoreBucket) CheckMinIO(l spec.Look) {
	if l.GivenSound("bucket") && !naming.IsBucket(b.Bucket) {
		l.Refuse("bucket", spec.Shown(b.Bucket), "must be a name that MinIO takes: no _, no .., and no address")
	}
	if l.GivenSound("endpoint") && !naming.IsHostPort(b.Endpoint) {
		l.Refuse("endpoint", spec.Shown(b.Endpoint), "must have a port with storage minio, such as minio-service.minio.svc:9000")
	}
	if b.Adopt && l.Given("keep") && l.Sound("adopt", "keep") {
		l.Refuse("keep", spec.NotShown, "must not be given with adopt: a bucket that is adopted always stays")
	}
}
