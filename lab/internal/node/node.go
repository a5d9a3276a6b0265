// Package node is the lab's machine: one Kubernetes node, made of Linux namespaces and the
// binaries that package build made. Everything that the node starts, mounts or configures lives in
// namespaces of its own (processes, mounts, network, host name), so it ends with the node's first
// process, however that ends. What a namespace cannot hold is one folder of state and one control
// group, and Stop removes both.
package node

import "path/filepath"

const (
	// Name is the node's name in the cluster, and its host name.
	Name = "tracestack-lab"
	// Domain is the cluster's DNS domain.
	Domain = "cluster.local"
)

// Binaries are the programs that the node runs. CNI is the folder of the network plugins.
type Binaries struct {
	Kube, Etcd, Containerd, CNI string
	// PauseImage is the reference of the image that holds a pod's namespaces.
	PauseImage string
}

// State is the node's folder on the machine.
type State string

const (
	// DefaultState is where a node keeps its state: one node on a machine, whichever checkout owns it.
	DefaultState State = "/var/lib/tracestack-lab"
	// TestState is a second node's, on which starting and stopping is tested beside a person's.
	TestState State = DefaultState + "-test"
)

func (s State) path(parts ...string) string {
	return filepath.Join(append([]string{string(s)}, parts...)...)
}

// Path is a path in the node's folder, for what lives and dies with the node.
func (s State) Path(parts ...string) string { return s.path(parts...) }

// cgroup is the name of the node's control group, in each tree.
func (s State) cgroup() string { return filepath.Base(string(s)) }

// Kubeconfig is the administrator's kubeconfig.
func (s State) Kubeconfig() string { return s.path("kubeconfig") }

// ContainerdSocket is the address of the node's containerd.
func (s State) ContainerdSocket() string { return s.path("run", "containerd.sock") }

// Log is the log of one of the node's processes.
func (s State) Log(process string) string { return s.path("log", process+".log") }
