package images

import (
	"archive/tar"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// layer is the image's only one, uncompressed: an import takes the same 1.4 s for Jaeger's either
// way, and compressing it another second. It is written anew whenever it is read, because a file
// of it would only be a copy of the binary.
type layer struct {
	tool string
	// binaries are files and folders of this machine by their paths in the image.
	binaries map[string]string
	hash     v1.Hash
	size     int64
}

func newLayer(tool string, binaries map[string]string) (*layer, error) {
	l := &layer{tool: tool, binaries: binaries}
	sum := sha256.New()
	size := new(counter)
	if err := l.write(io.MultiWriter(sum, size)); err != nil {
		return nil, err
	}
	l.hash, l.size = v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(sum.Sum(nil))}, int64(*size)
	return l, nil
}

func (l *layer) Digest() (v1.Hash, error)            { return l.hash, nil }
func (l *layer) DiffID() (v1.Hash, error)            { return l.hash, nil }
func (l *layer) Size() (int64, error)                { return l.size, nil }
func (l *layer) MediaType() (types.MediaType, error) { return types.OCIUncompressedLayer, nil }
func (l *layer) Compressed() (io.ReadCloser, error)  { return l.Uncompressed() }
func (l *layer) Uncompressed() (io.ReadCloser, error) {
	r, w := io.Pipe()
	go func() { w.CloseWithError(l.write(w)) }()
	return r, nil
}

// passwd gives the numeric users a name, for programs that ask for theirs.
const passwd = "root:x:0:0:root:/:/sbin/nologin\nnonroot:x:10001:10001:nonroot:/tmp:/sbin/nologin\n"

// write writes the layer with no times and no owners, so that equal binaries give equal images.
func (l *layer) write(w io.Writer) error {
	t := &entries{Writer: tar.NewWriter(w)}
	t.put(tar.Header{Typeflag: tar.TypeDir, Name: "tmp/", Mode: 0o1777}, nil)
	t.put(tar.Header{Typeflag: tar.TypeDir, Name: "etc/", Mode: 0o755}, nil)
	t.put(tar.Header{Typeflag: tar.TypeReg, Name: "etc/passwd", Mode: 0o644, Size: int64(len(passwd))}, strings.NewReader(passwd))
	made := map[string]bool{}
	for _, path := range slices.Sorted(maps.Keys(l.binaries)) {
		for _, dir := range parents(path) {
			t.dir(made, dir)
		}
		if info, err := os.Stat(l.binaries[path]); err == nil && info.IsDir() {
			t.dir(made, strings.TrimPrefix(path, "/"))
			continue
		}
		t.file(strings.TrimPrefix(path, "/"), l.binaries[path])
	}
	if t.err == nil {
		t.err = t.Close()
	}
	if t.err != nil {
		return fmt.Errorf("layer of %s: %w", l.tool, t.err)
	}
	return nil
}

// entries remembers the first error, after which it writes nothing.
type entries struct {
	*tar.Writer
	err error
}

func (t *entries) put(h tar.Header, body io.Reader) {
	h.Format = tar.FormatPAX
	if t.err == nil {
		t.err = t.WriteHeader(&h)
	}
	if t.err == nil && body != nil {
		_, t.err = io.Copy(t, body)
	}
}

// dir puts a folder that is not there yet.
func (t *entries) dir(made map[string]bool, name string) {
	if !made[name] {
		t.put(tar.Header{Typeflag: tar.TypeDir, Name: name + "/", Mode: 0o755}, nil)
	}
	made[name] = true
}

// file puts an executable file of this machine.
func (t *entries) file(name, source string) {
	file, err := os.Open(source)
	if err != nil {
		t.err = cmp.Or(t.err, err)
		return
	}
	defer file.Close()
	info, err := file.Stat()
	t.err = cmp.Or(t.err, err)
	if t.err == nil {
		t.put(tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o755, Size: info.Size()}, file)
	}
}

// parents are the folders above a path in an image, outermost first.
func parents(binary string) (dirs []string) {
	for dir := path.Dir(strings.TrimPrefix(binary, "/")); dir != "."; dir = path.Dir(dir) {
		dirs = append([]string{dir}, dirs...)
	}
	return dirs
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
