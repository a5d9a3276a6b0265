package config

import (
	"slices"
	"strings"
)

// readBy is a place that only some values of a choice read.
type readBy[T ~string] struct {
	path   string
	by     []T // that read it
	needed []T // that cannot do without
}

// validateReadBy refuses what the chosen value would not read, and asks for what it needs. The name
// is the choice's in the message.
func validateReadBy[T ~string](c Config, found *problems, name string, chosen T, places []readBy[T]) {
	for _, place := range places {
		switch {
		case c.set[place.path] && c.sound(place.path) && !slices.Contains(place.by, chosen):
			found.add(place.path, notShown, "must not be given with "+name+" "+string(chosen)+", only with "+strings.Join(texts(place.by...), ", "))
		case !c.set[place.path] && slices.Contains(place.needed, chosen):
			found.add(place.path, notSet, "must be given with "+name+" "+string(chosen))
		}
	}
}
