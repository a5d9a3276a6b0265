package config

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Raw is the configuration as Pulumi hands it over: every value as text, objects as JSON, and
// which keys are secrets.
type Raw struct {
	Values map[string]string
	Secret map[string]bool
}

// Load decodes and validates. The error holds every problem of both.
func Load(raw Raw) (Config, error) {
	found := &problems{secret: raw.Secret}
	c := decode(raw, found)
	c.validate(found)
	if err := found.err(); err != nil {
		return Config{}, err
	}
	return c, nil
}

// decode reads each key into its field. What cannot be decoded keeps its default and is marked as
// broken, so that no rule complains about a value that nobody wrote.
func decode(raw Raw, found *problems) Config {
	c := Defaults(profileOf(raw))
	c.set, c.broken = map[string]bool{}, map[string]bool{}
	d := decoder{found: found, set: c.set, broken: c.broken}
	known := map[string]reflect.Value{}
	keys(reflect.ValueOf(&c).Elem(), known)
	for key, text := range raw.Values {
		target, ok := known[key]
		switch {
		case ok:
			d.top(key, text, raw.Secret[key], target)
		case strings.HasPrefix(key, "pulumi:"):
			// The engine's own settings.
		default:
			found.add(onOneLine(key), notShown, unknown(key, known))
		}
	}
	return c
}

// profileOf looks ahead: the profile decides on the defaults of everything else. What is wrong with
// it is reported where it is decoded.
func profileOf(raw Raw) Profile {
	if profile := raw.Values["tracestack:profile"]; slices.Contains(Dev.Choices(), profile) {
		return Profile(profile)
	}
	return Dev
}

// keys finds the fields with a key, also in the groups of Config.
func keys(group reflect.Value, known map[string]reflect.Value) {
	for i := range group.NumField() {
		structField := group.Type().Field(i)
		if key := structField.Tag.Get("key"); key != "" {
			known[key] = group.Field(i)
		} else if structField.IsExported() {
			keys(group.Field(i), known)
		}
	}
}

type decoder struct {
	found       *problems
	set, broken map[string]bool
}

func (d decoder) refuse(path, value, rule string) {
	d.broken[path] = true
	d.found.add(path, value, rule)
}

// top decodes the value of a key. Pulumi has turned scalars into text already.
func (d decoder) top(key, text string, secret bool, target reflect.Value) {
	d.set[key] = true
	switch {
	case target.Type() == reflect.TypeFor[Secret]():
		d.secret(key, text, secret, target)
	case target.Kind() == reflect.Struct:
		d.object(key, text, target)
	case target.Kind() == reflect.Bool:
		if text != "true" && text != "false" {
			d.refuse(key, shown(text), "must be true or false")
			return
		}
		target.SetBool(text == "true")
	default:
		d.text(key, text, target)
	}
}

func (d decoder) secret(key, text string, sealed bool, target reflect.Value) {
	if strings.TrimSpace(text) == "" {
		d.refuse(key, notShown, "must not be empty; remove the key if there is none")
		return
	}
	target.Set(reflect.ValueOf(Secret{value: text, sealed: sealed}))
}

func (d decoder) object(key, text string, target reflect.Value) {
	parsed, err := parse(text)
	if err != nil {
		d.refuse(key, notShown, "must be one well-formed object")
		return
	}
	if parsed.kind != "an object" {
		d.refuse(key, notShown, "must be an object, not "+parsed.kind)
		return
	}
	known := map[string]reflect.Value{}
	rules := map[string]reflect.StructTag{}
	for i := range target.NumField() {
		structField := target.Type().Field(i)
		known[structField.Tag.Get("json")] = target.Field(i)
		rules[structField.Tag.Get("json")] = structField.Tag
	}
	seen := map[string]bool{}
	for _, f := range parsed.fields {
		path := key + "." + onOneLine(f.name)
		fieldTarget, ok := known[f.name]
		switch {
		case !ok:
			d.refuse(path, notShown, unknown(f.name, known))
		case seen[f.name]:
			d.refuse(path, notShown, "must be given once, not twice")
		default:
			d.set[path] = true
			d.member(path, f.node, rules[f.name], fieldTarget)
		}
		seen[f.name] = true
	}
}

// member decodes one field of an object, where JSON tells numbers from text.
func (d decoder) member(path string, n node, rules reflect.StructTag, target reflect.Value) {
	switch {
	case n.kind == "null":
		d.refuse(path, "null", "must have a value; remove the key to take the default")
	case target.Kind() == reflect.Int:
		number, ok := n.value.(json.Number)
		if !ok {
			d.refuse(path, describe(n), "must be a whole number, not "+n.kind)
			return
		}
		d.integer(path, number.String(), rules, target)
	case target.Kind() == reflect.String:
		text, ok := n.value.(string)
		if !ok {
			d.refuse(path, describe(n), "must be a string, not "+n.kind)
			return
		}
		d.text(path, text, target)
	default:
		panic(fmt.Sprintf("config: no decoding of %s into %s", path, target.Type()))
	}
}

// whole is a number as people write one: 1e3 and 1.0 are whole too, but nobody means them.
var whole = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)

func (d decoder) integer(path, text string, rules reflect.StructTag, target reflect.Value) {
	if !whole.MatchString(text) {
		d.refuse(path, shown(text), "must be a whole number in plain digits")
		return
	}
	low, high := bound(rules, "min"), bound(rules, "max")
	number, err := strconv.Atoi(text)
	if err != nil || number < low || number > high {
		d.refuse(path, shown(text), fmt.Sprintf("must be between %d and %d", low, high))
		return
	}
	target.SetInt(int64(number))
}

// bound panics on a number without bounds: that is a mistake in Config, found by any test.
func bound(rules reflect.StructTag, name string) int {
	value, err := strconv.Atoi(rules.Get(name))
	if err != nil {
		panic("config: a number without " + name)
	}
	return value
}

func (d decoder) text(path, text string, target reflect.Value) {
	if choice, ok := target.Interface().(interface{ Choices() []string }); ok {
		if !slices.Contains(choice.Choices(), text) {
			d.refuse(path, shown(text), oneOf(choice.Choices()))
			return
		}
	}
	target.SetString(text)
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

// Keys lists every key, in order.
func Keys() []string {
	known := map[string]reflect.Value{}
	keys(reflect.ValueOf(&Config{}).Elem(), known)
	return slices.Sorted(maps.Keys(known))
}
