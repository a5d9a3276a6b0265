package reference

import (
	"encoding/json"

	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/internal/spec"
)

// schema is the part of JSON Schema that the configuration needs.
type schema struct {
	Schema      string             `json:"$schema,omitempty"`
	Title       string             `json:"title,omitempty"`
	Description string             `json:"description,omitempty"`
	Type        string             `json:"type,omitempty"`
	Enum        []any              `json:"enum,omitempty"`
	Pattern     string             `json:"pattern,omitempty"`
	Minimum     *int               `json:"minimum,omitempty"`
	Maximum     *int               `json:"maximum,omitempty"`
	Default     any                `json:"default,omitempty"`
	Properties  map[string]*schema `json:"properties,omitempty"`
	Required    []string           `json:"required,omitempty"`
	Patterns    map[string]*schema `json:"patternProperties,omitempty"`
	Additional  any                `json:"additionalProperties,omitempty"` // false or a schema
	Items       *schema            `json:"items,omitempty"`
	AnyOf       []*schema          `json:"anyOf,omitempty"`
}

// Schema is the JSON Schema of a stack file, for editors.
func Schema() ([]byte, error) {
	keys := map[string]*schema{}
	for _, s := range config.Describe() {
		keys[s.Name] = property(s, true)
	}
	file := schema{
		Schema: "http://json-schema.org/draft-07/schema#",
		Title:  "A stack file of tracestack",
		Type:   "object",
		Properties: map[string]*schema{"config": {
			Type: "object", Properties: keys, Patterns: map[string]*schema{"^pulumi:": {}}, Additional: false,
		}},
	}
	text, err := json.MarshalIndent(file, "", "  ")
	return append(text, '\n'), err
}

// property is the schema of one setting. At the top Pulumi takes a boolean as text too.
func property(s spec.Described, top bool) *schema {
	p := &schema{Description: s.Doc, Default: s.Shared(), Pattern: s.Pattern}
	switch s.Kind {
	case spec.Text:
		p.Type = "string"
		for _, choice := range s.Choices {
			p.Enum = append(p.Enum, choice)
		}
	case spec.Flag:
		p.Enum = []any{true, false}
		if top {
			p.Enum = append(p.Enum, "true", "false")
		}
	case spec.Whole:
		p.Type, p.Minimum, p.Maximum = "integer", &s.Min, &s.Max
	case spec.ProcessorTime:
		p.AnyOf = []*schema{{Type: "string", Pattern: "^[0-9]+m?$"}, {Type: "integer"}}
	case spec.ProbabilityAmount:
		p.AnyOf = []*schema{{Type: "string", Pattern: `^[01](\.[0-9]{1,6})?$`}, {Type: "number"}}
	case spec.TimeAmount:
		p.Type, p.Pattern = "string", "^[0-9]+(s|m|h|d)$"
	case spec.MemoryAmount, spec.DataAmount:
		p.Type, p.Pattern = "string", "^[0-9]+(Mi|Gi)$"
	case spec.Map:
		p.Type, p.Pattern, p.Additional = "object", "", &schema{Type: "string", Pattern: s.Pattern}
	case spec.SecretText:
		p.AnyOf = []*schema{{Type: "string"}, sealed()}
	case spec.Credential:
		existing := &schema{}
		existing.object(s.Inner)
		p.AnyOf = []*schema{sealed(), existing}
	case spec.List:
		p.Type, p.Pattern, p.Items = "array", "", &schema{Type: "string", Pattern: s.Pattern}
		if s.Inner != nil {
			p.Items = &schema{}
			p.Items.object(s.Inner)
		}
	case spec.Object:
		p.object(s.Inner)
	}
	return p
}

func (p *schema) object(inner []spec.Described) {
	p.Type, p.Additional, p.Properties = "object", false, map[string]*schema{}
	for _, s := range inner {
		p.Properties[s.Name] = property(s, false)
		if s.Required {
			p.Required = append(p.Required, s.Name)
		}
	}
}

// sealed is a Pulumi secret.
func sealed() *schema {
	return &schema{
		Type: "object", Properties: map[string]*schema{"secure": {Type: "string"}},
		Required: []string{"secure"}, Additional: false,
	}
}
