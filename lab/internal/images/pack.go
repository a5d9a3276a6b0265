package images

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/tracestack/tracestack/lab/internal/build"
)

// An Archive is an image in a file.
type Archive struct {
	// Ref is the name that an import gives the image.
	Ref string
	// Path of an OCI layout in a tar file.
	Path string
	// Tool is the binary in it.
	Tool   build.Result
	Cached bool
	Took   time.Duration
}

// Pack makes the archive of every image whose tool is in the set, where the cache has none of
// the same content.
func Pack(ctx context.Context, cacheDir string, set build.Set) ([]Archive, error) {
	if cacheDir == "" {
		dir, err := build.DefaultCacheDir()
		if err != nil {
			return nil, err
		}
		cacheDir = dir
	}
	var archives []Archive
	for _, s := range Specs {
		if set.Path(s.Tool) == "" {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		a, err := PackOne(cacheDir, s, set)
		if err != nil {
			return nil, err
		}
		archives = append(archives, a)
	}
	return archives, nil
}

// PackOne makes one image's archive.
func PackOne(cacheDir string, s Spec, set build.Set) (Archive, error) {
	began := time.Now()
	fail := func(err error) (Archive, error) { return Archive{}, fmt.Errorf("image %s: %w", s.Ref, err) }
	binaries, err := s.files(set)
	if err != nil {
		return fail(err)
	}
	r := set.Result(s.Tool)
	ref, err := s.tagged(r.Release)
	if err != nil {
		return Archive{}, err
	}
	s.Ref = ref
	key, err := contentKey(s, r, binaries)
	if err != nil {
		return fail(err)
	}
	a := Archive{Ref: ref, Tool: r, Path: filepath.Join(cacheDir, "images", s.Tool+"-"+key+".tar")}
	if _, err := os.Stat(a.Path); err == nil {
		a.Cached = true
		return a, nil
	}
	img, err := newImage(s, r, binaries)
	if err != nil {
		return fail(err)
	}
	if err := writeFile(a.Path, func(w io.Writer) error { return writeLayout(w, img, ref) }); err != nil {
		return fail(err)
	}
	a.Took = time.Since(began)
	return a, nil
}

// layoutVersion is raised when the code here makes another archive of the same input.
const layoutVersion = 1

func contentKey(s Spec, r build.Result, binaries map[string]string) (string, error) {
	h := sha256.New()
	if err := json.NewEncoder(h).Encode([]any{layoutVersion, s, r.Pin(), r.Release, r.Tool.Licence, runtime.GOARCH}); err != nil {
		return "", err
	}
	for _, path := range slices.Sorted(maps.Keys(binaries)) {
		if r.Tool.Java != nil { // Of the others the paths are in the Spec.
			fmt.Fprintln(h, path)
		}
		if err := copyFile(h, binaries[path]); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:16], nil
}

// copyFile copies what is in a file; in a folder that is nothing.
func copyFile(w io.Writer, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || info.IsDir() {
		return err
	}
	_, err = io.Copy(w, file)
	return err
}

// files are what the image holds: files of this machine, and empty folders, by their paths in it.
func (s Spec) files(set build.Set) (map[string]string, error) {
	all := map[string]string{}
	for path, tool := range s.tools() {
		if all[path] = set.Path(tool); all[path] == "" {
			return nil, fmt.Errorf("%s was not built", tool)
		}
	}
	r := set.Result(s.Tool)
	if r.Tool.Java == nil {
		return all, nil
	}
	delete(all, s.Binary) // It is one of these.
	return all, filepath.WalkDir(r.Path, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && path != r.Path {
			all[strings.TrimPrefix(path, r.Path)] = path
		}
		return err
	})
}

func newImage(s Spec, r build.Result, binaries map[string]string) (v1.Image, error) {
	l, err := newLayer(s.Tool, binaries)
	if err != nil {
		return nil, err
	}
	img, err := mutate.AppendLayers(mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON), l)
	if err != nil {
		return nil, err
	}
	file, err := img.ConfigFile()
	if err != nil {
		return nil, err
	}
	file = file.DeepCopy()
	file.OS, file.Architecture = "linux", runtime.GOARCH
	file.Config = v1.Config{
		Entrypoint: []string{s.Binary}, Cmd: s.Cmd, Env: s.Env, User: s.User, WorkingDir: "/",
		Labels: map[string]string{
			"org.opencontainers.image.title":    s.Tool,
			"org.opencontainers.image.version":  r.Release,
			"org.opencontainers.image.source":   s.Source,
			"org.opencontainers.image.licenses": r.Tool.Licence,
			// What a released image does not have: it says that this one is the lab's.
			"io.tracestack.lab.built-from": r.Pin(),
		},
	}
	return mutate.ConfigFile(img, file)
}

// writeLayout writes an OCI layout as a tar file. The index names the image in containerd's way,
// which takes a whole reference; the standard's annotation is for the tag alone.
func writeLayout(w io.Writer, img v1.Image, ref string) error {
	index := mutate.AppendManifests(mutate.IndexMediaType(empty.Index, types.OCIImageIndex), mutate.IndexAddendum{
		Add: img,
		Descriptor: v1.Descriptor{
			Annotations: map[string]string{"io.containerd.image.name": ref},
			Platform:    &v1.Platform{OS: "linux", Architecture: runtime.GOARCH},
		},
	})
	t := &tarball{Writer: tar.NewWriter(w)}
	t.put("oci-layout", []byte(`{"imageLayoutVersion":"1.0.0"}`), nil)
	body, err := index.RawManifest()
	t.put("index.json", body, err)
	manifest, err := img.RawManifest()
	t.blob(img.Digest)(manifest, err)
	config, err := img.RawConfigFile()
	t.blob(img.ConfigName)(config, err)
	layers, err := img.Layers()
	t.fail(err)
	for _, l := range layers {
		t.layer(l)
	}
	if t.err != nil {
		return t.err
	}
	return t.Close()
}

// tarball remembers the first error, after which it writes nothing.
type tarball struct {
	*tar.Writer
	err error
}

func (t *tarball) fail(err error) {
	if t.err == nil {
		t.err = err
	}
}

func (t *tarball) put(name string, body []byte, err error) {
	t.fail(err)
	t.stream(name, int64(len(body)), bytes.NewReader(body))
}

func (t *tarball) stream(name string, size int64, body io.Reader) {
	if t.err != nil {
		return
	}
	if t.err = t.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: size}); t.err == nil {
		_, t.err = io.Copy(t, body)
	}
}

func (t *tarball) blob(digest func() (v1.Hash, error)) func(body []byte, err error) {
	hash, err := digest()
	t.fail(err)
	return func(body []byte, err error) { t.put(blobName(hash), body, err) }
}

func (t *tarball) layer(l v1.Layer) {
	hash, err := l.Digest()
	t.fail(err)
	size, err := l.Size()
	t.fail(err)
	body, err := l.Compressed()
	t.fail(err)
	if t.err != nil {
		return
	}
	defer body.Close()
	t.stream(blobName(hash), size, body)
}

func blobName(h v1.Hash) string { return "blobs/" + h.Algorithm + "/" + h.Hex }

// writeFile makes a file by way of another name. What a killed run leaves under that name is
// removed by a later one.
func writeFile(path string, write func(io.Writer) error) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	removeStale(filepath.Dir(path))
	file, err := os.CreateTemp(filepath.Dir(path), unfinished)
	if err != nil {
		return err
	}
	err = errors.Join(write(file), file.Chmod(0o644), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}

const unfinished = ".unfinished-"

// removeStale removes what has not been written to for so long that nobody is writing it.
func removeStale(dir string) {
	names, _ := filepath.Glob(filepath.Join(dir, unfinished+"*"))
	for _, name := range names {
		if info, err := os.Stat(name); err == nil && time.Since(info.ModTime()) > 10*time.Minute {
			_ = os.Remove(name)
		}
	}
}
