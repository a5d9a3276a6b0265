package e2e_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The files that the goldens hold are what pods get; the lab's binaries are what reads them there.
func TestTheProductsAcceptEveryRenderedFile(t *testing.T) {
	t.Parallel()
	for file, variable := range map[string]string{"jaeger.yaml": "TRACESTACK_JAEGER", "collector.yaml": "TRACESTACK_OTELCOL"} {
		program := os.Getenv(variable)
		if program == "" {
			t.Fatalf("%s names no program: run `make test`", variable)
		}
		found, err := filepath.Glob(filepath.Join(lab.Root, "stacks", "testdata", "*", file))
		if err != nil || len(found) == 0 {
			t.Fatalf("no rendered %s in stacks/testdata: %v", file, err)
		}
		for _, path := range found {
			t.Run(filepath.Base(filepath.Dir(path))+" "+file, func(t *testing.T) {
				if out, err := validate(program, path); err != nil {
					t.Errorf("%s validate --config %s: %v\n%s", filepath.Base(program), path, err, out)
				}
			})
		}
		t.Run("and refuse "+file+" with a key that they do not know", func(t *testing.T) {
			broken := filepath.Join(t.TempDir(), file)
			body, err := os.ReadFile(found[0])
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(broken, append(body, "unknown: {}\n"...), 0o644); err != nil {
				t.Fatal(err)
			}
			if out, err := validate(program, broken); err == nil {
				t.Errorf("%s accepted an unknown key:\n%s", filepath.Base(program), out)
			}
		})
	}
}

func validate(program, config string) (string, error) {
	out, err := exec.Command(program, "validate", "--config", config).CombinedOutput()
	return string(out), err
}
