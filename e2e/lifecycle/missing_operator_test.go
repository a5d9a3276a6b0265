package lifecycle_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// unmet are stacks that need an operator, which a bare lab does not have, and what Pulumi says of each.
var unmet = map[string]string{
	`
  tracestack:backend: tempo
  tracestack:storage: local
  tracestack:prometheus: {mode: patch, name: k8s, namespace: monitoring}
`: "resource 'monitoring/k8s' does not exist",
	`
  tracestack:collector: {managedBy: operator}
`: "this cluster does not know opentelemetrycollectors.opentelemetry.io; install it first",
}

// withoutOperator brings those stacks up on a bare lab. Pulumi must say what is missing and make nothing.
func withoutOperator(t *testing.T, here checkout) {
	t.Helper()
	config := filepath.Join(t.TempDir(), "unmet.yaml")
	here.does(t, "run", "pulumi", "stack", "init", "--no-select", "unmet")
	for settings, want := range unmet {
		body := "config:\n  kubernetes:context: tracestack-lab\n  tracestack:namespace: unmet" + settings
		if err := os.WriteFile(config, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
		for _, command := range [][]string{{"preview"}, {"up", "--yes", "--skip-preview"}} {
			out, err := here.tries(append(append([]string{"run", "pulumi"}, command...), "--stack", "unmet", "--config-file", config)...)
			if err == nil || !strings.Contains(out, want) {
				t.Errorf("pulumi %s ended with %v, want %q:\n%s", command[0], err, want, out)
			}
		}
	}
	if out := here.does(t, "run", "kubectl", "get", "namespaces", "--output", "name"); strings.Contains(out, "namespace/unmet") {
		t.Errorf("it was made all the same:\n%s", out)
	}
}
