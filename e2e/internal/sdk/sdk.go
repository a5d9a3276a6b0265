// Package sdk runs small applications of three languages with OpenTelemetry's SDKs as their users install them,
// from the registries, with every setting at its default. It knows no stack: what an application is told is in
// its environment.
package sdk

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

//go:embed python node java
var sources embed.FS

// App is an application that asks one address and ends. An agent, or what its language calls one, makes a
// span of that; the application itself knows nothing of it.
type App struct {
	Language string
	dir      string
	// command runs it, in its folder; the address comes behind.
	command []string
}

// Apps installs one of each language below a folder that stays, where it is not there yet.
func Apps(t *testing.T, cache, javaAgent string) []App {
	t.Helper()
	needed(t, map[string]string{"TRACESTACK_CACHE": cache, "TRACESTACK_JAVAAGENT": javaAgent})
	return []App{
		{"python", installed(t, cache, "python", "/usr/bin/python3", "/usr/bin/python3 -m venv . && bin/pip install --quiet --no-input --disable-pip-version-check --require-hashes --only-binary :all: --requirement requirements.txt"),
			[]string{"bin/opentelemetry-instrument", "bin/python", "app.py"}},
		{"node", installed(t, cache, "node", "node", "npm ci --no-audit --no-fund --loglevel=error"),
			[]string{"node", "--require", "@opentelemetry/auto-instrumentations-node/register", "app.js"}},
		// Without shared classes, of which a JVM with an agent complains by itself.
		{"java", java(t, cache), []string{"java", "-Xshare:off", "-javaagent:" + javaAgent, "-cp", ".", "App"}},
	}
}

// Class is the Java application, compiled, for a pod of its own.
func Class(t *testing.T, cache string) []byte {
	t.Helper()
	needed(t, map[string]string{"TRACESTACK_CACHE": cache})
	body, err := os.ReadFile(filepath.Join(java(t, cache), "App.class"))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func needed(t *testing.T, variables map[string]string) {
	t.Helper()
	for name, value := range variables {
		if value == "" {
			t.Fatalf("%s is not set: run `make test`, or `bin/lab run`, which tells where these are", name)
		}
	}
}

func java(t *testing.T, cache string) string {
	t.Helper()
	return installed(t, cache, "java", "javac", "javac --release 17 App.java")
}

// installing is for tests that run side by side.
var installing sync.Mutex

// installed is a folder with an application and what it needs. Its name has the hash of what is asked for, and
// of which release of the program it is for: Debian's have it in their paths.
func installed(t *testing.T, cache, language, program, install string) string {
	t.Helper()
	installing.Lock()
	defer installing.Unlock()
	path, err := exec.LookPath(program)
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	if err != nil {
		t.Fatal(err)
	}
	h := sha256.New()
	fmt.Fprintln(h, install, path)
	entries, err := sources.ReadDir(language)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, entry := range entries {
		body, err := sources.ReadFile(language + "/" + entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(h, "%s %d\n", entry.Name(), len(body))
		h.Write(body)
		files[entry.Name()] = body
	}
	dir := filepath.Join(cache, "sdk", language+"-"+hex.EncodeToString(h.Sum(nil))[:16])
	done := filepath.Join(dir, ".installed")
	if _, err := os.Stat(done); err == nil {
		return dir
	}
	// What a killed run left is begun anew.
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	for name, body := range files {
		if err := os.WriteFile(filepath.Join(dir, name), body, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-ec", install)
	cmd.Dir = dir
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("the %s application is not installed: %v\n%s", language, err, output)
	}
	if err := os.WriteFile(done, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Run runs the application once, with this environment and no other. Hosts are names that it knows beside
// those of the machine, as pods know those of Services. It gives the trace in which the application asked,
// which is empty where it asked without one, and what it complained of.
func (a App) Run(t *testing.T, environment, hosts map[string]string) (traceID, complaints string) {
	t.Helper()
	asked := make(chan string, 1)
	answering := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked <- r.Header.Get("traceparent")
	}))
	defer answering.Close()
	// In a mount namespace of its own, so that the machine's file stays as it is.
	const script = `mount --bind "$0" /etc/hosts; exec "$@"`
	cmd := exec.CommandContext(t.Context(), "sh", append(append([]string{"-ec", script, hostsFile(t, hosts)}, a.command...), answering.URL)...)
	cmd.Dir = a.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}
	for name, value := range environment {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("the %s application: %v\n%s", a.Language, err, stderr.String())
	}
	select {
	case parent := <-asked:
		// https://www.w3.org/TR/trace-context/#traceparent-header
		if parts := strings.Split(parent, "-"); len(parts) == 4 {
			traceID = parts[1]
		}
	default:
		t.Fatalf("the %s application asked nothing", a.Language)
	}
	return traceID, stderr.String()
}

func hostsFile(t *testing.T, hosts map[string]string) string {
	t.Helper()
	body, err := os.ReadFile("/etc/hosts")
	if err != nil {
		t.Fatal(err)
	}
	for name, address := range hosts {
		body = append(body, "\n"+address+" "+name+"\n"...)
	}
	path := filepath.Join(t.TempDir(), "hosts")
	if err := os.WriteFile(path, body, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
