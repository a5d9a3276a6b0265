package config

import (
	"slices"

	"github.com/tracestack/tracestack/internal/naming"
)

// MinIOServer is where the program makes a bucket, as Pulumi reaches it. Where pods reach it
// is objectStore.endpoint. The keys are the provider's own, so what people know of them holds.
type MinIOServer struct {
	Server     string `key:"minio:minioServer" format:"hostPort" doc:"Where Pulumi reaches the MinIO server, seldom where pods do. It is asked before anything is changed; while it does not answer, preview and up are refused." rule:"must be given with storage minio, and not with another storage of tempo" see:"https://www.pulumi.com/registry/packages/minio/installation-configuration/"`
	User       string `key:"minio:minioUser" format:"notEmpty" doc:"The user that Pulumi signs in as. It makes the bucket, a policy, a user and that user's keys; pods never see it." rule:"must be given with storage minio, and not with another storage of tempo"`
	Password   Secret `key:"minio:minioPassword" doc:"The password of minioUser." rule:"must be a Pulumi secret; must be given with storage minio, and not with another storage of tempo"`
	TLS        bool   `key:"minio:minioSsl" doc:"Whether the server speaks TLS." rule:"must not be given with another storage of tempo than minio"`
	CAFile     string `key:"minio:minioCacertFile" format:"notEmpty" doc:"Path of the certificates that signed the server's, beside those that the machine trusts." rule:"must not be given without minioSsl"`
	SkipVerify bool   `key:"minio:minioInsecure" doc:"Whether to trust whatever certificate the server shows. Whoever is between can then read the password." rule:"must not be given without minioSsl"`
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
func (c Config) validateMinIO(found *problems) {
	if c.set[MinIOPasswordKey] && c.sound(MinIOPasswordKey) && !c.MinIO.Password.Sealed() {
		found.add(MinIOPasswordKey, notShown, "must be a secret: `pulumi config set --secret "+MinIOPasswordKey+"`")
	}
	for _, path := range []string{MinIOCAFileKey, MinIOInsecureKey} {
		if c.set[path] && c.sound(path, MinIOTLSKey) && !c.MinIO.TLS {
			found.add(path, notShown, "must not be given without "+MinIOTLSKey+": true")
		}
	}
	for _, s := range c.stores() {
		if s.backend != BackendTempo || !slices.Contains(storages[BackendTempo], s.storage) {
			continue
		}
		validateReadBy(c, found, "storage", s.storage, serverKeys)
		if s.storage == MinIO {
			c.validateMinIOStore(found)
		}
	}
}

// serverKeys are read by one storage.
var serverKeys = []readBy[Storage]{
	{MinIOServerKey, []Storage{MinIO}, []Storage{MinIO}},
	{MinIOUserKey, []Storage{MinIO}, []Storage{MinIO}},
	{MinIOPasswordKey, []Storage{MinIO}, []Storage{MinIO}},
	{MinIOTLSKey, []Storage{MinIO}, nil},
	{MinIOCAFileKey, []Storage{MinIO}, nil},
	{MinIOInsecureKey, []Storage{MinIO}, nil},
}

func (c Config) validateMinIOStore(found *problems) {
	const bucket, endpoint = objectStore + ".bucket", objectStore + ".endpoint"
	const adopt, keep = objectStore + ".adopt", objectStore + ".keep"
	if c.set[bucket] && c.sound(bucket) && !naming.IsBucket(c.ObjectStore.Bucket) {
		found.add(bucket, shown(c.ObjectStore.Bucket), "must be a name that MinIO takes: no _, no .., and no address")
	}
	if c.set[endpoint] && c.sound(endpoint) && !naming.IsHostPort(c.ObjectStore.Endpoint) {
		found.add(endpoint, shown(c.ObjectStore.Endpoint), "must have a port with storage minio, such as minio-service.minio.svc:9000")
	}
	if c.ObjectStore.Adopt && c.set[keep] && c.sound(adopt, keep) {
		found.add(keep, notShown, "must not be given with adopt: a bucket that is adopted always stays")
	}
}
