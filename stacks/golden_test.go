package stacks_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tracestack/tracestack/internal/pulumitest"
	"github.com/tracestack/tracestack/stacks"
)

var update = flag.Bool("update", false, "write what the cases in testdata render, instead of comparing")

// A testCase is a configuration, and the folder that keeps what comes of it.
type testCase struct{ config, folder string }

// cases are the examples for people, the stack files of the repository, and what else the tests need.
func cases(t *testing.T) []testCase {
	t.Helper()
	var all []testCase
	for _, pattern := range []string{"testdata/*/config.yaml", "../examples/*/config.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no cases in %s: %v", pattern, err)
		}
		for _, file := range files {
			all = append(all, testCase{file, filepath.Dir(file)})
		}
	}
	for _, file := range stackFiles {
		all = append(all, testCase{file, filepath.Join("testdata", strings.TrimSuffix(filepath.Base(file), ".yaml"))})
	}
	return all
}

// stackFiles are those of the repository. A glob would also find somebody's own.
var stackFiles = []string{"../Pulumi.dev.yaml", "../Pulumi.elasticsearch.yaml", "../Pulumi.prod-jaeger.yaml", "../Pulumi.prod.yaml", "../Pulumi.tempo.yaml"}

// left are the settings that Pulumi.tempo.yaml leaves to whoever brings the stack up.
var left = map[string]string{
	"minio:minioServer": "minio.example.com:9000", "minio:minioUser": "platform", "minio:minioPassword": "not-a-password",
}

func (c testCase) graph(t *testing.T) pulumitest.Graph {
	t.Helper()
	values, secret, err := engineConfig(t, c.config)
	if err != nil {
		t.Fatal(err)
	}
	if c.config == "../Pulumi.tempo.yaml" {
		maps.Copy(values, left)
		secret = append(secret, "minio:minioPassword")
	}
	graph, err := pulumitest.Run(t, values, secret, stacks.RunAlone)
	if err != nil {
		t.Fatal(err)
	}
	if err := pulumitest.Check(graph); err != nil {
		t.Error(err)
	}
	return graph
}

func TestEachCaseRendersWhatItsFolderShows(t *testing.T) {
	all := cases(t)
	var bases []rendering
	for _, c := range all {
		if slices.Contains(baseFolders, c.folder) {
			bases = append(bases, render(t, c.folder, c.graph(t), nil))
		}
	}
	for _, c := range all {
		t.Run(filepath.Base(c.folder), func(t *testing.T) {
			others := bases
			if slices.Contains(baseFolders, c.folder) {
				others = nil
			}
			compare(t, c, render(t, c.folder, c.graph(t), others).files(t, others))
		})
	}
}

func TestEveryFolderOfTestdataIsACase(t *testing.T) {
	folders, err := filepath.Glob("testdata/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		if !slices.ContainsFunc(cases(t), func(c testCase) bool { return c.folder == folder }) {
			t.Errorf("%s: no configuration renders it", folder)
		}
	}
}

// compare holds a folder against what was rendered, in both directions: a file that nothing
// renders any more is an error too.
func compare(t *testing.T, c testCase, files map[string]string) {
	t.Helper()
	folder := c.folder
	if *update {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	present, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range present {
		if _, ok := files[entry.Name()]; ok || filepath.Join(folder, entry.Name()) == c.config {
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
