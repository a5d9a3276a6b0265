package render

import (
	"encoding/json"
	"fmt"
)

// Plain gives a typed struct as the maps, lists and values that its JSON has.
func Plain(value any) map[string]any { return PlainValue(value).(map[string]any) }

// PlainValue is Plain of a value that may be no struct.
func PlainValue(value any) any {
	text, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("render: %T: %v", value, err)) // Only a type that JSON does not know.
	}
	var plain any
	if err := json.Unmarshal(text, &plain); err != nil {
		panic(fmt.Sprintf("render: %T: %v", value, err))
	}
	return plain
}
