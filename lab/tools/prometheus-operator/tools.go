//go:build tools

// Package operator pins the Prometheus operator and the reloader that it puts into each Prometheus
// pod. They compile with an older Prometheus than the one that the lab runs, so they stand apart.
package operator

import (
	_ "github.com/prometheus-operator/prometheus-operator/cmd/operator"
	_ "github.com/prometheus-operator/prometheus-operator/cmd/prometheus-config-reloader"
)
