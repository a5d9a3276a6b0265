package node

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/vishvananda/netlink"
)

// InitCommand is the hidden command of the lab's binary that becomes the node's first process.
const InitCommand = "node"

// Start makes the node's namespaces and its first process, which outlives the caller. It returns
// when the process runs and is recorded; package cluster waits for what it serves. The caller
// holds the lock, and has stopped what an earlier run left.
func Start(state State, checkout string, bin Binaries) error {
	if err := state.network().checkRoutes(); err != nil {
		return err
	}
	for _, dir := range []string{"log", "run", "etcd", "containerd", "kubelet", "pki", "cni", "shadow", "volumes"} {
		if err := os.MkdirAll(state.path(dir), 0o755); err != nil {
			return err
		}
	}
	if err := writeFiles(state, bin); err != nil {
		return err
	}
	if err := state.makeCgroup(); err != nil {
		return err
	}
	pid, release, err := spawn(state, bin)
	if err != nil {
		return err
	}
	if err := state.setOwner(Owner{Checkout: checkout, PID: pid, Born: born(pid), Since: time.Now()}); err != nil {
		return errors.Join(err, release(false))
	}
	if err := state.network().connect(pid); err != nil {
		return errors.Join(err, release(false))
	}
	return release(true)
}

// MarkReady records that the cluster answered, so that the next run uses it instead of starting over.
func MarkReady(state State) error {
	o, err := state.Owner()
	if err != nil {
		return err
	}
	o.Ready = true
	return state.setOwner(o)
}

// spawn starts the first process in namespaces of its own. It waits on its standard input until
// release(true): a caller that dies before then closes the pipe, and the process ends.
func spawn(state State, bin Binaries) (pid int, release func(ok bool) error, err error) {
	self, err := os.Executable()
	if err != nil {
		return 0, nil, err
	}
	log, err := os.Create(state.Log("node"))
	if err != nil {
		return 0, nil, err
	}
	defer log.Close()
	cmd := exec.Command(self, InitCommand, "--state="+string(state), "--kube="+bin.Kube, "--etcd="+bin.Etcd, "--containerd="+bin.Containerd)
	cmd.Stdout, cmd.Stderr, cmd.Dir = log, log, "/"
	// Its own session, so that a key pressed in the caller's terminal does not reach it.
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Setsid:     true,
		Cloneflags: syscall.CLONE_NEWPID | syscall.CLONE_NEWNS | syscall.CLONE_NEWNET | syscall.CLONE_NEWUTS | syscall.CLONE_NEWIPC,
	}
	gate, err := cmd.StdinPipe()
	if err != nil {
		return 0, nil, err
	}
	if err := cmd.Start(); err != nil {
		return 0, nil, fmt.Errorf("start the node's first process: %w", err)
	}
	go cmd.Wait() //nolint:errcheck // It outlives this process; its log says how it ended.
	return cmd.Process.Pid, func(ok bool) error {
		if ok {
			if _, err := gate.Write([]byte{'\n'}); err != nil {
				return fmt.Errorf("the node's first process ended early: see %s", state.Log("node"))
			}
		}
		return gate.Close()
	}, nil
}

// connect joins the machine and the node by a pair of links and routes the node's block over it.
// The pair and the route go with the node's network namespace.
func (n network) connect(pid int) error {
	attrs := netlink.NewLinkAttrs()
	attrs.Name = n.link
	pair := &netlink.Veth{LinkAttrs: attrs, PeerName: "eth0", PeerNamespace: netlink.NsPid(pid)}
	if err := netlink.LinkAdd(pair); err != nil {
		return fmt.Errorf("make the link %s: %w", n.link, err)
	}
	end, err := netlink.LinkByName(n.link)
	if err != nil {
		return fmt.Errorf("link %s: %w", n.link, err)
	}
	if err := netlink.AddrAdd(end, &netlink.Addr{IPNet: ipnet(n.host)}); err != nil {
		return fmt.Errorf("address of the link %s: %w", n.link, err)
	}
	if err := netlink.LinkSetUp(end); err != nil {
		return fmt.Errorf("link %s: %w", n.link, err)
	}
	route := &netlink.Route{LinkIndex: end.Attrs().Index, Dst: ipnet(n.block), Gw: n.node.Addr().AsSlice()}
	if err := netlink.RouteAdd(route); err != nil {
		return fmt.Errorf("route to %s: %w", n.block, err)
	}
	return nil
}

// checkRoutes refuses a machine on which a part of the node's block already leads somewhere. A
// route to more than the block is no hindrance: the narrower one wins.
func (n network) checkRoutes() error {
	routes, err := netlink.RouteList(nil, netlink.FAMILY_V4)
	if err != nil {
		return fmt.Errorf("list the routes: %w", err)
	}
	ours := ipnet(n.block)
	for _, r := range routes {
		if r.Dst == nil {
			continue
		}
		if ones, _ := r.Dst.Mask.Size(); ones >= n.block.Bits() && ours.Contains(r.Dst.IP) {
			return fmt.Errorf("the lab's network %s overlaps with the machine's route to %s: leave that network first (a VPN?), then try again", n.block, r.Dst)
		}
	}
	return nil
}

func ipnet(p interface{ String() string }) *net.IPNet {
	ip, network, err := net.ParseCIDR(p.String())
	if err != nil {
		panic(err)
	}
	return &net.IPNet{IP: ip, Mask: network.Mask}
}
