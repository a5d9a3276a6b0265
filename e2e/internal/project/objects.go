package project

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"sigs.k8s.io/yaml"
)

// Objects are the Kubernetes objects of a stack's resources as YAML documents for another
// namespace, the namespace first, so that they can be applied without Pulumi.
func Objects(resources []apitype.ResourceV3, from, to string) (string, error) {
	var documents []string
	for _, r := range resources {
		if !strings.HasPrefix(string(r.Type), "kubernetes:") {
			continue
		}
		object := plain(r.Inputs)
		// The namespace stands in names, in addresses and inside configuration files.
		body, err := json.Marshal(object)
		if err != nil {
			return "", fmt.Errorf("%s: %w", r.URN, err)
		}
		document, err := yaml.JSONToYAML([]byte(strings.ReplaceAll(string(body), from, to)))
		if err != nil {
			return "", fmt.Errorf("%s: %w", r.URN, err)
		}
		if object["kind"] == "Namespace" {
			documents = slices.Insert(documents, 0, string(document))
		} else {
			documents = append(documents, string(document))
		}
	}
	return strings.Join(documents, "\n---\n"), nil
}

// plain leaves out what is Pulumi's own: its bookkeeping and its annotations.
func plain(object map[string]any) map[string]any {
	kept := maps.Clone(object)
	maps.DeleteFunc(kept, func(key string, _ any) bool {
		return strings.HasPrefix(key, "__") || strings.HasPrefix(key, "pulumi.com/")
	})
	for key, value := range kept {
		kept[key] = plainValue(value)
	}
	return kept
}

func plainValue(value any) any {
	switch v := value.(type) {
	case map[string]any:
		return plain(v)
	case []any:
		list := slices.Clone(v)
		for i := range list {
			list[i] = plainValue(list[i])
		}
		return list
	}
	return value
}
