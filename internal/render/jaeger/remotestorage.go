package jaeger

import (
	"errors"
	"time"
)

// RemoteStorage is whatever speaks Jaeger's gRPC API for storage.
type RemoteStorage struct {
	Endpoint, WriteEndpoint string // empty: what writes has the same
	MaxMessageBytes         int
	Tenant, TenantHeader    string // empty: there is none
	TLS, CA, ClientCert     bool   // in StoreFiles
	ServerName              string // that its certificate has; empty: the endpoint's
}

// queue only divides: the Collector in front has gathered already, and a server refuses for good what is more
// than it takes. It has no time limit of its own, nor has Jaeger: whoever sends gives up first, and then
// what was sent on is given up, too.
func (r RemoteStorage) queue(bool) *queue {
	divides := newQueue(10)
	// By OTLP's binary form, which is what is sent.
	divides.Batch = &batch{Sizer: "bytes", FlushTimeout: 200 * time.Millisecond, MaxSize: r.MaxMessageBytes / 10 * 9}
	return divides
}

func (RemoteStorage) archive() *backend { return nil }

func (r RemoteStorage) backend(bool) (backend, error) {
	if r.Endpoint == "" {
		return backend{}, errors.New("jaeger: remote storage: endpoint: must be given")
	}
	made := &remote{grpcClient: r.client(r.Endpoint)}
	if r.WriteEndpoint != "" {
		writer := r.client(r.WriteEndpoint)
		made.Writer = &writer
	}
	return backend{GRPC: made}, nil
}

func (r RemoteStorage) client(endpoint string) grpcClient {
	made := grpcClient{Endpoint: endpoint, TLS: clientTLS{Insecure: true}}
	if r.TLS {
		made.TLS = *StoreFiles.tls(r.CA, r.ClientCert)
		made.TLS.ServerName = r.ServerName
	}
	if r.Tenant != "" {
		// Jaeger's own setting for tenants only hands on who a request is for, and none says that here.
		made.Headers = map[string]string{r.TenantHeader: r.Tenant}
	}
	return made
}

type remote struct {
	grpcClient `yaml:",inline"`
	Writer     *grpcClient `yaml:"writer,omitempty"`
}

type grpcClient struct {
	Endpoint string            `yaml:"endpoint"`
	TLS      clientTLS         `yaml:"tls"`
	Headers  map[string]string `yaml:"headers,omitempty"`
}
