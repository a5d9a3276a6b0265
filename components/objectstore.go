package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/settings"
)

// ObjectStore is a bucket as whoever made it gives it: the one contract between that and the backend that
// writes to it. Credentials are in a Secret that pods read, or the pods' own identity is one that the store
// trusts; a value never passes through here.
type ObjectStore struct {
	Provider    settings.StoreProvider `pulumi:"provider" doc:"What it speaks: s3 (also MinIO and everything else that does), gcs or azure."`
	Bucket      pulumi.StringOutput    `pulumi:"bucket" doc:"The bucket. Whatever is made from it is made when the bucket is there."`
	Endpoint    string                 `pulumi:"endpoint,optional" doc:"Its host:port as pods reach it."`
	Region      string                 `pulumi:"region,optional" doc:"The bucket's region; empty where the store has none."`
	Insecure    bool                   `pulumi:"insecure,optional" doc:"Whether it is reached without TLS."`
	Credentials *StoreCredentials      `pulumi:"credentials,optional" doc:"The Secret that pods read."`
}

// StoreCredentials are entries of a Secret in the backend's namespace.
type StoreCredentials struct {
	SecretName     pulumi.StringOutput `pulumi:"secretName" doc:"The Secret."`
	AccessKeyEntry string              `pulumi:"accessKeyEntry,optional" doc:"Its entry with the access key."`
	SecretKeyEntry string              `pulumi:"secretKeyEntry" doc:"Its entry with the access key's secret."`
	Revision       pulumi.StringOutput `pulumi:"revision" doc:"Changes whenever the values do, so that pods that read them at their start are replaced."`
}

// ObjectStoreArgs are an ObjectStore as a backend takes one: what a component here gave, or one that
// somebody else made.
type ObjectStoreArgs struct {
	Provider                  settings.StoreProvider `pulumi:"provider" doc:"What it speaks: s3 (also MinIO and everything else that does), gcs or azure."`
	Bucket                    pulumi.StringInput     `pulumi:"bucket" doc:"The bucket, which must exist; with azure the container."`
	Endpoint                  string                 `pulumi:"endpoint,optional" format:"endpoint" doc:"Its host:port as pods reach it, with s3; with azure the suffix of the account's host, without it the public cloud's." rule:"must be given with s3; must not be given with gcs"`
	Region                    string                 `pulumi:"region,optional" format:"region" doc:"The bucket's region, with s3; empty where the store has none." rule:"must not be given with another provider than s3"`
	Insecure                  bool                   `pulumi:"insecure,optional" doc:"Whether it is reached without TLS." rule:"must not be given with another provider than s3"`
	Account                   string                 `pulumi:"account,optional" format:"account" doc:"The storage account of the container." rule:"must be given with azure without credentials, and with no other"`
	Credentials               *StoreCredentialsArgs  `pulumi:"credentials,optional" doc:"The Secret that pods read; without it they use their own identity."`
	ServiceAccountAnnotations map[string]string      `pulumi:"serviceAccountAnnotations,optional" keys:"annotation" doc:"Annotations of the pods' account that name their identity, as the cloud defines them." rule:"must not be given with credentials"`
}

// StoreCredentialsArgs are StoreCredentials as a backend takes them. A single quote in an access key or its
// secret is not supported: no store makes one.
type StoreCredentialsArgs struct {
	SecretName     pulumi.StringInput `pulumi:"secretName" doc:"The Secret, in the backend's namespace."`
	AccessKeyEntry string             `pulumi:"accessKeyEntry,optional" format:"secretKey" doc:"Its entry with the access key, with azure the account." rule:"must be given but with gcs, where one entry holds all of it"`
	SecretKeyEntry string             `pulumi:"secretKeyEntry" format:"secretKey" doc:"Its entry with the access key's secret, with azure the account's key, with gcs a service account's JSON key."`
	Revision       pulumi.StringInput `pulumi:"revision,optional" doc:"Changes whenever the values do, so that pods that read them at their start are replaced. Left out where nobody knows."`
}

// Args are the store as a backend takes it.
func (s ObjectStore) Args() *ObjectStoreArgs {
	args := &ObjectStoreArgs{Provider: s.Provider, Bucket: s.Bucket, Endpoint: s.Endpoint, Region: s.Region, Insecure: s.Insecure}
	if c := s.Credentials; c != nil {
		args.Credentials = &StoreCredentialsArgs{
			SecretName: c.SecretName, AccessKeyEntry: c.AccessKeyEntry, SecretKeyEntry: c.SecretKeyEntry, Revision: c.Revision,
		}
	}
	return args
}

// Rules across the fields.
func (s *ObjectStoreArgs) Rules(l spec.Look) {
	if l.GivenSound("provider") {
		settings.CheckProvider(l, s.Provider, s.Credentials != nil)
	}
}
