package lifecycle_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// unmet is a stack that would patch a Prometheus of the operator, which a bare lab does not have.
const unmet = `config:
  kubernetes:context: tracestack-lab
  tracestack:namespace: unmet
  tracestack:backend: tempo
  tracestack:storage: local
  tracestack:prometheus: {mode: patch, name: k8s, namespace: monitoring}
`

// withoutOperator brings that stack up on a bare lab. Pulumi must say what is missing and make nothing.
func withoutOperator(t *testing.T, here checkout) {
	t.Helper()
	config := filepath.Join(t.TempDir(), "unmet.yaml")
	if err := os.WriteFile(config, []byte(unmet), 0o644); err != nil {
		t.Fatal(err)
	}
	here.does(t, "run", "pulumi", "stack", "init", "--no-select", "unmet")
	for _, command := range [][]string{{"preview"}, {"up", "--yes", "--skip-preview"}} {
		out, err := here.tries(append(append([]string{"run", "pulumi"}, command...), "--stack", "unmet", "--config-file", config)...)
		const want = "resource 'monitoring/k8s' does not exist"
		if err == nil || !strings.Contains(out, want) {
			t.Errorf("pulumi %s ended with %v, want %q:\n%s", command[0], err, want, out)
		}
	}
	if out := here.does(t, "run", "kubectl", "get", "namespaces", "--output", "name"); strings.Contains(out, "namespace/unmet") {
		t.Errorf("it was made all the same:\n%s", out)
	}
}
