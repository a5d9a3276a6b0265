package spec

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Environment is what defaults follow.
type Environment struct {
	Prod bool // the profile
	Size int  // the place among the sizes, the smallest is 0
}

// Defaulter is a struct of which some defaults are no constants. They come before those of the tags.
type Defaulter interface{ Default(Environment) }

// Fill gives every field of a struct that is not set its default, and every pointer to a struct
// something to point to, unless the struct names something: then nil says that there is none.
// What the pointers and lists hold is copied first: it may be the caller's.
func Fill(target any, e Environment) { fill(reflect.ValueOf(target).Elem(), e, nil) }

// fill takes defaults by path from the tag of the field that holds the struct; they win.
func fill(value reflect.Value, e Environment, outer map[string]string) {
	defaultBySelf(value, e)
	for _, f := range Fields(value.Type()) {
		field := f.Of(value)
		if typ, ok := StructOf(field.Type()); ok {
			inner := inner(e, f.Tag)
			for path, text := range outer {
				if below, ok := strings.CutPrefix(path, f.Name+"."); ok {
					inner[below] = text
				}
			}
			if held, ok := own(field, typ); ok {
				fill(held, e, inner)
			}
			continue
		}
		fillItems(field, e)
		text, ok := outer[f.Name]
		if !ok {
			text = e.choose(f.Tag.Get("default"), f.Tag.Get("prod"), f.Tag.Get("sizes"))
		}
		if text != "" && field.IsZero() {
			set(field, text)
		}
	}
}

// defaultBySelf asks the embedded structs too: two that can answer hide each other.
func defaultBySelf(value reflect.Value, e Environment) {
	for _, inner := range embedded(value) {
		defaultBySelf(inner, e)
	}
	if self, ok := value.Addr().Interface().(Defaulter); ok {
		self.Default(e)
	}
}

// own gives the struct of a field, which is nobody else's.
func own(field reflect.Value, typ reflect.Type) (reflect.Value, bool) {
	if field.Kind() != reflect.Pointer {
		return field, true
	}
	if field.IsNil() && namesSomething(typ) {
		return reflect.Value{}, false
	}
	made := reflect.New(typ)
	if !field.IsNil() {
		made.Elem().Set(field.Elem())
	}
	field.Set(made)
	return made.Elem(), true
}

// namesSomething tells a struct that cannot do without a field, or that refers to what is made elsewhere,
// from one of settings alone. An empty one says that a name was forgotten, not that everything is left out.
func namesSomething(typ reflect.Type) bool {
	if reflect.PointerTo(typ).Implements(reflect.TypeFor[interface{ CheckChosen(Look) }]()) {
		return true
	}
	return slices.ContainsFunc(Fields(typ), func(f Field) bool { return f.Required || f.Type.Kind() == reflect.Interface })
}

func fillItems(field reflect.Value, e Environment) {
	if field.Kind() != reflect.Slice || field.Len() == 0 {
		return
	}
	if _, ok := StructOf(field.Type().Elem()); !ok {
		return
	}
	copied := reflect.MakeSlice(field.Type(), field.Len(), field.Len())
	reflect.Copy(copied, field)
	for i := range copied.Len() {
		fill(copied.Index(i), e, nil)
	}
	field.Set(copied)
}

// choose gives the default of one field.
func (e Environment) choose(shared, prod, sizes string) string {
	text := shared
	if all := strings.Fields(sizes); len(all) > 0 {
		text = all[e.Size]
	}
	least, raises := strings.CutPrefix(prod, ">=")
	switch {
	case !e.Prod || prod == "":
		return text
	case !raises:
		return prod
	}
	if number(least) > number(text) {
		return least
	}
	return text
}

// inner gives the defaults that a tag has for what is inside of its field, by path.
func inner(e Environment, tag reflect.StructTag) map[string]string {
	shared, prod, sizes := entries(tag.Get("default")), entries(tag.Get("prod")), entries(tag.Get("sizes"))
	all := map[string]string{}
	for _, tags := range []map[string]string{shared, prod, sizes} {
		for path := range tags {
			all[path] = e.choose(shared[path], prod[path], sizes[path])
		}
	}
	return all
}

func entries(text string) map[string]string {
	all := map[string]string{}
	for entry := range strings.SplitSeq(text, ";") {
		if path, value, ok := strings.Cut(entry, ":"); ok {
			all[strings.TrimSpace(path)] = strings.TrimSpace(value)
		}
	}
	return all
}

// set panics on a default that its field cannot have: that is a mistake in a tag, found by any test.
func set(field reflect.Value, text string) {
	switch field.Kind() {
	case reflect.String:
		field.SetString(text)
	case reflect.Int:
		field.SetInt(int64(number(text)))
	case reflect.Bool:
		field.SetBool(text == "true")
	default:
		panic(fmt.Sprintf("spec: no default of %s", field.Type()))
	}
}

// number panics on what is none, as set.
func number(text string) int {
	number, err := strconv.Atoi(text)
	if err != nil {
		panic("spec: " + text + " is no number")
	}
	return number
}
