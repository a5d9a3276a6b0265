// Package prometheus renders the configuration of a standalone Prometheus, and that of a client of
// one. Pure: no Pulumi, no files, no clock.
package prometheus

import (
	"fmt"
	"time"

	"github.com/tracestack/tracestack/internal/render"
)

// FileName is the server's configuration, ClientFileName the client's: names in the ConfigMap and
// in the pod.
const (
	FileName       = "prometheus.yaml"
	ClientFileName = "client.yaml"
)

// Paths of Prometheus' HTTP API.
const (
	WritePath = "/api/v1/write"
	ReadyPath = "/-/ready"
)

// Server is a Prometheus that scrapes nothing: its samples are written to it.
type Server struct {
	Retention time.Duration // samples older than this go; whole seconds
	Storage   int64         // bytes of the disk that it has
}

// Render gives the configuration file.
func (s Server) Render() (render.File, error) {
	if s.Retention < time.Second || s.Retention%time.Second != 0 {
		return render.File{}, fmt.Errorf("prometheus: retention: %v: must be whole seconds, and at least one", s.Retention)
	}
	if s.Storage < mebibyte {
		return render.File{}, fmt.Errorf("prometheus: storage: %d: must be at least %d bytes", s.Storage, mebibyte)
	}
	return render.YAML(FileName, file{Storage: storage{TSDB: tsdb{Retention: retention{
		Time: fmt.Sprintf("%ds", s.Retention/time.Second),
		// Blocks alone count. The other half is for the head's chunks and the write-ahead log.
		Size: fmt.Sprintf("%dMB", s.Storage/2/mebibyte),
	}}}})
}

const mebibyte = 1 << 20

type file struct {
	Storage storage `yaml:"storage"`
}

type storage struct {
	TSDB tsdb `yaml:"tsdb"`
}

type tsdb struct {
	Retention retention `yaml:"retention"`
}

// retention is in the file since the flags are deprecated. Prometheus' MB are 1024 × 1024 bytes.
type retention struct {
	Time string `yaml:"time"`
	Size string `yaml:"size"`
}

// Client is how promtool signs in.
type Client struct {
	User         string
	PasswordFile string
}

// Render gives the file for promtool's --http.config.file.
func (c Client) Render() (render.File, error) {
	if c.User == "" || c.PasswordFile == "" {
		return render.File{}, fmt.Errorf("prometheus: client: user %q, password file %q: must both be given", c.User, c.PasswordFile)
	}
	return render.YAML(ClientFileName, client{BasicAuth: basicAuth{Username: c.User, PasswordFile: c.PasswordFile}})
}

type client struct {
	BasicAuth basicAuth `yaml:"basic_auth"`
}

type basicAuth struct {
	Username     string `yaml:"username"`
	PasswordFile string `yaml:"password_file"`
}
