package node

import "net/netip"

// network is a node's part of the machine's address space: one block, so that one route on the
// machine reaches all of it.
type network struct {
	// link is the machine's end of the pair that leads to the node.
	link                              string
	block, host, node, pods, services netip.Prefix
	dns                               netip.Addr
}

// network follows from the node's folder, so that two nodes never share an address.
func (s State) network() network {
	if s == TestState {
		return newNetwork("tracestack1", 214)
	}
	return newNetwork("tracestack0", 213)
}

func newNetwork(link string, second byte) network {
	address := func(third, fourth byte) netip.Addr { return netip.AddrFrom4([4]byte{10, second, third, fourth}) }
	return network{
		link:     link,
		block:    netip.PrefixFrom(address(0, 0), 16),
		host:     netip.PrefixFrom(address(0, 1), 30),
		node:     netip.PrefixFrom(address(0, 2), 30),
		pods:     netip.PrefixFrom(address(16, 0), 20),
		services: netip.PrefixFrom(address(32, 0), 20),
		dns:      address(32, 10),
	}
}

// Server is the API server's URL, reachable from the machine and from pods.
func (s State) Server() string { return "https://" + s.network().node.Addr().String() + ":6443" }

// DNSAddress is the address of the cluster's DNS Service.
func (s State) DNSAddress() string { return s.network().dns.String() }
