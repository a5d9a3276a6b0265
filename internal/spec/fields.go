// Package spec reads what the tags of a plain struct say of its fields, and does what they say: fills in
// defaults, holds values to their bounds, formats and choices, and describes all of it for pages and
// schemas. Package settings has the structs; the configuration and the components' Args hold them.
// Pure: no Pulumi, no files.
//
// The tags of a field:
//
//	key        its whole name, of a key of the configuration
//	pulumi     its name, with ",optional" behind it where it may be left out
//	json       the same name, for what is written as JSON
//	doc        what it means, in sentences
//	see        the upstream page about it
//	min, max   of a number or an amount, written as a person writes the value
//	format     of a text, of each in a list, or of each value of a map: one of Formats
//	keys       of the keys of a map: one of Formats
//	rule       what the rules across fields ask of it, in words
//	default    where nothing is written
//	prod       the default of the profile prod, where it is another; ">=2" raises a smaller default
//	sizes      the defaults of the sizes, the smallest size first
//
// A field that is a struct may have defaults for what is inside of it: "limits.cpu: 2; limits.memory: 1Gi".
package spec

import (
	"reflect"
	"strings"
)

// Field is a field of a struct, with the fields of embedded structs beside the struct's own.
type Field struct {
	reflect.StructField
	Name     string // as it is written
	Required bool   // wherever the struct itself is given
}

// Fields lists what can be written in a struct, in the order of its code.
func Fields(typ reflect.Type) []Field {
	var all []Field
	for _, field := range reflect.VisibleFields(typ) {
		if key := field.Tag.Get("key"); key != "" {
			all = append(all, Field{field, key, false})
			continue
		}
		tag, named := field.Tag.Lookup("pulumi")
		if !named || field.Anonymous || !field.IsExported() {
			continue
		}
		name, optional, _ := strings.Cut(tag, ",")
		all = append(all, Field{field, name, optional != "optional"})
	}
	return all
}

// Of gives the field's value in a struct.
func (f Field) Of(value reflect.Value) reflect.Value { return value.FieldByIndex(f.Index) }

// embedded gives the structs whose fields are beside a struct's own.
func embedded(value reflect.Value) []reflect.Value {
	var all []reflect.Value
	for i := range value.NumField() {
		if field := value.Type().Field(i); field.Anonymous && field.IsExported() && field.Type.Kind() == reflect.Struct {
			all = append(all, value.Field(i))
		}
	}
	return all
}

// Below joins a path and a name inside of it. Either may be empty.
func Below(path, name string) string {
	if path == "" || name == "" {
		return path + name
	}
	return path + "." + name
}

// Inside gives the struct that a field holds, also by a pointer that is not nil.
func Inside(value reflect.Value) (reflect.Value, bool) {
	if value.Kind() == reflect.Pointer {
		value = value.Elem() // Of nil: no value.
	}
	return value, value.IsValid() && value.Kind() == reflect.Struct && settable(value.Type())
}

// StructOf is the type of the struct that a field holds, also by a pointer.
func StructOf(typ reflect.Type) (reflect.Type, bool) {
	if typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	return typ, typ.Kind() == reflect.Struct && settable(typ)
}

// settable tells a struct with fields that can be written from one that is a value of its own.
func settable(typ reflect.Type) bool { return len(Fields(typ)) > 0 }

// Amount is a number that is written with its unit.
type Amount interface {
	// Number gives the amount in its smallest unit, and whether the text is one.
	Number() (int, bool)
	// Form is the rule of how it is written.
	Form() string
	// Kind of amount.
	Kind() Kind
}

// AmountOf makes an amount of a field's type from a text. It is nil where the type is none.
func AmountOf(typ reflect.Type, text string) Amount {
	if typ.Kind() != reflect.String {
		return nil
	}
	value := reflect.New(typ).Elem()
	value.SetString(text)
	amount, _ := value.Interface().(Amount)
	return amount
}

// Chosen is a type with a fixed set of values.
type Chosen interface{ Choices() []string }

// ChoicesOf lists the values of a type; nil where it has no fixed set.
func ChoicesOf(typ reflect.Type) []string {
	if chosen, ok := reflect.Zero(typ).Interface().(Chosen); ok {
		return chosen.Choices()
	}
	return nil
}

// Texts gives choices as plain texts.
func Texts[T ~string](values ...T) []string {
	var all []string
	for _, value := range values {
		all = append(all, string(value))
	}
	return all
}
