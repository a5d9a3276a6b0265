package stacks_test

import (
	"encoding/pem"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tracestack/tracestack/internal/pulumitest"
	"github.com/tracestack/tracestack/stacks"
)

// The example is AWS' own, GET Bucket Lifecycle of sig-v4-header-based-auth.
func TestARequestIsSignedAsInAWSsExample(t *testing.T) {
	request, err := http.NewRequest(http.MethodGet, "https://examplebucket.s3.amazonaws.com/?lifecycle=", nil)
	if err != nil {
		t.Fatal(err)
	}
	stacks.Sign(request, "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1",
		time.Date(2013, 5, 24, 0, 0, 0, 0, time.UTC))
	const want = "Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"
	if got := request.Header.Get("Authorization"); !strings.HasSuffix(got, want) {
		t.Errorf("signed %s, want %s", got, want)
	}
}

// onMinIO is a stack whose bucket is in a MinIO server at an address.
func onMinIO(server string, more map[string]string) map[string]string {
	values := map[string]string{
		"kubernetes:context": "kind-dev", "tracestack:backend": "tempo", "tracestack:storage": "minio",
		"tracestack:objectStore": `{"bucket":"traces","endpoint":"minio-service.minio.svc:9000","insecure":true}`,
		"minio:minioServer":      server, "minio:minioUser": "admin", "minio:minioPassword": "hunter2",
	}
	maps.Copy(values, more)
	return values
}

// answering is a server that says one thing to whoever signs.
func answering(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.String() != "/traces/?location=" || !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential=admin/") {
			status, body = http.StatusTeapot, r.URL.String()
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

func refusal(code string) string {
	return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + code + "</Code><Message>No.</Message></Error>"
}

const found = `<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></LocationConstraint>`

// address is a server's host:port.
func address(s *httptest.Server) string { return s.Listener.Addr().String() }

func started(t *testing.T, s *httptest.Server) *httptest.Server {
	t.Cleanup(s.Close)
	return s
}

func TestAServerThatAnswersIsUsed(t *testing.T) {
	adopted := map[string]string{"tracestack:objectStore": `{"bucket":"traces","endpoint":"minio-service.minio.svc:9000","adopt":true}`}
	for _, c := range []struct {
		claim   string
		handler http.HandlerFunc
		more    map[string]string
	}{
		{"with its bucket", answering(200, found), nil},
		{"before its bucket is made", answering(404, refusal("NoSuchBucket")), nil},
		{"that does not say", answering(403, refusal("AccessDenied")), nil},
		{"with a bucket to adopt", answering(200, found), adopted},
		{"in a region of its own", func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.Header.Get("Authorization"), "/us-east-1/s3/") {
				answering(400, `<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-1</Region></Error>`)(w, r)
				return
			}
			answering(200, found)(w, r)
		}, nil},
	} {
		t.Run(c.claim, func(t *testing.T) {
			server := started(t, httptest.NewServer(c.handler))
			graph, err := pulumitest.Run(t, onMinIO(address(server), c.more), []string{"minio:minioPassword"}, stacks.Run)
			if err != nil {
				t.Fatal(err)
			}
			if err := pulumitest.Check(graph); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAServerThatCannotBeUsedIsRefusedWithItsReasonBeforeAnythingIsRegistered(t *testing.T) {
	tls := map[string]string{"minio:minioSsl": "true"}
	plain := func(handler http.HandlerFunc) func(*testing.T) string {
		return func(t *testing.T) string { return address(started(t, httptest.NewServer(handler))) }
	}
	says := func(status int, code string) func(*testing.T) string { return plain(answering(status, refusal(code))) }
	encrypted := func(t *testing.T) string { return address(started(t, httptest.NewTLSServer(answering(200, found)))) }
	for _, c := range []struct {
		claim  string
		server func(t *testing.T) string
		more   map[string]string
		want   string // after the path; ADDR is the server's
	}{
		{"nobody is there", away, nil, "minio:minioServer: ADDR: must be a MinIO server that answers: connection refused; start it or correct the address. While it is away its bucket would be taken for deleted"},
		{"a name that there is not", func(*testing.T) string { return "minio.invalid:9000" }, nil, "minio:minioServer: ADDR: must be a MinIO server that answers: no such host; start it"},
		{"an unknown user", says(403, "InvalidAccessKeyId"), nil, "minio:minioUser: admin: must be a user of the server at ADDR: it knows none of that name"},
		{"a wrong password", says(403, "SignatureDoesNotMatch"), nil, "minio:minioPassword: [secret]: must be the password of admin: the server at ADDR refuses it"},
		{"a clock that is wrong", says(403, "RequestTimeTooSkewed"), nil, "minio:minioServer: ADDR: must have the time of this machine"},
		{"a server that starts", says(503, "XMinioServerNotInitialized"), nil, "minio:minioServer: ADDR: must be a MinIO server that is ready: it answers 503 XMinioServerNotInitialized"},
		{"a web server", plain(answering(200, "<!doctype html><html></html>")), nil, "minio:minioServer: ADDR: must be the address of MinIO's API: what answers there (200) is something else"},
		{"the console", says(400, "InvalidArgument"), nil, "minio:minioServer: ADDR: must be the address of MinIO's API: what answers there (400) is something else; the console, for one, has a port of its own"},
		{"a proxy that sends elsewhere", plain(answering(307, "")), nil, "what answers there (307) is something else"},
		{"a bucket to adopt that is not there", says(404, "NoSuchBucket"), map[string]string{"tracestack:objectStore": `{"bucket":"traces","endpoint":"m:9000","adopt":true}`}, "tracestack:objectStore.bucket: traces: must exist on the server at ADDR, as adopt is true"},
		{"TLS where none is expected", encrypted, nil, "minio:minioSsl: false: must be true if ADDR speaks TLS"},
		{"no TLS where it is expected", plain(answering(200, found)), tls, "minio:minioSsl: true: must be false if ADDR speaks plain HTTP"},
		{"a certificate that nobody knows", encrypted, tls, "minio:minioServer: ADDR: must show a certificate that is trusted: x509: certificate signed by unknown authority; give the certificates that signed it as minio:minioCacertFile"},
		{"certificates that are not there", encrypted, map[string]string{"minio:minioSsl": "true", "minio:minioCacertFile": "/absent.pem"}, "minio:minioCacertFile: /absent.pem: must be a file that can be read: no such file or directory"},
		{"certificates that are none", encrypted, map[string]string{"minio:minioSsl": "true", "minio:minioCacertFile": "minioserver_test.go"}, "minio:minioCacertFile: minioserver_test.go: must hold certificates in PEM"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			server := c.server(t)
			graph, err := pulumitest.Run(t, onMinIO(server, c.more), []string{"minio:minioPassword"}, stacks.Run)
			if err == nil {
				t.Fatal("it was not refused")
			}
			if want := "1 thing to correct:\n\t    "; !strings.Contains(err.Error(), want) {
				t.Errorf("%q is not in\n%v", want, err)
			}
			if want := strings.ReplaceAll(c.want, "ADDR", server); !strings.Contains(err.Error(), want) {
				t.Errorf("%q is not in\n%v", want, err)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the password shows in\n%v", err)
			}
			if len(graph) > 0 {
				t.Errorf("%d resources were registered", len(graph))
			}
		})
	}
}

// away is an address where nobody listens any more.
func away(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func TestACertificateIsTrustedWhereTheConfigurationSaysSo(t *testing.T) {
	server := started(t, httptest.NewTLSServer(answering(200, found)))
	file := filepath.Join(t.TempDir(), "ca.pem")
	body := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	for claim, more := range map[string]map[string]string{
		"by the certificates that signed it": {"minio:minioSsl": "true", "minio:minioCacertFile": file},
		"whatever it is":                     {"minio:minioSsl": "true", "minio:minioInsecure": "true"},
	} {
		t.Run(claim, func(t *testing.T) {
			if _, err := pulumitest.Run(t, onMinIO(address(server), more), []string{"minio:minioPassword"}, stacks.Run); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAServerIsAskedOnceAndOnlyWhereABucketIsInIt(t *testing.T) {
	asked := 0
	server := started(t, httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		answering(200, found)(w, r)
	})))
	for _, c := range []struct {
		claim string
		more  map[string]string
		want  int
	}{
		{"for a bucket in it", nil, 1},
		{"while Tempo is away", map[string]string{"tracestack:backend": "jaeger", "tracestack:storage": "memory"}, 0},
		{"for a mirror in it", map[string]string{
			"tracestack:backend": "jaeger", "tracestack:storage": "memory", "tracestack:mirror": `{"backend":"tempo","storage":"minio"}`,
		}, 1},
	} {
		t.Run(c.claim, func(t *testing.T) {
			asked = 0
			if _, err := pulumitest.Run(t, onMinIO(address(server), c.more), []string{"minio:minioPassword"}, stacks.Run); err != nil {
				t.Fatal(err)
			}
			if asked != c.want {
				t.Errorf("asked %d times, want %d", asked, c.want)
			}
		})
	}
}

func TestABucketIsKeptWithProfileProdAndGoesWithDev(t *testing.T) {
	for profile, kept := range map[string]bool{"dev": false, "prod": true} {
		t.Run(profile, func(t *testing.T) {
			values := onMinIO("minio:9000", map[string]string{"tracestack:profile": profile, "tracestack:createNamespace": "false", "tracestack:collector": `{"signIn":{"kind":"anyone"}}`})
			graph, err := pulumitest.Run(t, values, []string{"minio:minioPassword"}, stacks.RunAlone)
			if err != nil {
				t.Fatal(err)
			}
			bucket := graph.Named(t, "minio:index/s3Bucket:S3Bucket", "tempo-store-bucket")
			if bucket.Protected || bucket.Retained != kept || bucket.Inputs["forceDestroy"].BoolValue() == kept {
				t.Errorf("protected %v, retained %v, forced %v", bucket.Protected, bucket.Retained, bucket.Inputs["forceDestroy"])
			}
		})
	}
}

func TestTempoReadsTheKeyThatWasMadeForItAndMovesToTheNext(t *testing.T) {
	of := func(generation string) (secret, revision any) {
		graph, err := pulumitest.Run(t, onMinIO("minio:9000", map[string]string{
			"tracestack:objectStore": `{"bucket":"traces","endpoint":"minio-service.minio.svc:9000","keyGeneration":` + generation + `}`,
		}), []string{"minio:minioPassword"}, stacks.RunAlone)
		if err != nil {
			t.Fatal(err)
		}
		made := graph.Named(t, "kubernetes:core/v1:Secret", "tempo-store-credentials").Object()["metadata"].(map[string]any)["name"]
		for _, r := range graph {
			if !strings.Contains(r.Parent, "TempoStack::") || r.Type != "kubernetes:apps/v1:StatefulSet" {
				continue
			}
			if !strings.Contains(fmt.Sprint(r.Object()["spec"]), made.(string)) {
				t.Errorf("%s does not read Secret %v", r.Name, made)
			}
			for _, name := range []string{"tempo-store-bucket", "tempo-store-credentials"} {
				if !waitsFor(r, name) {
					t.Errorf("%s does not wait for %s", r.Name, name)
				}
			}
			template := r.Object()["spec"].(map[string]any)["template"].(map[string]any)
			return made, fmt.Sprint(template["metadata"])
		}
		t.Fatal("no StatefulSet of Tempo")
		return nil, nil
	}
	firstSecret, first := of("1")
	secondSecret, second := of("2")
	if firstSecret == secondSecret || first == second {
		t.Errorf("after a rotation the Secret is %v, before %v; the pods do not move", secondSecret, firstSecret)
	}
}
