package config_test

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/internal/sizes"
	"github.com/tracestack/tracestack/internal/versions"
	"github.com/tracestack/tracestack/settings"
)

const (
	timeRule          = "must be a time such as 30s, 5m, 12h or 14d"
	dataRule          = "must be an amount of data such as 512Mi or 10Gi"
	bucketRule        = "must be the name of a bucket: 3 to 63 lower-case letters, digits, -, _ and ."
	endpointRule      = "must be a host, with a port if it has one, such as minio-service.minio.svc:9000"
	entryRule         = "must be given: credentials are a Secret's name and its entries"
	goesWithNamespace = "tracestack:createNamespace: true: must be false with tempo.volume.retain, which profile prod sets: the disk would be deleted with the namespace; " +
		"make the namespace first, or set tempo.volume.retain to false"
	ofTempoOnly = "must be local, minio, s3, gcs or azure with backend tempo"
)

// stored is backend tempo on a storage, with more keys than that.
func stored(storage string, more map[string]string) map[string]string {
	values := map[string]string{"tracestack:backend": "tempo", "tracestack:storage": storage}
	maps.Copy(values, more)
	return values
}

// bucket is a refusal of a bucket that is right but for what is changed.
func bucket(claim, storage, value, problem string) refusal {
	return refusal{claim, stored(storage, key("objectStore", value)), "tracestack:objectStore" + problem}
}

// ofDisk is a refusal of a setting of tempo on storage local.
func ofDisk(claim, value, problem string) refusal {
	return refusal{claim, stored("local", key("tempo", value)), "tracestack:tempo" + problem}
}

// ofTempo are the refusals of backend tempo, its bucket, and mirrors.
var ofTempo = []refusal{
	{"tempo in memory is refused", stored("memory", nil), "tracestack:storage: memory: " + ofTempoOnly},
	{"tempo without a storage is refused", key("backend", "tempo"), "tracestack:storage: memory: " + ofTempoOnly},
	{"tempo on elasticsearch is refused", stored("elasticsearch", nil), "tracestack:storage: elasticsearch: " + ofTempoOnly},

	ofDisk("a retention in words", `{"retention":"two weeks"}`, `.retention: "two weeks": `+timeRule),
	ofDisk("a retention without unit", `{"retention":14}`, ".retention: 14: "+timeRule),
	ofDisk("a retention in two units", `{"retention":"1d12h"}`, `.retention: "1d12h": `+timeRule),
	ofDisk("a retention in weeks", `{"retention":"2w"}`, `.retention: "2w": `+timeRule),
	ofDisk("no retention", `{"retention":"0s"}`, ".retention: 0s: must be between 1h and 3650d"),
	ofDisk("a retention of minutes", `{"retention":"59m"}`, ".retention: 59m: must be between 1h and 3650d"),
	ofDisk("a retention for ever", `{"retention":"99999999d"}`, ".retention: 99999999d: must be between 1h and 3650d"),
	ofDisk("a retention that is null", `{"retention":null}`, ".retention: null: "+hasValue),
	ofDisk("a trace that is never complete", `{"traceIdle":"1m"}`, ".traceIdle: 1m: must be between 1s and 30s"),
	ofDisk("a block that is never written", `{"blockDuration":"1h"}`, ".blockDuration: 1h: must be between 10s and 10m"),
	ofDisk("a block of a moment", `{"blockDuration":"1s"}`, ".blockDuration: 1s: must be between 10s and 10m"),
	ofDisk("traces of no size", `{"limits":{"traceSize":"0Mi"}}`, ".limits.traceSize: 0Mi: must be between 1Mi and 1Gi"),
	ofDisk("traces of bytes", `{"limits":{"traceSize":5000000}}`, ".limits.traceSize: 5000000: "+dataRule),
	ofDisk("no live traces", `{"limits":{"liveTraces":0}}`, ".limits.liveTraces: 0: must be between 1 and 100000000"),
	ofDisk("a rate in megabytes", `{"limits":{"rate":"15MB"}}`, `.limits.rate: "15MB": `+dataRule),
	ofDisk("a burst below its rate", `{"limits":{"rate":"30Mi","burst":"20Mi"}}`, ".limits.burst: 20Mi: must not be less than the rate, 30Mi"),
	{"a burst below the size's rate", stored("local", map[string]string{"tracestack:size": "large", "tracestack:tempo": `{"limits":{"burst":"99Mi"}}`}),
		"tracestack:tempo.limits.burst: 99Mi: must not be less than the rate, 100Mi"},
	ofDisk("a burst below one message", `{"limits":{"rate":"1Mi","burst":"15Mi"}}`, ".limits.burst: 15Mi: must be between 16Mi and 20Gi"),
	ofDisk("a limit of Tempo's own name", `{"limits":{"max_bytes_per_trace":1}}`, ".limits.max_bytes_per_trace: [not shown]: no such key"),
	ofDisk("searches of seconds", `{"queries":{"search":"30s"}}`, ".queries.search: 30s: must be between 1h and 3650d"),
	ofDisk("a dimension with a space", `{"metricsGenerator":{"dimensions":["http.method","a b"]}}`, ".metricsGenerator.dimensions[1]: a b: must be the name of an attribute, such as http.method"),
	ofDisk("a dimension from the environment", `{"metricsGenerator":{"dimensions":["${A}"]}}`, ".metricsGenerator.dimensions[0]: ${A}: must be the name of an attribute, such as http.method"),
	ofDisk("two dimensions of one label", `{"metricsGenerator":{"dimensions":["http.method","a","http_method"]}}`, ".metricsGenerator.dimensions[2]: http_method: must not become the label http_method as http.method does"),
	ofDisk("one dimension twice", `{"metricsGenerator":{"dimensions":["a","a"]}}`, ".metricsGenerator.dimensions[1]: a: must not become the label a as a does"),
	ofDisk("a dimension that Tempo has", `{"metricsGenerator":{"dimensions":["span.name"]}}`, ".metricsGenerator.dimensions[0]: span.name: must not become the label span_name, which is set already"),
	ofDisk("a dimension that tells Tempos apart", `{"metricsGenerator":{"dimensions":["tempo.namespace"]}}`, ".metricsGenerator.dimensions[0]: tempo.namespace: must not become the label tempo_namespace, which is set already"),
	ofDisk("a dimension of histograms", `{"metricsGenerator":{"dimensions":["le"]}}`, ".metricsGenerator.dimensions[0]: le: must not become the label le, which is set already"),
	ofDisk("dimensions that are text", `{"metricsGenerator":{"dimensions":"http.method"}}`, ".metricsGenerator.dimensions: [not shown]: must be an array, not a string"),
	ofDisk("a disk without unit", `{"volume":{"size":10}}`, ".volume.size: 10: "+dataRule),
	ofDisk("a disk that is too small", `{"volume":{"size":"512Mi"}}`, ".volume.size: 512Mi: must be between 1Gi and 65536Gi"),
	ofDisk("a storage class with a slash", `{"volume":{"storageClass":"a/b"}}`, ".volume.storageClass: a/b: "+objectRule),
	{"a disk that stays, in a namespace that goes", stored("local", key("tempo", `{"volume":{"retain":true}}`)), goesWithNamespace},
	{"one that profile prod lets stay", stored("local", key("profile", "prod")), goesWithNamespace},
	ofDisk("a disk that stays sometimes", `{"volume":{"retain":"maybe"}}`, `.volume.retain: "maybe": must be true or false, not a string`),
	ofDisk("less memory than Tempo takes", `{"resources":{"limits":{"memory":"128Mi"}}}`, ".resources.limits.memory: 128Mi: must be at least 256Mi: the process alone takes it"),
	ofDisk("a mode that is not built", `{"mode":"microservices"}`, ".mode: [not shown]: no such key"),
	nested("an old release of Tempo", "images", `{"tempo":{"tag":"2.8.0"}}`, "images.tempo.tag: 2.8.0: "+versions.TempoTagRule),
	nested("a Tempo of no release", "images", `{"tempo":{"tag":"main-1a2b3c4"}}`, "images.tempo.tag: main-1a2b3c4: "+versions.TempoTagRule),

	bucket("a bucket without a name", "s3", `{"endpoint":"s3:9000"}`, ".bucket: not set: must be given with storage s3"),
	bucket("a bucket nowhere", "s3", `{"bucket":"traces"}`, ".endpoint: not set: must be given with storage s3"),
	bucket("a bucket with a scheme", "s3", `{"bucket":"traces","endpoint":"https://s3.example.com"}`, ".endpoint: https://s3.example.com: "+endpointRule),
	bucket("a bucket with a path", "s3", `{"bucket":"traces","endpoint":"s3.example.com/traces"}`, ".endpoint: s3.example.com/traces: "+endpointRule),
	bucket("a bucket in capitals", "gcs", `{"bucket":"Traces"}`, ".bucket: Traces: "+bucketRule),
	bucket("a bucket of two letters", "gcs", `{"bucket":"ab"}`, ".bucket: ab: "+bucketRule),
	bucket("a bucket that is a list", "gcs", `{"bucket":["traces"]}`, ".bucket: [not shown]: must be a string, not an array"),
	bucket("a region with a space", "s3", `{"bucket":"traces","endpoint":"s3:9000","region":"eu west"}`, ".region: eu west: must be the name of a region, such as eu-west-1"),
	bucket("gcs at an address", "gcs", `{"bucket":"traces","endpoint":"storage.googleapis.com"}`, ".endpoint: [not shown]: must not be given with storage gcs, only with minio, s3, azure"),
	bucket("gcs in a region", "gcs", `{"bucket":"traces","region":"eu-west-1"}`, ".region: [not shown]: must not be given with storage gcs, only with minio, s3"),
	bucket("azure without TLS", "azure", `{"bucket":"traces","account":"acc","insecure":true}`, ".insecure: [not shown]: must not be given with storage azure, only with minio, s3"),
	bucket("azure without an account", "azure", `{"bucket":"traces"}`, ".account: not set: must be given with storage azure without a secret"),
	bucket("azure with two accounts", "azure", `{"bucket":"traces","account":"acc","secret":{"name":"a","accessKeyEntry":"b","secretKeyEntry":"c"}}`, ".account: [not shown]: must not be given with a secret, which names it"),
	bucket("an account with a dash", "azure", `{"bucket":"traces","account":"my-account"}`, ".account: my-account: must be the name of a storage account: 3 to 24 lower-case letters and digits"),
	bucket("an account of s3", "s3", `{"bucket":"traces","endpoint":"s3:9000","account":"acc"}`, ".account: [not shown]: must not be given with storage s3, only with azure"),
	bucket("an access key of gcs", "gcs", `{"bucket":"traces","secret":{"name":"a","accessKeyEntry":"b","secretKeyEntry":"c"}}`, ".secret.accessKeyEntry: [not shown]: must not be given with storage gcs, only with s3, azure"),
	bucket("a Secret without an access key", "s3", `{"bucket":"traces","endpoint":"s3:9000","secret":{"name":"a","secretKeyEntry":"c"}}`, ".secret.accessKeyEntry: not set: "+entryRule),
	bucket("a Secret without a secret key", "gcs", `{"bucket":"traces","secret":{"name":"a"}}`, ".secret.secretKeyEntry: not set: "+entryRule),
	bucket("entries of no Secret", "gcs", `{"bucket":"traces","secret":{"secretKeyEntry":"c"}}`, ".secret.name: not set: "+entryRule),
	bucket("a Secret with a slash", "gcs", `{"bucket":"traces","secret":{"name":"a/b","secretKeyEntry":"c"}}`, ".secret.name: a/b: "+secretRule),
	bucket("keys in plain", "s3", `{"bucket":"traces","endpoint":"s3:9000","accessKey":"AKIA","region":"eu"}`, ".accessKey: [not shown]: no such key"),
	bucket("two ways in", "s3", `{"bucket":"traces","endpoint":"s3:9000","secret":{"name":"a","accessKeyEntry":"b","secretKeyEntry":"c"},"serviceAccountAnnotations":{"a":"b"}}`, ".serviceAccountAnnotations: [not shown]: must not be given with a secret: pods reach the store in one way"),
	bucket("an identity without key", "gcs", `{"bucket":"traces","serviceAccountAnnotations":{"":"b"}}`, `.serviceAccountAnnotations[""]: [not shown]: `+noteRule),
	bucket("a bucket of local", "local", `{"bucket":"traces"}`, ".bucket: [not shown]: must not be given with storage local, only with minio, s3, gcs, azure"),
	{"a bucket in text", stored("local", key("objectStore", "traces")), "tracestack:objectStore: [not shown]: " + wellFormed},

	nested("a mirror without a storage", "mirror", `{"backend":"tempo"}`, "mirror.storage: not set: must be given: a mirror has a backend and a storage"),
	nested("a mirror without a backend", "mirror", `{"storage":"local"}`, "mirror.backend: not set: must be given: a mirror has a backend and a storage"),
	nested("a mirror of itself", "mirror", `{"backend":"jaeger","storage":"memory"}`, "mirror.backend: jaeger: must not be the backend itself: it has every span already"),
	nested("a mirror that there is not", "mirror", `{"backend":"zipkin","storage":"memory"}`, "mirror.backend: zipkin: must be jaeger or tempo"),
	nested("a mirror on another's storage", "mirror", `{"backend":"tempo","storage":"memory"}`, "mirror.storage: memory: "+ofTempoOnly),
	nested("a mirror without its bucket's name", "mirror", `{"backend":"tempo","storage":"gcs"}`, "objectStore.bucket: not set: must be given with storage gcs"),
	nested("a mirror that is text", "mirror", "tempo", "mirror: [not shown]: "+wellFormed),
	{"a mirror in memory with profile prod", stored("local", map[string]string{"tracestack:profile": "prod", "tracestack:createNamespace": "false", "tracestack:mirror": `{"backend":"jaeger","storage":"memory"}`}), "tracestack:mirror.storage: memory: must not be memory with profile prod: traces would be lost with the pod"},
	{"traces in memory of a mirror elsewhere", stored("local", map[string]string{"tracestack:jaeger": `{"maxTraces":0}`, "tracestack:mirror": `{"backend":"jaeger","storage":"memory"}`}), "tracestack:jaeger.maxTraces: 0: must be between 1500 and 100000"},

	{"a route to pages that Tempo has not", stored("local", map[string]string{"tracestack:ingress": `{"kind":"ingress","jaeger":{"host":"a.b"}}`, "tracestack:demo": "true"}), "tracestack:ingress.jaeger: [not shown]: must not be given: Jaeger is neither backend nor mirror, and Tempo has no pages"},
	{"a route to nothing", stored("local", key("ingress", `{"kind":"ingress","domain":"a.b"}`)), "tracestack:ingress.kind: ingress: must be none: demo is false, and backend tempo has no pages"},
	{"a route to a demo nowhere", stored("local", map[string]string{"tracestack:ingress": `{"kind":"ingress"}`, "tracestack:demo": "true"}), "tracestack:ingress.domain: not set: must be given with kind ingress, or the host of a page"},
}

func TestSettingsOfTheOtherBackendMayStayInTheFile(t *testing.T) {
	settings := map[string]string{
		"tracestack:jaeger":      `{"maxTraces":1600}`,
		"tracestack:tempo":       `{"retention":"7d"}`,
		"tracestack:objectStore": `{"bucket":"traces","endpoint":"s3:9000"}`,
	}
	for backend, storage := range map[string]string{"jaeger": "memory", "tempo": "s3"} {
		values := maps.Clone(settings)
		values["tracestack:backend"], values["tracestack:storage"] = backend, storage
		if _, err := config.Load(raw(values)); err != nil {
			t.Errorf("with backend %s:\n%v", backend, err)
		}
	}
}

func TestEveryStoreIsReachedWithASecretOrAnIdentity(t *testing.T) {
	for storage, values := range map[string][]string{
		"s3": {
			`{"bucket":"traces","endpoint":"s3.eu-west-1.amazonaws.com","region":"eu-west-1","serviceAccountAnnotations":{"eks.amazonaws.com/role-arn":"arn:aws:iam::1:role/tempo"}}`,
			`{"bucket":"traces","endpoint":"minio-service.minio.svc:9000","insecure":true,"secret":{"name":"a","accessKeyEntry":"b","secretKeyEntry":"c"}}`,
		},
		"gcs":   {`{"bucket":"my_traces"}`, `{"bucket":"traces","secret":{"name":"a","secretKeyEntry":"key.json"}}`},
		"azure": {`{"bucket":"traces","account":"acc1"}`, `{"bucket":"traces","endpoint":"blob.core.usgovcloudapi.net","secret":{"name":"a","accessKeyEntry":"b","secretKeyEntry":"c"}}`},
	} {
		for _, value := range values {
			if _, err := config.Load(raw(stored(storage, key("objectStore", value)))); err != nil {
				t.Errorf("%s with %s:\n%v", storage, value, err)
			}
		}
	}
}

func TestATimeIsWrittenInItsLargestUnitAndReadInAny(t *testing.T) {
	for text, want := range map[string]string{"336h": "14d", "90m": "90m", "3600s": "1h", "25h": "25h"} {
		c, err := config.Load(raw(stored("local", key("tempo", `{"retention":"`+text+`"}`))))
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Tempo.Retention.String(); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
	if got := settings.Duration("90s").Time(); got != 90*time.Second {
		t.Errorf("90 seconds are %v", got)
	}
}

func TestTheLeastBurstIsWhatOneMessageMayHave(t *testing.T) {
	for burst, accepted := range map[int]bool{sizes.Message / sizes.Mebibyte: true, sizes.Message/sizes.Mebibyte - 1: false} {
		_, err := config.Load(raw(stored("local", key("tempo", fmt.Sprintf(`{"limits":{"rate":"1Mi","burst":"%dMi"}}`, burst)))))
		if (err == nil) != accepted {
			t.Errorf("a burst of %dMi is answered with %v", burst, err)
		}
	}
}

func TestABurstFollowsARateThatIsLarger(t *testing.T) {
	for given, want := range map[string]settings.Data{`{}`: "20Mi", `{"limits":{"rate":"64Mi"}}`: "64Mi", `{"limits":{"rate":"64Mi","burst":"100Mi"}}`: "100Mi"} {
		c, err := config.Load(raw(stored("local", key("tempo", given))))
		if err != nil {
			t.Fatal(err)
		}
		if c.Tempo.Limits.Burst != want {
			t.Errorf("%s bursts to %v, want %v", given, c.Tempo.Limits.Burst, want)
		}
	}
}
