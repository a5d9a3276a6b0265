package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sync/errgroup"

	"github.com/tracestack/tracestack/lab/cluster"
	"github.com/tracestack/tracestack/lab/internal/build"
	"github.com/tracestack/tracestack/lab/internal/child"
	"github.com/tracestack/tracestack/lab/internal/host"
	"github.com/tracestack/tracestack/lab/internal/images"
	"github.com/tracestack/tracestack/lab/internal/node"
	"github.com/tracestack/tracestack/lab/internal/platform"
	"github.com/tracestack/tracestack/lab/internal/stack"
)

// lab is the machine's one lab as seen from one checkout.
type lab struct {
	project stack.Project
	state   node.State
	cache   string
	steps   steps
	// services are what the command needs in the cluster; there may be more.
	services []platform.Service
	// tools are what was built, and images what was made of it; start knows them.
	tools  build.Set
	images []images.Archive
}

// open finds the checkout that the command is called in. It starts nothing.
func open(out io.Writer) (*lab, error) {
	checkout, err := findCheckout()
	if err != nil {
		return nil, err
	}
	cache, err := build.DefaultCacheDir()
	if err != nil {
		return nil, err
	}
	state, err := chosenState()
	if err != nil {
		return nil, err
	}
	return &lab{project: stack.Project{Dir: checkout, State: state}, state: state, cache: cache, steps: steps{out: out}}, nil
}

// chosenState is the machine's one node, or its second, on which the lab's own tests start and stop
// one beside a person's.
func chosenState() (node.State, error) {
	const variable = "TRACESTACK_LAB_INSTANCE"
	switch name := os.Getenv(variable); name {
	case "":
		return node.DefaultState, nil
	case "test":
		return node.TestState, nil
	default:
		return "", fmt.Errorf("%s=%s: must be unset, or test", variable, name)
	}
}

func findCheckout() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; dir != "/"; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "lab", "go.mod")); err == nil {
			return dir, nil
		}
	}
	return "", errors.New("this is no checkout of tracestack: call the command inside one")
}

// running reports whether this checkout's lab is up; it is an error if another checkout's is.
func (l *lab) running() (bool, error) {
	owner, err := l.state.Check(l.project.Dir)
	return owner.Alive() && owner.Ready, err
}

// mustRun is for commands that use a lab and do not start one.
func (l *lab) mustRun() error {
	up, err := l.running()
	if err == nil && !up {
		err = errors.New("no lab is up: run `make up` first")
	}
	return err
}

// start brings the node up with everything that a stack needs, from whatever state it is in: a lab
// that is up is used and gets the services that it lacks, one that an earlier run left half-done is
// started over.
func (l *lab) start(ctx context.Context) error {
	if _, err := l.running(); err != nil {
		return err
	}
	if err := l.steps.run("machine", func() error {
		packages, java := l.toBuild(ctx)
		return host.Prepare(ctx, host.Options{
			CacheDir: l.cache, StateDir: string(l.state), ToCompile: packages, Java: java,
			Languages: platform.NeedLanguages(l.services), Out: l.steps.out,
		})
	}); err != nil {
		return err
	}
	if err := l.steps.run("binaries", func() (err error) {
		l.tools, err = build.All(ctx, l.buildOptions())
		return err
	}); err != nil {
		return err
	}
	for _, r := range l.tools.Results {
		if !r.Cached {
			l.steps.part(r.Tool.Name, r.Took)
		}
	}
	if err := l.steps.run("images", func() (err error) {
		l.images, err = images.Pack(ctx, l.cache, l.tools)
		return err
	}); err != nil {
		return err
	}
	unlock, err := l.state.Lock()
	if err != nil {
		return err
	}
	defer unlock()
	if err := l.steps.run("node", func() error { return l.startNode(ctx) }); err != nil {
		return err
	}
	if err := l.installTools(); err != nil || len(l.services) == 0 {
		return err
	}
	return l.steps.run("services", func() error { return l.installServices(ctx) })
}

// parallelBuilds is how many groups of tools are built side by side.
const parallelBuilds = 1

// toBuild is nothing also where it cannot be told: the build says why then.
func (l *lab) toBuild(ctx context.Context) (packages int, java bool) {
	packages, _ = build.ToCompile(ctx, l.buildOptions())
	java, _ = build.NeedsJava(ctx, l.buildOptions())
	return packages, java
}

func (l *lab) labDir() string { return filepath.Join(l.project.Dir, "lab") }

func (l *lab) buildOptions() build.Options {
	return build.Options{
		LabDir: l.labDir(), CacheDir: l.cache,
		Parallel: parallelBuilds, Progress: build.NewProgress(l.steps.out), Only: platform.Tools(l.services),
	}
}

// startNode starts the node where none is up, and brings the images that it lacks.
func (l *lab) startNode(ctx context.Context) error {
	up, err := l.running()
	if err != nil {
		return err
	}
	if !up {
		if err := l.versions(l.partsOf(platform.Base)); err != nil {
			return err
		}
		// What an earlier run left half-done is started over.
		if err := node.Stop(ctx, l.state); err != nil {
			return err
		}
		containerd, err := host.Program("containerd")
		if err != nil {
			return err
		}
		bin := node.Binaries{
			Kube: l.tools.Path("kube"), Etcd: l.tools.Path("etcd"),
			Containerd: containerd, CNI: host.CNIDir(), PauseImage: images.PauseRef,
		}
		if err := node.Start(l.state, l.project.Dir, bin); err != nil {
			return err
		}
	}
	guarded, err := l.state.Guard(ctx)
	if err != nil {
		return err
	}
	work, guarded := errgroup.WithContext(guarded)
	work.Go(func() error { return l.importImages(guarded) })
	if !up {
		work.Go(func() error { return l.setUpCluster(guarded) })
	}
	if err := work.Wait(); err != nil {
		return err
	}
	return node.MarkReady(l.state)
}

func (l *lab) setUpCluster(ctx context.Context) error {
	dns, err := images.Ref(l.tools, "coredns")
	if err != nil {
		return err
	}
	c, err := cluster.Connect(l.state.Kubeconfig(), node.Name)
	if err != nil {
		return err
	}
	return c.SetUp(ctx, dns, l.state.DNSAddress())
}

// importImages gives the node's containerd the archives that it does not have yet. An archive's
// name holds the hash of its content, so the names tell.
func (l *lab) importImages(ctx context.Context) error {
	record := l.state.Path("images.json")
	var have []string
	if body, err := os.ReadFile(record); err == nil {
		_ = json.Unmarshal(body, &have) // A record that cannot be read means importing again.
	}
	ctr, err := host.Program("ctr")
	if err != nil {
		return err
	}
	if err := node.WaitContainerd(ctx, l.state); err != nil {
		return err
	}
	for _, archive := range l.images {
		if slices.Contains(have, archive.Path) {
			continue
		}
		cmd := exec.CommandContext(ctx, ctr, "--address", l.state.ContainerdSocket(), "--namespace", "k8s.io", "images", "import", archive.Path)
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := child.Run(cmd, syscall.SIGKILL); err != nil {
			return fmt.Errorf("import image %s: %w\n%s", archive.Ref, err, &out)
		}
		have = append(have, archive.Path)
	}
	body, err := json.Marshal(have)
	if err != nil {
		return err
	}
	return os.WriteFile(record, body, 0o644)
}

// installTools puts what a person types on the lab's PATH.
func (l *lab) installTools() error {
	programs := map[string]string{
		"pulumi":             l.tools.Path("pulumi"),
		"pulumi-language-go": l.tools.Path("pulumi-language-go"),
		"kubectl":            l.tools.Path("kube"),
	}
	if err := l.project.Install(programs, l.plugins()); err != nil {
		return err
	}
	return l.project.NameContexts()
}

// plugins are the tools that Pulumi knows by their names as resource providers.
func (l *lab) plugins() []stack.Plugin {
	var all []stack.Plugin
	for _, r := range l.tools.Results {
		if name, found := strings.CutPrefix(r.Tool.Name, "pulumi-resource-"); found {
			all = append(all, stack.Plugin{Name: name, Version: l.tools.Release(r.Tool.Name), Dir: filepath.Dir(r.Path)})
		}
	}
	return all
}

// stop ends the lab. Another checkout's lab is ended only by force.
func (l *lab) stop(ctx context.Context, force bool) error {
	if _, err := l.state.Check(l.project.Dir); err != nil && !force {
		return err
	}
	unlock, err := l.state.Lock()
	if err != nil {
		return err
	}
	defer unlock()
	if err := node.Stop(ctx, l.state); err != nil {
		return err
	}
	return l.project.RemoveSalts()
}
