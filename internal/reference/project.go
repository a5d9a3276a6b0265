package reference

import (
	"bytes"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/internal/spec"
)

const sectionComment = `Generated from settings and internal/config by go test ./stacks -update; docs/configuration.md has all of it.
The cluster is named in each stack: kubernetes:context, kubernetes:kubeconfig, or both.
Not listed, because the engine would require them (their default follows the profile, or there is none):
`

// declaration is how Pulumi.yaml declares a key.
type declaration struct {
	Type        string `yaml:"type"`
	Description string `yaml:"description"`
	Default     any    `yaml:"default"`
}

// Project puts the generated config section into a Pulumi.yaml, in place of the one that it has.
func Project(file []byte) ([]byte, error) {
	head, _, found := bytes.Cut(file, []byte("\nconfig:\n"))
	if !found {
		return nil, fmt.Errorf("reference: the project has no config section")
	}
	section, err := section()
	if err != nil {
		return nil, err
	}
	return append(append(head, '\n'), section...), nil
}

func section() ([]byte, error) {
	keys := &yaml.Node{Kind: yaml.MappingNode}
	if err := add(keys, "pulumi:disable-default-providers", []string{"*"}); err != nil {
		return nil, err
	}
	keys.Content[0].HeadComment = "Nothing may use whatever cluster happens to be current: every resource names its provider."
	keys.Content[1].Style = yaml.FlowStyle
	var missing []string
	for _, s := range config.Describe() {
		name := strings.TrimPrefix(s.Name, program)
		if !listed(s) {
			if strings.HasPrefix(s.Name, program) {
				missing = append(missing, name)
			}
			continue
		}
		if err := add(keys, name, declare(s)); err != nil {
			return nil, err
		}
	}
	keys.Content[2].HeadComment = sectionComment + strings.Join(missing, ", ") + "."
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	err := encoder.Encode(&yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{
		{Kind: yaml.ScalarNode, Value: "config"}, keys,
	}})
	return out.Bytes(), err
}

func add(keys *yaml.Node, name string, value any) error {
	node := &yaml.Node{}
	if err := node.Encode(value); err != nil {
		return err
	}
	keys.Content = append(keys.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: name}, node)
	return nil
}

func declare(s spec.Described) declaration {
	d := declaration{Type: "string", Description: s.Doc, Default: s.Shared()}
	switch s.Kind {
	case spec.Flag:
		d.Type = "boolean"
	case spec.Object, spec.Map:
		d.Type, d.Default = "object", map[string]any{}
	}
	if len(s.Choices) > 0 {
		d.Description += " One of " + strings.Join(s.Choices, ", ") + "."
	}
	return d
}
