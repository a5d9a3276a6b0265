package collector

import (
	"errors"
	"maps"
	"slices"

	"gopkg.in/yaml.v3"

	"github.com/tracestack/tracestack/internal/render"
)

// withExtra adds what the program has no settings for. What is there stays: extra parts have other names, which
// package settings sees to, and come behind the collector's own in its lists. Their dollars are theirs.
func withExtra(configuration any, extra map[string]any) (render.File, error) {
	all, err := render.EscapedNode(FileName, configuration, render.EscapeDollars)
	if err != nil {
		return render.File{}, err
	}
	if err := add(all, extra); err != nil {
		return render.File{}, err
	}
	return render.YAML(FileName, all)
}

func add(to *yaml.Node, extra map[string]any) error {
	for _, key := range slices.Sorted(maps.Keys(extra)) {
		there := valueOf(to, key)
		inside, isObject := extra[key].(map[string]any)
		switch {
		case there != nil && there.Kind == yaml.MappingNode && isObject:
			if err := add(there, inside); err != nil {
				return err
			}
			continue
		case there != nil && there.Kind == yaml.SequenceNode:
			var more yaml.Node
			if err := more.Encode(extra[key]); err != nil {
				return err
			}
			there.Content = append(there.Content, more.Content...)
			continue
		}
		var name, value yaml.Node
		if err := errors.Join(name.Encode(key), value.Encode(extra[key])); err != nil {
			return err
		}
		to.Content = append(to.Content, &name, &value)
	}
	return nil
}

func valueOf(object *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(object.Content); i += 2 {
		if object.Content[i].Value == key {
			return object.Content[i+1]
		}
	}
	return nil
}
