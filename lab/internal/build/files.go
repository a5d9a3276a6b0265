package build

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// addFiles copies the tool's files out of its modules and puts them beside the binary.
func (b *builder) addFiles(ctx context.Context, p part, dir string) error {
	for _, f := range p.tool.Files {
		module, err := loadModule(ctx, p.dir, b.environ, f.Module)
		if err != nil {
			return fmt.Errorf("%s: %w", p.tool.Name, err)
		}
		body, err := os.ReadFile(filepath.Join(module.Dir, f.Path))
		if err != nil {
			return fmt.Errorf("%s: %w", p.tool.Name, err)
		}
		if f.SetVersion {
			if body, err = setVersion(body, strings.TrimPrefix(p.release, "v")); err != nil {
				return fmt.Errorf("%s: %s: %w", p.tool.Name, f.Path, err)
			}
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(f.Path)), body, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// setVersion writes the release into a schema, as the generator of the released plugin does.
func setVersion(schema []byte, version string) ([]byte, error) {
	members := map[string]json.RawMessage{}
	if err := json.Unmarshal(schema, &members); err != nil {
		return nil, err
	}
	quoted, err := json.Marshal(version)
	if err != nil {
		return nil, err
	}
	members["version"] = quoted
	return json.Marshal(members)
}
