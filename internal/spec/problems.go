package spec

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

// What stands in the place of a value.
const (
	NotSet   = "not set"
	NotShown = "[not shown]"
	Hidden   = "[secret]"
)

// MustBeGiven is the rule of what cannot be left out.
const MustBeGiven = "must be given"

// Problems are collected, so that all of them are reported at once.
type Problems struct {
	// Secret has the keys whose values are never shown.
	Secret map[string]bool
	all    []Problem
}

// Add reports one.
func (p *Problems) Add(path, value, rule string) {
	if key := path[:keyLength(path)]; p.Secret[key] {
		value = Hidden
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

// Err joins them in the order of their paths, each once: the same configuration always gives the
// same message.
func (p *Problems) Err() error {
	slices.SortFunc(p.all, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Value, b.Value))
	})
	var joined []error
	for _, problem := range slices.Compact(p.all) {
		joined = append(joined, problem)
	}
	return errors.Join(joined...)
}

// ProblemsOf gives the problems in an error.
func ProblemsOf(err error) []Problem {
	problems, _ := apart(err)
	return problems
}

// OthersOf gives what is in an error beside problems.
func OthersOf(err error) []error {
	_, others := apart(err)
	return others
}

func apart(err error) (problems []Problem, others []error) {
	switch e := err.(type) {
	case nil:
	case Problem:
		problems = append(problems, e)
	case interface{ Unwrap() []error }:
		for _, one := range e.Unwrap() {
			more, rest := apart(one)
			problems, others = append(problems, more...), append(others, rest...)
		}
	default:
		var problem Problem
		if errors.As(err, &problem) {
			return apart(errors.Unwrap(err))
		}
		others = append(others, err)
	}
	return problems, others
}

// Shown is a value as a message has it: on one line, quoted where it would mislead, and short.
// Nobody knows what is inside an object in the wrong place, so one is not shown.
func Shown(value string) string {
	if trimmed := strings.TrimSpace(value); strings.HasPrefix(trimmed, "{") || strings.HasPrefix(trimmed, "[") {
		return NotShown
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

// OnOneLine is a name in a path, whatever characters it has.
func OnOneLine(name string) string {
	quoted := strconv.Quote(name)
	return quoted[1 : len(quoted)-1]
}

// OneOf is the rule of a fixed set of values.
func OneOf(choices []string) string {
	if len(choices) == 1 {
		return "must be " + choices[0]
	}
	return "must be " + strings.Join(choices[:len(choices)-1], ", ") + " or " + choices[len(choices)-1]
}
