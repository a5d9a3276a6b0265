package config

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/settings"
)

// Raw is the configuration as Pulumi hands it over: every value as text, objects as JSON, and
// which keys are secrets.
type Raw struct {
	Values map[string]string
	Secret map[string]bool
}

// Load decodes and validates. The error holds every problem of both.
func Load(raw Raw) (Config, error) {
	found := &spec.Problems{Secret: raw.Secret}
	c, look := decode(raw, found)
	spec.Settle(&c, look)
	spec.CheckRules(&c, look)
	c.validate(look)
	if err := found.Err(); err != nil {
		return Config{}, err
	}
	return c, nil
}

// decode reads each key into its field. What cannot be decoded keeps its default and is marked as
// broken, so that no rule complains about a value that nobody wrote.
func decode(raw Raw, found *spec.Problems) (Config, spec.Look) {
	profile := lookAhead(raw, "tracestack:profile", settings.ProfileDev)
	c := Defaults(profile, lookAhead(raw, "tracestack:size", DefaultSize(profile)))
	d := decoder{found: found, given: map[string]bool{}, broken: map[string]bool{}}
	known := targets(reflect.ValueOf(&c).Elem())
	for key, text := range raw.Values {
		t, ok := known[key]
		switch {
		case ok:
			d.top(key, text, raw.Secret[key], t)
		case strings.HasPrefix(key, "pulumi:"):
			// The engine's own settings.
		default:
			found.Add(spec.OnOneLine(key), spec.NotShown, unknown(key, known))
		}
	}
	return c, spec.NewLook(d.given, d.broken, found)
}

// lookAhead reads what decides on the defaults of everything else. What is wrong with it is
// reported where it is decoded.
func lookAhead[T interface {
	~string
	spec.Chosen
}](raw Raw, key string, otherwise T) T {
	if value := raw.Values[key]; slices.Contains(otherwise.Choices(), value) {
		return T(value)
	}
	return otherwise
}

// target is a field that a value goes into, and what its tags say of it.
type target struct {
	reflect.Value
	tag      reflect.StructTag
	required bool
}

// targets are the fields of a struct, by their names.
func targets(value reflect.Value) map[string]target {
	known := map[string]target{}
	for _, f := range spec.Fields(value.Type()) {
		known[f.Name] = target{f.Of(value), f.Tag, f.Required}
	}
	return known
}

// Keys lists every key, in order.
func Keys() []string {
	return slices.Sorted(maps.Keys(targets(reflect.ValueOf(&Config{}).Elem())))
}

type decoder struct {
	found         *spec.Problems
	given, broken map[string]bool
}

func (d decoder) refuse(path, value, rule string) {
	d.broken[path] = true
	d.found.Add(path, value, rule)
}

// top decodes the value of a key. Pulumi has turned scalars into text already.
func (d decoder) top(key, text string, sealed bool, t target) {
	d.given[key] = true
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
			d.refuse(key, spec.NotShown, "must be one well-formed object")
			return
		}
		d.composite(key, parsed, t)
	case reflect.Bool:
		if text != "true" && text != "false" {
			d.refuse(key, spec.Shown(text), "must be true or false")
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
		d.refuse(key, spec.NotShown, "must not be empty; remove the key if there is none")
		return
	}
	t.Set(reflect.ValueOf(Secret{value: text, sealed: sealed}))
}

// credential tells the two forms apart by the seal: what is sealed is the value, whatever it looks
// like, and what is not can only be the name of a Secret.
func (d decoder) credential(key, text string, sealed bool, t target) {
	parsed, err := parse(text)
	if isObject := err == nil && parsed.kind == "an object"; isObject && !sealed {
		d.composite(key, parsed, target{t.FieldByName("Existing"), t.tag, false})
		return
	} else if isObject && parsed.has("secretName") {
		d.refuse(key, spec.NotShown, "must be in plain where it names a Secret, which is no secret itself")
		return
	}
	if !sealed && strings.TrimSpace(text) != "" {
		d.found.Add(key, spec.NotShown, "must be a secret: `pulumi config set --secret "+key+"`, or name an existing one: {secretName: …, key: …}")
		return
	}
	d.secret(key, text, sealed, target{t.FieldByName("Value"), t.tag, false})
}

// Problems gives what is wrong with the configuration, from an error of Load or one that it is in.
func Problems(err error) []settings.Problem { return spec.ProblemsOf(err) }

// Others gives what else went wrong.
func Others(err error) []error { return spec.OthersOf(err) }
