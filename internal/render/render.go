// Package render holds what every product's renderer returns. Pure: no Pulumi, no files, no clock.
package render

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

// File is one rendered product file.
type File struct {
	Name string // the file's name, and its key in the ConfigMap
	Body string
	Hash string // of the body: names the ConfigMap, so that a change rolls the pods
}

// Object is the configuration as maps, lists and values, exactly as Body says it.
func (f File) Object() (map[string]any, error) {
	var object map[string]any
	if err := yaml.Unmarshal([]byte(f.Body), &object); err != nil {
		return nil, fmt.Errorf("render %s: %w", f.Name, err)
	}
	return object, nil
}

// variableTag tells a Variable from a text while a configuration is marshalled. It is not in the file.
const variableTag = "!variable"

// Variable is the name of a variable that the product puts in from its environment, before it parses the
// file. It stands in single quotes, where only a single quote, which no store's keys have, is not taken as it
// is.
type Variable string

// MarshalYAML marks it.
func (v Variable) MarshalYAML() (any, error) {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: variableTag, Style: yaml.SingleQuotedStyle, Value: "${" + string(v) + "}"}, nil
}

// Escaped is YAML for a product that expands its file: escape makes of every text what the product reads as
// that text. Variables alone are left to be expanded.
func Escaped(name string, configuration any, escape func(string) string) (File, error) {
	all, err := EscapedNode(name, configuration, escape)
	if err != nil {
		return File{}, err
	}
	return YAML(name, all)
}

// EscapedNode is Escaped before it is marshalled, for what is added to it.
func EscapedNode(name string, configuration any, escape func(string) string) (*yaml.Node, error) {
	all := &yaml.Node{}
	if err := all.Encode(configuration); err != nil {
		return nil, fmt.Errorf("render %s: %w", name, err)
	}
	escapeValues(all, escape)
	return all, nil
}

func escapeValues(node *yaml.Node, escape func(string) string) {
	switch {
	case node.Tag == variableTag:
		node.Tag = ""
	case node.Kind == yaml.ScalarNode:
		node.Value = escape(node.Value)
	}
	for i, inner := range node.Content {
		// Keys are the program's own.
		if node.Kind != yaml.MappingNode || i%2 == 1 {
			escapeValues(inner, escape)
		}
	}
}

// EscapeDollars is for products that read $$ as $.
func EscapeDollars(text string) string { return strings.ReplaceAll(text, "$", "$$") }

// YAML marshals a typed configuration, once.
func YAML(name string, configuration any) (File, error) {
	var body bytes.Buffer
	encoder := yaml.NewEncoder(&body)
	encoder.SetIndent(2)
	if err := encoder.Encode(configuration); err != nil {
		return File{}, fmt.Errorf("render %s: %w", name, err)
	}
	return NewFile(name, body.String()), nil
}

// JSON is YAML for a product that reads JSON.
func JSON(name string, configuration any) (File, error) {
	body, err := json.MarshalIndent(configuration, "", "  ")
	if err != nil {
		return File{}, fmt.Errorf("render %s: %w", name, err)
	}
	return NewFile(name, string(body)+"\n"), nil
}

// NewFile names a file by what is in it.
func NewFile(name, body string) File {
	sum := sha256.Sum256([]byte(body))
	// 10 hex digits: short enough to read in a name, long enough that two versions of one file
	// never meet.
	return File{Name: name, Body: body, Hash: hex.EncodeToString(sum[:])[:10]}
}
