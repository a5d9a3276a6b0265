package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/tracestack/tracestack/"

// dependencies lists every package that a package of this module needs, itself left out.
func dependencies(t *testing.T, pkg string) []string {
	t.Helper()
	output, err := exec.Command("go", "list", "-deps", "./"+pkg).Output()
	if err != nil {
		t.Fatalf("go list -deps ./%s: %v", pkg, err)
	}
	var all []string
	for _, dependency := range strings.Fields(string(output)) {
		if dependency != module+pkg {
			all = append(all, dependency)
		}
	}
	return all
}

func TestImportsGoOneWay(t *testing.T) {
	const (
		pulumi = "github.com/pulumi/"
		// Grafana's types take half a minute to compile. Only tests need them.
		grafana = "github.com/grafana/"
		// Only the program asks the cluster itself.
		client = "k8s.io/client-go/"
	)
	for pkg, forbidden := range map[string][]string{
		"components":                 {module + "stacks", module + "internal/config", module + "internal/pulumitest", grafana, client},
		"internal/kube":              {module + "stacks", module + "components", module + "internal/config", module + "internal/render/", module + "internal/pulumitest"},
		"internal/config":            {module + "stacks", module + "components", module + "internal/render", pulumi},
		"settings":                   {module + "stacks", module + "components", module + "internal/config", module + "internal/render", pulumi},
		"internal/spec":              {module + "stacks", module + "components", module + "internal/config", module + "internal/render", module + "settings", pulumi},
		"internal/reference":         {module + "stacks", module + "components", module + "internal/render", pulumi},
		"internal/render":            {module + "stacks", module + "components", module + "internal/config", pulumi},
		"internal/render/collector":  {module + "stacks", module + "components", module + "internal/config", pulumi},
		"internal/render/jaeger":     {module + "stacks", module + "components", module + "internal/config", pulumi},
		"internal/render/tempo":      {module + "stacks", module + "components", module + "internal/config", pulumi},
		"internal/naming":            {module, pulumi},
		"internal/sizes":             {module, pulumi},
		"internal/versions":          {module, pulumi},
		"internal/pulumitest":        {module},
		"internal/plan":              {module, client},
		"internal/preview":           {module},
		"internal/render/prometheus": {module + "stacks", module + "components", module + "internal/config", pulumi},
		"stacks":                     {grafana},
		"internal/render/grafana":    {module + "stacks", module + "components", module + "internal/config", pulumi, grafana},
	} {
		t.Run(pkg, func(t *testing.T) {
			for _, dependency := range dependencies(t, pkg) {
				for _, prefix := range forbidden {
					if strings.HasPrefix(dependency, prefix) {
						t.Errorf("needs %s", dependency)
					}
				}
			}
		})
	}
}

// agpl are modules under the AGPL. The lab may run programs that are built of them, each from a
// module of its own; nothing here may be compiled with one.
var agpl = []string{
	"github.com/grafana/tempo", "github.com/minio/minio", "github.com/minio/madmin-go", "github.com/minio/pkg",
	"github.com/aminueza/terraform-provider-minio",
}

func refuseModules(t *testing.T, list *exec.Cmd, forbidden []string) {
	t.Helper()
	for _, path := range listed(t, list) {
		for _, no := range forbidden {
			if path == no || strings.HasPrefix(path, no+"/") {
				t.Errorf("the module graph has %s", path)
			}
		}
	}
}

func listed(t *testing.T, list *exec.Cmd) []string {
	t.Helper()
	output, err := list.Output()
	if err != nil {
		t.Fatalf("%v: %v", list, err)
	}
	lines := strings.Fields(string(output))
	if len(lines) == 0 {
		t.Fatalf("%v lists nothing", list)
	}
	return lines
}

func TestTheProgramNeedsNothingOfTheLab(t *testing.T) {
	refuseModules(t, exec.Command("go", "list", "-m", "-f", "{{.Path}}", "all"), []string{module + "lab"})
}

// modules are the folders of every module of the repository but those of the lab's tools.
func modules(t *testing.T) (dirs []string) {
	t.Helper()
	tools := filepath.Join("lab", "tools")
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path == tools || entry.IsDir() && entry.Name() == ".git":
			return fs.SkipDir
		case entry.Name() == "go.mod":
			dirs = append(dirs, filepath.Dir(path))
		}
		return nil
	})
	if err != nil || !slices.Contains(dirs, "lab") || !slices.Contains(dirs, ".") {
		t.Fatalf("found the modules %q, %v", dirs, err)
	}
	return dirs
}

func TestNothingIsCompiledWithAModuleUnderTheAGPL(t *testing.T) {
	for _, dir := range modules(t) {
		t.Run(dir, func(t *testing.T) {
			graph := exec.Command("go", "list", "-m", "-f", "{{.Path}}", "all")
			graph.Dir = dir
			refuseModules(t, graph, agpl)
			// A fork has another name and the same licence.
			sources := exec.Command("go", "list", "-deps", "-test", "-f", "{{with .Module}}{{.Dir}}{{end}}", "./...")
			sources.Dir = dir
			folders := listed(t, sources)
			slices.Sort(folders)
			for _, folder := range slices.Compact(folders) {
				if name := underAGPL(t, folder); name != "" {
					t.Errorf("compiled with a module under the AGPL: %s", name)
				}
			}
		})
	}
}

// underAGPL names the licence file of a module's folder that is the AGPL.
func underAGPL(t *testing.T, folder string) string {
	t.Helper()
	for _, pattern := range []string{"LICEN[CS]E*", "COPYING*", "licen[cs]e*"} {
		names, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			// A folder of licences is no licence.
			if text, err := os.ReadFile(name); err == nil && isAGPL(string(text)) {
				return name
			}
		}
	}
	return ""
}

// isAGPL looks at the title: the GPL's own text mentions the AGPL further down.
func isAGPL(text string) bool {
	title := text[:min(len(text), 300)]
	return strings.Contains(strings.ToUpper(title), "GNU AFFERO GENERAL PUBLIC LICENSE")
}

func TestTheAGPLIsKnownByItsTitle(t *testing.T) {
	for text, want := range map[string]bool{
		"                    GNU AFFERO GENERAL PUBLIC LICENSE\n                       Version 3":                               true,
		"GNU Affero General Public License v3":                                                                                  true,
		"                    GNU GENERAL PUBLIC LICENSE\n" + strings.Repeat("text ", 100) + "GNU Affero General Public License": false,
		"Apache License": false,
	} {
		if got := isAGPL(text); got != want {
			t.Errorf("%.60q: got %t", text, got)
		}
	}
}
