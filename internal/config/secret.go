package config

import (
	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/settings"
)

// Secret is a value that must not be shown. Printing one by any verb gives a placeholder.
type Secret struct {
	value  string
	sealed bool
}

// Reveal gives the value to whoever hands it on as a secret.
func (s Secret) Reveal() string { return s.value }

// Sealed tells whether it came as a Pulumi secret rather than in plain.
func (s Secret) Sealed() bool { return s.sealed }

// Kind for who reads the tags.
func (Secret) Kind() spec.Kind { return spec.SecretText }

// IsZero tells whether there is none.
func (s Secret) IsZero() bool { return s.value == "" }

func (s Secret) String() string               { return spec.Hidden }
func (s Secret) GoString() string             { return spec.Hidden }
func (s Secret) MarshalText() ([]byte, error) { return []byte(spec.Hidden), nil }

// Credential is a secret that pods need. A key of this type takes the value itself, as a Pulumi
// secret and never in plain, or the name of an existing Secret that has it. Every credential is a
// key of its own: Pulumi then seals it alone, and the settings beside it stay readable.
type Credential struct {
	Value    Secret
	Existing settings.SecretKey
}

// Kind for who reads the tags.
func (Credential) Kind() spec.Kind { return spec.Credential }

// IsZero tells whether none was given.
func (c Credential) IsZero() bool { return c.Value.IsZero() && c.Existing == settings.SecretKey{} }
