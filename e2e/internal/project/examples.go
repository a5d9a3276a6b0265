package project

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"
)

// An Example is a folder of examples: a configuration, and what is rendered from it.
type Example struct {
	Name string
	// Config are its settings, but for its cluster and its namespace, which are a stack's own here.
	Config Config
	// Created are the resources that it makes, each its type and its name.
	Created []string
}

// Examples reads every example.
func (l *Lab) Examples() ([]Example, error) {
	files, err := filepath.Glob(filepath.Join(l.Root, "examples", "*", "config.yaml"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no example found in %s: %v", l.Root, err)
	}
	var all []Example
	for _, file := range files {
		example, err := readExample(filepath.Dir(file))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Dir(file), err)
		}
		all = append(all, example)
	}
	return all, nil
}

func readExample(folder string) (Example, error) {
	example := Example{Name: filepath.Base(folder)}
	body, err := os.ReadFile(filepath.Join(folder, "config.yaml"))
	if err != nil {
		return example, err
	}
	file := struct{ Config Config }{}
	if err := yaml.Unmarshal(body, &file); err != nil {
		return example, err
	}
	example.Config = file.Config
	// Unless it is asked for.
	if _, given := example.Config["tracestack:demo"]; !given {
		example.Config["tracestack:demo"] = nil
	}
	delete(example.Config, "kubernetes:context")
	delete(example.Config, "tracestack:namespace")

	list, err := os.ReadFile(filepath.Join(folder, "resources.txt"))
	if err != nil {
		return example, err
	}
	for _, line := range strings.Split(strings.TrimSpace(string(list)), "\n")[1:] { // The first names the columns.
		columns := strings.Fields(line)
		example.Created = append(example.Created, columns[0]+" "+columns[1])
	}
	return example, nil
}
