package e2e_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/lab/cluster"
)

// person has a shell in the checkout and a stack of their own.
type person struct {
	*testing.T
	stack, config string
}

func TestTheCommandsThatAPersonTypesWork(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	status, namespaces := p.gitStatus(), p.namespaces()

	p.types("pulumi stack init --no-select " + p.stack)
	t.Cleanup(func() { p.tries("pulumi stack rm --yes --force --stack " + p.stack) })
	planned := count(t, p.types(p.on("preview")), "to create")
	if now := p.namespaces(); !slices.Equal(now, namespaces) {
		t.Errorf("after the preview the namespaces are %v, before %v", now, namespaces)
	}
	steps := []struct{ command, did string }{
		{"up --yes --skip-preview", "created"},
		{"preview --diff --expect-no-changes", "unchanged"},
		{"refresh --yes --skip-preview", "unchanged"},
		{"destroy --yes --skip-preview", "deleted"},
	}
	for _, step := range steps {
		if n := count(t, p.types(p.on(step.command)), step.did); n != planned {
			t.Errorf("pulumi %s: %d %s, want the %d that the first preview announced", step.command, n, step.did, planned)
		}
		if step.did == "created" {
			p.readsOutputs()
		}
	}
	p.types("pulumi stack rm --yes --stack " + p.stack)
	if now := p.namespaces(); !slices.Equal(now, namespaces) {
		t.Errorf("after destroy the namespaces are %v, before %v", now, namespaces)
	}
	if now := p.gitStatus(); now != status {
		t.Errorf("git status of the checkout is\n%s\nbefore it was\n%s", now, status)
	}
}

func newPerson(t *testing.T) person {
	name := project.RandomName()
	p := person{T: t, stack: name, config: filepath.Join(t.TempDir(), "Pulumi."+name+".yaml")}
	body := fmt.Sprintf("config:\n  kubernetes:context: %s\n  tracestack:namespace: %s\n  tracestack:demo: true\n", project.Context, name)
	if err := os.WriteFile(p.config, []byte(body), 0o644); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p person) on(command string) string {
	return "pulumi " + command + " --stack " + p.stack + " --config-file " + p.config
}

// types runs a line as the README tells a person to type it: in the checkout, after the one eval.
func (p person) types(line string) string {
	p.Helper()
	out, err := p.tries(line)
	if err != nil {
		p.Fatalf("%s: %v\n%s", line, err, out)
	}
	return out
}

func (p person) tries(line string) (string, error) {
	cmd := exec.Command("bash", "-ec", `eval "$(make -s env)"`+"\n"+line)
	cmd.Dir = lab.Root
	// The person's shell has these only from the eval.
	for _, setting := range os.Environ() {
		if !strings.HasPrefix(setting, "PULUMI_") && !strings.HasPrefix(setting, "KUBECONFIG=") {
			cmd.Env = append(cmd.Env, setting)
		}
	}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return string(out) + stderr.String(), err
	}
	return string(out), nil
}

// outputs are those of every stack with the demo. %s is the namespace.
var outputs = map[string]string{
	"otlpGrpcEndpoint": "center-collector.%s.svc:4317",
	"otlpHttpEndpoint": "http://center-collector.%s.svc:4318",
	"queryUrl":         "http://jaeger-query.%s.svc:16686",
	"uiUrl":            "http://jaeger-query.%s.svc:16686",
	"demoUrl":          "http://go-demo.%s.svc:8080",
}

func (p person) readsOutputs() {
	p.Helper()
	text := p.types("pulumi stack output --json --stack " + p.stack)
	var got map[string]any
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		p.Fatalf("pulumi stack output --json: %v\n%s", err, text)
	}
	for name, pattern := range outputs {
		if want := fmt.Sprintf(pattern, p.stack); got[name] != want {
			p.Errorf("output %s is %v, want %s", name, got[name], want)
		}
	}
	grafana, _ := got["grafana"].(map[string]any)
	datasources, _ := grafana["datasources"].([]any)
	if grafana["apiVersion"] != 1.0 || len(datasources) != 1 {
		p.Errorf("output grafana is %v, want apiVersion 1 and one datasource", grafana)
	}
	for _, name := range []string{"backend", "storage", "namespace", "otelEnvironment"} {
		if got[name] == nil {
			p.Errorf("output %s is missing, there are %v", name, slices.Sorted(maps.Keys(got)))
		}
	}
}

// namespaces are those of the cluster, except those of other tests, which come and go: their stacks' have a
// prefix, and those that they make themselves a label.
func (p person) namespaces() (names []string) {
	p.Helper()
	list, err := kube.Resource(cluster.Core("namespaces"), "").List(p.Context(), metav1.ListOptions{})
	if err != nil {
		p.Fatal(err)
	}
	for _, namespace := range list.Items {
		ofATest := namespace.GetLabels()["example.com/team"] != ""
		if name := namespace.GetName(); name == p.stack || !ofATest && !strings.HasPrefix(name, "e2e-") {
			names = append(names, name)
		}
	}
	return names
}

func (p person) gitStatus() string {
	p.Helper()
	cmd := exec.Command("git", "status", "--porcelain")
	cmd.Dir = lab.Root
	out, err := cmd.CombinedOutput()
	if err != nil {
		p.Fatalf("git status: %v\n%s", err, out)
	}
	return string(out)
}

// count reads a number from the engine's summary, where it stands at the start of a line, after a sign.
// Above the summary are lines such as "Stack tracestack-e2e-a2b5 created".
func count(t *testing.T, output, what string) int {
	t.Helper()
	match := regexp.MustCompile(`(?m)^ +(?:[-+~] )?(\d+) ` + what).FindStringSubmatch(output)
	if match == nil {
		t.Fatalf("the summary does not say how many are %s:\n%s", what, output)
	}
	n, _ := strconv.Atoi(match[1])
	return n
}
