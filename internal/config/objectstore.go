package config

import (
	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/settings"
)

const objectStore = "tracestack:objectStore"

// validateObjectStore holds what is said of the bucket against the storage that reads it. Where
// Tempo is neither backend nor mirror nothing does: it may stay in the file for the way back.
func (c Config) validateObjectStore(l spec.Look) {
	for _, storage := range c.tempoStorages(l) {
		c.ObjectStore.CheckStorage(l.In(objectStore), storage)
	}
}

// Keys of MinIOServer's fields, which messages about the server name.
const (
	MinIOServerKey   = "minio:minioServer"
	MinIOUserKey     = "minio:minioUser"
	MinIOPasswordKey = "minio:minioPassword"
	MinIOTLSKey      = "minio:minioSsl"
	MinIOCAFileKey   = "minio:minioCacertFile"
	MinIOInsecureKey = "minio:minioInsecure"
)

// validateMinIO holds the server's keys against the storage that reads them. Like the object store's
// they may stay in the file while Tempo is not in the stack.
func (c Config) validateMinIO(l spec.Look) {
	if l.GivenSound(MinIOPasswordKey) && !c.MinIOServer.Password.Sealed() {
		l.Refuse(MinIOPasswordKey, spec.NotShown, "must be a secret: `pulumi config set --secret "+MinIOPasswordKey+"`")
	}
	for _, path := range []string{MinIOCAFileKey, MinIOInsecureKey} {
		if l.GivenSound(path) && l.Sound(MinIOTLSKey) && !c.MinIOServer.TLS {
			l.Refuse(path, spec.NotShown, "must not be given without "+MinIOTLSKey+": true")
		}
	}
	for _, storage := range c.tempoStorages(l) {
		spec.CheckReadBy(l, "storage", storage, serverKeys)
	}
}

var onlyMinIO = []settings.Storage{settings.StorageMinIO}

// serverKeys are read by one storage.
var serverKeys = []spec.ReadBy[settings.Storage]{
	{Name: MinIOServerKey, By: onlyMinIO, Needed: onlyMinIO},
	{Name: MinIOUserKey, By: onlyMinIO, Needed: onlyMinIO},
	{Name: MinIOPasswordKey, By: onlyMinIO, Needed: onlyMinIO},
	{Name: MinIOTLSKey, By: onlyMinIO},
	{Name: MinIOCAFileKey, By: onlyMinIO},
	{Name: MinIOInsecureKey, By: onlyMinIO},
}
