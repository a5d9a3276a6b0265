package config

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"
)

// Problem is one thing that is wrong: where, what was given, and the rule that it breaks.
type Problem struct {
	Path, Value, Rule string
}

func (p Problem) Error() string { return p.Path + ": " + p.Value + ": " + p.Rule }

const (
	notSet   = "not set"
	notShown = "[not shown]"
)

// problems collects, so that all of them are reported at once.
type problems struct {
	all    []Problem
	secret map[string]bool // the keys whose values are never shown
}

func (p *problems) add(path, value, rule string) {
	if key := path[:keyLength(path)]; p.secret[key] {
		value = hidden
	}
	p.all = append(p.all, Problem{path, value, rule})
}

// keyLength is where a path enters the value of its key.
func keyLength(path string) int {
	if i := strings.IndexAny(path, ".["); i >= 0 {
		return i
	}
	return len(path)
}

// err joins them in the order of their paths, each once: the same configuration always gives the
// same message.
func (p *problems) err() error {
	slices.SortFunc(p.all, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Value, b.Value))
	})
	var joined []error
	for _, problem := range slices.Compact(p.all) {
		joined = append(joined, problem)
	}
	return errors.Join(joined...)
}

// Problems takes an error of this package apart.
func Problems(err error) []Problem {
	var all []Problem
	switch e := err.(type) {
	case Problem:
		all = append(all, e)
	case interface{ Unwrap() []error }:
		for _, one := range e.Unwrap() {
			all = append(all, Problems(one)...)
		}
	case interface{ Unwrap() error }:
		all = Problems(e.Unwrap())
	}
	return all
}

// shown is a value as a message has it: on one line, quoted where it would mislead, and short.
// Nobody knows what is inside an object in the wrong place, so one is not shown.
func shown(value string) string {
	if trimmed := strings.TrimSpace(value); strings.HasPrefix(trimmed, "{") || strings.HasPrefix(trimmed, "[") {
		return notShown
	}
	if quoted := strconv.Quote(value); value == "" || strings.TrimSpace(value) != value || quoted != `"`+value+`"` {
		value = quoted
	}
	const longest = 60
	if runes := []rune(value); len(runes) > longest {
		value = string(runes[:longest]) + "…"
	}
	return value
}

// onOneLine is a name in a path, whatever characters it has.
func onOneLine(name string) string {
	quoted := strconv.Quote(name)
	return quoted[1 : len(quoted)-1]
}

func oneOf(choices []string) string {
	if len(choices) == 1 {
		return "must be " + choices[0]
	}
	return "must be " + strings.Join(choices[:len(choices)-1], ", ") + " or " + choices[len(choices)-1]
}
