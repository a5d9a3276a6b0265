package jaeger

import "time"

// Files are where pods see what lets them into something that Jaeger reaches, each in a folder of its own.
type Files struct {
	Credential string // the password, or whatever is instead of it
	CA         string // the authorities that signed the certificate of what is reached
	Cert, Key  string // the certificate that Jaeger shows
}

// What Jaeger reaches. An ingester reaches both.
var (
	StoreFiles = filesOf("store")
	KafkaFiles = filesOf("kafka")
)

func filesOf(reached string) Files {
	dir := "/etc/tracestack-" + reached
	return Files{
		Credential: dir + "-credential/credential",
		CA:         dir + "-ca/ca.crt",
		Cert:       dir + "-client/tls.crt", Key: dir + "-client/tls.key",
	}
}

// reload is how soon a credential or a certificate that changed is read.
const reload = 10 * time.Second

// tls speaks TLS with those of the files that there are. Without an authority those that the image knows are
// believed.
func (f Files) tls(ca, clientCert bool) *clientTLS {
	made := &clientTLS{}
	if ca {
		made.CAFile = f.CA
	}
	if clientCert {
		made.CertFile, made.KeyFile, made.ReloadInterval = f.Cert, f.Key, reload
	}
	return made
}

type clientTLS struct {
	Insecure       bool          `yaml:"insecure,omitempty"` // without TLS, where that must be said
	CAFile         string        `yaml:"ca_file,omitempty"`
	CertFile       string        `yaml:"cert_file,omitempty"`
	KeyFile        string        `yaml:"key_file,omitempty"`
	ReloadInterval time.Duration `yaml:"reload_interval,omitempty"`
	ServerName     string        `yaml:"server_name_override,omitempty"`
}
