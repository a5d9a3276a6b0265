package config

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"github.com/tracestack/tracestack/internal/spec"
)

// value decodes what is inside an object or a list, where JSON tells numbers from text.
func (d decoder) value(path string, n node, t target) {
	d.given[path] = true
	if t.Kind() == reflect.Pointer {
		if t.IsNil() {
			t.Set(reflect.New(t.Type().Elem()))
			if _, ok := spec.StructOf(t.Type()); ok {
				spec.Fill(t.Interface(), spec.Environment{})
			}
		}
		t.Value = t.Elem()
	}
	if n.kind == "null" {
		d.refuse(path, "null", "must have a value; remove the key to take the default")
		return
	}
	if spec.AmountOf(t.Type(), "") != nil {
		d.amount(path, n, t)
		return
	}
	switch t.Kind() {
	case reflect.Struct, reflect.Map, reflect.Slice:
		d.composite(path, n, t)
	case reflect.Int:
		if number, ok := n.value.(json.Number); ok {
			d.integer(path, number.String(), t)
			return
		}
		d.refuse(path, describe(n), "must be a whole number, not "+n.kind)
	case reflect.Bool:
		if value, ok := n.value.(bool); ok {
			t.SetBool(value)
			return
		}
		d.refuse(path, describe(n), "must be true or false, not "+n.kind)
	case reflect.String:
		if text, ok := n.value.(string); ok {
			d.text(path, text, t)
			return
		}
		d.refuse(path, describe(n), "must be a string, not "+n.kind)
	default:
		panic(fmt.Sprintf("config: no decoding of %s into %s", path, t.Type()))
	}
}

// composite decodes what has values inside.
func (d decoder) composite(path string, n node, t target) {
	kind := "an object"
	if t.Kind() == reflect.Slice {
		kind = "an array"
	}
	if n.kind != kind {
		d.refuse(path, spec.NotShown, "must be "+kind+", not "+n.kind)
		return
	}
	switch t.Kind() {
	case reflect.Struct:
		d.fields(path, n, t)
	case reflect.Map:
		d.entries(path, n, t)
	case reflect.Slice:
		d.items(path, n, t)
	}
}

// fields decodes an object whose keys are known.
func (d decoder) fields(path string, n node, t target) {
	known := targets(t.Value)
	seen := map[string]bool{}
	for _, f := range n.fields {
		inner := path + "." + spec.OnOneLine(f.name)
		field, ok := known[f.name]
		switch {
		case !ok:
			d.refuse(inner, spec.NotShown, unknown(f.name, known))
		case seen[f.name]:
			d.refuse(inner, spec.NotShown, "must be given once, not twice")
		default:
			d.value(inner, f.node, field)
		}
		seen[f.name] = true
	}
	for name, field := range known {
		if field.required && !seen[name] {
			d.refuse(path+"."+name, spec.NotSet, "must be given")
		}
	}
}

// entries decodes an object whose keys are the user's.
func (d decoder) entries(path string, n node, t target) {
	all := map[string]string{}
	for _, f := range n.fields {
		inner := path + "[" + strconv.Quote(f.name) + "]"
		if _, twice := all[f.name]; twice {
			d.refuse(inner, spec.NotShown, "must be given once, not twice")
			continue
		}
		all[f.name] = ""
		if keys := spec.FormatNamed(t.tag.Get("keys")); !keys.Holds(f.name) {
			d.refuse(inner, spec.NotShown, keys.Rule)
			continue
		}
		var value string
		d.value(inner, f.node, target{reflect.ValueOf(&value).Elem(), t.tag, false})
		all[f.name] = value
	}
	if len(all) > 0 || t.Len() > 0 { // It replaces the default as a whole.
		t.Set(reflect.ValueOf(all))
	}
}

// items decodes a list, which replaces the default as a whole.
func (d decoder) items(path string, n node, t target) {
	all := reflect.MakeSlice(t.Type(), len(n.items), len(n.items))
	for i, item := range n.items {
		if all.Index(i).Kind() == reflect.Struct {
			spec.Fill(all.Index(i).Addr().Interface(), spec.Environment{})
		}
		d.value(fmt.Sprintf("%s[%d]", path, i), item, target{all.Index(i), t.tag, false})
	}
	t.Set(all)
}

func (d decoder) integer(path, text string, t target) {
	if rule := spec.Refusal(t.Type(), t.tag, text); rule != "" {
		d.refuse(path, spec.Shown(text), rule)
		return
	}
	number, err := strconv.Atoi(text)
	if err != nil {
		panic(fmt.Sprintf("config: %s: %v", path, err)) // It is within its bounds.
	}
	t.SetInt(int64(number))
}

// amount decodes a number with its unit. One without, as whole cores are, is a number in JSON.
func (d decoder) amount(path string, n node, t target) {
	text, ok := n.value.(string)
	if number, isNumber := n.value.(json.Number); isNumber {
		text, ok = number.String(), true
	}
	if !ok {
		d.refuse(path, describe(n), spec.AmountOf(t.Type(), "").Form())
		return
	}
	if rule := spec.Refusal(t.Type(), t.tag, text); rule != "" {
		value := spec.Shown(text)
		if _, formed := spec.AmountOf(t.Type(), text).Number(); !formed {
			value = describe(n)
		}
		d.refuse(path, value, rule)
		return
	}
	t.SetString(text)
}

func (d decoder) text(path, text string, t target) {
	if rule := spec.Refusal(t.Type(), t.tag, text); rule != "" {
		d.refuse(path, spec.Shown(text), rule)
		return
	}
	t.SetString(text)
}

func describe(n node) string {
	switch v := n.value.(type) {
	case string:
		// In quotes: 2 is refused as text where it would be right as a number.
		value := spec.Shown(v)
		if value == v {
			return strconv.Quote(v)
		}
		return value
	case json.Number:
		return spec.Shown(v.String())
	case bool:
		return strconv.FormatBool(v)
	}
	return spec.NotShown
}

// has tells whether an object has a key.
func (n node) has(name string) bool {
	return slices.ContainsFunc(n.fields, func(f field) bool { return f.name == name })
}
