package host

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// cgroups wants what the kubelet limits pods with, in either version.
func cgroups(_ context.Context, m machine, _ Options) error {
	const dir = "/sys/fs/cgroup"
	v2 := strings.Fields(m.readFile(dir + "/cgroup.controllers"))
	var missing []string
	for _, controller := range []string{"cpu", "memory", "pids"} {
		if !slices.Contains(v2, controller) && !m.exists(dir+"/"+controller) {
			missing = append(missing, controller)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("cgroup controllers are missing below %s: %s; mount the cgroup file system, or in a container run it privileged with its own cgroup namespace", dir, strings.Join(missing, ", "))
}

func overlay(ctx context.Context, m machine, _ Options) error {
	has := func() bool { return strings.Contains(m.readFile("/proc/filesystems"), "\toverlay\n") }
	if has() || (m.load(ctx, "overlay") == nil && has()) {
		return nil
	}
	return errors.New("the kernel has no overlay file system, which container images need: load its module (modprobe overlay) or boot a kernel that has it")
}

// bridgeFilter wants packets between pods of one bridge to pass iptables: without it a pod does
// not reach a Service whose pod is on the same node.
func bridgeFilter(ctx context.Context, m machine, _ Options) error {
	const setting = "/proc/sys/net/bridge/bridge-nf-call-iptables"
	if m.exists(setting) || (m.load(ctx, "br_netfilter") == nil && m.exists(setting)) {
		return nil
	}
	return errors.New("the kernel does not filter packets on a bridge: load its module (modprobe br_netfilter) or boot a kernel that has it")
}

// network tries what the node does, in a network namespace that ends with the trial.
func network(ctx context.Context, m machine, _ Options) error {
	if _, err := m.lookPath("ip"); m.uid != 0 || err != nil {
		return nil // Reported as such; nothing can be tried.
	}
	trials := []struct{ script, lack string }{
		{"ip link add probe0 type bridge", "the kernel makes no bridge (modprobe bridge)"},
		{"ip link add probe1 type veth peer name probe2", "the kernel makes no veth pair (modprobe veth)"},
	}
	if _, err := m.lookPath("iptables"); err == nil {
		trials = append(trials, struct{ script, lack string }{
			`iptables -t nat -N PROBE &&
iptables -t nat -A PROBE -m comment --comment probe -m mark ! --mark 0x4000/0x4000 -j RETURN &&
iptables -t nat -A PROBE -m statistic --mode random --probability 0.5 -j MARK --or-mark 0x4000 &&
iptables -t nat -A PROBE -m addrtype --dst-type LOCAL -p tcp -m tcp --dport 1 -j DNAT --to-destination 127.0.0.1:1 &&
iptables -t nat -A POSTROUTING -j MASQUERADE &&
iptables -t filter -A FORWARD -m conntrack --ctstate INVALID -j DROP`,
			"the kernel lacks a part of netfilter that kube-proxy's rules use"})
	}
	var errs []error
	for _, t := range trials {
		if output, err := m.probe(ctx, t.script); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w: %s", t.lack, err, lastLine(output)))
		}
	}
	return errors.Join(errs...)
}

func lastLine(output string) string {
	lines := strings.Split(strings.TrimSpace(output), "\n")
	return lines[len(lines)-1]
}
