package otlp

import (
	"cmp"
	"encoding/json"
	"slices"
)

// Fields are what a request's spans say, by their IDs: each as OTLP's JSON has it, with its resource and
// its scope, without what is empty and with attributes by their keys. Two spans that say the same are
// equal.
func Fields(request *Request) (map[string]any, error) {
	body, err := inJSON(request)
	if err != nil {
		return nil, err
	}
	return FieldsIn(body)
}

// FieldsIn reads them in OTLP's JSON.
func FieldsIn(body []byte) (map[string]any, error) {
	var data struct {
		ResourceSpans []struct {
			Resource   map[string]any
			ScopeSpans []struct {
				Scope map[string]any
				Spans []map[string]any
			}
		}
	}
	if err := json.Unmarshal(body, &data); err != nil {
		return nil, err
	}
	all := map[string]any{}
	for _, resource := range data.ResourceSpans {
		for _, scope := range resource.ScopeSpans {
			for _, span := range scope.Spans {
				span["resource"], span["scope"] = resource.Resource, scope.Scope
				id, _ := span["spanId"].(string)
				all[id] = said(span)
			}
		}
	}
	return all, nil
}

// said is a value without what is empty; nil where nothing is left.
func said(value any) any {
	switch value := value.(type) {
	case map[string]any:
		kept := map[string]any{}
		for key, inner := range value {
			if left := said(inner); left != nil {
				kept[key] = left
			}
		}
		if len(kept) > 0 {
			return kept
		}
	case []any:
		var kept []any
		for _, inner := range value {
			if left := said(inner); left != nil {
				kept = append(kept, left)
			}
		}
		slices.SortStableFunc(kept, func(a, b any) int { return cmp.Compare(key(a), key(b)) })
		if len(kept) > 0 {
			return kept
		}
	case string:
		if value != "" {
			return value
		}
	case float64:
		if value != 0 {
			return value
		}
	case bool:
		return value
	}
	return nil
}

// key is an attribute's; what has none stays where it is.
func key(value any) string {
	attribute, _ := value.(map[string]any)
	text, _ := attribute["key"].(string)
	return text
}
