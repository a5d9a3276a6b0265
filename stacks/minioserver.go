package stacks

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/settings"
)

// patience is how long the server may take for one answer that it has in memory.
const patience = 5 * time.Second

// askMinIO asks the MinIO server one signed question before anything is registered: is this bucket
// there? The provider asks too, but takes every failure for "no": it would make a bucket anew that
// is only out of reach. One request, so a preview waits for one answer.
func askMinIO(program *pulumi.Context, c config.Config) error {
	if storage, has := c.StorageOf(settings.BackendTempo); !has || storage != settings.StorageMinIO {
		return nil
	}
	ctx, cancel := context.WithTimeout(program.Context(), patience)
	defer cancel()
	client, err := minioClient(c.MinIOServer)
	if err != nil {
		return err
	}
	answer, err := askForBucket(ctx, client, c, "us-east-1")
	if answer.Code == "AuthorizationHeaderMalformed" && answer.Region != "" {
		answer, err = askForBucket(ctx, client, c, answer.Region) // The server has a region of its own.
	}
	if err != nil {
		return outOfReach(c.MinIOServer, err)
	}
	return answer.problem(c)
}

// minioClient reaches the server as the provider does: through the same proxy, with the same trust.
func minioClient(s config.MinIOServer) (*http.Client, error) {
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true}
	client := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse // Not followed: the provider does not, either.
	}}
	if !s.TLS {
		return client, nil
	}
	trusted, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("the machine's certificates: %w", err)
	}
	if s.CAFile != "" {
		body, err := os.ReadFile(s.CAFile)
		if err != nil {
			return nil, settings.Problem{Path: config.MinIOCAFileKey, Value: s.CAFile, Rule: "must be a file that can be read: " + reason(err)}
		}
		if !trusted.AppendCertsFromPEM(body) {
			return nil, settings.Problem{Path: config.MinIOCAFileKey, Value: s.CAFile, Rule: "must hold certificates in PEM"}
		}
	}
	transport.TLSClientConfig = &tls.Config{
		MinVersion: tls.VersionTLS12, RootCAs: trusted, InsecureSkipVerify: s.SkipVerify,
	}
	return client, nil
}

// minioAnswer is what the server says, in S3's words.
type minioAnswer struct {
	status       int
	speaksS3     bool
	Code, Region string // of a refusal
}

// askForBucket asks where the bucket is. Who may not know it is told so only with a right signature,
// so the answer tells about the user as well.
func askForBucket(ctx context.Context, client *http.Client, c config.Config, region string) (minioAnswer, error) {
	address := url.URL{Scheme: "http", Host: c.MinIOServer.Server, Path: "/" + c.ObjectStore.Bucket + "/", RawQuery: "location="}
	if c.MinIOServer.TLS {
		address.Scheme = "https"
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return minioAnswer{}, err
	}
	sign(request, signer{c.MinIOServer.User, c.MinIOServer.Password.Reveal(), region}, time.Now())
	response, err := client.Do(request)
	if err != nil {
		return minioAnswer{}, err
	}
	defer response.Body.Close()
	answer := minioAnswer{status: response.StatusCode}
	const longest = 64 << 10
	decoder := xml.NewDecoder(io.LimitReader(response.Body, longest))
	var document struct {
		XMLName xml.Name
		Code    string
		Region  string
	}
	if err := decoder.Decode(&document); err == nil {
		answer.Code, answer.Region = document.Code, document.Region
		answer.speaksS3 = document.XMLName.Local == "LocationConstraint" || document.XMLName.Local == "Error"
	}
	return answer, nil
}

// problem is nil where the provider can do its work.
func (a minioAnswer) problem(c config.Config) error {
	const bucket = "tracestack:objectStore.bucket"
	at := func(path, value, rule string) error { return settings.Problem{Path: path, Value: value, Rule: rule} }
	server := c.MinIOServer.Server
	switch {
	case !a.speaksS3 && a.status == http.StatusBadRequest && !c.MinIOServer.TLS:
		return at(config.MinIOTLSKey, "false", "must be true if "+server+" speaks TLS: it does not understand plain HTTP")
	case !a.speaksS3, a.Code == "InvalidArgument": // The latter is what MinIO's console says.
		return at(config.MinIOServerKey, server, fmt.Sprintf("must be the address of MinIO's API: what answers there (%d) is something else; the console, for one, has a port of its own", a.status))
	case a.Code == "InvalidAccessKeyId":
		return at(config.MinIOUserKey, c.MinIOServer.User, "must be a user of the server at "+server+": it knows none of that name")
	case a.Code == "SignatureDoesNotMatch":
		return at(config.MinIOPasswordKey, "[secret]", "must be the password of "+c.MinIOServer.User+": the server at "+server+" refuses it")
	case a.Code == "RequestTimeTooSkewed":
		return at(config.MinIOServerKey, server, "must have the time of this machine, within 15 minutes: set the clock of the one that is wrong")
	case a.Code == "NoSuchBucket" && c.ObjectStore.Adopt:
		return at(bucket, c.ObjectStore.Bucket, "must exist on the server at "+server+", as adopt is true: create it, or leave adopt out")
	case a.status == http.StatusOK, a.Code == "NoSuchBucket", a.Code == "AccessDenied":
		return nil
	}
	return at(config.MinIOServerKey, server, fmt.Sprintf("must be a MinIO server that is ready: it answers %d %s; wait until it is well, or correct the address", a.status, a.Code))
}

// outOfReach names what keeps the server from answering.
func outOfReach(s config.MinIOServer, err error) error {
	var certificate *tls.CertificateVerificationError
	if errors.As(err, &certificate) {
		return settings.Problem{Path: config.MinIOServerKey, Value: s.Server, Rule: "must show a certificate that is trusted: " +
			certificate.Err.Error() + "; give the certificates that signed it as " + config.MinIOCAFileKey}
	}
	if errors.Is(err, http.ErrSchemeMismatch) {
		return settings.Problem{Path: config.MinIOTLSKey, Value: "true", Rule: "must be false if " + s.Server + " speaks plain HTTP: it does not understand TLS"}
	}
	return settings.Problem{Path: config.MinIOServerKey, Value: s.Server, Rule: "must be a MinIO server that answers: " + reason(err) +
		"; start it or correct the address. While it is away its bucket would be taken for deleted"}
}

// reason is the innermost cause, without the address, which the message has already, and without the
// request.
func reason(err error) string {
	var name *net.DNSError
	var timeout net.Error
	switch {
	case errors.As(err, &name):
		return "no such host"
	case errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Sprintf("no answer within %v", patience)
	}
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err.Error()
}
