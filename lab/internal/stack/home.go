package stack

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
)

// Plugin is a resource provider plugin: its name, its version and the folder that the build left it in.
type Plugin struct{ Name, Version, Dir string }

// Install makes the folders that Settings name: the programs on the PATH, Pulumi's home with its
// plugins, the state backend and its passphrase.
func (p Project) Install(programs map[string]string, plugins []Plugin) error {
	for _, dir := range []string{"bin", "pulumi", "stacks"} {
		if err := os.MkdirAll(p.State.Path(dir), 0o755); err != nil {
			return err
		}
	}
	for name, target := range programs {
		if err := place(target, p.State.Path("bin", name)); err != nil {
			return err
		}
	}
	for _, plugin := range plugins {
		if err := p.installPlugin(plugin); err != nil {
			return err
		}
	}
	passphrase := p.State.Path("passphrase")
	if _, err := os.Stat(passphrase); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.WriteFile(passphrase, []byte(rand.Text()), 0o600)
}

// place makes a program stand in a folder as a file, not as a link to one: the CLI takes a language
// host that stands beside it as the one it came with.
func place(program, path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if os.Link(program, path) == nil {
		return nil
	}
	// Another file system.
	body, err := os.ReadFile(program)
	if err != nil {
		return err
	}
	return os.WriteFile(path, body, 0o755)
}

// installPlugin makes a folder as `pulumi plugin install` does. A link to one is not looked into.
func (p Project) installPlugin(plugin Plugin) error {
	dir := p.State.Path("pulumi", "plugins", "resource-"+plugin.Name+"-v"+plugin.Version)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	files, err := os.ReadDir(plugin.Dir)
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := place(filepath.Join(plugin.Dir, file.Name()), filepath.Join(dir, file.Name())); err != nil {
			return err
		}
	}
	return nil
}
