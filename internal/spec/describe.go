package spec

import (
	"fmt"
	"reflect"
)

// Kind is what a field holds.
type Kind string

// The kinds.
const (
	Text              Kind = "string"
	Flag              Kind = "boolean"
	Whole             Kind = "whole number"
	ProcessorTime     Kind = "processor time"
	MemoryAmount      Kind = "memory"
	DataAmount        Kind = "amount of data"
	TimeAmount        Kind = "time"
	ProbabilityAmount Kind = "probability"
	Object            Kind = "object" // with names of the program
	Map               Kind = "map"    // with names of the user, and texts
	List              Kind = "list"
	SecretText        Kind = "secret"     // never shown
	Credential        Kind = "credential" // a secret, or the name of an existing Secret
)

// Kinded is a type that says itself what kind it is.
type Kinded interface{ Kind() Kind }

// Described is one field, read from the tags that also fill it in and check it: nothing said here can
// differ from what the program does.
type Described struct {
	Name     string // in what it is in; the whole key at the top
	Path     string // for people: tracestack:ingress.kind, tracestack:scheduling.tolerations[].key
	Go       string // how a program reaches it: Tempo.Retention
	Field    reflect.StructField
	Kind     Kind
	Doc, See string
	Choices  []string
	Rules    []string // beside the kind and the choices
	Pattern  string   // a regular expression, where the format is one
	Min, Max int      // of a whole number
	Required bool
	Dev      any // the defaults of the profiles: plain values; nil where there is none
	Prod     any
	Inner    []Described // of an object, and of the items of a list of objects
}

// Shared is the default that every profile has, or nil.
func (d Described) Shared() any {
	if reflect.DeepEqual(d.Dev, d.Prod) {
		return d.Dev
	}
	return nil
}

// Describe gives every field of a struct. The two values are of one type, with the defaults of each
// profile filled in.
func Describe(dev, prod any) []Described {
	return describe("", reflect.Indirect(reflect.ValueOf(dev)), reflect.Indirect(reflect.ValueOf(prod)))
}

func describe(path string, dev, prod reflect.Value) []Described {
	var all []Described
	for _, f := range Fields(dev.Type()) {
		d := describeField(Below(path, f.Name), f, f.Of(dev), f.Of(prod))
		d.Go = inGo(dev.Type(), f.Index)
		all = append(all, d)
	}
	return all
}

// inGo names the embedded structs too: whoever writes one out has to.
func inGo(typ reflect.Type, index []int) string {
	path := ""
	for _, i := range index {
		path, typ = Below(path, typ.Field(i).Name), typ.Field(i).Type
	}
	return path
}

func describeField(path string, f Field, dev, prod reflect.Value) Described {
	d := Described{
		Name: f.Name, Path: path, Field: f.StructField, Doc: f.Tag.Get("doc"), See: f.Tag.Get("see"), Kind: kindOf(f.Type),
		Choices: ChoicesOf(f.Type), Rules: rulesOf(f), Required: f.Required,
	}
	if format := f.Tag.Get("format"); format != "" {
		d.Pattern = FormatNamed(format).Pattern
	}
	if d.Kind == Whole {
		d.Min, d.Max = Bounds(f.Tag)
	}
	d.Dev, d.Prod = plainDefault(d.Kind, dev), plainDefault(d.Kind, prod)
	if typ, ok := StructOf(f.Type); ok {
		d.Inner = describe(path, structOr(dev, typ), structOr(prod, typ))
	} else if d.Kind == List {
		d.Inner = describeItem(path+"[]", f.Type.Elem())
	} else if existing, ok := existing(f.Type); ok {
		d.Inner = describeItem(path, existing)
	}
	return d
}

// describeItem describes an item of a list, with the defaults that each item has.
func describeItem(path string, typ reflect.Type) []Described {
	if _, ok := StructOf(typ); !ok {
		return nil
	}
	return describe(path, filled(typ), filled(typ))
}

// existing is what names an existing Secret instead of a credential's value.
func existing(typ reflect.Type) (reflect.Type, bool) {
	if kindOf(typ) != Credential {
		return nil, false
	}
	field, ok := typ.FieldByName("Existing")
	return field.Type, ok
}

// structOr is the struct of a field, or where it points to none, one with what it has by default.
func structOr(value reflect.Value, typ reflect.Type) reflect.Value {
	if inner, ok := Inside(value); ok {
		return inner
	}
	return filled(typ)
}

func filled(typ reflect.Type) reflect.Value {
	made := reflect.New(typ)
	Fill(made.Interface(), Environment{})
	return made.Elem()
}

func kindOf(typ reflect.Type) Kind {
	if kinded, ok := reflect.Zero(typ).Interface().(Kinded); ok {
		return kinded.Kind()
	}
	if typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	return map[reflect.Kind]Kind{
		reflect.String: Text, reflect.Bool: Flag, reflect.Int: Whole,
		reflect.Struct: Object, reflect.Map: Map, reflect.Slice: List,
	}[typ.Kind()]
}

func rulesOf(f Field) []string {
	var rules []string
	add := func(rule string) { rules = append(rules, rule) }
	if amount := AmountOf(f.Type, ""); amount != nil {
		low, high := amountBounds(f.Type, f.Tag)
		add(amount.Form())
		add(fmt.Sprintf("must be between %v and %v", low, high))
	} else if f.Type.Kind() == reflect.Int {
		low, high := Bounds(f.Tag)
		add(fmt.Sprintf("must be between %d and %d", low, high))
	}
	if keys := f.Tag.Get("keys"); keys != "" {
		add("each key " + FormatNamed(keys).Rule)
	}
	if format := f.Tag.Get("format"); format != "" {
		each := ""
		if kind := f.Type.Kind(); kind == reflect.Map || kind == reflect.Slice {
			each = "each value "
		}
		add(each + FormatNamed(format).Rule)
	}
	if kindOf(f.Type) == Credential {
		add("must be a Pulumi secret, or the name of an existing Secret; never the value in plain")
	}
	if f.Required {
		add(MustBeGiven)
	}
	if rule := f.Tag.Get("rule"); rule != "" {
		add(rule)
	}
	return rules
}

// plainDefault is nil where there is no default.
func plainDefault(kind Kind, value reflect.Value) any {
	switch kind {
	case Object, Map, SecretText, Credential, "":
		return nil
	case Flag:
		return value.Bool()
	case List:
		return plainList(value)
	}
	if value.IsZero() {
		return nil
	}
	if kind == Whole {
		return int(value.Int())
	}
	return fmt.Sprint(value.Interface())
}

func plainList(value reflect.Value) any {
	all := []any{}
	for i := range value.Len() {
		item, ok := Inside(value.Index(i))
		if !ok {
			all = append(all, value.Index(i).Interface())
			continue
		}
		object := map[string]any{}
		for _, f := range Fields(item.Type()) {
			if field := f.Of(item); !field.IsZero() {
				object[f.Name] = field.Interface()
			}
		}
		all = append(all, object)
	}
	return all
}
