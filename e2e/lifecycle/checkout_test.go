package lifecycle_test

import (
	"crypto/rand"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	otherState = "/var/lib/tracestack-lab"
	// state is the folder of a second node beside the first, so that a person's lab stays as it is.
	state = otherState + "-test"
)

// mark is in the environment of every process that these tests start, and of those that they start.
var mark = "TRACESTACK_E2E_RUN=" + rand.Text()

// checkout is a copy of this checkout, so that its lab writes nothing beside a person's stack files.
type checkout struct{ dir, lab string }

// newCheckout copies the checkout without its history.
func newCheckout(t *testing.T, lab string) checkout {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	c := checkout{dir: t.TempDir(), lab: lab}
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		name, _ := filepath.Rel(root, path)
		switch {
		case err != nil:
			return err
		case name == ".git" || name == "bin":
			return fs.SkipDir
		case entry.IsDir():
			return os.MkdirAll(filepath.Join(c.dir, name), 0o755)
		}
		body, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(c.dir, name), body, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// buildLab compiles the lab's command.
func buildLab(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lab")
	if out, err := exec.Command("go", "build", "-C", "../../lab", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("compile the lab: %v\n%s", err, out)
	}
	return path
}

func (c checkout) command(args ...string) *exec.Cmd {
	cmd := exec.Command(c.lab, args...)
	cmd.Dir = c.dir
	for _, setting := range os.Environ() {
		// Of the lab that these tests run on, keep only the PATH to its programs.
		if !strings.HasPrefix(setting, "PULUMI_") && !strings.HasPrefix(setting, "KUBECONFIG=") && !strings.HasPrefix(setting, "TRACESTACK_LAB=") {
			cmd.Env = append(cmd.Env, setting)
		}
	}
	cmd.Env = append(cmd.Env, "TRACESTACK_LAB_INSTANCE=test", mark)
	return cmd
}

func (c checkout) tries(args ...string) (string, error) {
	out, err := c.command(args...).CombinedOutput()
	return string(out), err
}

func (c checkout) does(t *testing.T, args ...string) string {
	t.Helper()
	out, err := c.tries(args...)
	if err != nil {
		t.Fatalf("lab %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// running is a command of the lab that has been started.
type running struct {
	cmd   *exec.Cmd
	ended chan struct{}
	err   error
	// A file, because a process that outlives a killed command goes on writing.
	log string
}

func (c checkout) starts(t *testing.T, args ...string) *running {
	t.Helper()
	r := &running{cmd: c.command(args...), ended: make(chan struct{}), log: filepath.Join(t.TempDir(), "log")}
	log, err := os.Create(r.log)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	r.cmd.Stdout, r.cmd.Stderr = log, log
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { r.err = r.cmd.Wait(); close(r.ended) }()
	return r
}

func (r *running) output() string {
	body, _ := os.ReadFile(r.log)
	return string(body)
}

// at waits for a moment while the command runs. Five minutes are for a machine whose cores other tests
// keep busy while the program of this copy is compiled.
func (r *running) at(t *testing.T, what string, come func() bool) {
	t.Helper()
	deadline := time.After(5 * time.Minute)
	for !come() {
		select {
		case <-r.ended:
			t.Fatalf("the command ended (%v) before %s:\n%s", r.err, what, r.output())
		case <-deadline:
			t.Fatalf("waited five minutes for %s:\n%s", what, r.output())
		case <-time.After(time.Millisecond):
		}
	}
}

// killed is kill -9, which no program can answer.
func (r *running) killed(t *testing.T) {
	t.Helper()
	if err := r.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-r.ended
}
