package cluster

import (
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/tracestack/tracestack/lab/trace"
)

// Address is a Service's port.
type Address struct {
	Service, Namespace string
	Port               int
	Path               string // with the / in front
}

// ParseAddress takes apart an address inside the cluster, as the program's outputs spell it:
// SERVICE.NAMESPACE.svc:PORT, with or without a scheme and a path.
func ParseAddress(text string) (Address, error) {
	_, rest, found := strings.Cut(text, "://")
	if !found {
		rest = text
	}
	authority, path, _ := strings.Cut(strings.TrimSuffix(rest, "/"), "/")
	if path != "" {
		path = "/" + path
	}
	host, port, err := net.SplitHostPort(authority)
	names := strings.Split(host, ".")
	number, errNumber := strconv.Atoi(port)
	if err != nil || errNumber != nil || len(names) < 2 {
		return Address{}, fmt.Errorf("%q is no address of a Service", text)
	}
	return Address{names[0], names[1], number, path}, nil
}

// Getter reads an address's HTTP paths through the API server's proxy: it needs no name or address
// that can be reached from here, only the kubeconfig.
func (c *Cluster) Getter(a Address) trace.Getter {
	return trace.Over(c.http, fmt.Sprintf("%s/api/v1/namespaces/%s/services/http:%s:%d/proxy%s",
		strings.TrimSuffix(c.config.Host, "/"), a.Namespace, a.Service, a.Port, a.Path))
}
