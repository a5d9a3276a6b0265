package spec

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
)

// whole is a number as people write one: 1e3 and 1.0 are whole too, but nobody means them.
var whole = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)

// Refusal is the rule that a number, an amount or a text breaks by itself, from its type and its tags;
// empty where it keeps to all of them.
func Refusal(typ reflect.Type, tag reflect.StructTag, text string) string {
	if amount := AmountOf(typ, text); amount != nil {
		return refusedAmount(typ, tag, amount)
	}
	if typ.Kind() == reflect.Int {
		return refusedNumber(tag, text)
	}
	if choices := ChoicesOf(typ); choices != nil && !slices.Contains(choices, text) {
		return OneOf(choices)
	}
	if name := tag.Get("format"); name != "" && !FormatNamed(name).Holds(text) {
		return FormatNamed(name).Rule
	}
	return ""
}

func refusedAmount(typ reflect.Type, tag reflect.StructTag, amount Amount) string {
	value, ok := amount.Number()
	if !ok {
		return amount.Form()
	}
	low, high := amountBounds(typ, tag)
	if least, most := numberOf(low), numberOf(high); value < least || value > most {
		return fmt.Sprintf("must be between %v and %v", low, high)
	}
	return ""
}

func refusedNumber(tag reflect.StructTag, text string) string {
	if !whole.MatchString(text) {
		return "must be a whole number in plain digits"
	}
	low, high := Bounds(tag)
	if value, err := strconv.Atoi(text); err != nil || value < low || value > high {
		return fmt.Sprintf("must be between %d and %d", low, high)
	}
	return ""
}

// Bounds panics on a number without: that is a mistake in a tag, found by any test.
func Bounds(tag reflect.StructTag) (low, high int) {
	return number(tag.Get("min")), number(tag.Get("max"))
}

func amountBounds(typ reflect.Type, tag reflect.StructTag) (low, high Amount) {
	return AmountOf(typ, tag.Get("min")), AmountOf(typ, tag.Get("max"))
}

// numberOf panics as Bounds.
func numberOf(bound Amount) int {
	value, ok := bound.Number()
	if !ok {
		panic(fmt.Sprintf("spec: the bound %v is no amount", bound))
	}
	return value
}

// CheckValues holds every value that is given in a struct to what its own type and tags ask of it. It
// adds to broken the paths of those that it refuses, so that no rule speaks of them again.
func CheckValues(target any, given, broken map[string]bool, found *Problems) {
	c := checker{given, broken, found}
	c.fields("", reflect.ValueOf(target).Elem(), true)
}

type checker struct {
	given, broken map[string]bool
	found         *Problems
}

func (c checker) refuse(path, value, rule string) {
	c.broken[path] = true
	c.found.Add(path, value, rule)
}

// fields asks for what is required only where the struct itself is there.
func (c checker) fields(path string, value reflect.Value, there bool) {
	for _, f := range Fields(value.Type()) {
		below := Below(path, f.Name)
		if f.Required && there && !c.given[below] {
			c.refuse(below, NotSet, MustBeGiven)
			continue
		}
		field := f.Of(value)
		if inner, ok := Inside(field); ok {
			c.fields(below, inner, c.given[below])
			continue
		}
		if c.given[below] {
			c.value(below, field, f.Tag)
		}
	}
}

func (c checker) value(path string, value reflect.Value, tag reflect.StructTag) {
	switch value.Kind() {
	case reflect.String, reflect.Int:
		text := plainText(value)
		if rule := Refusal(value.Type(), tag, text); rule != "" {
			c.refuse(path, Shown(text), rule)
		}
	case reflect.Slice:
		for i := range value.Len() {
			below, item := fmt.Sprintf("%s[%d]", path, i), value.Index(i)
			if inner, ok := Inside(item); ok {
				c.fields(below, inner, true)
			} else {
				c.value(below, item, tag)
			}
		}
	case reflect.Map:
		for key, item := range value.Seq2() {
			below := path + "[" + strconv.Quote(key.String()) + "]"
			if keys := tag.Get("keys"); keys != "" && !FormatNamed(keys).Holds(key.String()) {
				c.refuse(below, NotShown, FormatNamed(keys).Rule)
			} else {
				c.value(below, item, tag)
			}
		}
	}
}

// plainText is what a person would have written.
func plainText(value reflect.Value) string {
	if value.Kind() == reflect.Int {
		return strconv.FormatInt(value.Int(), 10)
	}
	return value.String()
}
