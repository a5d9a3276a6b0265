// Package reference writes what people and tools read about the configuration: the page, the
// project's schema and the editors' schema. All of it is derived from package config. Pure: no
// Pulumi, no files.
package reference

import (
	"strings"

	"github.com/tracestack/tracestack/internal/spec"
)

const program = "tracestack:"

// listed tells whether a key is in Pulumi.yaml. The engine requires a listed key that has no
// default, and hands a listed default to the program as if the user had written it. So a key is
// listed only where its default is the same in every profile. An object always is: an empty one
// says nothing, and the engine then refuses what is no object.
func listed(s spec.Described) bool {
	if !strings.HasPrefix(s.Path, program) {
		return false
	}
	return s.Kind == spec.Object || s.Kind == spec.Map || s.Shared() != nil
}
