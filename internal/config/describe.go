package config

import (
	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/settings"
)

// Describe gives every key, with what it holds.
func Describe() []spec.Described {
	dev := Defaults(settings.ProfileDev, DefaultSize(settings.ProfileDev))
	prod := Defaults(settings.ProfileProd, DefaultSize(settings.ProfileProd))
	prod.Profile = settings.ProfileDev // The one that is chosen; where none is, it is dev.
	return spec.Describe(dev, prod)
}
