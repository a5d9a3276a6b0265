// Package host checks what the lab needs from the machine and installs the Debian packages that
// are missing.
package host

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Options say what the lab is going to do with the machine.
type Options struct {
	// CacheDir and StateDir are the lab's folders; they need not exist yet.
	CacheDir, StateDir string
	// ToCompile is about how many packages are yet to be compiled, which fills Go's own caches.
	ToCompile int
	// Java says whether a Java server is yet to be made.
	Java bool
	// Languages says whether tests are going to run applications on the machine.
	Languages bool
	// Out is told what is installed and what is only advised.
	Out io.Writer
}

// Prepare installs the missing packages where it may, and reports everything else that is
// missing at once, each in a sentence that says what to do.
func Prepare(ctx context.Context, o Options) error {
	m := thisMachine()
	packages := m.missingPackages(o)
	if len(packages) > 0 && m.canInstall() {
		began := time.Now()
		fmt.Fprintf(o.Out, "installing %s with apt-get\n", strings.Join(packages, ", "))
		if err := install(ctx, packages); err != nil {
			return err
		}
		fmt.Fprintf(o.Out, "installed in %s\n", time.Since(began).Round(time.Second))
	}
	advice, err := m.check(ctx, o)
	for _, sentence := range advice {
		fmt.Fprintln(o.Out, "note:", sentence)
	}
	return err
}

// Check reports without changing anything on the machine; it advises what is not required.
func Check(ctx context.Context, o Options) (advice []string, err error) {
	return thisMachine().check(ctx, o)
}

// machine is what a check may ask, so that a test can answer otherwise.
type machine struct {
	os, arch string
	uid      int
	// lookPath finds a program as a shell would.
	lookPath func(name string) (string, error)
	getenv   func(name string) string
	exists   func(path string) bool
	readFile func(path string) string // empty where it cannot be read
	// disk is the file system of a folder or of its nearest parent that exists.
	disk func(dir string) (filesystem, error)
	// goEnv is what `go env` says.
	goEnv func(ctx context.Context, name string) string
	// probe runs a script as root in a network namespace that ends with it.
	probe func(ctx context.Context, script string) (output string, err error)
	// load loads a kernel module.
	load func(ctx context.Context, module string) error
}

type filesystem struct {
	device uint64
	free   uint64
}

// A check gives a sentence for each thing that is missing.
type check func(ctx context.Context, m machine, o Options) error

func (m machine) check(ctx context.Context, o Options) (advice []string, err error) {
	var errs []error
	for _, c := range []check{platform, root, programs, plugins, java, speaks, goVersion, disk, memory, cgroups, overlay, bridgeFilter, network} {
		errs = append(errs, c(ctx, m, o))
	}
	if free := m.available(); free >= minMemory && free < goodMemory {
		advice = append(advice, fmt.Sprintf("%s of memory are available; with %s the build is faster.", size(free), size(goodMemory)))
	}
	return advice, errors.Join(errs...)
}

func platform(_ context.Context, m machine, _ Options) error {
	if m.os == "linux" && (m.arch == "amd64" || m.arch == "arm64") {
		return nil
	}
	return fmt.Errorf("this machine is %s/%s: the lab's node runs on Linux on amd64 or arm64; use `pulumi up` on an existing cluster instead", m.os, m.arch)
}

func root(_ context.Context, m machine, _ Options) error {
	if m.uid == 0 {
		return nil
	}
	return errors.New("you are not root: a Kubernetes node needs it for namespaces, mounts and cgroups; run the command with sudo -E")
}

func goVersion(ctx context.Context, m machine, _ Options) error {
	v := m.goEnv(ctx, "GOVERSION")
	var major, minor int
	if _, err := fmt.Sscanf(v, "go%d.%d", &major, &minor); err != nil {
		return errors.New("the go command is missing: install Go 1.26 or newer and put it on PATH")
	}
	if major == 1 && minor < 26 {
		return fmt.Errorf("this is %s: Kubernetes needs Go 1.26 or newer", v)
	}
	return nil
}
