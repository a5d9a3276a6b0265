// Package build makes the lab's binaries from the pinned modules under lab/tools, and Java servers from
// pinned jars, and keeps them in a cache keyed by their pins.
package build

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// Options say what to build and where.
type Options struct {
	// LabDir is the folder lab of the checkout.
	LabDir string
	// CacheDir holds what is built; DefaultCacheDir where empty.
	CacheDir string
	// Parallel groups are built side by side; one where zero.
	Parallel int
	// Progress shows what goes on; nothing is shown where nil.
	Progress *Progress
	// Only these tools, by name; all where empty.
	Only []string
	// Ready is called when a tool is there, cached or built, so that what needs it can go on
	// while others are built. Calls come from several goroutines.
	Ready func(Result)
}

// A Result is one binary and what it took.
type Result struct {
	Tool Tool
	// Version is the module's, Release what the tool calls itself; both are empty for the
	// lab's own binaries.
	Version, Release string
	// Path of the binary; its files stand beside it. Of a Java server, the folder.
	Path   string
	Cached bool
	Took   time.Duration
}

// A Set is what was asked for, in the order of Tools.
type Set struct{ Results []Result }

// Result is a tool's; the zero Result if it was not asked for.
func (s Set) Result(name string) Result {
	for _, r := range s.Results {
		if r.Tool.Name == name {
			return r
		}
	}
	return Result{}
}

// Path is where a tool's binary is; empty if it was not asked for.
func (s Set) Path(name string) string { return s.Result(name).Path }

// Release is what a tool calls itself, without the leading v; empty if it was not asked for.
func (s Set) Release(name string) string { return strings.TrimPrefix(s.Result(name).Release, "v") }

// part is one tool with all that is known about its build beforehand.
type part struct {
	tool                           Tool
	index                          int
	dir, version, release, ldflags string
	key, entry, log                string
}

func (p part) result() Result {
	return Result{Tool: p.tool, Version: p.version, Release: p.release, Path: filepath.Join(p.entry, p.tool.Name)}
}

type builder struct {
	Options
	cache    cache
	progress *Progress
	environ  []string
	jobs     int

	mu      sync.Mutex
	results []Result
}

// All makes what is missing in the cache and returns where everything is. What is finished stays
// when it fails or is cancelled, so a second call goes on from there.
func All(ctx context.Context, o Options) (Set, error) {
	b, parts, err := prepare(ctx, o)
	if err != nil {
		return Set{}, err
	}
	b.results = make([]Result, len(parts))
	var missing []part
	for _, p := range parts {
		if !b.cache.has(p.entry) {
			missing = append(missing, p)
			continue
		}
		r := p.result()
		r.Cached = true
		b.done(p, r)
	}
	if len(missing) > 0 {
		if err := b.buildAll(ctx, missing); err != nil {
			return Set{}, err
		}
	}
	return Set{Results: b.results}, nil
}

// ToCompile is about how many packages All would compile, as the disk that it takes goes by them:
// none where everything is cached. A group that lacks one tool counts whole, because what its tools
// share may have to be compiled again.
func ToCompile(ctx context.Context, o Options) (packages int, err error) {
	b, parts, err := prepare(ctx, o)
	if err != nil {
		return 0, err
	}
	for _, group := range byGroup(parts) {
		missing, all := false, 0
		for _, p := range group {
			missing, all = missing || !b.cache.has(p.entry), all+p.tool.Packages
		}
		if missing {
			packages += all
		}
	}
	return packages, nil
}

// NeedsJava says whether All would make a Java server, which takes a Java development kit and Maven.
func NeedsJava(ctx context.Context, o Options) (bool, error) {
	b, parts, err := prepare(ctx, o)
	return slices.ContainsFunc(parts, func(p part) bool { return p.tool.Java != nil && !b.cache.has(p.entry) }), err
}

func prepare(ctx context.Context, o Options) (*builder, []part, error) {
	if o.CacheDir == "" {
		dir, err := DefaultCacheDir()
		if err != nil {
			return nil, nil, err
		}
		o.CacheDir = dir
	}
	o.Parallel = max(o.Parallel, 1)
	tools, err := choose(Tools, o.Only)
	if err != nil {
		return nil, nil, err
	}
	b := &builder{Options: o, cache: cache{o.CacheDir}, progress: o.Progress, environ: Environ()}
	env, err := readGoEnv(ctx, b.environ)
	if err != nil {
		return nil, nil, err
	}
	parts, err := b.parts(tools, env)
	if err != nil {
		return nil, nil, err
	}
	memory, jobs := memoryEnv(availableMemory(), runtime.NumCPU()*o.Parallel)
	b.environ, b.jobs = append(b.environ, memory...), jobs
	return b, parts, nil
}

func choose(tools []Tool, only []string) ([]Tool, error) {
	for _, name := range only {
		if !slices.ContainsFunc(tools, func(t Tool) bool { return t.Name == name }) {
			return nil, fmt.Errorf("build: %q is no tool of the lab", name)
		}
	}
	if len(only) == 0 {
		return tools, nil
	}
	return slices.DeleteFunc(slices.Clone(tools), func(t Tool) bool { return !slices.Contains(only, t.Name) }), nil
}

func (b *builder) parts(tools []Tool, env goEnv) ([]part, error) {
	all := map[string]pins{}
	var parts []part
	for i, t := range tools {
		p := part{tool: t, index: i, dir: t.dir(b.LabDir)}
		pinned, known := all[p.dir]
		var err error
		if !known {
			read := readPins
			if t.Java != nil {
				read = readPOM
			}
			if pinned, err = read(p.dir); err != nil {
				return nil, err
			}
			all[p.dir] = pinned
		}
		if p.version, err = pinned.version(t); err != nil {
			return nil, err
		}
		if p.release, err = pinned.release(t); err != nil {
			return nil, err
		}
		p.ldflags = t.ldflags(p.release)
		if p.key, err = key(t, p.dir, pinned, env, p.ldflags); err != nil {
			return nil, err
		}
		p.entry, p.log = b.cache.entry(t, p.release, p.key), b.cache.log(t, p.key)
		parts = append(parts, p)
	}
	return parts, nil
}

// buildAll builds the groups side by side as far as allowed, and each group's tools one after
// another, because the first compiles what the others share.
func (b *builder) buildAll(ctx context.Context, missing []part) error {
	b.progress.plan(missing)
	defer b.progress.close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	groups := byGroup(missing)
	loading := make(chan struct{})
	go func() { defer close(loading); b.loadModules(ctx, groups[1:]) }()
	work, workCtx := errgroup.WithContext(ctx)
	work.SetLimit(b.Parallel)
	for _, group := range groups {
		work.Go(func() error {
			for _, p := range group {
				if err := b.one(workCtx, p); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := work.Wait()
	cancel()
	<-loading
	return err
}

func byGroup(parts []part) (groups [][]part) {
	for _, p := range parts {
		if n := len(groups); n > 0 && groups[n-1][0].tool.Group == p.tool.Group {
			groups[n-1] = append(groups[n-1], p)
			continue
		}
		groups = append(groups, []part{p})
	}
	return groups
}

// loadModules loads the modules of the groups whose turn comes later, which the network does
// while the processors compile. Listing the packages loads only the modules that have some of
// them. An error here is no error: the build meets it again and reports it.
func (b *builder) loadModules(ctx context.Context, groups [][]part) {
	for _, p := range slices.Concat(groups...) {
		if p.tool.Java != nil {
			continue // What Maven loads takes seconds.
		}
		args := append([]string{"list", "-deps"}, p.tool.tagged()...)
		_ = run(goCommand(ctx, p.dir, b.environ, append(args, p.tool.Package)...))
	}
}

// one builds a tool, unless another checkout has done so meanwhile.
func (b *builder) one(ctx context.Context, p part) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	began := time.Now()
	unlock, err := b.cache.lock(ctx, p.tool, p.key, func() { b.progress.waiting(p.tool.Name) })
	if err != nil {
		return fmt.Errorf("%s: %w", p.tool.Name, err)
	}
	defer unlock()
	r := p.result()
	if b.cache.has(p.entry) {
		r.Cached = true
		b.progress.ended(p.tool.Name, true, nil)
		b.done(p, r)
		return nil
	}
	b.progress.started(p.tool.Name)
	err = b.cache.fill(p.entry, func(dir string) error {
		if p.tool.Java != nil {
			return b.assemble(ctx, p, dir)
		}
		if err := b.compile(ctx, p, dir); err != nil {
			return err
		}
		return b.addFiles(ctx, p, dir)
	})
	b.progress.ended(p.tool.Name, false, err)
	if err != nil {
		return err
	}
	r.Took = time.Since(began)
	b.done(p, r)
	return nil
}

func (b *builder) done(p part, r Result) {
	b.mu.Lock()
	b.results[p.index] = r
	b.mu.Unlock()
	if b.Ready != nil {
		b.Ready(r)
	}
}

// Pin is the module and version that the tool was built from.
func (r Result) Pin() string {
	if r.Tool.Module == "" {
		return "this repository"
	}
	if r.Tool.Java != nil {
		return r.Tool.Module + ":" + r.Version // As Maven writes it.
	}
	return r.Tool.Module + "@" + r.Version
}
