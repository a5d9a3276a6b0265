package components

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// ObjectStore is where a backend keeps its blocks: the one contract between whoever makes or knows
// a bucket and the backend that writes to it. Credentials are in a Secret that pods read, or the
// pods' own identity is one that the store trusts; a value never passes through here.
type ObjectStore struct {
	// Provider is s3 (also MinIO and everything else that speaks it), gcs or azure.
	Provider string
	// Bucket must exist; with azure it is a container. Required.
	Bucket pulumi.StringInput
	// Endpoint is host:port as pods reach it, with s3. Empty with gcs; with azure the suffix of the
	// account's host, the public cloud's where empty.
	Endpoint string
	// Region of the bucket, with s3; empty where the store has none.
	Region string
	// Insecure means without TLS, with s3.
	Insecure bool
	// Credentials is the Secret that pods read; without it they use their workload identity.
	Credentials *StoreCredentials
	// ServiceAccountAnnotations name the workload identity, as the cloud defines them.
	ServiceAccountAnnotations map[string]string
}

// StoreCredentials are two entries of a Secret in the backend's namespace: with s3 the access key
// and its secret, with azure the account and its key, with gcs only SecretEntry, which holds a
// service account's JSON key.
type StoreCredentials struct {
	SecretName pulumi.StringInput
	// KeyEntry and SecretEntry are the Secret's entries.
	KeyEntry, SecretEntry string
	// Revision changes whenever the values do, so that pods that read them at their start are
	// replaced. Empty where nobody knows.
	Revision pulumi.StringInput
}
