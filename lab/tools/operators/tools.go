//go:build tools

// Package operators pins the operators that a platform runs. Both are made of the same parts of Kubernetes,
// which are compiled once.
package operators

import (
	_ "github.com/open-telemetry/opentelemetry-operator"
	_ "github.com/prometheus-operator/prometheus-operator/cmd/operator"
	_ "github.com/prometheus-operator/prometheus-operator/cmd/prometheus-config-reloader"
)
