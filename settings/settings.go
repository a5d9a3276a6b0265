// Package settings has what a person can choose about each part of a tracing system: one plain struct for
// the configuration, the components' Args, the reference pages and the schemas. A field's tags say all
// that there is to say of it; package internal/spec tells what each tag means. What is left out takes its
// default; in Go the zero value of a field is "left out".
//
// Pure: no Pulumi, no files, no environment.
package settings

import (
	"slices"

	"github.com/tracestack/tracestack/internal/spec"
)

// Problem is one thing that is wrong: where, what was given, and the rule that it breaks.
type Problem = spec.Problem

// Fill gives whatever is not set in a settings struct, or in a struct that holds some, the default of a
// profile and a size. The target is a pointer. Structs that it points to are copied, not changed.
func Fill(target any, profile Profile, size Size) { spec.Fill(target, environment(profile, size)) }

func environment(profile Profile, size Size) spec.Environment {
	return spec.Environment{Prod: profile == ProfileProd, Size: slices.Index(Size("").Choices(), string(size))}
}

// Complete fills in the defaults of the smallest size and of profile dev, and holds everything to its
// rules. The error has every problem.
func Complete(target any) error {
	given, broken, found := spec.Given(target), map[string]bool{}, &spec.Problems{}
	Fill(target, ProfileDev, SizeDemo)
	spec.CheckValues(target, given, broken, found)
	look := spec.NewLook(given, broken, found)
	spec.Settle(target, look)
	spec.CheckRules(target, look)
	return found.Err()
}
