package main

import (
	"os/exec"
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
	const pulumi = "github.com/pulumi/"
	for pkg, forbidden := range map[string][]string{
		"components":                 {module + "stacks", module + "internal/config", module + "internal/pulumitest"},
		"internal/config":            {module + "stacks", module + "components", module + "internal/render", pulumi},
		"internal/reference":         {module + "stacks", module + "components", module + "internal/render", pulumi},
		"internal/render":            {module + "stacks", module + "components", module + "internal/config", pulumi},
		"internal/render/collector":  {module + "stacks", module + "components", module + "internal/config", pulumi},
		"internal/render/jaeger":     {module + "stacks", module + "components", module + "internal/config", pulumi},
		"internal/render/tempo":      {module + "stacks", module + "components", module + "internal/config", pulumi},
		"internal/naming":            {module, pulumi},
		"internal/versions":          {module, pulumi},
		"internal/pulumitest":        {module},
		"internal/preview":           {module},
		"internal/render/prometheus": {module + "stacks", module + "components", module + "internal/config", pulumi},
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
var agpl = []string{"github.com/grafana/tempo", "github.com/minio/minio", "github.com/aminueza/terraform-provider-minio"}

func refuseModules(t *testing.T, list *exec.Cmd, forbidden []string) {
	t.Helper()
	output, err := list.Output()
	if err != nil {
		t.Fatalf("%v: %v", list, err)
	}
	paths := strings.Fields(string(output))
	if len(paths) == 0 {
		t.Fatalf("%v lists nothing", list)
	}
	for _, path := range paths {
		for _, no := range forbidden {
			if path == no || strings.HasPrefix(path, no+"/") {
				t.Errorf("the module graph has %s", path)
			}
		}
	}
}

func TestTheProgramNeedsNothingOfTheLab(t *testing.T) {
	refuseModules(t, exec.Command("go", "list", "-m", "-f", "{{.Path}}", "all"), append([]string{module + "lab"}, agpl...))
}

func TestNothingIsCompiledWithAModuleUnderTheAGPL(t *testing.T) {
	for _, dir := range []string{"lab", "e2e", "examples/library"} {
		t.Run(dir, func(t *testing.T) {
			list := exec.Command("go", "list", "-deps", "-test", "-f", "{{with .Module}}{{.Path}}{{end}}", "./...")
			list.Dir = dir
			refuseModules(t, list, agpl)
		})
	}
}
