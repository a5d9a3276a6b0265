package config

import (
	"fmt"
	"reflect"
	"strconv"
)

// Kind is what a setting holds.
type Kind string

// The kinds.
const (
	Text         Kind = "string"
	Flag         Kind = "boolean"
	Whole        Kind = "whole number"
	ProcessorAmt Kind = "processor time"
	MemoryAmt    Kind = "memory"
	DataAmt      Kind = "amount of data"
	TimeAmt      Kind = "time"
	Object       Kind = "object" // with keys of the program
	Map          Kind = "map"    // with keys of the user, and texts
	List         Kind = "list"
	SecretText   Kind = "secret"     // a Secret
	SecretChoice Kind = "credential" // a Credential
)

// Setting describes one place of the configuration. It is read from Config's own tags, so nothing
// said here can differ from what decoding does.
type Setting struct {
	Name     string // in what it is in; the whole key at the top
	Path     string // for people: tracestack:ingress.kind, tracestack:scheduling.tolerations[].key
	Kind     Kind
	Doc, See string
	Choices  []string
	Rules    []string // beside the kind and the choices
	Pattern  string   // a regular expression, where the format is one
	Min, Max int      // of a whole number
	Required bool
	Default  map[Profile]any // plain values; absent where there is none
	Inner    []Setting       // of an object, and of the items of a list of objects
}

// Describe gives every key.
func Describe() []Setting {
	dev, prod := Defaults(Dev, DefaultSize(Dev)), Defaults(Prod, DefaultSize(Prod))
	prod.Profile = Dev // The one that is chosen; where none is, it is dev.
	return describeGroup(reflect.ValueOf(dev), reflect.ValueOf(prod))
}

func describeGroup(dev, prod reflect.Value) []Setting {
	var all []Setting
	for i := range dev.NumField() {
		field := dev.Type().Field(i)
		if key := field.Tag.Get("key"); key != "" {
			all = append(all, describeField(key, key, field, dev.Field(i), prod.Field(i)))
		} else if field.IsExported() {
			all = append(all, describeGroup(dev.Field(i), prod.Field(i))...)
		}
	}
	return all
}

func describeField(name, path string, field reflect.StructField, dev, prod reflect.Value) Setting {
	tag := field.Tag
	s := Setting{
		Name: name, Path: path, Doc: tag.Get("doc"), See: tag.Get("see"), Kind: kindOf(field.Type),
		Required: tag.Get("required") != "", Rules: rulesOf(field), Default: map[Profile]any{},
	}
	if choice, ok := reflect.Zero(field.Type).Interface().(chosen); ok {
		s.Choices = choice.Choices()
	}
	if format := tag.Get("format"); format != "" {
		s.Pattern = formatNamed(format).pattern
	}
	if s.Kind == Whole {
		s.Min, s.Max = bounds(tag)
	}
	for profile, value := range map[Profile]reflect.Value{Dev: dev, Prod: prod} {
		if plain := plainDefault(s.Kind, value, tag); plain != nil {
			s.Default[profile] = plain
		}
	}
	s.Inner = describeInner(s, field.Type, dev, prod)
	return s
}

func describeInner(s Setting, typ reflect.Type, dev, prod reflect.Value) []Setting {
	path := s.Path
	switch {
	case s.Kind == SecretChoice:
		typ, dev, prod = reflect.TypeFor[SecretKey](), reflect.ValueOf(SecretKey{}), reflect.ValueOf(SecretKey{})
	case s.Kind == List && typ.Elem().Kind() == reflect.Struct:
		// The defaults of a list are its own; an item's are in its tags.
		typ, path = typ.Elem(), path+"[]"
		dev, prod = reflect.New(typ).Elem(), reflect.New(typ).Elem()
	case s.Kind != Object:
		return nil
	}
	var all []Setting
	for i := range typ.NumField() {
		field := typ.Field(i)
		name := field.Tag.Get("json")
		all = append(all, describeField(name, path+"."+name, field, dev.Field(i), prod.Field(i)))
	}
	return all
}

func kindOf(typ reflect.Type) Kind {
	switch reflect.Zero(typ).Interface().(type) {
	case Secret:
		return SecretText
	case Credential:
		return SecretChoice
	case CPU:
		return ProcessorAmt
	case Mebibytes:
		return MemoryAmt
	case Capacity:
		return DataAmt
	case Duration:
		return TimeAmt
	}
	return map[reflect.Kind]Kind{
		reflect.String: Text, reflect.Bool: Flag, reflect.Int: Whole,
		reflect.Struct: Object, reflect.Map: Map, reflect.Slice: List,
	}[typ.Kind()]
}

func rulesOf(field reflect.StructField) []string {
	var rules []string
	add := func(rule string) { rules = append(rules, rule) }
	tag := field.Tag
	if unit, ok := reflect.Zero(field.Type).Interface().(amount); ok {
		low, high := bounds(tag)
		add(unit.form())
		add(fmt.Sprintf("must be between %s and %s", written(field.Type, low), written(field.Type, high)))
	} else if field.Type.Kind() == reflect.Int {
		low, high := bounds(tag)
		add(fmt.Sprintf("must be between %d and %d", low, high))
	}
	if keys := tag.Get("keys"); keys != "" {
		add("each key " + formatNamed(keys).rule)
	}
	if format := tag.Get("format"); format != "" {
		each := ""
		if kind := field.Type.Kind(); kind == reflect.Map || kind == reflect.Slice {
			each = "each value "
		}
		add(each + formatNamed(format).rule)
	}
	if kindOf(field.Type) == SecretChoice {
		add("must be a Pulumi secret, or the name of an existing Secret; never the value in plain")
	}
	if tag.Get("required") != "" {
		add("must be given")
	}
	if rule := tag.Get("rule"); rule != "" {
		add(rule)
	}
	return rules
}

// plainDefault is nil where there is no default.
func plainDefault(kind Kind, value reflect.Value, tag reflect.StructTag) any {
	if text := tag.Get("default"); text != "" {
		if number, err := strconv.Atoi(text); err == nil && kind == Whole {
			return number
		}
		return text
	}
	switch kind {
	case Object, Map, SecretText, SecretChoice:
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
		item := value.Index(i)
		if item.Kind() != reflect.Struct {
			all = append(all, item.Interface())
			continue
		}
		object := map[string]any{}
		for j := range item.NumField() {
			if !item.Field(j).IsZero() {
				object[item.Type().Field(j).Tag.Get("json")] = item.Field(j).Interface()
			}
		}
		all = append(all, object)
	}
	return all
}

// Shared is the default that every profile has, or nil.
func (s Setting) Shared() any {
	if reflect.DeepEqual(s.Default[Dev], s.Default[Prod]) {
		return s.Default[Dev]
	}
	return nil
}
