package components

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// MetricsStore is where metrics made of spans go, and where they are asked for: the one contract
// between a Prometheus and who writes to it or reads from it.
type MetricsStore struct {
	// RemoteWriteURLs take samples and exemplars, every one of them all: replicas of a Prometheus
	// share nothing.
	RemoteWriteURLs pulumi.StringArrayOutput
	// QueryURL answers the query API.
	QueryURL pulumi.StringOutput
	// Auth is who writes and asks; nil where the store knows no users.
	Auth *BasicAuth
}

// BasicAuth is a user whose password is an entry of an existing Secret in the writer's namespace.
type BasicAuth struct {
	User                      string
	SecretName, PasswordEntry string
}
