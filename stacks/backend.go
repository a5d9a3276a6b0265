package stacks

import (
	"fmt"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/versions"
)

// place is where everything of a stack is made.
type place struct {
	cluster   *kubernetes.Provider
	namespace pulumi.StringOutput
	metrics   *components.MetricsStore // nil: there is none
}

// store is a backend of the stack, and what is known of its pages before anything is made.
type store struct {
	components.Backend
	hasPages    bool
	externalURL pulumi.StringOutput
	hasRoute    bool
}

// newBackend makes the product that stores traces. Which one is decided here alone.
func newBackend(ctx *pulumi.Context, c config.Config, product config.Backend, storage config.Storage, at place) (*store, error) {
	switch product {
	case config.BackendJaeger:
		return newJaeger(ctx, c, at)
	case config.BackendTempo:
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

func newJaeger(ctx *pulumi.Context, c config.Config, at place) (*store, error) {
	jaeger, err := components.NewJaegerStack(ctx, naming.Jaeger, &components.JaegerStackArgs{
		Namespace: at.namespace,
		MaxTraces: c.Jaeger.MaxTraces,
		Image:     c.Images.Reference(c.Images.Jaeger, versions.Jaeger),
		Resources: resources(c.Jaeger.Resources),
		Route:     route(c.Ingress, c.Ingress.Jaeger, naming.Jaeger),
		Metadata:  metadata(c),
		Pods:      pods(c),
	}, pulumi.Provider(at.cluster))
	if err != nil {
		return nil, err
	}
	return &store{
		Backend: jaeger.Backend, hasPages: true, externalURL: jaeger.ExternalURL, hasRoute: c.JaegerHost() != "",
	}, nil
}

func newTempo(ctx *pulumi.Context, c config.Config, storage config.Storage, at place) (*store, error) {
	bucket, err := newObjectStore(c, storage)
	if err != nil {
		return nil, err
	}
	tempo, err := components.NewTempoStack(ctx, naming.Tempo, &components.TempoStackArgs{
		Namespace:     at.namespace,
		Store:         bucket,
		Metrics:       at.metrics,
		Dimensions:    c.Tempo.MetricsGenerator.Dimensions,
		Retention:     c.Tempo.Retention.Time(),
		TraceIdle:     c.Tempo.TraceIdle.Time(),
		BlockDuration: c.Tempo.BlockDuration.Time(),
		Limits:        limits(c.Tempo.Limits),
		Queries: components.TempoQueries{
			Search: c.Tempo.Queries.Search.Time(), Metrics: c.Tempo.Queries.Metrics.Time(),
		},
		Volume:    volume(c.Tempo.Volume),
		Image:     c.Images.Reference(c.Images.Tempo, versions.Tempo),
		Resources: resources(c.Tempo.Resources),
		Metadata:  metadata(c),
		Pods:      pods(c),
	}, pulumi.Provider(at.cluster))
	if err != nil {
		return nil, err
	}
	return &store{Backend: tempo.Backend}, nil
}

// contract is what others know of a store; nil without one.
func (s *store) contract() *components.Backend {
	if s == nil {
		return nil
	}
	return &s.Backend
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
