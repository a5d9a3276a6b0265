package components

import (
	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/render/jaeger"
	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/settings"
)

// CassandraArgs are a Cassandra as a JaegerStack takes one.
type CassandraArgs struct {
	settings.Cassandra
	SignIn
}

// Rules across the fields. Those of what is embedded are asked by themselves.
func (a *CassandraArgs) Rules(l spec.Look) { a.CheckChosen(l) }

func (a *CassandraArgs) storage() settings.Storage { return settings.StorageCassandra }

func (a *CassandraArgs) renderer(bool) jaeger.Store {
	return jaeger.Cassandra{
		Servers: a.Servers, Port: a.Port, Datacenter: a.Datacenter, Keyspace: a.Keyspace,
		CreateSchema: !a.ExistingSchema, ReplicationFactor: a.ReplicationFactor, Retention: a.Retention.Time(),
		Consistency: string(a.Consistency), User: a.User,
		TLS: a.TLS, CA: a.CASecret != "", ClientCert: a.ClientCertSecret != "", ServerName: a.ServerName,
		DisableCompression: a.DisableCompression, DisableAutoDiscovery: a.DisableAutoDiscovery,
	}
}

func (a *CassandraArgs) access() access {
	return access{
		of: "store", files: jaeger.StoreFiles, caSecret: a.CASecret, clientCertSecret: a.ClientCertSecret,
		user: a.User, SignIn: a.SignIn,
	}
}

func (a *CassandraArgs) enter(role *kube.Role, own *credential) {
	own.inVariable(role, jaeger.CassandraPasswordVariable)
}

// writesFirst where what writes makes the keyspace, without which no reader starts.
func (a *CassandraArgs) writesFirst() bool { return !a.ExistingSchema }
