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
		"components":                {module + "stacks", module + "internal/config", module + "internal/pulumitest"},
		"internal/config":           {module + "stacks", module + "components", module + "internal/render", pulumi},
		"internal/reference":        {module + "stacks", module + "components", module + "internal/render", pulumi},
		"internal/render":           {module + "stacks", module + "components", module + "internal/config", pulumi},
		"internal/render/collector": {module + "stacks", module + "components", module + "internal/config", pulumi},
		"internal/render/jaeger":    {module + "stacks", module + "components", module + "internal/config", pulumi},
		"internal/naming":           {module, pulumi},
		"internal/versions":         {module, pulumi},
		"internal/pulumitest":       {module},
		"internal/preview":          {module},
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

func TestTheProgramNeedsNothingOfTheLab(t *testing.T) {
	output, err := exec.Command("go", "list", "-m", "-f", "{{.Path}}", "all").Output()
	if err != nil {
		t.Fatal(err)
	}
	// The servers and the provider that the lab builds and that are under the AGPL.
	for _, path := range strings.Fields(string(output)) {
		for _, forbidden := range []string{
			module + "lab", "github.com/grafana/tempo", "github.com/minio/minio", "github.com/aminueza/terraform-provider-minio",
		} {
			if path == forbidden || strings.HasPrefix(path, forbidden+"/") {
				t.Errorf("the module graph has %s", path)
			}
		}
	}
}
