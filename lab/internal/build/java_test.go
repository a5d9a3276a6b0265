package build

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// write makes files in a new folder.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, body := range files {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(body), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const pom = `<project><dependencies>
  <dependency><groupId>org.example</groupId><artifactId>server</artifactId><version>1.2.3</version></dependency>
</dependencies></project>`

func TestJavaKey(t *testing.T) {
	base := map[string]string{"pom.xml": pom, jarSums: "x  lib/a.jar\n", "Prepare.java": "class Prepare {}\n"}
	tool := Tool{Name: "server", Module: "org.example:server", Java: &Java{Home: "/server", Prepare: "Prepare.java"}}
	keyOf := func(t *testing.T, tool Tool, env goEnv, change map[string]string) string {
		t.Helper()
		dir := write(t, base)
		for name, body := range change {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		k, err := key(tool, dir, pins{}, env, "-s -w")
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	elsewhere := tool
	elsewhere.Java = &Java{Home: "/other", Prepare: "Prepare.java"}
	first := keyOf(t, tool, goEnv{}, nil)
	for _, c := range []struct {
		claim  string
		tool   Tool
		env    goEnv
		change map[string]string
		same   bool
	}{
		{"another checkout with equal pins has the same key", tool, goEnv{}, nil, true},
		{"the Go version changes nothing", tool, goEnv{GOVERSION: "go1.26.9"}, nil, true},
		{"the architecture changes it", tool, goEnv{GOARCH: "arm64"}, nil, false},
		{"another place in the image changes it", elsewhere, goEnv{}, nil, false},
		{"pom.xml changes it", tool, goEnv{}, map[string]string{"pom.xml": pom + " "}, false},
		{"the sums change it", tool, goEnv{}, map[string]string{jarSums: "y  lib/a.jar\n"}, false},
		{"its own Java program changes it", tool, goEnv{}, map[string]string{"Prepare.java": "class Prepare { }\n"}, false},
	} {
		t.Run(c.claim, func(t *testing.T) {
			if got := keyOf(t, c.tool, c.env, c.change); (got == first) != c.same {
				t.Errorf("key %s beside %s", got, first)
			}
		})
	}
}

func TestReadPOM(t *testing.T) {
	tool := Tool{Name: "server", Group: "some", Module: "org.example:server"}
	p, err := readPOM(write(t, map[string]string{"pom.xml": pom}))
	if err != nil {
		t.Fatal(err)
	}
	t.Run("an artifact has its version by group and name", func(t *testing.T) {
		if got, err := p.version(tool); err != nil || got != "1.2.3" {
			t.Errorf("got %q, %v", got, err)
		}
	})
	t.Run("one that is not pinned is refused", func(t *testing.T) {
		tool.Module = "org.example:other"
		if _, err := p.version(tool); err == nil || !strings.Contains(err.Error(), "pins no version of org.example:other") {
			t.Errorf("got %v", err)
		}
	})
}

func TestCheckJars(t *testing.T) {
	// As sha256sum writes them: of "a" and "b".
	sums := filepath.Join(write(t, map[string]string{jarSums: "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb  lib/a.jar\n" +
		"3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d  lib/b.jar\n"}), jarSums)
	for _, c := range []struct {
		claim string
		files map[string]string
		says  string
	}{
		{"what the sums name passes", map[string]string{"lib/a.jar": "a", "lib/b.jar": "b"}, ""},
		{"another content is refused", map[string]string{"lib/a.jar": "a", "lib/b.jar": "c"}, "lib/b.jar: it is not the one that jars.sum names"},
		{"one that is missing is named", map[string]string{"lib/a.jar": "a"}, "lib/b.jar: jars.sum names it and Maven did not bring it"},
		{"one that is too many is named", map[string]string{"lib/a.jar": "a", "lib/b.jar": "b", "lib/c.jar": "c"}, "lib/c.jar: jars.sum does not name it"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			err := checkJars(sums, write(t, c.files))
			if (err != nil) != (c.says != "") || (err != nil && err.Error() != c.says) {
				t.Errorf("got %v, want %q", err, c.says)
			}
		})
	}
}

func TestNeedsJava(t *testing.T) {
	for _, c := range []struct {
		claim  string
		only   string
		cached bool
		want   bool
	}{
		{"a Java server that is not cached needs it", "opensearch", false, true},
		{"one that is cached does not", "opensearch", true, false},
		{"a Go program does not", "pause", false, false},
	} {
		t.Run(c.claim, func(t *testing.T) {
			options := Options{LabDir: labDir, CacheDir: t.TempDir(), Only: []string{c.only}}
			_, parts, err := prepare(t.Context(), options)
			if err != nil {
				t.Fatal(err)
			}
			if c.cached {
				if err := os.MkdirAll(parts[0].entry, 0o755); err != nil {
					t.Fatal(err)
				}
			}
			if got, err := NeedsJava(t.Context(), options); err != nil || got != c.want {
				t.Errorf("got %t, %v", got, err)
			}
		})
	}
}

func TestLibrariesOfARuntime(t *testing.T) {
	said := "/jre/bin/java:\n\tlinux-vdso.so.1 (0x00007ffc)\n\tlibz.so.1 => /lib/x86_64-linux-gnu/libz.so.1 (0x00007f1)\n" +
		"\tlibjli.so => /jre/bin/../lib/libjli.so (0x00007f2)\n\t/lib64/ld-linux-x86-64.so.2 (0x00007f3)\n/jre/lib/server/libjvm.so:\n\tlibz.so.1 => /lib/x86_64-linux-gnu/libz.so.1 (0x00007f4)\n"
	if got, want := strings.Join(librariesIn(said, "/jre"), " "), "/lib/x86_64-linux-gnu/libz.so.1 /lib64/ld-linux-x86-64.so.2"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
