package cluster

import (
	"context"
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
}

// ParseAddress takes apart an address inside the cluster, as the program's outputs spell it:
// SERVICE.NAMESPACE.svc:PORT, with or without a scheme.
func ParseAddress(text string) (Address, error) {
	_, rest, found := strings.Cut(text, "://")
	if !found {
		rest = text
	}
	host, port, err := net.SplitHostPort(strings.TrimSuffix(rest, "/"))
	names := strings.Split(host, ".")
	number, errNumber := strconv.Atoi(port)
	if err != nil || errNumber != nil || len(names) < 2 {
		return Address{}, fmt.Errorf("%q is no address of a Service", text)
	}
	return Address{names[0], names[1], number}, nil
}

// Getter reads from an address through the API server, as its name resolves only inside.
func (c *Cluster) Getter(a Address) trace.Getter {
	return func(ctx context.Context, path string) ([]byte, error) {
		return c.Get(ctx, a.Namespace, a.Service, a.Port, path)
	}
}
