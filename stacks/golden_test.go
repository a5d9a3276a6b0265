package stacks_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/tracestack/tracestack/internal/pulumitest"
	"github.com/tracestack/tracestack/stacks"
)

var update = flag.Bool("update", false, "write what the cases in testdata render, instead of comparing")

// cases are the configurations whose outcome is kept beside them: the examples for people, and what
// else the tests need.
func cases(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, pattern := range []string{"testdata/*/config.yaml", "../examples/*/config.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no cases in %s: %v", pattern, err)
		}
		all = append(all, files...)
	}
	return all
}

// A case is a folder: config.yaml, which a person writes, and what comes of it.
func TestEachCaseRendersWhatItsFolderShows(t *testing.T) {
	for _, file := range cases(t) {
		folder := filepath.Dir(file)
		t.Run(filepath.Base(folder), func(t *testing.T) {
			values, secret, err := engineConfig(t, file)
			if err != nil {
				t.Fatal(err)
			}
			graph, err := pulumitest.Run(t, values, secret, stacks.RunAlone)
			if err != nil {
				t.Fatal(err)
			}
			if err := pulumitest.Check(graph); err != nil {
				t.Error(err)
			}
			compare(t, folder, rendered(t, graph))
		})
	}
}

// rendered gives the files of a case: the resources, the Kubernetes objects, and each product file
// as the pod will see it.
func rendered(t *testing.T, graph pulumitest.Graph) map[string]string {
	t.Helper()
	files := map[string]string{"resources.txt": resourceList(graph), "objects.yaml": objectList(t, graph)}
	for _, stored := range graph.Of("kubernetes:core/v1:ConfigMap") {
		data, _ := stored.Object()["data"].(map[string]any)
		for name, body := range data {
			files[name] = body.(string)
		}
	}
	return files
}

func resourceList(graph pulumitest.Graph) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%-40s %-40s %s\n", "TYPE", "NAME", "PARENT")
	for _, r := range graph {
		parent := r.Parent[strings.LastIndex(r.Parent, "::")+2:]
		fmt.Fprintf(&text, "%-40s %-40s %s\n", r.Type, r.Name, parent)
	}
	return text.String()
}

func objectList(t *testing.T, graph pulumitest.Graph) string {
	t.Helper()
	var text strings.Builder
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	ordered := slices.Clone(graph)
	slices.SortStableFunc(ordered, func(a, b pulumitest.Resource) int { return cmp.Compare(a.Name, b.Name) })
	for _, r := range ordered {
		if !strings.HasPrefix(r.Type, "kubernetes:") {
			continue
		}
		if err := encoder.Encode(r.Object()); err != nil {
			t.Fatal(err)
		}
	}
	return text.String()
}

// compare holds a folder against what was rendered, in both directions: a file that nothing
// renders any more is an error too.
func compare(t *testing.T, folder string, files map[string]string) {
	t.Helper()
	present, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range present {
		if _, ok := files[entry.Name()]; ok || entry.Name() == "config.yaml" {
			continue
		}
		if !*update {
			t.Errorf("%s: nothing renders it any more; run go test ./stacks -update", entry.Name())
		} else if err := os.Remove(filepath.Join(folder, entry.Name())); err != nil {
			t.Fatal(err)
		}
	}
	for name, body := range files {
		path := filepath.Join(folder, name)
		if *update {
			if err := os.WriteFile(path, []byte(body), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Errorf("%v; run go test ./stacks -update", err)
		} else if string(want) != body {
			t.Errorf("%s differs; run go test ./stacks -update and read the diff. First difference:\n%s", path, difference(string(want), body))
		}
	}
}

func difference(want, got string) string {
	wanted, gotten := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(wanted), len(gotten)) {
		if wanted[i] != gotten[i] {
			return fmt.Sprintf("line %d\n- %s\n+ %s", i+1, wanted[i], gotten[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(gotten), len(wanted))
}
