package config_test

import (
	"maps"
	"testing"

	"github.com/tracestack/tracestack/internal/config"
)

const (
	hostPortRule = "must be host:port, such as minio.example.com:9000"
	sealMinIO    = "must be a secret: `pulumi config set --secret minio:minioPassword`"
	ofMinIO      = "must be given with storage minio"
	notOfS3      = "must not be given with storage s3, only with minio"
	withoutTLS   = "must not be given without minio:minioSsl: true"
)

// onMinIO is tempo on a MinIO server that is right, with more keys than that; "-" takes one away.
func onMinIO(more map[string]string) map[string]string {
	values := stored("minio", map[string]string{
		"minio:minioServer": "minio.example.com:9000", "minio:minioUser": "admin", "minio:minioPassword": "hunter2",
		"tracestack:objectStore": `{"bucket":"traces","endpoint":"minio-service.minio.svc:9000"}`,
	})
	maps.Copy(values, more)
	return values
}

func minio(name, value string) map[string]string { return map[string]string{"minio:" + name: value} }

// ofServer are the refusals of the MinIO server's keys, and of what only MinIO reads of the bucket.
// The password is sealed in each.
var ofServer = []refusal{
	{"no server", onMinIO(minio("minioServer", "-")), "minio:minioServer: not set: " + ofMinIO},
	{"a server without port", onMinIO(minio("minioServer", "minio.example.com")), "minio:minioServer: minio.example.com: " + hostPortRule},
	{"a server with a scheme", onMinIO(minio("minioServer", "https://minio.example.com:9000")), "minio:minioServer: https://minio.example.com:9000: " + hostPortRule},
	{"a server with a path", onMinIO(minio("minioServer", "minio.example.com:9000/minio")), "minio:minioServer: minio.example.com:9000/minio: " + hostPortRule},
	{"a server with a user", onMinIO(minio("minioServer", "admin@minio.example.com:9000")), "minio:minioServer: admin@minio.example.com:9000: " + hostPortRule},
	{"a server with port 0", onMinIO(minio("minioServer", "minio:0")), "minio:minioServer: minio:0: " + hostPortRule},
	{"a server with a port by name", onMinIO(minio("minioServer", "minio:http")), "minio:minioServer: minio:http: " + hostPortRule},
	{"no user", onMinIO(minio("minioUser", "-")), "minio:minioUser: not set: " + ofMinIO},
	{"a user that is empty", onMinIO(minio("minioUser", "")), `minio:minioUser: "": must not be empty`},
	{"no password", onMinIO(minio("minioPassword", "-")), "minio:minioPassword: [secret]: " + ofMinIO},
	{"a password that is empty", onMinIO(minio("minioPassword", "")), "minio:minioPassword: [secret]: must not be empty; remove the key if there is none"},
	{"TLS as text", onMinIO(minio("minioSsl", "yes")), "minio:minioSsl: yes: must be true or false"},
	{"certificates without TLS", onMinIO(minio("minioCacertFile", "ca.pem")), "minio:minioCacertFile: [not shown]: " + withoutTLS},
	{"any certificate without TLS", onMinIO(minio("minioInsecure", "true")), "minio:minioInsecure: [not shown]: " + withoutTLS},
	{"a key of the server that is old", onMinIO(minio("minioAccessKey", "admin")), "minio:minioAccessKey: [not shown]: no such key"},
	{"a key of the server that is misspelt", onMinIO(minio("minioPasword", "hunter2")), "minio:minioPasword: [not shown]: no such key; did you mean minio:minioPassword?"},

	{"no bucket", onMinIO(key("objectStore", `{"endpoint":"minio:9000"}`)), "tracestack:objectStore.bucket: not set: " + ofMinIO},
	{"no address for pods", onMinIO(key("objectStore", `{"bucket":"traces"}`)), "tracestack:objectStore.endpoint: not set: " + ofMinIO},
	{"an address for pods without port", onMinIO(key("objectStore", `{"bucket":"traces","endpoint":"minio.minio.svc"}`)), "tracestack:objectStore.endpoint: minio.minio.svc: must have a port with storage minio, such as minio-service.minio.svc:9000"},
	{"a bucket that only others take", onMinIO(key("objectStore", `{"bucket":"my_traces","endpoint":"minio:9000"}`)), "tracestack:objectStore.bucket: my_traces: must be a name that MinIO takes: no _, no .., and no address"},
	{"a bucket that is an address", onMinIO(key("objectStore", `{"bucket":"192.0.2.1","endpoint":"minio:9000"}`)), "tracestack:objectStore.bucket: 192.0.2.1: must be a name that MinIO takes: no _, no .., and no address"},
	{"a generation before the first", onMinIO(key("objectStore", `{"bucket":"traces","endpoint":"minio:9000","keyGeneration":0}`)), "tracestack:objectStore.keyGeneration: 0: must be between 1 and 1000000"},
	{"a generation by name", onMinIO(key("objectStore", `{"bucket":"traces","endpoint":"minio:9000","keyGeneration":"new"}`)), `tracestack:objectStore.keyGeneration: "new": must be a whole number, not a string`},
	{"an adopted bucket that does not stay", onMinIO(key("objectStore", `{"bucket":"traces","endpoint":"minio:9000","adopt":true,"keep":false}`)), "tracestack:objectStore.keep: [not shown]: must not be given with adopt: a bucket that is adopted always stays"},
	{"a Secret of MinIO", onMinIO(key("objectStore", `{"bucket":"traces","endpoint":"minio:9000","secret":{"name":"a"}}`)), "tracestack:objectStore.secret.name: [not shown]: must not be given with storage minio, only with s3, gcs, azure"},

	{"a bucket of S3 that is adopted", stored("s3", key("objectStore", `{"bucket":"traces","endpoint":"s3:9000","adopt":true}`)), "tracestack:objectStore.adopt: [not shown]: " + notOfS3},
	{"a bucket of S3 that is kept", stored("s3", key("objectStore", `{"bucket":"traces","endpoint":"s3:9000","keep":true}`)), "tracestack:objectStore.keep: [not shown]: " + notOfS3},
	{"a generation of S3's keys", stored("s3", key("objectStore", `{"bucket":"traces","endpoint":"s3:9000","keyGeneration":2}`)), "tracestack:objectStore.keyGeneration: [not shown]: " + notOfS3},
	{"a server of S3", stored("s3", map[string]string{"minio:minioServer": "minio:9000", "tracestack:objectStore": `{"bucket":"traces","endpoint":"s3:9000"}`}), "minio:minioServer: [not shown]: " + notOfS3},
	{"a user of S3", stored("s3", map[string]string{"minio:minioUser": "admin", "tracestack:objectStore": `{"bucket":"traces","endpoint":"s3:9000"}`}), "minio:minioUser: [not shown]: " + notOfS3},
	{"TLS of S3's server", stored("s3", map[string]string{"minio:minioSsl": "true", "tracestack:objectStore": `{"bucket":"traces","endpoint":"s3:9000"}`}), "minio:minioSsl: [not shown]: " + notOfS3},
	{"a password of local", stored("local", minio("minioPassword", "hunter2")), "minio:minioPassword: [secret]: must not be given with storage local, only with minio"},
	{"a mirror without its server's user", map[string]string{
		"tracestack:mirror": `{"backend":"tempo","storage":"minio"}`, "tracestack:objectStore": `{"bucket":"traces","endpoint":"minio:9000"}`,
		"minio:minioServer": "minio:9000", "minio:minioPassword": "hunter2",
	}, "minio:minioUser: not set: " + ofMinIO},
}

func TestAServerThatCannotBeIsRefused(t *testing.T) {
	for _, c := range ofServer {
		t.Run(c.claim, func(t *testing.T) {
			_, err := config.Load(raw(c.given, "minio:minioPassword"))
			if err == nil || err.Error() != c.want {
				t.Errorf("refused with\n%v\nwant\n%s", err, c.want)
			}
		})
	}
}

func TestTheServersPasswordIsNeverTakenInPlain(t *testing.T) {
	for claim, given := range map[string]map[string]string{
		"with storage minio":            onMinIO(nil),
		"where nothing reads it either": minio("minioPassword", "hunter2"),
	} {
		t.Run(claim, func(t *testing.T) {
			_, err := config.Load(raw(given))
			if want := "minio:minioPassword: [not shown]: " + sealMinIO; err == nil || err.Error() != want {
				t.Errorf("refused with\n%v\nwant\n%s", err, want)
			}
		})
	}
}

func TestAServerAndItsBucketAreAccepted(t *testing.T) {
	for claim, given := range map[string]map[string]string{
		"as they are":         onMinIO(nil),
		"with TLS":            onMinIO(map[string]string{"minio:minioSsl": "true", "minio:minioCacertFile": "/etc/minio/ca.pem"}),
		"adopted":             onMinIO(key("objectStore", `{"bucket":"traces","endpoint":"minio:9000","adopt":true}`)),
		"while Tempo is away": onMinIO(map[string]string{"tracestack:backend": "jaeger", "tracestack:storage": "memory"}),
	} {
		t.Run(claim, func(t *testing.T) {
			if _, err := config.Load(raw(given, "minio:minioPassword")); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestWhatStaysOfABucketFollowsTheProfile(t *testing.T) {
	for profile, want := range map[string]bool{"dev": false, "prod": true} {
		c, err := config.Load(raw(onMinIO(map[string]string{"tracestack:profile": profile, "tracestack:createNamespace": "false"}), "minio:minioPassword"))
		if err != nil {
			t.Fatal(err)
		}
		if c.ObjectStore.Keep != want {
			t.Errorf("with profile %s the bucket is kept: %v", profile, c.ObjectStore.Keep)
		}
	}
}
