//go:build tools

// Package otel pins Jaeger with its demo HotROD and the OpenTelemetry Collector, at the collector
// version that this Jaeger compiles with, so that the three share what is compiled. The Collector's parts for
// Kubernetes need its client: k8s.io, and what that needs, are of the versions of the group operators, so that
// these are compiled once too.
package otel

import (
	_ "github.com/jaegertracing/jaeger/cmd/es-index-cleaner"
	_ "github.com/jaegertracing/jaeger/cmd/es-rollover"
	_ "github.com/jaegertracing/jaeger/cmd/jaeger"
	_ "github.com/jaegertracing/jaeger/cmd/tracegen"
	_ "github.com/jaegertracing/jaeger/examples/hotrod"
)
