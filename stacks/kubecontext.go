package stacks

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

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
	files, err := kubeconfigFiles()
	if err != nil {
		return err
	}
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

// kubeconfigFiles are the files that kubectl and the provider read: those of KUBECONFIG, else the
// one in the home folder.
func kubeconfigFiles() ([]string, error) {
	var files []string
	for _, file := range filepath.SplitList(os.Getenv("KUBECONFIG")) {
		if file != "" {
			files = append(files, file)
		}
	}
	if len(files) > 0 {
		return files, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return nil, err
	}
	return []string{filepath.Join(home, ".kube", "config")}, nil
}

// contexts are the names in one kubeconfig; none where there is no such file, as for kubectl.
func contexts(file string) ([]string, error) {
	body, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("kubeconfig: %w", err)
	}
	var kubeconfig struct {
		Contexts []struct{ Name string }
	}
	if err := yaml.Unmarshal(body, &kubeconfig); err != nil {
		// The parser's message can quote the file, which holds credentials.
		return nil, fmt.Errorf("kubeconfig %s: not valid YAML", file)
	}
	var names []string
	for _, c := range kubeconfig.Contexts {
		names = append(names, c.Name)
	}
	return names, nil
}
