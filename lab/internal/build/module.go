package build

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
)

// A Module is a pinned module in Go's module cache.
type Module struct{ Path, Version, Dir string }

// LoadModule finds a module at the version that a group's go.mod pins, for what is in it beside Go
// code. It is downloaded where the cache lacks it, and its dependencies are not.
func LoadModule(ctx context.Context, labDir, group, path string) (Module, error) {
	return loadModule(ctx, filepath.Join(labDir, "tools", group), Environ(), path)
}

func loadModule(ctx context.Context, dir string, environ []string, path string) (Module, error) {
	cmd := goCommand(ctx, dir, environ, "mod", "download", "-json", path)
	out, err := cmd.Output()
	var answer struct {
		Module
		Error string
	}
	if json.Unmarshal(out, &answer) == nil && answer.Error != "" {
		return Module{}, fmt.Errorf("go mod download %s: %s", path, answer.Error)
	}
	if err != nil {
		return Module{}, fmt.Errorf("go mod download %s: %w", path, err)
	}
	return answer.Module, nil
}
