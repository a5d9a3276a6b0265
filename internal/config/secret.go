package config

// Secret is a value that must not be shown. Printing one by any verb gives a placeholder.
type Secret struct {
	value  string
	sealed bool
}

const hidden = "[secret]"

// Reveal gives the value to whoever hands it on as a secret.
func (s Secret) Reveal() string { return s.value }

// Sealed tells whether it came as a Pulumi secret rather than in plain.
func (s Secret) Sealed() bool { return s.sealed }

// IsZero tells whether there is none.
func (s Secret) IsZero() bool { return s.value == "" }

func (s Secret) String() string               { return hidden }
func (s Secret) GoString() string             { return hidden }
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// Credential is a secret that pods need. A key of this type takes the value itself, as a Pulumi
// secret and never in plain, or the name of an existing Secret that has it. Every credential is a
// key of its own: Pulumi then seals it alone, and the settings beside it stay readable.
type Credential struct {
	Value    Secret
	Existing SecretKey
}

// SecretKey is one entry of an existing Secret in the stack's namespace.
type SecretKey struct {
	SecretName string `json:"secretName" required:"true" format:"secret" doc:"Name of an existing Secret, instead of the value." see:"https://kubernetes.io/docs/concepts/configuration/secret/"`
	Key        string `json:"key" required:"true" format:"secretKey" doc:"Its entry that holds the value."`
}

// IsZero tells whether none was given.
func (c Credential) IsZero() bool { return c.Value.IsZero() && c.Existing == SecretKey{} }
