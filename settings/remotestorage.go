package settings

import "github.com/tracestack/tracestack/internal/spec"

// RemoteStorage is whatever speaks Jaeger's gRPC API for storage, and how pods reach it.
type RemoteStorage struct {
	Endpoint        string `json:"endpoint,omitempty" pulumi:"endpoint,optional" format:"hostPort" doc:"Where traces are read, and written unless writeEndpoint is given, such as remote-storage.storage.svc:17271." rule:"must be given" see:"https://www.jaegertracing.io/docs/latest/storage/"`
	WriteEndpoint   string `json:"writeEndpoint,omitempty" pulumi:"writeEndpoint,optional" format:"hostPort" doc:"Where spans are written, as OTLP over gRPC, if it is elsewhere."`
	MaxMessageBytes int    `json:"maxMessageBytes,omitempty" pulumi:"maxMessageBytes,optional" min:"1000000" max:"16777216" default:"4194304" doc:"The most that it takes in one message; by default gRPC's own. Spans are divided so that each message is smaller. A span that alone is larger is refused for good, and whoever sent it sends it again for ever; Jaeger takes spans of up to 4 MiB from the Collector."`
	Tenant          string `json:"tenant,omitempty" pulumi:"tenant,optional" format:"headerValue" doc:"The tenant of everything that is written and read, for a storage that keeps several apart."`
	TenantHeader    string `json:"tenantHeader,omitempty" pulumi:"tenantHeader,optional" format:"header" default:"x-tenant" doc:"The header that names the tenant." rule:"must not be given without tenant"`
	Certificates
	ServerName string `json:"serverName,omitempty" pulumi:"serverName,optional" format:"host" doc:"The name that the certificate must have, where it is not the host of the endpoint." rule:"must not be given without tls: true"`
}

// Rules across the fields.
func (r *RemoteStorage) Rules(l spec.Look) {
	if l.GivenSound("tenantHeader") && l.Sound("tenant") && !l.Given("tenant") {
		l.Refuse("tenantHeader", r.TenantHeader, "must not be given without tenant")
	}
}

// Read is what Jaeger reads of it: who is no tenant names none.
func (r RemoteStorage) Read() RemoteStorage {
	if r.Tenant == "" {
		r.TenantHeader = ""
	}
	return r
}

// CheckChosen asks for what no remote storage that is used can do without.
func (r *RemoteStorage) CheckChosen(l spec.Look) {
	if !l.Given("endpoint") && l.Sound("", "endpoint") {
		l.Refuse("endpoint", spec.NotSet, "must be given")
	}
}
