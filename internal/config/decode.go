package config

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
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
	c.settle()
	c.validate(found)
	if err := found.err(); err != nil {
		return Config{}, err
	}
	return c, nil
}

// decode reads each key into its field. What cannot be decoded keeps its default and is marked as
// broken, so that no rule complains about a value that nobody wrote.
func decode(raw Raw, found *problems) Config {
	profile := lookAhead(raw, "tracestack:profile", Dev)
	c := Defaults(profile, lookAhead(raw, "tracestack:size", DefaultSize(profile)))
	c.set, c.broken = map[string]bool{}, map[string]bool{}
	d := decoder{found: found, set: c.set, broken: c.broken}
	known := map[string]target{}
	keys(reflect.ValueOf(&c).Elem(), known)
	for key, text := range raw.Values {
		t, ok := known[key]
		switch {
		case ok:
			d.top(key, text, raw.Secret[key], t)
		case strings.HasPrefix(key, "pulumi:"):
			// The engine's own settings.
		default:
			found.add(onOneLine(key), notShown, unknown(key, known))
		}
	}
	return c
}

// lookAhead reads what decides on the defaults of everything else. What is wrong with it is
// reported where it is decoded.
func lookAhead[T interface {
	~string
	chosen
}](raw Raw, key string, otherwise T) T {
	if value := raw.Values[key]; slices.Contains(otherwise.Choices(), value) {
		return T(value)
	}
	return otherwise
}

// target is a field that a value goes into, and what its tags say of it.
type target struct {
	reflect.Value
	tag reflect.StructTag
}

// keys finds the fields with a key, also in the groups of Config.
func keys(group reflect.Value, known map[string]target) {
	for i := range group.NumField() {
		structField := group.Type().Field(i)
		if key := structField.Tag.Get("key"); key != "" {
			known[key] = target{group.Field(i), structField.Tag}
		} else if structField.IsExported() {
			keys(group.Field(i), known)
		}
	}
}

// Keys lists every key, in order.
func Keys() []string {
	known := map[string]target{}
	keys(reflect.ValueOf(&Config{}).Elem(), known)
	return slices.Sorted(maps.Keys(known))
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
func (d decoder) top(key, text string, sealed bool, t target) {
	d.set[key] = true
	switch t.Interface().(type) {
	case Secret:
		d.secret(key, text, sealed, t)
		return
	case Credential:
		d.credential(key, text, sealed, t)
		return
	}
	switch t.Kind() {
	case reflect.Struct, reflect.Map:
		parsed, err := parse(text)
		if err != nil {
			d.refuse(key, notShown, "must be one well-formed object")
			return
		}
		d.composite(key, parsed, t)
	case reflect.Bool:
		if text != "true" && text != "false" {
			d.refuse(key, shown(text), "must be true or false")
			return
		}
		t.SetBool(text == "true")
	case reflect.String:
		d.text(key, text, t)
	default:
		panic(fmt.Sprintf("config: no decoding of %s into %s", key, t.Type()))
	}
}

func (d decoder) secret(key, text string, sealed bool, t target) {
	if strings.TrimSpace(text) == "" {
		d.refuse(key, notShown, "must not be empty; remove the key if there is none")
		return
	}
	t.Set(reflect.ValueOf(Secret{value: text, sealed: sealed}))
}

// credential tells the two forms apart by the seal: what is sealed is the value, whatever it looks
// like, and what is not can only be the name of a Secret.
func (d decoder) credential(key, text string, sealed bool, t target) {
	parsed, err := parse(text)
	if isObject := err == nil && parsed.kind == "an object"; isObject && !sealed {
		d.composite(key, parsed, target{t.FieldByName("Existing"), t.tag})
		return
	} else if isObject && parsed.has("secretName") {
		d.refuse(key, notShown, "must be in plain where it names a Secret, which is no secret itself")
		return
	}
	if !sealed && strings.TrimSpace(text) != "" {
		d.found.add(key, notShown, "must be a secret: `pulumi config set --secret "+key+"`, or name an existing one: {secretName: …, key: …}")
		return
	}
	d.secret(key, text, sealed, target{t.FieldByName("Value"), t.tag})
}
