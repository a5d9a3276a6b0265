package e2e_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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
	{"jaeger-collector.yaml", "TRACESTACK_JAEGER", validate, nil},
	{"jaeger-ingester.yaml", "TRACESTACK_JAEGER", validate, nil},
	{"jaeger-query.yaml", "TRACESTACK_JAEGER", validate, nil},
	{"collector.yaml", "TRACESTACK_OTELCOL", validate, nil},
	{"sampler.yaml", "TRACESTACK_OTELCOL", validate, nil},
	{"tempo.yaml", "TRACESTACK_TEMPO", func(path string) []string {
		return []string{"-config.verify=true", "-config.expand-env=true", "-config.file=" + path}
	}, func(body string) bool { return strings.Contains(body, "\nlive_store:\n") }}, // Tempo 3's
	{"prometheus.yaml", "TRACESTACK_PROMTOOL", func(path string) []string { return []string{"check", "config", path} }, nil},
}

// unread are rendered files that no binary of the lab can be asked about.
var unread = map[string]string{
	"ui.json":                     "Jaeger reads it when it starts: TestJaegerShowsAndTellsWhatItsFilesSay",
	"sampling.json":               "the same",
	"user":                        "the C library reads it",
	"client.yaml":                 "promtool reads it only while it writes to a Prometheus",
	"tracestack-datasources.yaml": "the lab has no Grafana",
}

// shown are the files of a case that are for people.
var shown = []string{"config.yaml", "resources.txt", "objects.yaml", "changes.txt"}

func TestNoRenderedFileIsForgotten(t *testing.T) {
	t.Parallel()
	for _, list := range caseFiles(t, "resources.txt") {
		files, err := os.ReadDir(filepath.Dir(list))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			read := slices.ContainsFunc(products, func(p product) bool { return p.file == file.Name() })
			if !read && unread[file.Name()] == "" && !slices.Contains(shown, file.Name()) {
				t.Errorf("%s beside %s: no product is asked whether it would read it", file.Name(), list)
			}
		}
	}
}

// caseFiles are the files of a name in the cases of the repository.
func caseFiles(t *testing.T, name string) []string {
	t.Helper()
	var all []string
	for _, folder := range []string{"stacks/testdata", "examples"} {
		found, err := filepath.Glob(filepath.Join(lab.Root, folder, "*", name))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, found...)
	}
	if len(all) == 0 {
		t.Fatalf("no %s in the cases", name)
	}
	return all
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
				if out, err := p.read(t, program, path); err != nil {
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
			if out, err := p.read(t, program, broken); err == nil {
				t.Errorf("%s accepted an unknown key:\n%s", filepath.Base(program), out)
			}
		})
	}
}

// rendered are a product's files, but for those of another release.
func (p product) rendered(t *testing.T) []string {
	t.Helper()
	all := slices.DeleteFunc(caseFiles(t, p.file), func(path string) bool {
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

// mounted is what the collector reads of a Secret that its pod sees as a file.
var mounted = regexp.MustCompile(`\$\{file:[^}]*\}`)

// read lets the product check a file. The credentials in the environment, and in files, break a file that does
// not quote them.
func (p product) read(t *testing.T, program, path string) (string, error) {
	t.Helper()
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	secret, copied := filepath.Join(t.TempDir(), "secret"), filepath.Join(t.TempDir(), p.file)
	for name, content := range map[string][]byte{secret: []byte(`*&!"\x`), copied: mounted.ReplaceAllLiteral(body, []byte("${file:"+secret+"}"))} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.Command(program, p.arguments(copied)...)
	command.Env = append(os.Environ(), "STORE_ACCESS_KEY=key: #1", `STORE_SECRET_KEY=*&!"\x`, `KAFKA_PASSWORD=*&!"\x`, `CASSANDRA_PASSWORD=*&!"\x`, `VENDOR_KEY=*&!"\x`)
	out, err := command.CombinedOutput()
	return string(out), err
}
