//go:build tools

// Package crds pins the modules whose definitions of custom resources the lab installs. Nothing of
// them is compiled, so what is imported here needs no other module: their dependencies are neither
// pinned nor downloaded.
package crds

import (
	_ "github.com/grafana/grafana-operator/v5/embeds"
	_ "github.com/traefik/traefik/v3/pkg/server/recursion"
	_ "sigs.k8s.io/gateway-api/pkg/consts"
)
