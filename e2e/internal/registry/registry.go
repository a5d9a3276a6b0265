// Package registry runs a private container registry on this machine. The lab's node reaches it, and it
// gives nothing without a sign-in.
package registry

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// Registry is a registry that runs.
type Registry struct {
	// Host is how image references name it.
	Host string

	server  *httptest.Server
	scratch string
	trust   string
	login   authn.Basic
}

// Start runs a registry on an address of this machine. Its blobs are below scratch. The node, whose
// state is in the folder node, is told that the registry speaks plain HTTP.
func Start(address net.IP, node, scratch string) (*Registry, error) {
	blobs := filepath.Join(scratch, "blobs")
	if err := os.Mkdir(blobs, 0o755); err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(address.String(), "0"))
	if err != nil {
		return nil, err
	}
	r := &Registry{
		Host: listener.Addr().String(), scratch: scratch,
		login: authn.Basic{Username: "puller", Password: rand.Text()},
	}
	open := registry.New(registry.WithBlobHandler(registry.NewDiskBlobHandler(blobs)), registry.Logger(log.New(io.Discard, "", 0)))
	r.server = &httptest.Server{Listener: listener, Config: &http.Server{Handler: r.guard(open)}}
	r.server.Start()

	// containerd reads this file at every pull.
	r.trust = filepath.Join(node, "registries", r.Host)
	if err := os.MkdirAll(r.trust, 0o755); err != nil {
		return nil, err
	}
	return r, os.WriteFile(filepath.Join(r.trust, "hosts.toml"), fmt.Appendf(nil, "[host.%q]\n", "http://"+r.Host), 0o644)
}

// Close ends it.
func (r *Registry) Close() error {
	r.server.Close()
	return os.RemoveAll(r.trust)
}

func (r *Registry) guard(registry http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if user, password, _ := request.BasicAuth(); user != r.login.Username || password != r.login.Password {
			w.Header().Set("WWW-Authenticate", `Basic realm="registry"`)
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		registry.ServeHTTP(w, request)
	})
}

// DockerConfig is the content of a pull secret, of type kubernetes.io/dockerconfigjson.
func (r *Registry) DockerConfig() ([]byte, error) {
	type entry struct {
		Username string `json:"username"`
		Password string `json:"password"`
	}
	return json.Marshal(map[string]any{"auths": map[string]entry{r.Host: {r.login.Username, r.login.Password}}})
}

// Push stores the image of an archive in a repository of the registry, under a tag, and gives its
// digest.
func (r *Registry) Push(archive, repository, tag string) (v1.Hash, error) {
	image, err := r.open(archive)
	if err != nil {
		return v1.Hash{}, fmt.Errorf("image %s: %w", archive, err)
	}
	// This makes it an image that the node does not have. If the node pulled an image with a sign-in, the
	// kubelet asks every pod for one, so the images of other tests must stay different.
	if image, err = mutate.CreatedAt(image, v1.Time{Time: time.Now()}); err != nil {
		return v1.Hash{}, err
	}
	ref, err := name.NewTag(r.Host+"/"+repository+":"+tag, name.Insecure)
	if err != nil {
		return v1.Hash{}, err
	}
	if err := remote.Write(ref, image, remote.WithAuth(&r.login)); err != nil {
		return v1.Hash{}, err
	}
	return image.Digest()
}

// open reads an archive: an OCI layout with one image.
func (r *Registry) open(archive string) (v1.Image, error) {
	dir, err := os.MkdirTemp(r.scratch, "layout-")
	if err != nil {
		return nil, err
	}
	if out, err := exec.Command("tar", "-C", dir, "-xf", archive).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("tar: %w: %s", err, out)
	}
	index, err := layout.ImageIndexFromPath(dir)
	if err != nil {
		return nil, err
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		return nil, err
	}
	if len(manifest.Manifests) != 1 {
		return nil, fmt.Errorf("%d images in it, want one", len(manifest.Manifests))
	}
	return index.Image(manifest.Manifests[0].Digest)
}
