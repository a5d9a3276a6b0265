package config

import (
	"slices"

	"github.com/tracestack/tracestack/internal/versions"
)

const (
	tempoBurst  = "tracestack:tempo.limits.burst"
	objectStore = "tracestack:objectStore"
)

func (c Config) validateTempo(found *problems) {
	const tag = "tracestack:images.tempo.tag"
	if limits := c.Tempo.Limits; c.set[tempoBurst] && c.sound(tempoBurst, "tracestack:tempo.limits.rate") && limits.Burst < limits.Rate {
		found.add(tempoBurst, limits.Burst.String(), "must not be less than the rate, "+limits.Rate.String())
	}
	if _, known := versions.TempoMajor(c.Images.Tempo.Tag); !known && c.sound(tag) {
		found.add(tag, shown(c.Images.Tempo.Tag), versions.TempoTagRule)
	}
}

// validateObjectStore holds what is said of the bucket against the storage that reads it. Where
// Tempo is neither backend nor mirror nothing does: it may stay in the file for the way back.
func (c Config) validateObjectStore(found *problems) {
	for _, s := range c.stores() {
		if s.backend == BackendTempo && slices.Contains(storages[BackendTempo], s.storage) && c.sound(objectStore, objectStore+".secret") {
			validateReadBy(c, found, "storage", s.storage, storeKeys)
			c.validateStoreSecret(found, s.storage)
		}
	}
}

// storeKeys are the storages that read each place of the object store.
var storeKeys = []readBy[Storage]{
	{objectStore + ".endpoint", []Storage{MinIO, S3, Azure}, []Storage{MinIO, S3}},
	{objectStore + ".bucket", []Storage{MinIO, S3, GCS, Azure}, []Storage{MinIO, S3, GCS, Azure}},
	{objectStore + ".adopt", []Storage{MinIO}, nil},
	{objectStore + ".keep", []Storage{MinIO}, nil},
	{objectStore + ".keyGeneration", []Storage{MinIO}, nil},
	{objectStore + ".region", []Storage{MinIO, S3}, nil},
	{objectStore + ".insecure", []Storage{MinIO, S3}, nil},
	{objectStore + ".account", []Storage{Azure}, nil},
	{objectStore + ".secret.name", []Storage{S3, GCS, Azure}, nil},
	{objectStore + ".secret.accessKeyEntry", []Storage{S3, Azure}, nil},
	{objectStore + ".secret.secretKeyEntry", []Storage{S3, GCS, Azure}, nil},
	{objectStore + ".serviceAccountAnnotations", []Storage{S3, GCS, Azure}, nil},
}

func (c Config) validateStoreSecret(found *problems, storage Storage) {
	const name, accessKey, secretKey = objectStore + ".secret.name", objectStore + ".secret.accessKeyEntry", objectStore + ".secret.secretKeyEntry"
	const account, annotations = objectStore + ".account", objectStore + ".serviceAccountAnnotations"
	if storage == Local || storage == MinIO {
		return
	}
	given := c.set[name] || c.set[accessKey] || c.set[secretKey]
	for _, path := range []string{name, accessKey, secretKey} {
		if given && !c.set[path] && (path != accessKey || storage != GCS) {
			found.add(path, notSet, "must be given: credentials are a Secret's name and its entries")
		}
	}
	if given && c.set[annotations] && c.sound(annotations) && len(c.ObjectStore.ServiceAccountAnnotations) > 0 {
		found.add(annotations, notShown, "must not be given with a secret: pods reach the store in one way")
	}
	if storage != Azure {
		return
	}
	if given == c.set[account] && c.sound(account) {
		rule, value := "must be given with storage azure without a secret", notSet
		if given {
			rule, value = "must not be given with a secret, which names it", notShown
		}
		found.add(account, value, rule)
	}
}
