package preview

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
)

const (
	secret = "[secret]" // as the engine writes one
	later  = "[known after up]"
)

// differences lists where two values differ, as deep as both have the same shape.
func differences(path string, before, after any) []Property {
	if isSecret(before) || isSecret(after) {
		// Whether two secrets are equal the engine does not tell: listed only if one appears or goes.
		if isSecret(before) && isSecret(after) {
			return nil
		}
		return []Property{{Path: path, Old: shown(before), New: shown(after)}}
	}
	was, isObject := before.(map[string]any)
	is, stillObject := after.(map[string]any)
	if (isObject || before == nil) && (stillObject || after == nil) && (isObject && stillObject || path == "") {
		keys := maps.Clone(was)
		if keys == nil {
			keys = map[string]any{}
		}
		maps.Copy(keys, is)
		var all []Property
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			if strings.HasPrefix(key, "__") {
				continue // a provider's own
			}
			all = append(all, differences(join(path, key), was[key], is[key])...)
		}
		return all
	}
	wasList, isList := before.([]any)
	list, stillList := after.([]any)
	if isList && stillList && len(wasList) == len(list) {
		var all []Property
		for i := range list {
			all = append(all, differences(fmt.Sprintf("%s[%d]", path, i), wasList[i], list[i])...)
		}
		return all
	}
	if reflect.DeepEqual(before, after) {
		return nil
	}
	return []Property{{Path: path, Old: shown(before), New: shown(after)}}
}

// join writes a path as the engine does.
func join(path, key string) string {
	if strings.ContainsAny(key, `."[]`) {
		return fmt.Sprintf("%s[%q]", path, key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

func isSecret(value any) bool {
	switch value := value.(type) {
	case string:
		return value == secret
	case map[string]any:
		_, sealed := value[resource.SigKey]
		return sealed && value[resource.SigKey] == resource.SecretSig
	}
	return false
}

// masked hides what the engine does not: the contents of a Kubernetes Secret that was made of
// plain values.
func masked(typ string, p Property) Property {
	p.Old, p.New = shown(p.Old), shown(p.New)
	if !strings.HasPrefix(typ, "kubernetes:core/v1:Secret") {
		return p
	}
	for _, hidden := range []string{"data", "stringData"} {
		if p.Path == hidden || strings.HasPrefix(p.Path, hidden+".") || strings.HasPrefix(p.Path, hidden+"[") {
			p.Old, p.New = sealed(p.Old), sealed(p.New)
		}
	}
	return p
}

func sealed(value any) any {
	if value == nil {
		return nil
	}
	return secret
}

// The engine's words for a value that only the update will know.
var unknown = []string{
	plugin.UnknownBoolValue, plugin.UnknownNumberValue, plugin.UnknownStringValue, plugin.UnknownArrayValue,
	plugin.UnknownAssetValue, plugin.UnknownArchiveValue, plugin.UnknownObjectValue,
}

// shown replaces what nobody may read, and what nobody can.
func shown(value any) any {
	if isSecret(value) {
		return secret
	}
	switch value := value.(type) {
	case string:
		if slices.Contains(unknown, value) {
			return later
		}
	case map[string]any:
		object := map[string]any{}
		for key, field := range value {
			object[key] = shown(field)
		}
		return object
	case []any:
		list := make([]any, len(value))
		for i, item := range value {
			list[i] = shown(item)
		}
		return list
	}
	return value
}

// text writes a value in one line; more than one is told apart by lines.
func text(value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case string:
		return value
	}
	written, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(written)
}

// lines is the line-by-line difference of two texts, with a few equal lines around each change.
func lines(before, after string) string {
	was, is := split(before), split(after)
	// common[i][j] is how many lines was[i:] and is[j:] have in common, in order.
	common := make([][]int, len(was)+1)
	for i := range common {
		common[i] = make([]int, len(is)+1)
	}
	for i := len(was) - 1; i >= 0; i-- {
		for j := len(is) - 1; j >= 0; j-- {
			if was[i] == is[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var all []string
	for i, j := 0, 0; i < len(was) || j < len(is); {
		switch {
		case i < len(was) && j < len(is) && was[i] == is[j]:
			all = append(all, "  "+was[i])
			i, j = i+1, j+1
		case j == len(is) || i < len(was) && common[i+1][j] >= common[i][j+1]:
			all = append(all, "- "+was[i])
			i++
		default:
			all = append(all, "+ "+is[j])
			j++
		}
	}
	return strings.Join(around(all), "\n")
}

func split(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// around keeps the lines near a change.
func around(all []string) []string {
	const near = 3
	var kept []string
	last := -1
	for i, line := range all {
		changed := func(other string) bool { return !strings.HasPrefix(other, "  ") }
		if !slices.ContainsFunc(all[max(0, i-near):min(len(all), i+near+1)], changed) {
			continue
		}
		if i > last+1 {
			kept = append(kept, "  …")
		}
		kept, last = append(kept, line), i
	}
	if last < len(all)-1 {
		kept = append(kept, "  …")
	}
	return kept
}

// longest is the length of the longest run of a character, for a fence that it cannot close.
func longest(text string, of rune) int {
	run, most := 0, 0
	for _, r := range text {
		if r != of {
			run = 0
			continue
		}
		run++
		most = cmp.Or(max(most, run), run)
	}
	return most
}
