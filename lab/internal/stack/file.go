package stack

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"sigs.k8s.io/yaml"

	"github.com/tracestack/tracestack/lab/internal/node"
)

// RemoveSalt takes the line `encryptionsalt` out of a stack's file. Pulumi writes it there when a
// person's own commands run in the lab. Its passphrase dies with the lab: left in, the line would
// stand in the way of the file's real secrets provider.
func (p Project) RemoveSalt(stack string) error {
	body, err := os.ReadFile(p.File(stack))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var kept [][]byte
	for _, line := range bytes.SplitAfter(body, []byte("\n")) {
		if !bytes.HasPrefix(line, []byte("encryptionsalt:")) {
			kept = append(kept, line)
		}
	}
	if next := bytes.Join(kept, nil); !bytes.Equal(next, body) {
		return os.WriteFile(p.File(stack), next, 0o644)
	}
	return nil
}

// RemoveSalts is RemoveSalt for every stack of the project.
func (p Project) RemoveSalts() error {
	stacks, err := p.Stacks()
	for _, stack := range stacks {
		err = errors.Join(err, p.RemoveSalt(stack))
	}
	return err
}

// Config is the configuration in a stack's file.
func (p Project) Config(stack string) (map[string]any, error) {
	body, err := os.ReadFile(p.File(stack))
	if errors.Is(err, os.ErrNotExist) {
		names, _ := p.Stacks()
		return nil, fmt.Errorf("there is no stack %q: the project has a file for %v", stack, names)
	}
	if err != nil {
		return nil, err
	}
	var file struct {
		Config map[string]any `json:"config"`
	}
	if err := yaml.Unmarshal(body, &file); err != nil {
		return nil, fmt.Errorf("%s: %w", p.File(stack), err)
	}
	return file.Config, nil
}

// Context is the name that a stack's file gives its cluster.
func (p Project) Context(stack string) (string, error) {
	config, err := p.Config(stack)
	if err != nil {
		return "", err
	}
	if config["kubernetes:kubeconfig"] != nil {
		return "", fmt.Errorf("%s: kubernetes:kubeconfig names a cluster of its own: the lab runs only stacks that name theirs by kubernetes:context", p.File(stack))
	}
	name, _ := config["kubernetes:context"].(string)
	return name, nil
}

// NameContexts makes the lab's kubeconfig answer to the context that each stack's file names, so
// that the same files work here and on the clusters they are meant for. The kubeconfig is the
// lab's own, and every name in it leads to the lab's cluster.
func (p Project) NameContexts() error {
	config, err := clientcmd.LoadFromFile(p.State.Kubeconfig())
	if err != nil {
		return err
	}
	stacks, err := p.Stacks()
	if err != nil {
		return err
	}
	for _, stack := range stacks {
		// A file that cannot be read says so when its stack is brought up.
		if name, err := p.Context(stack); err == nil && name != "" {
			config.Contexts[name] = &clientcmdapi.Context{Cluster: node.Name, AuthInfo: node.Name}
		}
	}
	return clientcmd.WriteToFile(*config, p.State.Kubeconfig())
}
