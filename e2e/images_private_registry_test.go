package e2e_test

import (
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/registry"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/traffic"
	"github.com/tracestack/tracestack/internal/versions"
	"github.com/tracestack/tracestack/lab/cluster"
)

// A site as in examples/airgapped: its nodes pull from the site's own registry, which wants a sign-in.
// Its platform team made the namespace and, in it, the Secret for the registry.
func TestASiteWithARegistryAndANamespaceOfItsOwn(t *testing.T) {
	t.Parallel()
	s := newStack(t, nil)
	site := newRegistry(t)
	namespace := kube.NewNamespace(t, s.Namespace)
	secret := pullSecret(t, s.Namespace, site)
	stacktest.Configure(t, s, project.Config{
		"tracestack:createNamespace": false,
		"tracestack:images":          mirrored(t, site),
	})
	stacktest.Up(t, s)
	traffic.Dispatch(t, traffic.Demo(t, s))
	t.Run("every image was pulled from the registry with the sign-in, and is refused without", func(t *testing.T) {
		for name, pod := range kube.Pods(t, s.Namespace) {
			for _, container := range pod.Status.ContainerStatuses {
				if !strings.HasPrefix(container.Image, site.Host) && !strings.HasPrefix(container.ImageID, site.Host) {
					t.Errorf("%s runs %s (%s), which is not the registry's", name, container.Image, container.ImageID)
				}
			}
		}
		if got := traffic.Status(t, http.DefaultClient, "http://"+site.Host+"/v2/"); got != http.StatusUnauthorized {
			t.Errorf("without a sign-in the registry answers %d, want 401", got)
		}
	})
	t.Run("destroy leaves the namespace, what was in it before, and nothing else", func(t *testing.T) {
		stacktest.Destroy(t, s)
		kube.Unchanged(t, cluster.Core("namespaces"), namespace)
		kube.Unchanged(t, cluster.Core("secrets"), secret)
		if left := kube.Names(t, s.Namespace); !slices.Equal(left, []string{"Secret " + secret.GetName()}) {
			t.Errorf("in the namespace are %v, want only the Secret %s", left, secret.GetName())
		}
	})
}

func newRegistry(t *testing.T) *registry.Registry {
	t.Helper()
	site, err := registry.Start(besideNode(t), os.Getenv("TRACESTACK_LAB"), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := site.Close(); err != nil {
			t.Error(err)
		}
	})
	return site
}

// besideNode is this machine's address in the node's network.
func besideNode(t *testing.T) net.IP {
	t.Helper()
	var node corev1.Node
	nodes := kube.Objects(t, cluster.Core("nodes"), "")
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(nodes[0].Object, &node); err != nil {
		t.Fatal(err)
	}
	// Nothing is sent: connecting only chooses the route.
	connection, err := net.Dial("udp", net.JoinHostPort(node.Status.Addresses[0].Address, "9"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	return connection.LocalAddr().(*net.UDPAddr).IP
}

// mirrored fills the registry with the images that a stack runs, and gives the settings that name them.
// All are below one path, except the collector's image, which has a repository and a digest of its own.
func mirrored(t *testing.T, site *registry.Registry) project.Config {
	t.Helper()
	push := func(image versions.Image, repository string) string {
		t.Helper()
		digest, err := site.Push(archiveOf(t, image), repository, image.Tag)
		if err != nil {
			t.Fatal(err)
		}
		return digest.String()
	}
	for _, image := range []versions.Image{versions.Jaeger, versions.HotROD} {
		_, path, _ := strings.Cut(image.Repository, "/")
		push(image, "dockerhub/"+path)
	}
	const collector = "platform/collector"
	return project.Config{
		"registry": site.Host + "/dockerhub", "pullSecrets": []string{"registry"},
		"collector": project.Config{
			"repository": site.Host + "/" + collector, "tag": versions.Collector.Tag, "digest": push(versions.Collector, collector),
		},
	}
}

// archiveOf finds an image among those that the lab was started with.
func archiveOf(t *testing.T, image versions.Image) string {
	t.Helper()
	for _, entry := range strings.Split(os.Getenv("TRACESTACK_IMAGES"), ",") {
		if ref, archive, _ := strings.Cut(entry, "="); ref == image.String() {
			return archive
		}
	}
	t.Fatalf("the lab names no archive of %s", image)
	return ""
}

func pullSecret(t *testing.T, namespace string, site *registry.Registry) *unstructured.Unstructured {
	t.Helper()
	login, err := site.DockerConfig()
	if err != nil {
		t.Fatal(err)
	}
	return kube.Create(t, cluster.Core("secrets"), namespace, map[string]any{
		"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/dockerconfigjson",
		"metadata":   map[string]any{"name": "registry"},
		"stringData": map[string]any{".dockerconfigjson": string(login)},
	})
}
