// Package project drives the checkout's own Pulumi project in the lab, for the tests and the
// benchmark alike: the real CLI through the Automation API, with stacks and namespaces of their
// own, and nothing written in the checkout.
package project

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/tracestack/tracestack/lab/cluster"
)

// Context is the name that the lab's kubeconfig gives its cluster.
const Context = "tracestack-lab"

// Lab is the lab that this process was started on.
type Lab struct {
	// Root is the checkout, the folder of the project.
	Root string
	// Cluster is the lab's.
	Cluster *cluster.Cluster

	home string
}

// Open finds the lab in the environment. Without one it fails, because no test is left
// out quietly.
func Open() (*Lab, error) {
	if os.Getenv("TRACESTACK_LAB") == "" || os.Getenv("KUBECONFIG") == "" {
		return nil, errors.New("this needs the lab, and there is none in the environment: run `make test`, which starts one where none is up")
	}
	root, err := checkout()
	if err != nil {
		return nil, err
	}
	c, err := cluster.Connect(os.Getenv("KUBECONFIG"), Context)
	if err != nil {
		return nil, err
	}
	home, err := ownHome(os.Getenv("PULUMI_HOME"))
	if err != nil {
		return nil, err
	}
	return &Lab{Root: root, Cluster: c, home: home}, nil
}

// Close removes what Open made.
func (l *Lab) Close() error { return os.RemoveAll(l.home) }

func checkout() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; dir != "/"; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "Pulumi.yaml")); err == nil {
			return dir, nil
		}
	}
	return "", errors.New("this is no checkout of tracestack: Pulumi.yaml is in none of the parent folders")
}

// ownHome is a PULUMI_HOME that shares large folders with the person's, but not which stack is selected
// in the checkout.
func ownHome(home string) (string, error) {
	own, err := os.MkdirTemp("", "tracestack-e2e-")
	if err != nil {
		return "", err
	}
	for _, shared := range []string{"plugins", "programs"} {
		if err := os.MkdirAll(filepath.Join(home, shared), 0o755); err != nil {
			return "", err
		}
		if err := os.Symlink(filepath.Join(home, shared), filepath.Join(own, shared)); err != nil {
			return "", err
		}
	}
	return own, nil
}
