package host

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// needed are the programs that the node consists of beside what is built, and the Debian package
// that has each. kube-proxy speaks to conntrack by netlink, so that program is not among them.
var needed = []struct{ program, debian string }{
	{"containerd", "containerd"},
	{"containerd-shim-runc-v2", "containerd"},
	{"ctr", "containerd"},
	{"runc", "runc"},
	{"iptables", "iptables"},
	{"ip", "iproute2"},
}

const pluginPackage = "containernetworking-plugins"

// neededPlugins are the network plugins that the pods' network is configured with.
var neededPlugins = []string{"bridge", "host-local", "loopback", "portmap"}

// pluginDirs are where Debian's package and upstream's archive put the plugins.
var pluginDirs = []string{"/usr/lib/cni", "/opt/cni/bin"}

// CNIDir is the folder that has all the network plugins; empty where none has.
func CNIDir() string { return thisMachine().pluginDir() }

func (m machine) pluginDir() string {
	for _, dir := range pluginDirs {
		if len(m.missingPlugins(dir)) == 0 {
			return dir
		}
	}
	return ""
}

func (m machine) missingPlugins(dir string) (names []string) {
	for _, name := range neededPlugins {
		if !m.exists(dir + "/" + name) {
			names = append(names, name)
		}
	}
	return names
}

// missingPackages are the Debian packages that would bring what is missing.
func (m machine) missingPackages(o Options) (packages []string) {
	for _, n := range needed {
		if _, err := m.lookPath(n.program); err != nil {
			packages = append(packages, n.debian)
		}
	}
	if m.pluginDir() == "" {
		packages = append(packages, pluginPackage)
	}
	if o.Java {
		packages = append(packages, m.missingJava()...)
	}
	if o.Languages {
		_, missing := m.missingLanguages()
		packages = append(packages, missing...)
	}
	return once(packages)
}

// once leaves each out that was named before.
func once(names []string) (kept []string) {
	for _, name := range names {
		if !slices.Contains(kept, name) {
			kept = append(kept, name)
		}
	}
	return kept
}

func (m machine) canInstall() bool {
	_, err := m.lookPath("apt-get")
	return m.uid == 0 && err == nil
}

func programs(_ context.Context, m machine, o Options) error {
	var names []string
	for _, n := range needed {
		if _, err := m.lookPath(n.program); err != nil {
			names = append(names, n.program)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return fmt.Errorf("programs are missing: %s; %s", strings.Join(names, ", "), m.remedy(o))
}

func plugins(_ context.Context, m machine, o Options) error {
	if m.pluginDir() != "" {
		return nil
	}
	return fmt.Errorf("network plugins are missing: %s in %s; %s",
		strings.Join(m.missingPlugins(pluginDirs[0]), ", "), strings.Join(pluginDirs, " or "), m.remedy(o))
}

func (m machine) remedy(o Options) string {
	packages := strings.Join(m.missingPackages(o), " ")
	if _, err := m.lookPath("apt-get"); err == nil {
		return "install them with `apt-get install --no-install-recommends " + packages + "`, or run as root, and the lab does"
	}
	return "install what your distribution calls Debian's packages " + packages
}
