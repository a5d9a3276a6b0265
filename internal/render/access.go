package render

import "time"

// Access is who may send to a server, and over what. Without anything anyone may, without TLS.
type Access struct {
	TLS  *ServerTLS     `yaml:"tls,omitempty"`
	Auth *Authenticator `yaml:"auth,omitempty"`
}

// ServerTLS is the certificate that a server shows, and the authority of those that it asks for.
type ServerTLS struct {
	CertFile           string        `yaml:"cert_file"`
	KeyFile            string        `yaml:"key_file"`
	ReloadInterval     time.Duration `yaml:"reload_interval"`
	MinVersion         string        `yaml:"min_version"`
	ClientCAFile       string        `yaml:"client_ca_file,omitempty"`
	ReloadClientCAFile bool          `yaml:"client_ca_file_reload,omitempty"`
}

// Authenticator is the extension that knows the senders.
type Authenticator struct {
	Authenticator string `yaml:"authenticator"`
}

// CORS is which pages may send.
type CORS struct {
	AllowedOrigins []string `yaml:"allowed_origins"`
	AllowedHeaders []string `yaml:"allowed_headers"`
	MaxAge         int      `yaml:"max_age"` // seconds for which a browser does not ask again
}
