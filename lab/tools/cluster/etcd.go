//go:build tools

// Package cluster pins the parts of the lab's cluster that are built from source: Kubernetes,
// etcd and CoreDNS, whose dependencies agree, so that they share what is compiled.
package cluster

import _ "go.etcd.io/etcd/server/v3"
