package components

import (
	"errors"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/naming"
)

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

func (m MetricsStore) validate() error {
	var urls, auth error
	if m.RemoteWriteURLs.OutputState == nil {
		urls = errors.New("metrics.remoteWriteUrls: must be given")
	}
	if m.Auth != nil {
		auth = m.Auth.validate("metrics.auth")
	}
	return errors.Join(urls, auth)
}

func (b BasicAuth) validate(path string) error {
	return errors.Join(
		checkThat(b.User != "", path+".user", "", "must be given"),
		checkThat(naming.IsSubdomain(b.SecretName), path+".secretName", b.SecretName, "must be the name of a Secret"),
		checkThat(b.PasswordEntry != "", path+".passwordEntry", "", "must be given"),
	)
}
