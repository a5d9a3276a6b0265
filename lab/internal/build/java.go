package build

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/tracestack/tracestack/lab/internal/host"
)

// Java says how a server that is published as jars becomes a tool. The tool is a folder then, the whole
// root of an image: the server, a Java runtime cut to what it uses, and the C libraries of that.
type Java struct {
	// Home is the server's folder in the image. The group's pom.xml puts lib and whatever else into it.
	Home string
	// Prepare is a Java program of the group that makes what else Home needs; empty: nothing. It is run
	// once, with Home as its argument and the jars on its class path.
	Prepare string
	// Jars is for what others run: the folder is what Maven brings, without a Java runtime.
	Jars bool
	// Libraries are further C libraries, by their names: what a jar unpacks when it runs asks for them.
	Libraries []string `json:",omitempty"`
}

// jarSums is the file of a group with the SHA-256 of every file that its pom.xml brings, which Maven
// has no file for. It is what sha256sum writes.
const jarSums = "jars.sum"

// javaModules are what the servers use of Java. One list, because a runtime of it is small enough.
var javaModules = []string{
	"java.base", "java.compiler", "java.desktop", "java.instrument", "java.logging", "java.management",
	"java.management.rmi", "java.naming", "java.net.http", "java.rmi", "java.scripting", "java.security.jgss",
	"java.security.sasl", "java.sql", "java.xml", "jdk.attach", "jdk.crypto.ec", "jdk.localedata",
	"jdk.management", "jdk.net", "jdk.unsupported", "jdk.zipfs",
}

// readPOM takes the pins of a pom.xml: what it depends on itself. What those bring is in jars.sum.
func readPOM(dir string) (pins, error) {
	path := filepath.Join(dir, "pom.xml")
	body, err := os.ReadFile(path)
	if err != nil {
		return pins{}, err
	}
	var pom struct {
		Dependencies []struct {
			Group    string `xml:"groupId"`
			Artifact string `xml:"artifactId"`
			Version  string `xml:"version"`
		} `xml:"dependencies>dependency"`
	}
	if err := xml.Unmarshal(body, &pom); err != nil {
		return pins{}, fmt.Errorf("%s: %w", path, err)
	}
	p := pins{versions: map[string]string{}}
	for _, d := range pom.Dependencies {
		p.versions[d.Group+":"+d.Artifact] = d.Version
	}
	return p, nil
}

// javaSources are all files of the group: none of them is for another tool.
func javaSources(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() {
			names = append(names, e.Name())
		}
	}
	return names, err
}

// assemble makes the root of an image in a folder of the tool's name.
func (b *builder) assemble(ctx context.Context, p part, dir string) error {
	log, err := p.openLog()
	if err != nil {
		return err
	}
	defer log.Close()
	jdk := host.JDK()
	if jdk == "" {
		return fmt.Errorf("%s: there is no Java development kit %s", p.tool.Name, host.JavaVersion)
	}
	root, work := filepath.Join(dir, p.tool.Name), filepath.Join(dir, "work")
	home := filepath.Join(root, p.tool.Java.Home)
	if err := os.MkdirAll(home, 0o755); err != nil {
		return err
	}
	run := func(name string, args ...string) error {
		return b.logged(ctx, p, log, filepath.Base(name), command(ctx, p.dir, append(os.Environ(), "JAVA_HOME="+jdk), name, args...))
	}
	java := func(program string) string { return filepath.Join(jdk, "bin", program) }
	if err := run("mvn", "-B", "-Dhome="+home, "-Dwork="+work, "process-resources"); err != nil {
		return err
	}
	if err := checkJars(filepath.Join(p.dir, jarSums), home); err != nil {
		return fmt.Errorf("%s: %w", p.tool.Name, err)
	}
	if p.tool.Java.Jars {
		return os.RemoveAll(work)
	}
	jre := filepath.Join(home, "jre")
	if made := b.runtime(); made != "" {
		err = os.CopyFS(jre, os.DirFS(made))
	} else {
		err = run(java("jlink"), "--output", jre, "--add-modules", strings.Join(javaModules, ","),
			"--strip-debug", "--no-header-files", "--no-man-pages", "--compress=2", "--include-locales=en")
	}
	if err != nil {
		return err
	}
	if program := p.tool.Java.Prepare; program != "" {
		if err := run(java("java"), "-cp", filepath.Join(home, "lib", "*"), program, home); err != nil {
			return err
		}
	}
	if err := addLibraries(ctx, root, jre, p.tool.Java.Libraries); err != nil {
		return fmt.Errorf("%s: %w", p.tool.Name, err)
	}
	return os.RemoveAll(work)
}

// runtime is that of a server which is there already; empty: there is none. All have the same, and making one
// takes longer than all else of a server.
func (b *builder) runtime() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, r := range b.results {
		if r.Tool.Java != nil && !r.Tool.Java.Jars {
			return filepath.Join(r.Path, r.Tool.Java.Home, "jre")
		}
	}
	return ""
}

// checkJars refuses a folder that is not, file for file, what the sums name.
func checkJars(sums, home string) error {
	body, err := os.ReadFile(sums)
	if err != nil {
		return err
	}
	want := map[string]string{}
	for line := range strings.Lines(string(body)) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		want[name] = sum
	}
	var errs []error
	err = filepath.WalkDir(home, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, _ := filepath.Rel(home, path)
		sum, err := sumOf(path)
		switch {
		case err != nil:
			return err
		case want[name] == "":
			errs = append(errs, fmt.Errorf("%s: %s does not name it", name, jarSums))
		case want[name] != sum:
			errs = append(errs, fmt.Errorf("%s: it is not the one that %s names", name, jarSums))
		}
		delete(want, name)
		return nil
	})
	for name := range want {
		errs = append(errs, fmt.Errorf("%s: %s names it and Maven did not bring it", name, jarSums))
	}
	return errors.Join(append(errs, err)...)
}

func sumOf(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	h := sha256.New()
	_, err = io.Copy(h, file)
	return hex.EncodeToString(h.Sum(nil)), err
}

// library is the path of a shared library in a line of ldd: behind an arrow, or of the loader alone.
var library = regexp.MustCompile(`(?m)(?:=> |^\s+)(/\S+) \(0x`)

// librariesIn are the paths in what ldd says, without the runtime's own, which are where they belong.
func librariesIn(said, jre string) (paths []string) {
	for _, match := range library.FindAllStringSubmatch(said, -1) {
		if path := match[1]; !strings.HasPrefix(path, jre) && !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	return paths
}

// addLibraries puts this machine's shared libraries that a Java runtime needs where they are here, and those
// that are named beside them.
func addLibraries(ctx context.Context, root, jre string, named []string) error {
	cmd := exec.CommandContext(ctx, "ldd", filepath.Join(jre, "bin", "java"), filepath.Join(jre, "lib", "server", "libjvm.so"))
	said, err := cmd.CombinedOutput()
	if err != nil || bytes.Contains(said, []byte("not found")) {
		return fmt.Errorf("ldd does not find the libraries of the Java runtime: %v\n%s", err, said)
	}
	paths := librariesIn(string(said), jre)
	for _, name := range named {
		paths = append(paths, filepath.Join(filepath.Dir(paths[0]), name))
	}
	for _, path := range paths {
		body, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		target := filepath.Join(root, path)
		if err := errors.Join(os.MkdirAll(filepath.Dir(target), 0o755), os.WriteFile(target, body, 0o755)); err != nil {
			return err
		}
	}
	return nil
}
