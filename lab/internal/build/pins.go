package build

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"
)

// dir is the folder of the module that pins the tool.
func (t Tool) dir(labDir string) string {
	if t.Group == "" {
		return labDir
	}
	return filepath.Join(labDir, "tools", t.Group)
}

// pins are the versions that one go.mod selects.
type pins struct {
	module   string
	versions map[string]string
}

func readPins(dir string) (pins, error) {
	path := filepath.Join(dir, "go.mod")
	body, err := os.ReadFile(path)
	if err != nil {
		return pins{}, err
	}
	file, err := modfile.Parse(path, body, nil)
	if err != nil {
		return pins{}, err
	}
	p := pins{module: file.Module.Mod.Path, versions: map[string]string{}}
	for _, r := range file.Require {
		p.versions[r.Mod.Path] = r.Mod.Version
	}
	// A replacement by another version of the same module is the version that is compiled.
	for _, r := range file.Replace {
		if r.New.Path == r.Old.Path && r.New.Version != "" {
			p.versions[r.Old.Path] = r.New.Version
		}
	}
	return p, nil
}

// version is that of the tool's module; the lab's own code has none.
func (p pins) version(t Tool) (string, error) {
	if t.Module == "" {
		return "", nil
	}
	return p.of(t, t.Module)
}

// release is what the tool calls itself.
func (p pins) release(t Tool) (string, error) {
	switch {
	case t.Release != "":
		return t.Release, nil
	case t.ReleaseOf != "":
		return p.of(t, t.ReleaseOf)
	}
	return p.version(t)
}

func (p pins) of(t Tool, module string) (string, error) {
	if v := p.versions[module]; v != "" {
		return v, nil
	}
	return "", fmt.Errorf("%s: lab/tools/%s pins no version of %s", t.Name, t.Group, module)
}

// ldflags are the tool's, with the release written in; sorted, because they are a part of the key.
func (t Tool) ldflags(release string) string {
	majorMinor := strings.TrimPrefix(semver.MajorMinor(release), "v")
	major, minor, _ := strings.Cut(majorMinor, ".")
	fill := strings.NewReplacer("{release}", release, "{bare}", strings.TrimPrefix(release, "v"), "{major}", major, "{minor}", minor)
	var set []string
	for name, value := range t.Set {
		set = append(set, "-X "+name+"="+fill.Replace(value))
	}
	slices.Sort(set)
	return strings.Join(append([]string{"-s -w"}, set...), " ")
}
