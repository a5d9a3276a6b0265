package build

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// layout is raised when the code here makes something else of the same input.
const layout = 1

// key is a hash over what determines the binary and the files beside it.
func key(t Tool, dir string, p pins, env goEnv, ldflags string) (string, error) {
	flags := strings.Fields(env.GOFLAGS)
	slices.Sort(flags)
	env.GOFLAGS = strings.Join(slices.Compact(flags), " ")
	files, err := filesOf(t, dir, p.module)
	if err != nil {
		return "", fmt.Errorf("%s: %w", t.Name, err)
	}
	h := sha256.New()
	what := []any{layout, env, t.Name, t.Package, ldflags, t.Files}
	if len(t.Tags) > 0 {
		what = append(what, t.Tags)
	}
	if t.Java != nil {
		// The Java development kit is the machine's. Its updates are no reason to build again.
		what = []any{layout, env.GOOS, env.GOARCH, t.Name, t.Java, javaModules}
	}
	if err := json.NewEncoder(h).Encode(what); err != nil {
		return "", err
	}
	for _, name := range files {
		body, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil && !(name == "go.sum" && errors.Is(err, fs.ErrNotExist)) {
			return "", fmt.Errorf("%s: %w", t.Name, err)
		}
		fmt.Fprintf(h, "%s %d\n", name, len(body))
		h.Write(body)
	}
	return hex.EncodeToString(h.Sum(nil))[:16], nil
}

// filesOf are the files that determine what is built, relative to the group's folder.
func filesOf(t Tool, dir, module string) ([]string, error) {
	if t.Java != nil {
		return javaSources(dir)
	}
	files, err := sources(dir, module, t.Package)
	return append([]string{"go.mod", "go.sum"}, files...), err
}

// sources are the files of a package of the module in dir and of the module's other packages that
// it imports, relative to dir. A package of another module has none: go.sum stands for it.
func sources(dir, module, pkg string) ([]string, error) {
	if !strings.HasPrefix(pkg, "./") {
		return nil, nil
	}
	var files []string
	seen := map[string]bool{}
	todo := []string{path.Clean(pkg)}
	for len(todo) > 0 {
		folder := todo[0]
		todo = todo[1:]
		if seen[folder] {
			continue
		}
		seen[folder] = true
		names, imports, err := packageFiles(dir, folder)
		if err != nil {
			return nil, err
		}
		files = append(files, names...)
		for _, i := range imports {
			if rest, ours := strings.CutPrefix(i, module+"/"); ours {
				todo = append(todo, rest)
			}
		}
	}
	slices.Sort(files)
	return files, nil
}

// packageFiles lists every file but tests, because embedded files count as well.
func packageFiles(dir, folder string) (names, imports []string, err error) {
	entries, err := os.ReadDir(filepath.Join(dir, folder))
	if err != nil {
		return nil, nil, err
	}
	for _, e := range entries {
		name := path.Join(folder, e.Name())
		if !e.Type().IsRegular() || strings.HasSuffix(name, "_test.go") {
			continue
		}
		names = append(names, name)
		if !strings.HasSuffix(name, ".go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, name), nil, parser.ImportsOnly)
		if err != nil {
			return nil, nil, err
		}
		for _, spec := range file.Imports {
			i, _ := strconv.Unquote(spec.Path.Value)
			imports = append(imports, i)
		}
	}
	return names, imports, nil
}
