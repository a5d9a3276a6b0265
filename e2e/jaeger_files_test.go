package e2e_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tracestack/tracestack/e2e/internal/wait"
	"github.com/tracestack/tracestack/lab/trace"
)

// Jaeger's own check of its configuration does not open the files that it names. So the lab's Jaeger runs with
// the golden files, on ports of this machine.
func TestJaegerShowsAndTellsWhatItsFilesSay(t *testing.T) {
	t.Parallel()
	at := startJaeger(t, filepath.Join(lab.Root, "stacks/testdata/shaped"))
	ask := trace.Over(http.DefaultClient, "")
	for address, want := range map[string]string{
		// What is not the API's is the page.
		at[16686] + "/jaeger/":                  `<base href="/jaeger/"`,
		at[16686] + "/jaeger":                   `"menu":[{"label":"Logs","url":"https://logs.example.com"}]`,
		at[16686] + "/jaeger/search":            `"url":"https://logs.example.com/explore?q=#{traceID}\u0026in=$env"`,
		at[16686] + "/jaeger/trace/0":           `"text":"Logs of #{traceName} for 5$"`,
		at[16686] + "/jaeger/api/services":      `"data":`,
		at[13133] + "/status":                   `"status":"StatusOK"`,
		at[5778] + "/sampling?service=another":  `"probabilisticSampling":{"samplingRate":0.5}`,
		at[5778] + "/sampling?service=checkout": `"rateLimitingSampling":{"maxTracesPerSecond":7}`,
		at[5778] + "/?service=catalogue":        `"operationSampling":{"defaultSamplingProbability":0.5,"defaultLowerBoundTracesPerSecond":0,"perOperationStrategies":[{"operation":"GET /search","probabilisticSampling":{"samplingRate":0.25}}]`,
	} {
		answer, err := ask(t.Context(), address)
		if err != nil || !strings.Contains(string(answer), want) {
			t.Errorf("%s: answered with\n%s\nwithout %s, error %v", address, answer, want, err)
		}
	}
	if answer, err := ask(t.Context(), at[16686]+"/api/services"); err != nil || strings.Contains(string(answer), `"data":`) {
		t.Errorf("beside its path the API answers %s, error %v", answer, err)
	}
}

// startJaeger runs Jaeger with the files of a case, and gives the addresses of the ports that they have.
func startJaeger(t *testing.T, folder string) map[int]string {
	t.Helper()
	here, at := t.TempDir(), map[int]string{}
	body, err := os.ReadFile(filepath.Join(folder, "jaeger.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	config := string(body)
	for _, port := range []int{4317, 4318, 5778, 5779, 8888, 13133, 16685, 16686} {
		free := freePort(t)
		at[port] = "http://127.0.0.1:" + strconv.Itoa(free)
		config = strings.ReplaceAll(config, fmt.Sprintf("0.0.0.0:%d\n", port), fmt.Sprintf("127.0.0.1:%d\n", free))
		config = strings.ReplaceAll(config, fmt.Sprintf("port: %d\n", port), fmt.Sprintf("port: %d\n", free))
	}
	for _, file := range []string{"ui", "sampling"} {
		config = strings.ReplaceAll(config, "/etc/tracestack-"+file+"/", folder+"/")
	}
	path := filepath.Join(here, "jaeger.yaml")
	if err := os.WriteFile(path, []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	jaeger := exec.CommandContext(ctx, os.Getenv("TRACESTACK_JAEGER"), "--config", path)
	jaeger.Cancel = func() error { return jaeger.Process.Signal(syscall.SIGTERM) }
	jaeger.WaitDelay = 10 * time.Second
	log := &strings.Builder{}
	jaeger.Stderr = log
	if err := jaeger.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		_ = jaeger.Wait() // It was told to end.
		if t.Failed() {
			t.Log(log)
		}
	})
	wait.For(t, "Jaeger to be well", func() error {
		_, err := trace.Over(http.DefaultClient, at[13133])(t.Context(), "/status")
		return err
	})
	return at
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}
