package naming

import "net"

// Address is where a Service answers.
type Address struct {
	Service, Namespace string
	Port               Port
	Path               string // of a URL, with the / in front
	TLS                bool
}

// At is the address of a port of a Service.
func At(service, namespace string, port Port) Address {
	return Address{Service: service, Namespace: namespace, Port: port}
}

// Below is the same with a path.
func (a Address) Below(path string) Address {
	a.Path = path
	return a
}

// String is host:port where gRPC is spoken, as its clients take it, else a URL.
func (a Address) String() string {
	host := net.JoinHostPort(Host(a.Service, a.Namespace), a.Port.String())
	switch {
	case a.Port.AppProtocol() == "grpc":
		return host
	case a.TLS:
		return "https://" + host + a.Path
	}
	return "http://" + host + a.Path
}
