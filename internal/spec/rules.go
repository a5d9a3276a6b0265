package spec

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Rules is a struct with rules across its fields. It is asked when every default is filled in.
type Rules interface{ Rules(Look) }

// Settler is a struct in which what nobody wrote gives way to what somebody did.
type Settler interface{ Settle(Look) }

// Look is how rules look at a struct: by the names of its fields, with a dot before those further
// inside.
type Look struct {
	path          string
	given, broken map[string]bool
	found         *Problems
}

// NewLook looks at something whole. The maps have the paths that somebody wrote, and those of them that
// were refused already.
func NewLook(given, broken map[string]bool, found *Problems) Look {
	return Look{given: given, broken: broken, found: found}
}

// In looks further inside.
func (l Look) In(name string) Look {
	l.path = Below(l.path, name)
	return l
}

// Given tells whether somebody wrote it.
func (l Look) Given(name string) bool { return l.given[Below(l.path, name)] }

// GivenSound tells whether somebody wrote it, and nothing is wrong with it by itself.
func (l Look) GivenSound(name string) bool { return l.Given(name) && l.Sound(name) }

// Sound tells whether none of them was refused already. No rule speaks of one that was.
func (l Look) Sound(names ...string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return l.broken[Below(l.path, name)] })
}

// Refuse reports a problem.
func (l Look) Refuse(name, value, rule string) { l.found.Add(Below(l.path, name), value, rule) }

// ReadBy is a field that only some values of a choice read.
type ReadBy[T ~string] struct {
	Name   string
	By     []T // that read it
	Needed []T // that cannot do without
}

// CheckReadBy refuses what the chosen value would not read, and asks for what it needs. The name is
// the choice's in the message.
func CheckReadBy[T ~string](l Look, name string, chosen T, fields []ReadBy[T]) {
	for _, field := range fields {
		switch {
		case l.GivenSound(field.Name) && !slices.Contains(field.By, chosen):
			l.Refuse(field.Name, NotShown, "must not be given with "+name+" "+string(chosen)+", only with "+strings.Join(Texts(field.By...), ", "))
		case !l.Given(field.Name) && l.Sound(field.Name) && slices.Contains(field.Needed, chosen):
			l.Refuse(field.Name, NotSet, "must be given with "+name+" "+string(chosen))
		}
	}
}

// Settle lets every struct inside of a struct settle, and then itself.
func Settle(target any, l Look) {
	visit(reflect.ValueOf(target).Elem(), l, func(inner any, l Look) {
		if settler, ok := inner.(Settler); ok {
			settler.Settle(l)
		}
	})
}

// CheckRules holds a struct, and every one inside of it, to its rules.
func CheckRules(target any, l Look) {
	visit(reflect.ValueOf(target).Elem(), l, func(inner any, l Look) {
		if ruled, ok := inner.(Rules); ok {
			ruled.Rules(l)
		}
	})
}

// visit comes to the innermost structs first. Embedded ones are at the path of what they are in.
func visit(value reflect.Value, l Look, do func(any, Look)) {
	for _, inner := range embedded(value) {
		visit(inner, l, do)
	}
	for _, f := range Fields(value.Type()) {
		if len(f.Index) > 1 {
			continue // An embedded struct's.
		}
		field := f.Of(value)
		if inner, ok := Inside(field); ok {
			visit(inner, l.In(f.Name), do)
		} else if field.Kind() == reflect.Slice {
			visitItems(field, l.In(f.Name), do)
		}
	}
	do(value.Addr().Interface(), l)
}

func visitItems(list reflect.Value, l Look, do func(any, Look)) {
	for i := range list.Len() {
		if inner, ok := Inside(list.Index(i)); ok {
			at := l
			at.path = fmt.Sprintf("%s[%d]", l.path, i)
			visit(inner, at, do)
		}
	}
}

// Given lists the paths of a struct that are not empty: in Go, what is empty is left out. A struct of
// which everything is left out is empty too, unless it names something and a pointer to it is there.
func Given(target any) map[string]bool {
	all := map[string]bool{}
	gather(reflect.ValueOf(target).Elem(), "", all)
	return all
}

func gather(value reflect.Value, path string, all map[string]bool) {
	for _, f := range Fields(value.Type()) {
		field, below := f.Of(value), Below(path, f.Name)
		if isEmpty(field) {
			continue
		}
		all[below] = true
		if inner, ok := Inside(field); ok {
			gather(inner, below, all)
		}
		if field.Kind() != reflect.Slice {
			continue
		}
		for i := range field.Len() {
			if inner, ok := Inside(field.Index(i)); ok {
				gather(inner, fmt.Sprintf("%s[%d]", below, i), all)
			}
		}
	}
}

func isEmpty(field reflect.Value) bool {
	inner, ok := Inside(field)
	if !ok {
		return field.IsZero()
	}
	if field.Kind() == reflect.Pointer && namesSomething(inner.Type()) {
		return false
	}
	return !slices.ContainsFunc(Fields(inner.Type()), func(f Field) bool { return !isEmpty(f.Of(inner)) })
}
