// Package render holds what every product's renderer returns. Pure: no Pulumi, no files, no clock.
package render

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"gopkg.in/yaml.v3"
)

// File is one rendered product file.
type File struct {
	Name string // the file's name, and its key in the ConfigMap
	Body string
	Hash string // of the body: names the ConfigMap, so that a change rolls the pods
	// Typed is the configuration that Body is written from.
	Typed any
}

// Object is the configuration as maps, lists and values, exactly as Body says it.
func (f File) Object() (map[string]any, error) {
	var object map[string]any
	if err := yaml.Unmarshal([]byte(f.Body), &object); err != nil {
		return nil, fmt.Errorf("render %s: %w", f.Name, err)
	}
	return object, nil
}

// YAML marshals a typed configuration, once.
func YAML(name string, configuration any) (File, error) {
	var body bytes.Buffer
	encoder := yaml.NewEncoder(&body)
	encoder.SetIndent(2)
	if err := encoder.Encode(configuration); err != nil {
		return File{}, fmt.Errorf("render %s: %w", name, err)
	}
	sum := sha256.Sum256(body.Bytes())
	// 10 hex digits: short enough to read in a name, long enough that two versions of one file
	// never meet.
	return File{Name: name, Body: body.String(), Hash: hex.EncodeToString(sum[:])[:10], Typed: configuration}, nil
}
