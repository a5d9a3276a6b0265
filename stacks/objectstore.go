package stacks

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/config"
)

// newObjectStore gives the bucket of a storage; nil where blocks stay on the disk. Where a bucket
// comes from is decided here alone.
func newObjectStore(c config.Config, storage config.Storage) (*components.ObjectStore, error) {
	providers := map[config.Storage]string{
		config.S3: components.StoreS3, config.GCS: components.StoreGCS, config.Azure: components.StoreAzure,
	}
	switch storage {
	case config.Local:
		return nil, nil
	case config.S3, config.GCS, config.Azure:
		return existingStore(c.ObjectStore, providers[storage]), nil
	}
	return nil, fmt.Errorf("storage %q: no object store is known for it", storage)
}

// existingStore is a bucket that somebody else made.
func existingStore(o config.ObjectStore, provider string) *components.ObjectStore {
	bucket := &components.ObjectStore{
		Provider:                  provider,
		Bucket:                    pulumi.String(o.Bucket),
		Endpoint:                  o.Endpoint,
		Region:                    o.Region,
		Insecure:                  o.Insecure,
		Account:                   o.Account,
		ServiceAccountAnnotations: o.ServiceAccountAnnotations,
	}
	if o.Secret.Name != "" {
		bucket.Credentials = &components.StoreCredentials{
			SecretName:  pulumi.String(o.Secret.Name),
			KeyEntry:    o.Secret.AccessKeyEntry,
			SecretEntry: o.Secret.SecretKeyEntry,
		}
	}
	return bucket
}
