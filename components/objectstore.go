package components

import (
	"errors"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/naming"
)

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
	// Account that the container is in, with azure. Empty where Credentials name it.
	Account string
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

// The providers of an ObjectStore.
const (
	StoreS3    = "s3"
	StoreGCS   = "gcs"
	StoreAzure = "azure"
)

func (s ObjectStore) validate() error {
	const path = "store."
	problems := []error{
		checkOneOf(path+"provider", s.Provider, StoreS3, StoreGCS, StoreAzure),
		checkThat(s.Bucket != nil, path+"bucket", "", "must be given"),
		checkThat(s.Endpoint != "" || s.Provider != StoreS3, path+"endpoint", "", "must be given with s3"),
		checkThat(s.Endpoint == "" || s.Provider != StoreGCS, path+"endpoint", s.Endpoint, "must not be given with gcs"),
		checkThat(s.Region == "" || s.Provider == StoreS3, path+"region", s.Region, "must not be given but with s3"),
		checkThat(!s.Insecure || s.Provider == StoreS3, path+"insecure", "true", "must not be given but with s3"),
		checkThat(s.Account == "" || s.Provider == StoreAzure, path+"account", s.Account, "must not be given but with azure"),
		checkThat(s.Account != "" || s.Provider != StoreAzure || s.Credentials != nil, path+"account", "", "must be given with azure without credentials"),
	}
	for key := range s.ServiceAccountAnnotations {
		problems = append(problems, checkThat(naming.IsLabelKey(key), path+"serviceAccountAnnotations", key, "must have the key of an annotation"))
	}
	if s.Credentials != nil {
		problems = append(problems, s.Credentials.validate(path+"credentials.", s.Provider))
	}
	return errors.Join(problems...)
}

func (c StoreCredentials) validate(path, provider string) error {
	return errors.Join(
		checkThat(c.SecretName != nil, path+"secretName", "", "must be given"),
		checkThat(c.SecretEntry != "", path+"secretEntry", "", "must be given"),
		checkThat(c.KeyEntry != "" || provider == StoreGCS, path+"keyEntry", "", "must be given but with gcs"),
		checkThat(c.KeyEntry == "" || provider != StoreGCS, path+"keyEntry", c.KeyEntry, "must not be given with gcs: one entry holds all of it"),
	)
}

// inputs are what a component records of its store.
func (s *ObjectStore) inputs() pulumi.Map {
	if s == nil {
		return pulumi.Map{}
	}
	all := pulumi.Map{
		"provider": pulumi.String(s.Provider), "bucket": s.Bucket, "endpoint": pulumi.String(s.Endpoint),
		"region": pulumi.String(s.Region), "insecure": pulumi.Bool(s.Insecure), "account": pulumi.String(s.Account),
		"serviceAccountAnnotations": pulumi.ToStringMap(s.ServiceAccountAnnotations),
	}
	if s.Credentials != nil {
		all["credentialsSecret"] = s.Credentials.SecretName
	}
	return all
}
