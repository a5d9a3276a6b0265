package images

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/tracestack/tracestack/internal/versions"
	"github.com/tracestack/tracestack/lab/internal/build"
)

func TestSpecs(t *testing.T) {
	t.Run("every image that users get is packed under the same reference", func(t *testing.T) {
		for _, image := range versions.All() {
			// What it is made of is in no registry of modules.
			if image != versions.JaegerDependencies && !slices.ContainsFunc(Specs, func(s Spec) bool { return s.Ref == image.String() }) {
				t.Errorf("%s is not packed", image)
			}
		}
	})
	t.Run("every image is made of a tool that is built", func(t *testing.T) {
		for _, s := range Specs {
			for _, name := range s.tools() {
				if !slices.ContainsFunc(build.Tools, func(tool build.Tool) bool { return tool.Name == name }) {
					t.Errorf("%s is made of %q, which is no tool", s.Ref, name)
				}
			}
		}
	})
	for _, c := range []struct{ claim, ref, release, want, refused string }{
		{"a tag of the built release stands", "docker.io/a/b:2.13.0", "v2.13.0", "docker.io/a/b:2.13.0", ""},
		{"a tag of another release is refused", "docker.io/a/b:2.14.0", "v2.13.0", "", "another release"},
		{"a tag that is written with a v is the same release", "quay.io/a/b:v2.13.0", "v2.13.0", "quay.io/a/b:v2.13.0", ""},
		{"a release that is no number is a tag as it stands", "quay.io/a/b:RELEASE.2025", "RELEASE.2025", "quay.io/a/b:RELEASE.2025", ""},
		{"no tag takes the release", "docker.io/a/b", "v1.15.0", "docker.io/a/b:1.15.0", ""},
		{"a registry's port is no tag", "localhost:5000/b", "v1.15.0", "localhost:5000/b:1.15.0", ""},
		{"the lab's own binary has no release", "registry.k8s.io/pause:3.10", "", "registry.k8s.io/pause:3.10", ""},
	} {
		t.Run(c.claim, func(t *testing.T) {
			got, err := Spec{Ref: c.ref}.tagged(c.release)
			if got != c.want || (err != nil) != (c.refused != "") || (err != nil && !strings.Contains(err.Error(), c.refused)) {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

var demo = Spec{
	Tool: "demo", Ref: "docker.io/example/demo:1.2.3", Binary: "/go/bin/demo-linux", User: nonRoot,
	Cmd: []string{"all"}, Env: []string{"A=b"}, Source: "https://example.com/demo",
}

func packDemo(t *testing.T, binary string) (Archive, map[string][]byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "demo")
	if err := os.WriteFile(path, []byte(binary), 0o755); err != nil {
		t.Fatal(err)
	}
	r := build.Result{Tool: build.Tool{Name: "demo", Module: "example.com/demo", Licence: "Apache-2.0"}, Version: "v1.9.0", Release: "v1.2.3", Path: path}
	a, err := PackOne(t.TempDir(), demo, build.Set{Results: []build.Result{r}})
	if err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile(a.Path)
	if err != nil {
		t.Fatal(err)
	}
	blobs := untar(t, body)
	blobs["archive"] = body
	return a, blobs
}

func untar(t *testing.T, body []byte) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for r := tar.NewReader(bytes.NewReader(body)); ; {
		h, err := r.Next()
		if err == io.EOF {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if files[h.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
}

func decode[T any](t *testing.T, body []byte) (v T) {
	t.Helper()
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestPack(t *testing.T) {
	a, blobs := packDemo(t, "binary")
	index := decode[v1.IndexManifest](t, blobs["index.json"])
	manifest := decode[v1.Manifest](t, blobs[blobName(index.Manifests[0].Digest)])
	config := decode[v1.ConfigFile](t, blobs[blobName(manifest.Config.Digest)])
	t.Run("equal binaries give equal archives", func(t *testing.T) {
		again, other := packDemo(t, "binary")
		if !bytes.Equal(blobs["archive"], other["archive"]) || filepath.Base(again.Path) != filepath.Base(a.Path) {
			t.Error("they differ")
		}
	})
	t.Run("another binary gives another archive", func(t *testing.T) {
		other, _ := packDemo(t, "other")
		if filepath.Base(other.Path) == filepath.Base(a.Path) {
			t.Error("it has the same name")
		}
	})
	t.Run("an import names the image by its whole reference", func(t *testing.T) {
		if got := index.Manifests[0].Annotations["io.containerd.image.name"]; got != demo.Ref {
			t.Errorf("got %q", got)
		}
	})
	t.Run("the configuration is upstream's", func(t *testing.T) {
		c := config.Config
		if !slices.Equal(c.Entrypoint, []string{demo.Binary}) || !slices.Equal(c.Cmd, demo.Cmd) || !slices.Equal(c.Env, demo.Env) || c.User != "10001" {
			t.Errorf("got %+v", c)
		}
	})
	t.Run("labels say what it is and from what it was built", func(t *testing.T) {
		for label, want := range map[string]string{
			"org.opencontainers.image.title":    "demo",
			"org.opencontainers.image.version":  "v1.2.3",
			"org.opencontainers.image.source":   demo.Source,
			"org.opencontainers.image.licenses": "Apache-2.0",
			"io.tracestack.lab.built-from":      "example.com/demo@v1.9.0",
		} {
			if got := config.Config.Labels[label]; got != want {
				t.Errorf("%s is %q, want %q", label, got, want)
			}
		}
	})
	t.Run("the layer has the binary where upstream has it, and a place for temporary files", func(t *testing.T) {
		layer := blobs[blobName(manifest.Layers[0].Digest)]
		if files := untar(t, layer); string(files["go/bin/demo-linux"]) != "binary" {
			t.Errorf("got %q", files["go/bin/demo-linux"])
		}
		h, err := tar.NewReader(bytes.NewReader(layer)).Next()
		if err != nil || h.Name != "tmp/" || h.Mode != 0o1777 {
			t.Errorf("the first entry is %+v, %v", h, err)
		}
		if config.RootFS.DiffIDs[0] != manifest.Layers[0].Digest {
			t.Error("the layer is not the uncompressed one")
		}
	})
}

func TestPackCached(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demo")
	if err := os.WriteFile(path, []byte("binary"), 0o755); err != nil {
		t.Fatal(err)
	}
	dir, set := t.TempDir(), build.Set{Results: []build.Result{{Tool: build.Tool{Name: "demo"}, Release: "v1.2.3", Path: path}}}
	for _, want := range []bool{false, true} {
		a, err := PackOne(dir, demo, set)
		if err != nil || a.Cached != want {
			t.Errorf("cached is %v, %v; want %v", a.Cached, err, want)
		}
	}
	if names, _ := os.ReadDir(filepath.Join(dir, "images")); len(names) != 1 {
		t.Errorf("the cache holds %v", names)
	}
}

func TestTwoBinariesInOneImage(t *testing.T) {
	dir := t.TempDir()
	var set build.Set
	for _, name := range []string{"demo", "demotool"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("binary "+name), 0o755); err != nil {
			t.Fatal(err)
		}
		set.Results = append(set.Results, build.Result{Tool: build.Tool{Name: name}, Release: "v1.2.3", Path: path})
	}
	both := demo
	both.Beside = map[string]string{"/go/bin/tool": "demotool"}
	t.Run("each stands at its path, and their folder once", func(t *testing.T) {
		a, err := PackOne(dir, both, set)
		if err != nil {
			t.Fatal(err)
		}
		body, err := os.ReadFile(a.Path)
		if err != nil {
			t.Fatal(err)
		}
		blobs := untar(t, body)
		index := decode[v1.IndexManifest](t, blobs["index.json"])
		manifest := decode[v1.Manifest](t, blobs[blobName(index.Manifests[0].Digest)])
		layer := blobs[blobName(manifest.Layers[0].Digest)]
		files := untar(t, layer)
		if string(files["go/bin/demo-linux"]) != "binary demo" || string(files["go/bin/tool"]) != "binary demotool" {
			t.Errorf("got %q", files)
		}
		if n := bytes.Count(layer, []byte("go/bin/\x00")); n != 1 {
			t.Errorf("the folder stands in it %d times", n)
		}
	})
	t.Run("without one of them there is no image", func(t *testing.T) {
		if _, err := PackOne(dir, both, build.Set{Results: set.Results[:1]}); err == nil || !strings.Contains(err.Error(), "demotool was not built") {
			t.Errorf("got %v", err)
		}
	})
}

func TestAJavaServerIsTheWholeRoot(t *testing.T) {
	root := filepath.Join(t.TempDir(), "server")
	for name, body := range map[string]string{"lib64/ld.so": "loader", "srv/jre/bin/java": "java", "srv/lib/a.jar": "jar"} {
		path := filepath.Join(root, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(body), 0o755)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(root, "srv", "modules"), 0o755); err != nil {
		t.Fatal(err)
	}
	set := build.Set{Results: []build.Result{{Tool: build.Tool{Name: "server", Java: &build.Java{}}, Release: "1.2.3", Path: root}}}
	spec := Spec{Tool: "server", Ref: "localhost/server:1.2.3", Binary: "/srv/jre/bin/java", User: javaUser}
	cache := t.TempDir()
	pack := func() (Archive, []byte) {
		t.Helper()
		a, err := PackOne(cache, spec, set)
		if err != nil {
			t.Fatal(err)
		}
		body, err := os.ReadFile(a.Path)
		if err != nil {
			t.Fatal(err)
		}
		blobs := untar(t, body)
		index := decode[v1.IndexManifest](t, blobs["index.json"])
		manifest := decode[v1.Manifest](t, blobs[blobName(index.Manifests[0].Digest)])
		return a, blobs[blobName(manifest.Layers[0].Digest)]
	}
	first, layer := pack()
	files := untar(t, layer)
	for name, want := range map[string]string{"lib64/ld.so": "loader", "srv/jre/bin/java": "java", "srv/lib/a.jar": "jar"} {
		if string(files[name]) != want {
			t.Errorf("%s holds %q", name, files[name])
		}
	}
	t.Run("a folder stands in it once, also an empty one", func(t *testing.T) {
		for _, dir := range []string{"srv/", "srv/lib/", "srv/modules/"} {
			if n := bytes.Count(layer, []byte("\x00"+dir+"\x00")); n != 1 {
				t.Errorf("%s stands in it %d times", dir, n)
			}
		}
	})
	t.Run("a file that is moved makes another image", func(t *testing.T) {
		if err := os.Rename(filepath.Join(root, "srv/lib/a.jar"), filepath.Join(root, "srv/lib/b.jar")); err != nil {
			t.Fatal(err)
		}
		if second, _ := pack(); second.Path == first.Path {
			t.Error("it has the same name")
		}
	})
}
