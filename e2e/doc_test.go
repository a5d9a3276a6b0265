package e2e_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Somebody who looks for a test begins at the map.
func TestTheMapOfThisPackageNamesEveryFileAndHelper(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob("*_test.go")
	folders, _ := filepath.Glob("internal/*")
	for _, path := range append(files, folders...) {
		name := strings.TrimSuffix(filepath.Base(path), "_test.go")
		if name != "main" && name != "doc" && name != "backend_switch_load" && !strings.Contains(string(text), "\n//\t"+name+" ") {
			t.Errorf("doc.go does not name %s", name)
		}
	}
}
