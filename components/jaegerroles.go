package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/internal/render/jaeger"
	"github.com/tracestack/tracestack/settings"
)

// traceStore is where a Jaeger whose roles are apart keeps traces.
type traceStore interface {
	storage() settings.Storage
	// renderer has an archive beside it where that is chosen, which only a search store can have.
	renderer(archive bool) jaeger.Store
	access() access
	// enter lets the pods of a role that writes or reads sign in.
	enter(role *kube.Role, own *credential)
	// writesFirst says whether what reads can only start when what writes has.
	writesFirst() bool
}

// elsewhere is the store of a Jaeger whose roles are apart; nil where traces are in its one pod.
func (a *JaegerStackArgs) elsewhere() traceStore {
	switch {
	case a.Store != nil:
		return a.Store
	case a.Cassandra != nil:
		return a.Cassandra
	case a.RemoteStorage != nil:
		return a.RemoteStorage
	}
	return nil
}

// apart are the roles of a Jaeger whose store is elsewhere: what writes, what reads, and what deletes.
func (a JaegerStackArgs) apart(ctx *pulumi.Context, parent pulumi.Resource, name string, store traceStore) ([]kube.Role, error) {
	own, err := a.credential(ctx, parent, name, store.access())
	if err != nil {
		return nil, err
	}
	rendered := store.renderer(a.UI.Archive)
	roles, err := a.taking(ctx, parent, name, rendered)
	if err != nil {
		return nil, err
	}
	query, err := a.query(name, rendered)
	if err != nil {
		return nil, err
	}
	// Of those that take spans the last writes to the store.
	writer := len(roles) - 1
	query.Follows = store.writesFirst()
	roles = append(roles, query)
	for i := range roles[writer:] {
		role := &roles[writer+i]
		store.access().certify(role)
		store.enter(role, own)
	}
	if a.Store != nil {
		first, err := a.firstIndices(ctx, parent, name, own)
		if err != nil {
			return nil, err
		}
		roles[writer].After = first
		roles = append(roles, a.tended(name, own)...)
	}
	if a.Dependencies != nil && a.Dependencies.Enabled {
		roles = append(roles, a.dependencies(name, own))
	}
	return roles, nil
}

// taking are the roles through which spans come to the store.
func (a JaegerStackArgs) taking(ctx *pulumi.Context, parent pulumi.Resource, name string, store jaeger.Store) ([]kube.Role, error) {
	if a.Kafka != nil {
		return a.buffered(ctx, parent, name, store)
	}
	file, err := jaeger.Collector(a.sampling(), store)
	if err != nil {
		return nil, err
	}
	collector, err := a.collector(name, file)
	return []kube.Role{collector}, err
}

// collector takes spans. It goes on taking them while a pod is replaced: the new one is there first.
func (a JaegerStackArgs) collector(name string, file render.File) (kube.Role, error) {
	role := a.role(naming.JaegerCollectorService(name), "collector", kube.NewConfig(file.Name, pulumi.ToOutput(file)),
		a.Collector.Resources, naming.OTLPGRPC, naming.OTLPHTTP)
	role.Runner, role.Autoscaling = kube.Deployment{Replicas: a.Collector.Replicas}, a.Collector.Autoscaling
	role.Services = []kube.Service{takesSpans(name), monitoring(naming.JaegerMonitoringService(name))}
	return role, a.sample(&role)
}

func (a JaegerStackArgs) query(name string, store jaeger.Store) (kube.Role, error) {
	file, err := jaeger.Query(a.pages(), store)
	if err != nil {
		return kube.Role{}, err
	}
	role := a.role(naming.JaegerQueryService(name), "query", kube.NewConfig(file.Name, pulumi.ToOutput(file)),
		a.Query.Resources, naming.QueryHTTP, naming.QueryGRPC)
	role.Runner, role.Autoscaling = kube.Deployment{Replicas: a.Query.Replicas}, a.Query.Autoscaling
	role.Services = []kube.Service{answersQueries(name), monitoring(naming.JaegerQueryMonitoringService(name))}
	return role, a.show(&role, name)
}
