package stacks

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/settings"
)

// checkContext refuses a context that no kubeconfig has. The provider reports it too, but in a
// preview only as a warning and in an update after the first resources.
func checkContext(raw config.Raw) error {
	const key = "kubernetes:context"
	name := raw.Values[key]
	if _, given := raw.Values["kubernetes:kubeconfig"]; name == "" || given {
		return nil // A kubeconfig that is given is read by the provider alone.
	}
	files := slices.DeleteFunc(clientcmd.NewDefaultClientConfigLoadingRules().GetLoadingPrecedence(), func(file string) bool { return file == "" })
	var known []string
	for _, file := range files {
		names, err := contexts(file)
		if err != nil {
			return err
		}
		known = append(known, names...)
	}
	if slices.Contains(known, name) {
		return nil
	}
	slices.Sort(known)
	rule := fmt.Sprintf("must be a context of the kubeconfig (%s), which has none", strings.Join(files, ", "))
	if len(known) > 0 {
		rule = fmt.Sprintf("must be a context of the kubeconfig (%s): %s", strings.Join(files, ", "), strings.Join(slices.Compact(known), ", "))
	}
	return settings.Problem{Path: key, Value: name, Rule: rule}
}

// contexts are the names in one kubeconfig; none where there is no such file, as for kubectl.
func contexts(file string) (names []string, err error) {
	kubeconfig, err := clientcmd.LoadFromFile(file)
	var unreadable *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case errors.As(err, &unreadable):
		return nil, fmt.Errorf("kubeconfig: %w", err)
	case err != nil:
		// The parser's message can quote the file, which holds credentials.
		return nil, fmt.Errorf("kubeconfig %s: not valid YAML", file)
	}
	for name := range kubeconfig.Contexts {
		names = append(names, name)
	}
	return names, nil
}

// clientConfig is how the provider reaches the cluster. Where no kubeconfig is given its SDK takes
// KUBECONFIG for one.
func clientConfig(k config.Kubernetes) (*rest.Config, error) {
	overrides := &clientcmd.ConfigOverrides{CurrentContext: k.Context}
	given := k.Kubeconfig.Reveal()
	if given == "" {
		given = os.Getenv(clientcmd.RecommendedConfigPathEnvVar)
	}
	if given == "" {
		rules := clientcmd.NewDefaultClientConfigLoadingRules()
		return clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, overrides).ClientConfig()
	}
	contents := []byte(given)
	if path, err := fromHome(given); err != nil {
		return nil, err
	} else if _, err := os.Stat(path); err == nil {
		if contents, err = os.ReadFile(path); err != nil {
			return nil, err
		}
	}
	kubeconfig, err := clientcmd.Load(contents)
	if err != nil {
		return nil, err
	}
	return clientcmd.NewDefaultClientConfig(*kubeconfig, overrides).ClientConfig()
}

// fromHome expands ~, as a shell would.
func fromHome(path string) (string, error) {
	below, ok := strings.CutPrefix(path, "~/")
	if !ok {
		return path, nil
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, below), err
}
