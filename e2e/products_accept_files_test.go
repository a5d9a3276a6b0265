package e2e_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// product is a program that reads a rendered file in its pod: which binary of the lab it is, and the
// arguments with which it only checks the file.
type product struct {
	file, variable string
	arguments      func(path string) []string
	// other is true for a file that is rendered for another release than the lab's.
	other func(body string) bool
}

var products = []product{
	{"jaeger.yaml", "TRACESTACK_JAEGER", validate, nil},
	{"collector.yaml", "TRACESTACK_OTELCOL", validate, nil},
	{"tempo.yaml", "TRACESTACK_TEMPO", func(path string) []string {
		return []string{"-config.verify=true", "-config.expand-env=true", "-config.file=" + path}
	}, func(body string) bool { return strings.Contains(body, "\nlive_store:\n") }}, // only Tempo 3 has this
}

func validate(path string) []string { return []string{"validate", "--config", path} }

// Pods get the files that the goldens hold, and the programs in those pods are the lab's binaries.
func TestTheProductsAcceptEveryRenderedFile(t *testing.T) {
	t.Parallel()
	for _, p := range products {
		program := os.Getenv(p.variable)
		if program == "" {
			t.Fatalf("%s names no program: run `make test`", p.variable)
		}
		found := p.rendered(t)
		for _, path := range found {
			t.Run(filepath.Base(filepath.Dir(path))+" "+p.file, func(t *testing.T) {
				if out, err := p.read(program, path); err != nil {
					t.Errorf("%s: %v\n%s", filepath.Base(program), err, out)
				}
			})
		}
		t.Run("and refuse "+p.file+" with a key that they do not know", func(t *testing.T) {
			broken := filepath.Join(t.TempDir(), p.file)
			body, err := os.ReadFile(found[0])
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(broken, append(body, "unknown: {}\n"...), 0o644); err != nil {
				t.Fatal(err)
			}
			if out, err := p.read(program, broken); err == nil {
				t.Errorf("%s accepted an unknown key:\n%s", filepath.Base(program), out)
			}
		})
	}
}

// rendered are a product's files in the cases and examples of the repository.
func (p product) rendered(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, folder := range []string{"stacks/testdata", "examples"} {
		found, err := filepath.Glob(filepath.Join(lab.Root, folder, "*", p.file))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, found...)
	}
	all = slices.DeleteFunc(all, func(path string) bool {
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return p.other != nil && p.other(string(body))
	})
	if len(all) == 0 {
		t.Fatalf("no rendered %s", p.file)
	}
	return all
}

// read lets the product check a file. The credentials in the environment break a file that does not
// quote them.
func (p product) read(program, path string) (string, error) {
	command := exec.Command(program, p.arguments(path)...)
	command.Env = append(os.Environ(), "STORE_ACCESS_KEY=key: #1", `STORE_SECRET_KEY=*&!"\x`)
	out, err := command.CombinedOutput()
	return string(out), err
}
