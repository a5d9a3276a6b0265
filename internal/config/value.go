package config

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
)

// value decodes what is inside an object or a list, where JSON tells numbers from text.
func (d decoder) value(path string, n node, t target) {
	d.set[path] = true
	if n.kind == "null" {
		d.refuse(path, "null", "must have a value; remove the key to take the default")
		return
	}
	if unit, ok := t.Interface().(amount); ok {
		d.amount(path, n, unit, t)
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
		d.refuse(path, notShown, "must be "+kind+", not "+n.kind)
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
	known := map[string]target{}
	for i := range t.NumField() {
		tag := t.Type().Field(i).Tag
		known[tag.Get("json")] = target{t.Field(i), tag}
	}
	seen := map[string]bool{}
	for _, f := range n.fields {
		inner := path + "." + onOneLine(f.name)
		field, ok := known[f.name]
		switch {
		case !ok:
			d.refuse(inner, notShown, unknown(f.name, known))
		case seen[f.name]:
			d.refuse(inner, notShown, "must be given once, not twice")
		default:
			d.value(inner, f.node, field)
		}
		seen[f.name] = true
	}
	for name, field := range known {
		if field.tag.Get("required") != "" && !seen[name] {
			d.refuse(path+"."+name, notSet, "must be given")
		}
	}
}

// entries decodes an object whose keys are the user's.
func (d decoder) entries(path string, n node, t target) {
	all := map[string]string{}
	for _, f := range n.fields {
		inner := path + "[" + strconv.Quote(f.name) + "]"
		if _, twice := all[f.name]; twice {
			d.refuse(inner, notShown, "must be given once, not twice")
			continue
		}
		all[f.name] = ""
		if keys := formatNamed(t.tag.Get("keys")); !keys.holds(f.name) {
			d.refuse(inner, notShown, keys.rule)
			continue
		}
		var value string
		d.value(inner, f.node, target{reflect.ValueOf(&value).Elem(), t.tag})
		all[f.name] = value
	}
	if len(all) > 0 {
		t.Set(reflect.ValueOf(all))
	}
}

// items decodes a list, which replaces the default as a whole.
func (d decoder) items(path string, n node, t target) {
	all := reflect.MakeSlice(t.Type(), len(n.items), len(n.items))
	for i, item := range n.items {
		setDefaults(all.Index(i))
		d.value(fmt.Sprintf("%s[%d]", path, i), item, target{all.Index(i), t.tag})
	}
	t.Set(all)
}

// setDefaults fills in what the tags say of an item of a list.
func setDefaults(item reflect.Value) {
	if item.Kind() != reflect.Struct {
		return
	}
	for i := range item.NumField() {
		text, field := item.Type().Field(i).Tag.Get("default"), item.Field(i)
		switch {
		case text == "":
		case field.Kind() == reflect.String:
			field.SetString(text)
		case field.Kind() == reflect.Int:
			number, err := strconv.Atoi(text)
			if err != nil {
				panic("config: default " + text + " is no number")
			}
			field.SetInt(int64(number))
		default:
			panic("config: no default of " + field.Type().String())
		}
	}
}

// whole is a number as people write one: 1e3 and 1.0 are whole too, but nobody means them.
var whole = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)

func (d decoder) integer(path, text string, t target) {
	if !whole.MatchString(text) {
		d.refuse(path, shown(text), "must be a whole number in plain digits")
		return
	}
	low, high := bounds(t.tag)
	number, err := strconv.Atoi(text)
	if err != nil || number < low || number > high {
		d.refuse(path, shown(text), fmt.Sprintf("must be between %d and %d", low, high))
		return
	}
	t.SetInt(int64(number))
}

// amount decodes a number with its unit. One without, as whole cores are, is a number in JSON.
func (d decoder) amount(path string, n node, unit amount, t target) {
	text, ok := n.value.(string)
	if number, isNumber := n.value.(json.Number); isNumber {
		text, ok = number.String(), true
	}
	number, formed := unit.parse(text)
	if !ok || !formed {
		d.refuse(path, describe(n), unit.form())
		return
	}
	if low, high := bounds(t.tag); number < low || number > high {
		d.refuse(path, shown(text), "must be between "+written(t.Type(), low)+" and "+written(t.Type(), high))
		return
	}
	t.SetInt(int64(number))
}

// written gives a number of an amount's type with its unit.
func written(unit reflect.Type, number int) string {
	return fmt.Sprint(reflect.ValueOf(number).Convert(unit).Interface())
}

// bounds panics on a number without: that is a mistake in Config, found by any test.
func bounds(tag reflect.StructTag) (low, high int) {
	low, err := strconv.Atoi(tag.Get("min"))
	if err != nil {
		panic("config: a number without min")
	}
	high, err = strconv.Atoi(tag.Get("max"))
	if err != nil {
		panic("config: a number without max")
	}
	return low, high
}

func (d decoder) text(path, text string, t target) {
	if choice, ok := t.Interface().(chosen); ok && !slices.Contains(choice.Choices(), text) {
		d.refuse(path, shown(text), oneOf(choice.Choices()))
		return
	}
	if name := t.tag.Get("format"); name != "" && !formatNamed(name).holds(text) {
		d.refuse(path, shown(text), formatNamed(name).rule)
		return
	}
	t.SetString(text)
}

func describe(n node) string {
	switch v := n.value.(type) {
	case string:
		// In quotes: 2 is refused as text where it would be right as a number.
		value := shown(v)
		if value == v {
			return strconv.Quote(v)
		}
		return value
	case json.Number:
		return shown(v.String())
	case bool:
		return strconv.FormatBool(v)
	}
	return notShown
}

// has tells whether an object has a key.
func (n node) has(name string) bool {
	return slices.ContainsFunc(n.fields, func(f field) bool { return f.name == name })
}
