package stacks

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/settings"
)

// newObjectStore gives the bucket of a storage; nil where blocks stay on the disk. Where a bucket
// comes from is decided here alone.
func newObjectStore(ctx *pulumi.Context, c config.Config, storage settings.Storage, at target) (*components.ObjectStoreArgs, error) {
	switch storage {
	case settings.StorageLocal:
		return nil, nil
	case settings.StorageS3, settings.StorageGCS, settings.StorageAzure:
		return existingBucket(c.ObjectStore, settings.StoreProvider(storage)), nil
	case settings.StorageMinIO:
		return madeBucket(ctx, c, at)
	}
	return nil, fmt.Errorf("storage %q: no object store is known for it", storage)
}

// existingBucket is a bucket that somebody else made.
func existingBucket(o settings.ObjectStore, provider settings.StoreProvider) *components.ObjectStoreArgs {
	bucket := &components.ObjectStoreArgs{
		Provider:                  provider,
		Bucket:                    pulumi.String(o.Bucket),
		Endpoint:                  o.Endpoint,
		Region:                    o.Region,
		Insecure:                  o.Insecure,
		Account:                   o.Account,
		ServiceAccountAnnotations: o.ServiceAccountAnnotations,
	}
	if o.Secret.Name != "" {
		bucket.Credentials = &components.StoreCredentialsArgs{
			SecretName:     pulumi.String(o.Secret.Name),
			AccessKeyEntry: o.Secret.AccessKeyEntry,
			SecretKeyEntry: o.Secret.SecretKeyEntry,
		}
	}
	return bucket
}
