package main

import (
	"os/exec"
	"strings"
	"testing"
)

const (
	sdk        = "github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	kubernetes = "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
)

// Pulumi's SDKs take minutes to compile. All modules share what was compiled once, but only as long as
// everything below the SDKs has the same version in each of them.
func TestPulumisSDKsAreCompiledOnce(t *testing.T) {
	top := below(t, ".", sdk, kubernetes)
	for dir, sdks := range map[string][]string{
		"examples/grafana": {kubernetes},
		"examples/library": {kubernetes},
		"lab/tools/pulumi": {sdk, kubernetes},
		"e2e":              {sdk},
	} {
		t.Run(dir, func(t *testing.T) {
			for path, version := range below(t, dir, sdks...) {
				if version != top[path] {
					t.Errorf("%s: %s here, %s at the top: `go get %[1]s@VERSION` where it is lower", path, version, top[path])
				}
			}
		})
	}
}

// below gives the modules that packages are compiled with in a module's folder, and their versions.
func below(t *testing.T, dir string, packages ...string) map[string]string {
	t.Helper()
	list := exec.Command("go", append([]string{"list", "-deps", "-f", "{{with .Module}}{{.Path}} {{.Version}}{{end}}"}, packages...)...)
	list.Dir = dir
	output, err := list.Output()
	if err != nil {
		t.Fatalf("%s: %v: %v", dir, list, err)
	}
	versions := map[string]string{}
	for line := range strings.Lines(string(output)) {
		if path, version, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			versions[path] = version
		}
	}
	return versions
}
