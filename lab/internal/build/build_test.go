package build

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const labDir = "../.."

func TestTools(t *testing.T) {
	b := &builder{Options: Options{LabDir: labDir}, cache: cache{t.TempDir()}}
	parts, err := b.parts(Tools, goEnv{})
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]part{}
	for _, p := range parts {
		byName[p.tool.Name] = p
	}
	t.Run("Jaeger's module is the source of the release that it is built as", func(t *testing.T) {
		// Upstream releases one source under both numbers; whoever raises one raises both.
		for _, name := range []string{"jaeger", "hotrod", "jaeger-es-index-cleaner", "jaeger-es-rollover"} {
			if p := byName[name]; p.version != "v1.76.0" || p.release != "v2.13.0" {
				t.Errorf("%s: module %s is not known to be release %s", name, p.version, p.release)
			}
		}
	})
	t.Run("the provider is the commit of the SDK's release", func(t *testing.T) {
		p := byName["pulumi-resource-kubernetes"]
		if p.version != "v4.0.0-20260115033456-f47bc2d6f199" || p.release != "v4.25.0" {
			t.Errorf("module %s is not known to be release %s", p.version, p.release)
		}
	})
	t.Run("a release is written into the binary in the form that its code reads", func(t *testing.T) {
		for name, want := range map[string]string{
			"kube":        "-X k8s.io/component-base/version.gitMinor=37",
			"otelcol-k8s": "-X main.version=0.140.1",
			"pulumi":      "sdk/v3/go/common/version.Version=v3.229.0",
			"tempo":       "-X main.Version=2.9.0",
			"minio":       "-X github.com/minio/minio/cmd.ReleaseTag=RELEASE.2025-09-07T16-13-09Z",
			"promtool":    "-X github.com/prometheus/common/version.Version=3.16.0",
		} {
			if !strings.Contains(byName[name].ldflags, want) {
				t.Errorf("%s: ldflags %q lack %q", name, byName[name].ldflags, want)
			}
		}
	})
	t.Run("tools of one group follow each other, so that a group is one chain", func(t *testing.T) {
		var groups []string
		for _, g := range byGroup(parts) {
			groups = append(groups, g[0].tool.Group)
		}
		if want := []string{"cluster", "otel", "pulumi", "", "ingress", "tempo", "minio", "random", "minio-plugin", "storage", "prometheus", "operators", "opensearch", "kafka", "cassandra", "javaagent"}; !slices.Equal(groups, want) {
			t.Errorf("groups %q, want %q", groups, want)
		}
	})
	t.Run("only these are under another licence than the program's, each in a module of its own", func(t *testing.T) {
		for _, tool := range Tools {
			want, known := map[string]string{
				"tempo": "AGPL-3.0", "minio": "AGPL-3.0", "pulumi-resource-minio": "AGPL-3.0", "pulumi-resource-random": "MPL-2.0",
			}[tool.Name]
			if !known {
				want = "Apache-2.0"
			}
			if tool.Licence != want {
				t.Errorf("%s: licence %q, want %q", tool.Name, tool.Licence, want)
			}
			for _, other := range Tools {
				if known && other.Group == tool.Group && other.Name != tool.Name {
					t.Errorf("%s and %s stand in one module", tool.Name, other.Name)
				}
			}
		}
	})
	t.Run("the plugins answer to the SDK's release", func(t *testing.T) {
		for name, want := range map[string]string{"pulumi-resource-minio": "v0.16.3", "pulumi-resource-random": "v4.19.2"} {
			if p := byName[name]; p.release != want {
				t.Errorf("%s is %s", name, p.release)
			}
		}
	})
	t.Run("the modules that are pinned by commit are the sources of the releases that they are built as", func(t *testing.T) {
		for name, want := range map[string][2]string{
			"tempo":      {"v1.5.1-0.20251008140505-607c7fb69662", "v2.9.0"},
			"minio":      {"v0.0.0-20250907161309-07c3a429bfed", "RELEASE.2025-09-07T16-13-09Z"},
			"prometheus": {"v0.316.0", "v3.16.0"},
			"promtool":   {"v0.316.0", "v3.16.0"},
		} {
			if p := byName[name]; p.version != want[0] || p.release != want[1] {
				t.Errorf("%s: module %s is not known to be release %s", name, p.version, p.release)
			}
		}
	})
	t.Run("a Java server is pinned by its pom.xml", func(t *testing.T) {
		p := byName["opensearch"]
		if got, want := p.result().Pin(), "org.opensearch:opensearch:2.19.4"; got != want || p.release != "2.19.4" {
			t.Errorf("got %s, release %s; want %s", got, p.release, want)
		}
	})
	t.Run("a name that is no tool's is refused", func(t *testing.T) {
		if _, err := choose(Tools, []string{"kube", "kubé"}); err == nil || !strings.Contains(err.Error(), "kubé") {
			t.Errorf("got %v", err)
		}
	})
}

// module writes a small module with a package and one that it imports.
func module(t *testing.T, change map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{
		"go.mod":          "module example.com/m\n\ngo 1.26.0\n\nrequire example.com/dep v1.2.3\n",
		"go.sum":          "example.com/dep v1.2.3 h1:x\n",
		"a/main.go":       "package main\n\nimport _ \"example.com/m/b\"\n",
		"a/main_test.go":  "package main\n",
		"b/b.go":          "package b\n",
		"b/embedded.yaml": "x: 1\n",
		"c/other.go":      "package c\n",
	}
	for name, body := range change {
		files[name] = body
	}
	for name, body := range files {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(body), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestKey(t *testing.T) {
	tool := Tool{Name: "a", Package: "./a"}
	env := goEnv{GOVERSION: "go1.26.8", GOOS: "linux", GOARCH: "amd64", GOFLAGS: "-a -b"}
	keyOf := func(t *testing.T, tool Tool, env goEnv, ldflags string, change map[string]string) string {
		t.Helper()
		dir := module(t, change)
		p, err := readPins(dir)
		if err != nil {
			t.Fatal(err)
		}
		k, err := key(tool, dir, p, env, ldflags)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	base := keyOf(t, tool, env, "-s", nil)
	newerGo, otherArch, otherFlags, sameFlags := env, env, env, env
	newerGo.GOVERSION, otherArch.GOARCH, otherFlags.GOFLAGS, sameFlags.GOFLAGS = "go1.26.9", "arm64", "-a -c", "-b -a -b"
	withFile := tool
	withFile.Files = []File{{Module: "m", Path: "schema.json"}}
	withTag := tool
	withTag.Tags = []string{"small"}
	for _, c := range []struct {
		claim   string
		tool    Tool
		env     goEnv
		ldflags string
		change  map[string]string
		same    bool
	}{
		{"another checkout with equal pins has the same key", tool, env, "-s", nil, true},
		{"flags given twice or in another order change nothing", tool, sameFlags, "-s", nil, true},
		{"a test changes nothing", tool, env, "-s", map[string]string{"a/main_test.go": "package main // x\n"}, true},
		{"a package that is not imported changes nothing", tool, env, "-s", map[string]string{"c/other.go": "package c // x\n"}, true},
		{"the Go version changes it", tool, newerGo, "-s", nil, false},
		{"the architecture changes it", tool, otherArch, "-s", nil, false},
		{"compiler flags change it", tool, otherFlags, "-s", nil, false},
		{"linker flags change it", tool, env, "-s -w", nil, false},
		{"a file beside the binary changes it", withFile, env, "-s", nil, false},
		{"a build tag changes it", withTag, env, "-s", nil, false},
		{"go.mod changes it", tool, env, "-s", map[string]string{"go.mod": "module example.com/m\n\ngo 1.26.0\n\nrequire example.com/dep v1.2.4\n"}, false},
		{"go.sum changes it", tool, env, "-s", map[string]string{"go.sum": "example.com/dep v1.2.3 h1:y\n"}, false},
		{"its source changes it", tool, env, "-s", map[string]string{"a/main.go": "package main\n\nimport _ \"example.com/m/b\"\n\n// x\n"}, false},
		{"the source of what it imports changes it", tool, env, "-s", map[string]string{"b/b.go": "package b // x\n"}, false},
		{"an embedded file changes it", tool, env, "-s", map[string]string{"b/embedded.yaml": "x: 2\n"}, false},
	} {
		t.Run(c.claim, func(t *testing.T) {
			if got := keyOf(t, c.tool, c.env, c.ldflags, c.change); (got == base) != c.same {
				t.Errorf("key %s beside %s", got, base)
			}
		})
	}
}

func TestGoFlags(t *testing.T) {
	t.Run("the user's flags stay, and those that are there are not added again", func(t *testing.T) {
		once := mergeGoFlags("-mod=mod -buildvcs=false")
		if want := "-mod=mod -buildvcs=false -gcflags=all=-dwarf=false"; once != want || mergeGoFlags(once) != once {
			t.Errorf("got %q, want %q", once, want)
		}
	})
	for _, c := range []struct {
		claim     string
		available uint64
		compilers int
		env       string
		jobs      int
	}{
		{"much memory: no collection below 6 GiB", 22 * gib, 2, "GOGC=off GOMEMLIMIT=6144MiB", 0},
		{"two builds side by side share it", 22 * gib, 4, "GOGC=off GOMEMLIMIT=4505MiB", 0},
		{"many processors on little memory: the collector stays, and fewer compile at once", 12 * gib, 16, "", 8},
		{"little memory: the same", 4 * gib, 2, "", 2},
		{"memory unknown: one at a time", 0, 8, "", 1},
	} {
		t.Run(c.claim, func(t *testing.T) {
			env, jobs := memoryEnv(c.available, c.compilers)
			if got := strings.Join(env, " "); got != c.env || jobs != c.jobs {
				t.Errorf("got %q and %d jobs, want %q and %d", got, jobs, c.env, c.jobs)
			}
		})
	}
}

func TestCache(t *testing.T) {
	tool := Tool{Name: "a"}
	t.Run("an entry appears complete or not at all", func(t *testing.T) {
		c := cache{t.TempDir()}
		entry := c.entry(tool, "v1.0.0", "k")
		err := c.fill(entry, func(dir string) error {
			if c.has(entry) {
				t.Error("the entry is there before it is filled")
			}
			return os.WriteFile(filepath.Join(dir, "a"), nil, 0o755)
		})
		if err != nil || !c.has(entry) {
			t.Errorf("not there afterwards: %v", err)
		}
	})
	t.Run("a failed build leaves nothing", func(t *testing.T) {
		c := cache{t.TempDir()}
		entry := c.entry(tool, "v1.0.0", "k")
		failure := errors.New("no")
		if err := c.fill(entry, func(string) error { return failure }); !errors.Is(err, failure) {
			t.Errorf("got %v", err)
		}
		if names, _ := os.ReadDir(filepath.Dir(entry)); len(names) != 0 {
			t.Errorf("left %v", names)
		}
	})
	t.Run("what a killed build left is not used, and goes with the next", func(t *testing.T) {
		c := cache{t.TempDir()}
		entry := c.entry(tool, "v1.0.0", "k")
		left := filepath.Join(filepath.Dir(entry), unfinished+filepath.Base(entry))
		if err := errors.Join(os.MkdirAll(left, 0o755), os.WriteFile(filepath.Join(left, "half"), nil, 0o644)); err != nil {
			t.Fatal(err)
		}
		if c.has(entry) {
			t.Error("it is taken for complete")
		}
		if err := c.fill(entry, func(string) error { return nil }); err != nil {
			t.Fatal(err)
		}
		if names, _ := os.ReadDir(entry); len(names) != 0 {
			t.Errorf("the new entry holds %v", names)
		}
	})
	t.Run("the second of two checkouts waits, says so once, and goes on when the first is done", func(t *testing.T) {
		c := cache{t.TempDir()}
		unlock, err := c.lock(context.Background(), tool, "k", func() { t.Error("the first waits") })
		if err != nil {
			t.Fatal(err)
		}
		said := make(chan struct{})
		got := make(chan error)
		go func() {
			unlock, err := c.lock(context.Background(), tool, "k", func() { close(said) })
			if err == nil {
				unlock()
			}
			got <- err
		}()
		<-said
		unlock()
		if err := <-got; err != nil {
			t.Error(err)
		}
	})
	t.Run("a cancelled wait ends", func(t *testing.T) {
		c := cache{t.TempDir()}
		unlock, err := c.lock(context.Background(), tool, "k", nil)
		if err != nil {
			t.Fatal(err)
		}
		defer unlock()
		ctx, cancel := context.WithCancel(context.Background())
		if _, err := c.lock(ctx, tool, "k", cancel); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}

func TestCompile(t *testing.T) {
	// A module of the standard library's smallest package keeps these fast.
	build := func(t *testing.T, ctx context.Context, source string) (part, error) {
		dir := module(t, map[string]string{"go.mod": "module example.com/m\n\ngo 1.26.0\n", "a/main.go": source})
		b := &builder{cache: cache{t.TempDir()}, environ: Environ()}
		tool := Tool{Name: "a", Package: "./a"}
		p := part{tool: tool, dir: dir, ldflags: "-s -w", key: "k", entry: b.cache.entry(tool, "", "k"), log: b.cache.log(tool, "k")}
		b.results = make([]Result, 1)
		return p, b.one(ctx, p)
	}
	t.Run("a binary is in its entry, and nothing else is", func(t *testing.T) {
		p, err := build(t, context.Background(), "package main\n\nfunc main() {}\n")
		if err != nil {
			t.Fatal(err)
		}
		if names, _ := os.ReadDir(p.entry); len(names) != 1 || names[0].Name() != "a" {
			t.Errorf("the entry holds %v", names)
		}
	})
	t.Run("a failure names the tool, the compiler's reason and the log", func(t *testing.T) {
		p, err := build(t, context.Background(), "package main\n\nfunc main() { nonsense }\n")
		var failed *FailedError
		if !errors.As(err, &failed) {
			t.Fatalf("got %v", err)
		}
		for _, want := range []string{"a: go build", "undefined: nonsense", p.log} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%q lacks %q", err, want)
			}
		}
	})
	t.Run("a cancelled build says no more than that, and leaves nothing", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		p, err := build(t, ctx, "package main\n\nfunc main() {}\n")
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if names, _ := filepath.Glob(filepath.Join(filepath.Dir(p.entry), "*")); len(names) != 0 {
			t.Errorf("left %v", names)
		}
	})
}

func TestAdvice(t *testing.T) {
	for output, want := range map[string]string{
		"write /x/_pkg_.a: no space left on device":                                 "disk is full",
		"compile: signal: killed":                                                   "memory",
		"dial tcp: lookup proxy: no such host":                                      "cannot be reached",
		"reading https://proxy/x.zip: 404 Not Found":                                "does not serve",
		"reading https://proxy/x.zip: 403 Forbidden":                                "refused a module",
		"verifying m@v1: checksum mismatch":                                         "go.sum names",
		"go: go.mod requires go >= 1.26.7 (running go 1.26.0; GOTOOLCHAIN=local)":   "newer Go",
		"Could not transfer artifact a:b:pom:1 from/to central: Connection refused": "settings.xml",
		"Could not find artifact a:b:jar:1 in central":                              "does not serve an artifact",
		"a/main.go:3: undefined: x":                                                 "lines above",
		"net/http: request canceled (Client.Timeout exceeded) i/o timeout awaiting": "in time",
	} {
		if got := advice(output); !strings.Contains(got, want) {
			t.Errorf("%q: %q does not say %q", output, got, want)
		}
	}
}

func TestToCompile(t *testing.T) {
	options := Options{LabDir: labDir, CacheDir: t.TempDir(), Only: []string{"kube", "etcd", "coredns", "pause"}}
	sum := func(names ...string) (packages int) {
		for _, tool := range Tools {
			if slices.Contains(names, tool.Name) {
				packages += tool.Packages
			}
		}
		return packages
	}
	for _, c := range []struct {
		claim  string
		cached []string
		want   int
	}{
		{"everything that was asked for where nothing is cached", nil, sum("kube", "etcd", "coredns", "pause")},
		{"a group that lacks one tool counts whole", []string{"kube", "coredns", "pause"}, sum("kube", "etcd", "coredns")},
		{"nothing where everything is cached", []string{"etcd"}, 0},
	} {
		t.Run(c.claim, func(t *testing.T) {
			_, parts, err := prepare(t.Context(), options)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range parts {
				if slices.Contains(c.cached, p.tool.Name) {
					if err := os.MkdirAll(p.entry, 0o755); err != nil {
						t.Fatal(err)
					}
				}
			}
			if got, err := ToCompile(t.Context(), options); err != nil || got != c.want {
				t.Errorf("got %d, %v; want %d", got, err, c.want)
			}
		})
	}
}

func TestSetVersion(t *testing.T) {
	got, err := setVersion([]byte(`{"name":"kubernetes","types":{"a":[1]}}`), "4.25.0")
	if want := `{"name":"kubernetes","types":{"a":[1]},"version":"4.25.0"}`; err != nil || string(got) != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
}
