package host

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
)

// good is a machine that lacks nothing.
func good() machine {
	return machine{
		os: "linux", arch: "amd64", uid: 0,
		lookPath: func(name string) (string, error) { return "/usr/bin/" + name, nil },
		exists:   func(string) bool { return true },
		readFile: func(path string) string {
			return map[string]string{
				"/proc/filesystems": "nodev\toverlay\n\text4\n",
				"/proc/meminfo":     "MemTotal:       24000000 kB\nMemAvailable:   20000000 kB\n",
			}[path]
		},
		disk: func(string) (filesystem, error) { return filesystem{device: 1, free: 100 * gib}, nil },
		goEnv: func(_ context.Context, name string) string {
			return map[string]string{"GOVERSION": "go1.26.8", "GOCACHE": "/gocache", "GOMODCACHE": "/gomod"}[name]
		},
		probe:  func(context.Context, string) (string, error) { return "", nil },
		getenv: func(string) string { return "" },
		load:   func(context.Context, string) error { return errors.New("no such module") },
	}
}

func without(names ...string) func(string) (string, error) {
	return func(name string) (string, error) {
		if slices.Contains(names, name) {
			return "", fs.ErrNotExist
		}
		return "/usr/bin/" + name, nil
	}
}

func TestCheck(t *testing.T) {
	options := Options{CacheDir: "/cache", StateDir: "/state", ToCompile: 7350}
	for _, c := range []struct {
		claim  string
		change func(*machine)
		says   []string
	}{
		{"a machine that lacks nothing passes", func(*machine) {}, nil},
		{"another platform is named", func(m *machine) { m.os, m.arch = "darwin", "arm64" }, []string{"darwin/arm64", "existing cluster"}},
		{"whoever is not root is told so", func(m *machine) { m.uid = 1000 }, []string{"not root", "sudo"}},
		{"missing programs are named with their packages", func(m *machine) { m.lookPath = without("containerd", "iptables") },
			[]string{"containerd, iptables", "apt-get install --no-install-recommends containerd iptables"}},
		{"without apt-get the packages are named", func(m *machine) { m.lookPath = without("runc", "apt-get") }, []string{"your distribution", "runc"}},
		{"missing network plugins are named", func(m *machine) { m.exists = func(p string) bool { return !strings.HasSuffix(p, "/portmap") } },
			[]string{"portmap", "containernetworking-plugins"}},
		{"an old Go is named", func(m *machine) { m.goEnv = func(context.Context, string) string { return "go1.25.3" } }, []string{"go1.25.3", "1.26"}},
		{"no Go is named", func(m *machine) { m.goEnv = func(context.Context, string) string { return "" } }, []string{"go command is missing"}},
		{"what the folders of one disk need is added up", func(m *machine) {
			m.disk = func(string) (filesystem, error) { return filesystem{device: 1, free: 19 * gib}, nil }
		}, []string{"19.0 GiB are free and about 20.0 GiB", "/cache, /gocache, /gomod, /state"}},
		{"little memory is named", func(m *machine) { m.readFile = memoryOf("5000000") }, []string{"4.8 GiB", "6.0 GiB"}},
		{"missing cgroup controllers are named", func(m *machine) {
			m.exists = func(p string) bool { return p != "/sys/fs/cgroup/pids" && p != "/sys/fs/cgroup/cpu" }
		}, []string{"cpu, pids"}},
		{"a kernel without bridge filtering is named", func(m *machine) { m.exists = func(p string) bool { return !strings.Contains(p, "bridge-nf") } },
			[]string{"br_netfilter"}},
		{"a kernel without veth is named with the reason", func(m *machine) {
			m.probe = func(_ context.Context, script string) (string, error) {
				if strings.Contains(script, "veth") {
					return "RTNETLINK answers: Operation not supported\n", errors.New("exit status 2")
				}
				return "", nil
			}
		}, []string{"veth", "Operation not supported"}},
	} {
		t.Run(c.claim, func(t *testing.T) {
			m := good()
			c.change(&m)
			_, err := m.check(context.Background(), options)
			if (err != nil) != (c.says != nil) {
				t.Fatalf("got %v", err)
			}
			for _, want := range c.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
		})
	}
	t.Run("everything that is missing is named at once, each in one line", func(t *testing.T) {
		m := good()
		m.uid, m.lookPath, m.readFile = 1000, without("runc", "ctr"), memoryOf("1000")
		m.exists = func(string) bool { return false }
		_, err := m.check(context.Background(), options)
		lines := strings.Split(err.Error(), "\n")
		for _, want := range []string{"not root", "ctr, runc", "portmap", "memory is too small", "cgroup controllers", "overlay", "br_netfilter"} {
			if !slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, want) }) {
				t.Errorf("%q does not say %q", err, want)
			}
		}
		if len(lines) != 7 {
			t.Errorf("%d lines: %q", len(lines), lines)
		}
	})
	t.Run("a Java server takes more of it", func(t *testing.T) {
		for java, enough := range map[bool]bool{false: true, true: false} {
			m := good()
			m.disk = func(string) (filesystem, error) { return filesystem{device: 1, free: 6 * gib}, nil }
			m.readFile = func(path string) string {
				if strings.HasSuffix(path, "/release") {
					return `JAVA_VERSION="17.0.15"`
				}
				return good().readFile(path)
			}
			if _, err := m.check(context.Background(), Options{CacheDir: "/cache", StateDir: "/state", Java: java}); (err == nil) != enough {
				t.Errorf("Java %t: %v", java, err)
			}
		}
	})
	t.Run("missing Java is named where a Java server is yet to be made", func(t *testing.T) {
		m, java := good(), options
		m.lookPath, java.Java = without("mvn"), true
		_, err := m.check(context.Background(), java)
		for _, want := range []string{"Java development kit 17, mvn", "apt-get install --no-install-recommends openjdk-17-jdk-headless maven"} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%v does not say %q", err, want)
			}
		}
	})
	t.Run("what is only better is advice", func(t *testing.T) {
		m := good()
		m.readFile = memoryOf("7000000")
		advice, err := m.check(context.Background(), options)
		if err != nil || len(advice) != 1 {
			t.Errorf("got %q, %v", advice, err)
		}
	})
	t.Run("the less there is to compile, the less disk is needed", func(t *testing.T) {
		for _, c := range []struct {
			packages int
			free     uint64
		}{{0, 6}, {735, 7}, {3675, 13}} {
			few := options
			few.ToCompile = c.packages
			for enough, free := range map[bool]uint64{true: c.free * gib, false: c.free*gib - gib} {
				m := good()
				m.disk = func(string) (filesystem, error) { return filesystem{device: 1, free: free}, nil }
				if _, err := m.check(context.Background(), few); (err == nil) != enough {
					t.Errorf("%d packages, %s: %v", c.packages, size(free), err)
				}
			}
		}
	})
}

// memoryOf has the good machine's files, with that much memory available.
func memoryOf(kib string) func(string) string {
	return func(path string) string {
		if path == "/proc/meminfo" {
			return "MemAvailable:   " + kib + " kB\n"
		}
		if kib == "1000" {
			return "" // The machine that lacks everything.
		}
		return good().readFile(path)
	}
}

func TestPackages(t *testing.T) {
	t.Run("each package is installed once", func(t *testing.T) {
		m := good()
		m.lookPath = without("containerd", "ctr", "containerd-shim-runc-v2", "ip")
		m.exists = func(string) bool { return false }
		if got, want := m.missingPackages(Options{}), []string{"containerd", "iproute2", "containernetworking-plugins"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
	t.Run("plugins are found in upstream's folder too", func(t *testing.T) {
		m := good()
		m.exists = func(p string) bool { return strings.HasPrefix(p, "/opt/cni/bin/") }
		if m.pluginDir() != "/opt/cni/bin" || len(m.missingPackages(Options{})) != 0 {
			t.Errorf("got %q, %q", m.pluginDir(), m.missingPackages(Options{}))
		}
	})
	t.Run("Java and Maven are installed where a Java server is yet to be made", func(t *testing.T) {
		m := good()
		m.lookPath = without("mvn")
		if got := m.missingPackages(Options{}); len(got) != 0 {
			t.Errorf("got %q where none is", got)
		}
		if got, want := m.missingPackages(Options{Java: true}), []string{"openjdk-17-jdk-headless", "maven"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
	t.Run("what the tests' applications are written in is installed where they are run", func(t *testing.T) {
		for claim, c := range map[string]struct {
			lacks string
			venv  bool
			want  []string
		}{
			"nothing lacks":            {"", true, nil},
			"Python without venv":      {"", false, []string{"python3-venv"}},
			"no Python":                {"python3", true, []string{"python3-venv"}},
			"no Node":                  {"node", true, []string{"nodejs"}},
			"Java's, for two purposes": {"javac", true, []string{"openjdk-17-jdk-headless"}},
		} {
			m := good()
			m.lookPath = without(c.lacks)
			m.exists = func(p string) bool { return c.venv || !strings.Contains(p, "ensurepip") }
			m.readFile = func(path string) string {
				if strings.HasSuffix(path, "/release") && c.lacks != "javac" {
					return `JAVA_VERSION="17.0.15"`
				}
				return good().readFile(path)
			}
			if got := m.missingPackages(Options{Java: true, Languages: true}); !slices.Equal(got, c.want) {
				t.Errorf("%s: got %q, want %q", claim, got, c.want)
			}
			if got := m.missingPackages(Options{}); len(got) > 0 {
				t.Errorf("%s: got %q where none is run", claim, got)
			}
			if _, err := m.check(context.Background(), Options{CacheDir: "/cache", StateDir: "/state", Languages: true}); (err == nil) != (c.want == nil) {
				t.Errorf("%s: the check says %v", claim, err)
			}
		}
	})
	t.Run("a Java development kit is known by its version, wherever it is", func(t *testing.T) {
		m := good()
		m.getenv = func(string) string { return "/opt/jdk" }
		for version, want := range map[string]string{"17.0.15": "/opt/jdk", "21.0.2": ""} {
			m.readFile = func(path string) string {
				if path != "/opt/jdk/release" {
					return ""
				}
				return "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n"
			}
			if got := m.jdk(); got != want {
				t.Errorf("%s: got %q, want %q", version, got, want)
			}
		}
	})
	t.Run("a runtime alone is no development kit", func(t *testing.T) {
		m := good()
		m.readFile = func(string) string { return "JAVA_VERSION=\"17.0.15\"\n" }
		m.exists = func(p string) bool { return !strings.HasSuffix(p, "/bin/javac") }
		if got := m.jdk(); got != "" {
			t.Errorf("got %q", got)
		}
	})
	t.Run("nothing is installed without root", func(t *testing.T) {
		m := good()
		m.uid = 1000
		if m.canInstall() {
			t.Error("it would be")
		}
	})
}
