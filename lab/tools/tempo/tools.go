//go:build tools

// Package tempo pins Grafana Tempo, which is under the AGPL-3.0. It is built unmodified and run as
// a program of its own; nothing of this project imports this module.
package tempo

import _ "github.com/grafana/tempo/cmd/tempo"
