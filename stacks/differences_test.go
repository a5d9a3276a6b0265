package stacks_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// differences gives a line for each value that goes and each that comes, by its path.
func differences(from, to any) []string {
	before, after := map[string]string{}, map[string]string{}
	flatten("", from, before)
	flatten("", to, after)
	paths := maps.Clone(before)
	maps.Copy(paths, after)
	var lines []string
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		old, had := before[path]
		value, has := after[path]
		if had && has && old == value {
			continue
		}
		if had {
			lines = append(lines, "- "+strings.TrimPrefix(path, ".")+": "+old)
		}
		if has {
			lines = append(lines, "+ "+strings.TrimPrefix(path, ".")+": "+value)
		}
	}
	return lines
}

// flatten gives each value below a path. A list of objects has a value too: what is in it, in order.
func flatten(path string, value any, into map[string]string) {
	steps, inner := below(value)
	_, isList := value.([]any)
	switch {
	case len(steps) == 0:
		into[path] = inJSON(value)
	case isList:
		into[path] = strings.Join(steps, " ")
	}
	for i, step := range steps {
		flatten(path+step, inner[i], into)
	}
}

// below gives what is in a map, and the objects in a list, each with its step of the path. Objects that
// all have names go by them, so that one more is not a change of every one behind it.
func below(value any) (steps []string, inner []any) {
	switch v := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			step := "." + key
			if strings.ContainsAny(key, "./") {
				step = "[" + key + "]"
			}
			steps, inner = append(steps, step), append(inner, v[key])
		}
	case []any:
		byName := true
		for i, item := range v {
			object, ok := item.(map[string]any)
			if !ok {
				return nil, nil
			}
			step := fmt.Sprintf("[%v]", object["name"])
			byName = byName && object["name"] != nil && !slices.Contains(steps, step)
			steps, inner = append(steps, step), append(inner, v[i])
		}
		for i := range steps {
			if !byName {
				steps[i] = fmt.Sprintf("[%d]", i)
			}
		}
	}
	return steps, inner
}

// inJSON tells "1" from 1 and an empty map from an empty list.
func inJSON(value any) string {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // An object of Kubernetes is JSON.
	}
	return strings.TrimSpace(text.String())
}

func TestADifferenceIsNamedByItsPath(t *testing.T) {
	named := func(names ...string) []any {
		var all []any
		for _, name := range names {
			all = append(all, map[string]any{"name": name, "value": "of " + name})
		}
		return all
	}
	for _, c := range []struct {
		claim    string
		from, to any
		want     []string
	}{
		{"nothing", map[string]any{"a": named("x")}, map[string]any{"a": named("x")}, nil},
		{"a value", map[string]any{"a": map[string]any{"b": 1}}, map[string]any{"a": map[string]any{"b": 2}}, []string{"- a.b: 1", "+ a.b: 2"}},
		{"a type", map[string]any{"a": 1}, map[string]any{"a": "1"}, []string{"- a: 1", `+ a: "1"`}},
		{"a key with dots", map[string]any{"l": map[string]any{"a": "b"}}, map[string]any{"l": map[string]any{"a": "b", "example.com/team": "a"}}, []string{`+ l[example.com/team]: "a"`}},
		{"an empty map", map[string]any{"a": map[string]any{}}, map[string]any{"a": []any{}}, []string{"- a: {}", "+ a: []"}},
		{"an argument", map[string]any{"a": []any{"x"}}, map[string]any{"a": []any{"x", "y"}}, []string{`- a: ["x"]`, `+ a: ["x","y"]`}},
		{"one more before the others", map[string]any{"e": named("b")}, map[string]any{"e": named("a", "b")},
			[]string{"- e: [b]", "+ e: [a] [b]", `+ e[a].name: "a"`, `+ e[a].value: "of a"`}},
		{"an order", map[string]any{"e": named("a", "b")}, map[string]any{"e": named("b", "a")}, []string{"- e: [a] [b]", "+ e: [b] [a]"}},
		{"a twin", map[string]any{"e": named("a", "a")}, map[string]any{"e": named("a")},
			[]string{"- e: [0] [1]", "+ e: [a]", `- e[0].name: "a"`, `- e[0].value: "of a"`, `- e[1].name: "a"`, `- e[1].value: "of a"`, `+ e[a].name: "a"`, `+ e[a].value: "of a"`}},
	} {
		t.Run(c.claim, func(t *testing.T) {
			if got := differences(c.from, c.to); !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}
