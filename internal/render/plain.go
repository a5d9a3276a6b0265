package render

import (
	"encoding/json"
	"fmt"
)

// Plain gives a typed struct as the maps, lists and values that its JSON has.
func Plain(value any) map[string]any {
	text, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("render: %T: %v", value, err)) // Only a type that JSON does not know.
	}
	var fields map[string]any
	if err := json.Unmarshal(text, &fields); err != nil {
		panic(fmt.Sprintf("render: %T: %v", value, err))
	}
	return fields
}
