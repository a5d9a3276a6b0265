// Package node is the lab's machine: one Kubernetes node, made of Linux namespaces and the
// binaries that package build made. Everything that the node starts, mounts or configures lives in
// namespaces of its own (processes, mounts, network, host name), so it ends with the node's first
// process, however that ends. What a namespace cannot hold is one folder of state and one control
// group, and Stop removes both.
package node

import (
	"net/netip"
	"path/filepath"
)

// The node's network. One block, so that one route on the machine reaches all of it.
var (
	block       = netip.MustParsePrefix("10.213.0.0/16")
	hostAddress = netip.MustParsePrefix("10.213.0.1/30")
	nodeAddress = netip.MustParsePrefix("10.213.0.2/30")
	podRange    = netip.MustParsePrefix("10.213.16.0/20")
	svcRange    = netip.MustParsePrefix("10.213.32.0/20")
)

const (
	// Name is the node's name in the cluster, and its host name.
	Name = "tracestack-lab"
	// DNSAddress is the address of the cluster's DNS Service.
	DNSAddress = "10.213.32.10"
	// Domain is the cluster's DNS domain.
	Domain = "cluster.local"

	link   = "tracestack0"
	cgroup = "tracestack-lab"
)

// Server is the API server's URL, reachable from the machine and from pods.
const Server = "https://10.213.0.2:6443"

// Binaries are the programs that the node runs. CNI is the folder of the network plugins.
type Binaries struct {
	Kube, Etcd, Containerd, CNI string
	// PauseImage is the reference of the image that holds a pod's namespaces.
	PauseImage string
}

// State is the node's folder on the machine.
type State string

// DefaultState is where a node keeps its state: one node on a machine, whichever checkout owns it.
const DefaultState State = "/var/lib/tracestack-lab"

func (s State) path(parts ...string) string {
	return filepath.Join(append([]string{string(s)}, parts...)...)
}

// Path is a path in the node's folder, for what lives and dies with the node.
func (s State) Path(parts ...string) string { return s.path(parts...) }

// Kubeconfig is the administrator's kubeconfig.
func (s State) Kubeconfig() string { return s.path("kubeconfig") }

// ContainerdSocket is the address of the node's containerd.
func (s State) ContainerdSocket() string { return s.path("run", "containerd.sock") }

// Log is the log of one of the node's processes.
func (s State) Log(process string) string { return s.path("log", process+".log") }
