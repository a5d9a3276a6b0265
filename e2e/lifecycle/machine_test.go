package lifecycle_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A traces is what a lab could leave on a machine, a line for each thing.
type traces map[string]bool

func (t traces) add(format string, args ...any) { t[fmt.Sprintf(format, args...)] = true }

// beyond lists what is here and was not there.
func (t traces) beyond(before traces) []string {
	var more []string
	for line := range maps.Keys(t) {
		if !before[line] {
			more = append(more, line)
		}
	}
	slices.Sort(more)
	return more
}

// look records the state of the machine, without a lab that somebody else has up.
func look(t *testing.T) traces {
	t.Helper()
	found := traces{}
	lines(t, found, "mount", fileLines("/proc/self/mounts"))
	lines(t, found, "link", command("ip", "-oneline", "link"))
	lines(t, found, "address", command("ip", "-oneline", "address"))
	lines(t, found, "route", command("ip", "route", "show", "table", "all"))
	lines(t, found, "packet filter", command("iptables-save"))
	for _, dir := range []string{"/etc", "/opt", "/run", "/var/lib", "/var/log", "/var/run/netns"} {
		entries, _ := os.ReadDir(dir)
		for _, entry := range entries {
			found.add("path %s", filepath.Join(dir, entry.Name()))
		}
	}
	cgroups(found)
	processes(t, found)
	return found
}

// volatile matches what differs between two looks at the same thing: counters, times, and the index of a
// link, which only grows.
var volatile = regexp.MustCompile(`\[\d+:\d+\]|^\d+: |#.*|expires \S+|_lft \S+`)

func lines(t *testing.T, found traces, kind string, read func() (string, error)) {
	t.Helper()
	text, err := read()
	if err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(volatile.ReplaceAllString(line, "")); line != "" {
			found.add("%s %s", kind, line)
		}
	}
}

func fileLines(path string) func() (string, error) {
	return func() (string, error) {
		body, err := os.ReadFile(path)
		return string(body), err
	}
}

func command(name string, args ...string) func() (string, error) {
	return func() (string, error) {
		cmd := exec.Command(name, args...)
		cmd.Env = append(os.Environ(), "PATH="+os.Getenv("PATH")+":/usr/sbin:/sbin")
		out, err := cmd.Output()
		return string(out), err
	}
}

// podGroup is a control group of Kubernetes or of a lab; sessions and services come and go.
var podGroup = regexp.MustCompile(`kube|k8s|tracestack`)

func cgroups(found traces) {
	_ = filepath.WalkDir("/sys/fs/cgroup", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return nil
		}
		if entry.Name() == filepath.Base(otherState) {
			return fs.SkipDir
		}
		if podGroup.MatchString(path) {
			found.add("control group %s", path)
		}
		return nil
	})
}

// processes adds those that a lab of this test started, and every namespace that a process is in.
func processes(t *testing.T, found traces) {
	t.Helper()
	parents := map[string]string{}
	all, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range all {
		parents[filepath.Base(dir)] = parent(dir)
	}
	for _, dir := range all {
		if descends(filepath.Base(dir), otherInit(), parents) {
			continue
		}
		if line := commandLine(dir); ours(dir, line) {
			found.add("process %s %s", filepath.Base(dir), line)
		}
		for _, kind := range []string{"ipc", "mnt", "net", "pid", "uts"} {
			// A process that has just ended has none.
			if namespace, err := os.Readlink(filepath.Join(dir, "ns", kind)); err == nil {
				found.add("namespace %s", namespace)
			}
		}
	}
}

// ours tells a process of this test's labs by the mark that a child inherits, or by the node's folder.
func ours(dir, commandLine string) bool {
	environ, _ := os.ReadFile(filepath.Join(dir, "environ"))
	program, _ := os.Readlink(filepath.Join(dir, "exe"))
	return strings.Contains(string(environ), mark) ||
		strings.Contains(commandLine, state) || strings.HasPrefix(program, state)
}

func commandLine(dir string) string {
	body, _ := os.ReadFile(filepath.Join(dir, "cmdline"))
	return strings.TrimSpace(strings.ReplaceAll(string(body), "\x00", " "))
}

func parent(dir string) string {
	body, _ := os.ReadFile(filepath.Join(dir, "status"))
	for line := range strings.Lines(string(body)) {
		if id, found := strings.CutPrefix(line, "PPid:"); found {
			return strings.TrimSpace(id)
		}
	}
	return ""
}

func descends(id, ancestor string, parents map[string]string) bool {
	for ; id != "" && id != "0"; id = parents[id] {
		if id == ancestor {
			return true
		}
	}
	return false
}

// otherInit is the first process of the lab that the other tests use.
func otherInit() string {
	var owner struct {
		PID int `json:"pid"`
	}
	body, _ := os.ReadFile(filepath.Join(otherState, "owner.json"))
	_ = json.Unmarshal(body, &owner)
	return fmt.Sprint(owner.PID)
}
