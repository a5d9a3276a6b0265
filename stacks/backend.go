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

// place is where everything of a stack is made.
type place struct {
	cluster   *kubernetes.Provider
	namespace pulumi.StringOutput
	metrics   *components.MetricsStore // nil: there is none
}

// metricsArgs are what others know of the metrics; nil without any.
func (p place) metricsArgs() *components.MetricsStoreArgs {
	if p.metrics == nil {
		return nil
	}
	return p.metrics.Args()
}

// store is a backend of the stack, and what is known of its pages before anything is made.
type store struct {
	components.Backend
	hasPages    bool
	externalURL pulumi.StringOutput
	hasRoute    bool
}

// newBackend makes the product that stores traces. Which one is decided here alone.
func newBackend(ctx *pulumi.Context, c config.Config, product settings.Backend, storage settings.Storage, at place) (*store, error) {
	switch product {
	case settings.BackendJaeger:
		return newJaeger(ctx, c, storage, at)
	case settings.BackendTempo:
		return newTempo(ctx, c, storage, at)
	}
	return nil, fmt.Errorf("backend %q: no component makes it", product)
}

// newMirror makes the second backend of a migration; nil without one.
func newMirror(ctx *pulumi.Context, c config.Config, at place) (*store, error) {
	if c.Mirror.Backend == "" {
		return nil, nil
	}
	return newBackend(ctx, c, c.Mirror.Backend, c.Mirror.Storage, at)
}

func newJaeger(ctx *pulumi.Context, c config.Config, storage settings.Storage, at place) (*store, error) {
	search := searchStore(c, storage)
	jaeger, err := components.NewJaegerStack(ctx, naming.Jaeger, &components.JaegerStackArgs{
		Namespace:    at.namespace,
		Store:        search,
		OnVolume:     storage == settings.StorageBadger,
		Jaeger:       c.Jaeger.Read(storage),
		Image:        c.Images.Jaeger.String(),
		CleanerImage: c.Images.IndexCleaner.String(),
		Route:        c.Ingress.Route(c.Ingress.Jaeger, naming.Jaeger),
		Metadata:     c.Metadata(),
		Pods:         c.Pods(),
	}, pulumi.Provider(at.cluster))
	if err != nil {
		return nil, err
	}
	return &store{
		Backend: jaeger.Backend, hasPages: true, externalURL: jaeger.ExternalURL, hasRoute: c.JaegerHost() != "",
	}, nil
}

func newTempo(ctx *pulumi.Context, c config.Config, storage settings.Storage, at place) (*store, error) {
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
	return &store{Backend: tempo.Backend}, nil
}

// copies is where the mirror's copies go; nil without one.
func (s *store) copies() *components.BackendArgs {
	if s == nil {
		return nil
	}
	return s.MirrorArgs()
}

// addresses are a store's outputs. One that has no pages gives no address of any.
func (s *store) addresses() pulumi.Map {
	all := pulumi.Map{"queryUrl": s.QueryURL}
	if s.hasPages {
		all["uiUrl"] = s.UIURL
	}
	if s.hasRoute {
		all["uiExternalUrl"] = s.externalURL
	}
	return all
}
