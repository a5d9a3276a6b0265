package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render/grafana"
	"github.com/tracestack/tracestack/internal/render/jaeger"
	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/internal/versions"
	"github.com/tracestack/tracestack/settings"
)

const jaegerStackType = "tracestack:index:JaegerStack"

// JaegerStack is Jaeger v2: all of it in one pod with its store in memory or on a volume, or collector and
// query apart with a store elsewhere. Services have the same names and ports in any case.
type JaegerStack struct {
	pulumi.ResourceState

	Backend     Backend             `pulumi:"backend" doc:"For a Collector, for Grafana, for whoever asks its query API."`
	ExternalURL pulumi.StringOutput `pulumi:"externalUrl" doc:"Of its pages, from outside the cluster; empty without a route."`
}

// JaegerStackArgs describe a JaegerStack.
type JaegerStackArgs struct {
	Namespace     pulumi.StringInput `pulumi:"namespace" doc:"Of everything that is made."`
	Store         *SearchStoreArgs   `pulumi:"store,optional" doc:"The search store that traces are kept in; without it and the next two they are in the one pod."`
	Cassandra     *CassandraArgs     `pulumi:"cassandra,optional" doc:"The Cassandra that they are kept in instead." rule:"must not be given with store"`
	RemoteStorage *RemoteStorageArgs `pulumi:"remoteStorage,optional" doc:"What speaks Jaeger's gRPC API for storage, where they are kept instead." rule:"must not be given with store or cassandra"`
	OnVolume      bool               `pulumi:"onVolume,optional" doc:"Whether the one pod keeps them in Badger on a volume; otherwise they are in its memory." rule:"must not be given with store, cassandra or remoteStorage"`
	Kafka         *KafkaArgs         `pulumi:"kafka,optional" doc:"What spans wait in until they are in the store; without one they are written at once." rule:"must not be given without store, cassandra or remoteStorage"`
	settings.Jaeger
	Image             string             `pulumi:"image,optional" format:"image" doc:"The image, by default the pinned release: a Jaeger v2."`
	CleanerImage      string             `pulumi:"cleanerImage,optional" format:"image" doc:"The image of what deletes old indices of a search store, by default the pinned release."`
	RolloverImage     string             `pulumi:"rolloverImage,optional" format:"image" doc:"The image of what begins new indices of a search store with rotation rollover, by default the pinned release."`
	DependenciesImage string             `pulumi:"dependenciesImage,optional" format:"image" doc:"The image of what computes the service graph of a search store, by default the pinned release for dependencies.variant."`
	Route             *settings.Route    `pulumi:"route,optional" doc:"To its pages, from outside the cluster."`
	Metadata          *settings.Metadata `pulumi:"metadata,optional" doc:"Labels and annotations of everything that is made."`
	Pods              *settings.Pods     `pulumi:"pods,optional" doc:"How pods are pulled and placed."`
}

// Rules across the fields.
func (a *JaegerStackArgs) Rules(l spec.Look) {
	a.checkOneStore(l)
	a.CheckRoles(l, a.storage())
	if a.Store != nil {
		a.Dependencies.CheckStore(l.In("dependencies"), l.In("store"), a.Store.Engine, a.Store.SearchStore)
		a.Store.CheckLifecycle(l.In("store"), a.Store.Engine, a.UI != nil && a.UI.Archive)
	}
	a.checkKafka(l)
}

// checkOneStore refuses each store behind the first.
func (a *JaegerStackArgs) checkOneStore(l spec.Look) {
	first := ""
	for _, one := range []struct {
		name  string
		given bool
	}{{"store", a.Store != nil}, {"cassandra", a.Cassandra != nil}, {"remoteStorage", a.RemoteStorage != nil}, {"onVolume", a.OnVolume}} {
		switch {
		case !one.given:
		case first != "":
			l.Refuse(one.name, spec.NotShown, "must not be given with "+first+": traces are kept there")
		default:
			first = one.name
		}
	}
}

// storage is where traces are kept.
func (a *JaegerStackArgs) storage() settings.Storage {
	if store := a.elsewhere(); store != nil {
		return store.storage()
	}
	if a.OnVolume {
		return settings.StorageBadger
	}
	return settings.StorageMemory
}

// NewJaegerStack makes a JaegerStack. Its name is in front of the Services': jaeger gives
// jaeger-collector, which takes spans, and jaeger-query.
func NewJaegerStack(
	ctx *pulumi.Context, name string, args *JaegerStackArgs, opts ...pulumi.ResourceOption,
) (*JaegerStack, error) {
	a := *orDefault(args, &JaegerStackArgs{})
	a.Image = orDefault(a.Image, versions.Jaeger.String())
	a.CleanerImage = orDefault(a.CleanerImage, versions.JaegerIndexCleaner.String())
	a.RolloverImage = orDefault(a.RolloverImage, versions.JaegerRollover.String())
	if err := settle("jaeger stack", name, &a); err != nil {
		return nil, err
	}
	component := &JaegerStack{}
	a.Jaeger = a.Read(a.storage(), a.Kafka != nil)
	if a.Store != nil && a.Dependencies.Enabled {
		pinned := settings.Image{Repository: versions.JaegerDependencies.Repository, Tag: versions.JaegerDependencies.Tag}
		a.DependenciesImage = orDefault(a.DependenciesImage, pinned.Of(a.Dependencies.VariantFor(a.Store.Engine)).String())
	}
	if a.Store != nil {
		a.Store.seal()
	}
	if a.Cassandra != nil {
		a.Cassandra.seal()
	}
	if a.Kafka != nil {
		a.Kafka.seal()
	}
	if err := ctx.RegisterComponentResourceV2(jaegerStackType, name, inputs(&a), component, opts...); err != nil {
		return nil, err
	}
	if err := component.create(ctx, name, a); err != nil {
		return nil, refuse("jaeger stack", name, err)
	}
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{
		"otlpEndpoint": component.Backend.OTLPEndpoint,
		"queryUrl":     component.Backend.QueryURL,
		"uiUrl":        component.Backend.UIURL,
		"healthUrl":    component.Backend.HealthURL,
		"externalUrl":  component.ExternalURL,
	})
}

func (j *JaegerStack) create(ctx *pulumi.Context, name string, a JaegerStackArgs) error {
	roles, err := j.roles(ctx, name, a)
	if err != nil {
		return err
	}
	made, err := kube.Make(ctx, j, roles...)
	if err != nil {
		return err
	}
	j.ExternalURL = a.route(name).Address()
	j.Backend = jaegerBackend(name, a.UI.BasePath, a.Namespace)
	// The first role takes spans.
	j.Backend.OTLPEndpoint = whenReady(ctx, j.Backend.OTLPAddress, made[0].Runner, made[0].Services[0])
	return nil
}

// roles are all of Jaeger's, what takes spans in front.
func (j *JaegerStack) roles(ctx *pulumi.Context, name string, a JaegerStackArgs) ([]kube.Role, error) {
	if store := a.elsewhere(); store != nil {
		return a.apart(ctx, j, name, store)
	}
	make := a.inMemory
	if a.OnVolume {
		make = a.onVolume
	}
	role, err := make(name)
	return []kube.Role{role}, err
}

func jaegerBackend(name, path string, namespace pulumi.StringInput) Backend {
	query := at(namespace, naming.JaegerQueryService(name), naming.QueryHTTP, path)
	return Backend{
		Name:        name,
		OTLPAddress: at(namespace, naming.JaegerCollectorService(name), naming.OTLPGRPC, ""),
		QueryURL:    query,
		UIURL:       query,
		HealthURL:   at(namespace, naming.JaegerMonitoringService(name), naming.Health, jaeger.StatusPath),
		Datasource: Datasource{
			Name: naming.DatasourceName("Jaeger", naming.Jaeger, name), Type: grafana.TypeJaeger, UID: naming.DatasourceUID(name), URL: query,
			JSONData: map[string]any{"nodeGraph": map[string]any{"enabled": true}},
		},
	}
}

// role is a pod of Jaeger with the ports that it has beside those of its health and metrics.
func (a JaegerStackArgs) role(name, part string, config *kube.Config, resources *settings.Resources, ports ...naming.Port) kube.Role {
	return kube.Role{
		Name:      name,
		Product:   "jaeger",
		Part:      part,
		Namespace: a.Namespace,
		Metadata:  a.Metadata,
		Placement: a.Pods,
		Pod: kube.Pod{
			Containers: []kube.Container{{
				Name:      "jaeger",
				Image:     a.Image,
				Args:      []string{"--config=" + config.Path()},
				Ports:     append(ports, naming.Metrics, naming.Health),
				Resources: resources,
				Probe:     &kube.Probe{Path: jaeger.StatusPath, Port: naming.Health},
			}},
			Config: config,
			Grace:  30,
		},
		Account: &kube.Account{},
		Budget:  true,
	}
}

func takesSpans(name string) kube.Service {
	return kube.Service{Name: naming.JaegerCollectorService(name), Ports: []naming.Port{naming.OTLPGRPC, naming.OTLPHTTP}}
}

func answersQueries(name string) kube.Service {
	return kube.Service{Name: naming.JaegerQueryService(name), Ports: []naming.Port{naming.QueryHTTP, naming.QueryGRPC}}
}

func monitoring(service string) kube.Service {
	return kube.Service{Name: service, Ports: []naming.Port{naming.Metrics, naming.Health}}
}

func (a JaegerStackArgs) route(name string) *kube.Route {
	return &kube.Route{Route: a.Route, Name: name, Path: a.UI.BasePath, Service: naming.JaegerQueryService(name), Port: naming.QueryHTTP}
}
