package components

import (
	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/render/jaeger"
	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/settings"
)

// RemoteStorageArgs are what speaks Jaeger's gRPC API for storage, as a JaegerStack takes one.
type RemoteStorageArgs struct {
	settings.RemoteStorage
}

// Rules across the fields. Those of what is embedded are asked by themselves.
func (a *RemoteStorageArgs) Rules(l spec.Look) { a.CheckChosen(l) }

func (a *RemoteStorageArgs) storage() settings.Storage { return settings.StorageGRPC }

func (a *RemoteStorageArgs) renderer(bool) jaeger.Store {
	return jaeger.RemoteStorage{
		Endpoint: a.Endpoint, WriteEndpoint: a.WriteEndpoint, MaxMessageBytes: a.MaxMessageBytes,
		Tenant: a.Tenant, TenantHeader: a.TenantHeader,
		TLS: a.TLS, CA: a.CASecret != "", ClientCert: a.ClientCertSecret != "", ServerName: a.ServerName,
	}
}

func (a *RemoteStorageArgs) access() access {
	return access{of: "store", files: jaeger.StoreFiles, caSecret: a.CASecret, clientCertSecret: a.ClientCertSecret}
}

// enter does nothing: who is let in is told by certificates.
func (a *RemoteStorageArgs) enter(*kube.Role, *credential) {}

func (a *RemoteStorageArgs) writesFirst() bool { return false }
