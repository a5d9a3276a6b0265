package build

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/tracestack/tracestack/lab/internal/child"
)

// compile runs one go build into dir, and keeps all that it said in the log file.
func (b *builder) compile(ctx context.Context, p part, dir string) error {
	log, err := p.openLog()
	if err != nil {
		return err
	}
	defer log.Close()
	// The go command's own scratch files stand in the unfinished folder too, so that what a
	// killed build leaves is in one place and is removed by the next.
	work := filepath.Join(dir, "work")
	if err := os.Mkdir(work, 0o755); err != nil {
		return err
	}
	args := []string{"build", "-v", "-o", filepath.Join(dir, p.tool.Name), "-ldflags", p.ldflags}
	if b.jobs > 0 {
		args = append(args, "-p", strconv.Itoa(b.jobs))
	}
	args = append(append(args, p.tool.tagged()...), p.tool.Package)
	if err := b.logged(ctx, p, log, "go build", goCommand(ctx, p.dir, append(b.environ, "GOTMPDIR="+work), args...)); err != nil {
		return err
	}
	return os.RemoveAll(work)
}

// openLog makes the file with all that the part's build says.
func (p part) openLog() (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(p.log), 0o755); err != nil {
		return nil, err
	}
	return os.Create(p.log)
}

// logged runs a command of a part's build.
func (b *builder) logged(ctx context.Context, p part, log io.Writer, what string, cmd *exec.Cmd) error {
	said := &listener{log: log, each: func(line string) { b.progress.heard(p.tool.Name, line) }}
	cmd.Stdout, cmd.Stderr = said, said
	err := run(cmd)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return &FailedError{Tool: p.tool.Name, Command: what, Log: p.log, Output: said.last, Err: err}
}

// tagged are the arguments that tell the go command of the tool's tags.
func (t Tool) tagged() []string {
	if len(t.Tags) == 0 {
		return nil
	}
	return []string{"-tags", strings.Join(t.Tags, ",")}
}

func goCommand(ctx context.Context, dir string, environ []string, args ...string) *exec.Cmd {
	return command(ctx, dir, environ, "go", args...)
}

// command is one in a process group of its own, which is what a cancellation ends: first with an
// interrupt, at which go and its compilers stop and remove their scratch files.
func command(ctx context.Context, dir string, environ []string, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, environ
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

func run(cmd *exec.Cmd) error {
	err := child.Run(cmd, syscall.SIGINT)
	if err != nil && cmd.Process != nil {
		// A compiler that did not heed the interrupt outlives the go command.
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
	return err
}

// listener passes on complete lines, keeps the last ones, and logs everything.
type listener struct {
	log  io.Writer
	each func(line string)
	rest []byte
	last []string
}

const lastLines = 25

func (l *listener) Write(chunk []byte) (int, error) {
	l.rest = append(l.rest, chunk...)
	for {
		line, rest, found := bytes.Cut(l.rest, []byte("\n"))
		if !found {
			return l.log.Write(chunk)
		}
		l.rest = rest
		text := string(line)
		l.each(text)
		// Names of packages that compiled are progress, not a reason.
		if !compiled(text) && !loaded(text) && !strings.HasPrefix(text, "[INFO]") {
			l.last = append(l.last, text)
			l.last = l.last[max(0, len(l.last)-lastLines):]
		}
	}
}

// loaded says whether a line of the go command or of Maven tells of one more file from the network.
func loaded(line string) bool {
	return strings.HasPrefix(line, "go: downloading ") || strings.HasPrefix(line, "[INFO] Downloaded from ")
}

// compiled says whether a line of go build -v names a package: it is one word.
func compiled(line string) bool {
	return line != "" && !strings.ContainsAny(line, " \t:")
}

// A FailedError says why a build failed, where everything is written, and what to do.
type FailedError struct {
	Tool, Command, Log string
	Output             []string
	Err                error
}

func (e *FailedError) Error() string {
	return fmt.Sprintf("%s: %s: %v\n  %s\n  the whole output: %s\n  %s",
		e.Tool, e.Command, e.Err, strings.Join(e.Output, "\n  "), e.Log, advice(strings.Join(e.Output, "\n")))
}

func (e *FailedError) Unwrap() error { return e.Err }

// advice is one sentence on what to do about a failed build.
func advice(output string) string {
	for _, known := range []struct{ sign, advice string }{
		{"no space left on device", "The disk is full: free some (a cold build needs 20 GB; `go clean -cache` frees what compilers keep), then repeat; what is finished is kept."},
		{"disk quota exceeded", "The disk quota is used up: free some, then repeat; what is finished is kept."},
		{"signal: killed", "A compiler was killed, most likely for want of memory: stop other programs, then repeat; what is compiled is kept."},
		{"checksum mismatch", "A module is not the one that go.sum names: do not go on; see whether the module cache or the proxy was tampered with (`go clean -modcache` loads all anew)."},
		{"missing go.sum entry", "go.sum lacks a module that go.mod selects: run `GONOSUMDB='*' go mod tidy` in that module's folder and commit the result."},
		{"requires go >=", "This part needs a newer Go than the one on PATH: install the version that is named."},
		{"Could not transfer artifact", "Maven's repository cannot be reached: look at the network and at ~/.m2/settings.xml, then repeat; what is loaded is kept."},
		{"Could not find artifact", "Maven's repository does not serve an artifact: name one that does in ~/.m2/settings.xml."},
		{"no such host", "The module proxy cannot be reached: look at the network and at `go env GOPROXY`, then repeat."},
		{"connection refused", "The module proxy cannot be reached: look at the network and at `go env GOPROXY`, then repeat."},
		{"network is unreachable", "There is no network: the first build loads modules; repeat when there is one."},
		{"timeout", "The module proxy did not answer in time: repeat; what is loaded is kept."},
		{"403 Forbidden", "The module proxy refused a module: set GOPROXY to one that serves it."},
		{"404 Not Found", "The module proxy does not serve a module: set GOPROXY to one that does."},
		{"410 Gone", "The module proxy does not serve a module: set GOPROXY to one that does."},
	} {
		if strings.Contains(output, known.sign) {
			return known.advice
		}
	}
	return "Repeat it; if it fails the same way, the lines above say why."
}
