package stacks

import (
	"fmt"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/settings"
)

// target is where everything of a stack is made.
type target struct {
	cluster   *kubernetes.Provider
	namespace pulumi.StringOutput
	metrics   *components.MetricsStore // nil: there is none
}

// metricsArgs are what others know of the metrics; nil without any.
func (t target) metricsArgs() *components.MetricsStoreArgs {
	if t.metrics == nil {
		return nil
	}
	return t.metrics.Args()
}

// exportedBackend is a backend of the stack, and what the stack exports of it.
type exportedBackend struct {
	components.Backend
	hasPages    bool
	externalURL pulumi.StringOutput
	hasRoute    bool
}

// newBackend makes the product that stores traces. Which one is decided here alone.
func newBackend(ctx *pulumi.Context, c config.Config, product settings.Backend, storage settings.Storage, at target) (*exportedBackend, error) {
	switch product {
	case settings.BackendJaeger:
		return newJaeger(ctx, c, storage, at)
	case settings.BackendTempo:
		return newTempo(ctx, c, storage, at)
	}
	return nil, fmt.Errorf("backend %q: no component makes it", product)
}

// newMirror makes the second backend of a migration; nil without one.
func newMirror(ctx *pulumi.Context, c config.Config, at target) (*exportedBackend, error) {
	if c.Mirror.Backend == "" {
		return nil, nil
	}
	return newBackend(ctx, c, c.Mirror.Backend, c.Mirror.Storage, at)
}

func newJaeger(ctx *pulumi.Context, c config.Config, storage settings.Storage, at target) (*exportedBackend, error) {
	buffer := kafka(c, storage)
	jaeger, err := components.NewJaegerStack(ctx, naming.Jaeger, &components.JaegerStackArgs{
		Namespace:         at.namespace,
		Store:             searchStore(c, storage),
		Cassandra:         cassandra(c, storage),
		RemoteStorage:     remoteStorage(c, storage),
		Kafka:             buffer,
		OnVolume:          storage == settings.StorageBadger,
		Jaeger:            c.Jaeger.Read(storage, buffer != nil),
		Image:             c.Images.Jaeger.String(),
		CleanerImage:      c.Images.IndexCleaner.String(),
		RolloverImage:     c.Images.Rollover.String(),
		DependenciesImage: dependenciesImage(c, storage),
		Route:             c.Ingress.Route(c.Ingress.Jaeger, naming.Jaeger),
		Metadata:          c.Metadata(),
		Pods:              c.Pods(),
	}, pulumi.Provider(at.cluster))
	if err != nil {
		return nil, err
	}
	return &exportedBackend{
		Backend: jaeger.Backend, hasPages: true, externalURL: jaeger.ExternalURL, hasRoute: c.JaegerHost() != "",
	}, nil
}

func newTempo(ctx *pulumi.Context, c config.Config, storage settings.Storage, at target) (*exportedBackend, error) {
	bucket, err := newObjectStore(ctx, c, storage, at)
	if err != nil {
		return nil, err
	}
	tempo, err := components.NewTempoStack(ctx, naming.Tempo, &components.TempoStackArgs{
		Namespace: at.namespace,
		Store:     bucket,
		Metrics:   at.metricsArgs(),
		Tempo:     c.Tempo,
		Image:     c.Images.Tempo.String(),
		Metadata:  c.Metadata(),
		Pods:      c.Pods(),
	}, pulumi.Provider(at.cluster))
	if err != nil {
		return nil, err
	}
	return &exportedBackend{Backend: tempo.Backend}, nil
}

// copies is where the mirror's copies go; nil without one.
func (b *exportedBackend) copies() *components.BackendArgs {
	if b == nil {
		return nil
	}
	return b.MirrorArgs()
}

// addresses are its outputs. One that has no pages gives no address of any.
func (b *exportedBackend) addresses() pulumi.Map {
	all := pulumi.Map{"queryUrl": b.QueryURL}
	if b.hasPages {
		all["uiUrl"] = b.UIURL
	}
	if b.hasRoute {
		all["uiExternalUrl"] = b.externalURL
	}
	return all
}
