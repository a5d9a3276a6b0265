// Package bucket looks at a stack with Tempo from both ends of its bucket: the MinIO that holds it, and
// Tempo's own counters.
package bucket

import (
	"context"
	"maps"
	"strconv"
	"strings"
	"testing"

	"github.com/minio/minio-go/v7"

	"github.com/tracestack/tracestack/e2e/internal/kubetest"
	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/traffic"
	"github.com/tracestack/tracestack/lab/trace"
)

// Bucket is a stack and its bucket, which is named as the stack's namespace.
type Bucket struct {
	*project.Stack
	Server project.MinIO

	settings project.Config
	lab      *project.Lab
}

// New configures the stack to keep its traces in a bucket of this server, with these settings besides.
func New(t *testing.T, lab *project.Lab, s *project.Stack, server project.MinIO, settings project.Config) Bucket {
	t.Helper()
	// Blocks go to the bucket while the test looks on.
	with := project.Config{"tracestack:tempo": map[string]any{"blockDuration": "10s"}}
	maps.Copy(with, settings)
	all, err := s.On(t.Context(), server, with)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Configure(all); err != nil {
		t.Fatal(err)
	}
	return Bucket{s, server, all, lab}
}

// SharedServer is the lab's MinIO, which all tests share.
func SharedServer(t *testing.T, lab *project.Lab) project.MinIO {
	t.Helper()
	server, err := lab.MinIO(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return server
}

// OwnServer is a MinIO like the lab's, which goes with the test.
func OwnServer(t *testing.T, lab *project.Lab) project.MinIO {
	t.Helper()
	namespace := project.RandomName() + "-minio"
	t.Cleanup(func() {
		if err := kubetest.DeleteNamespace(context.Background(), lab.Cluster, namespace); err != nil {
			t.Error(err)
		}
	})
	server, err := lab.NewMinIO(t.Context(), namespace)
	if err != nil {
		t.Fatal(err)
	}
	return server
}

// WithKey are the stack's settings with a key of this generation.
func (b Bucket) WithKey(generation int) project.Config {
	store := maps.Clone(b.settings["tracestack:objectStore"].(map[string]any))
	store["keyGeneration"] = generation
	all := maps.Clone(b.settings)
	all["tracestack:objectStore"] = store
	return all
}

// Key is the one that Tempo's pod is given, and the name of the Secret that it is in.
func (b Bucket) Key(t *testing.T) (project.Key, string) {
	t.Helper()
	pod, there := kubetest.Cluster{Cluster: b.lab.Cluster}.Pods(t, b.Namespace)["tempo"]
	if !there {
		t.Fatal("Tempo has no pod, or one that is on its way out")
	}
	names := map[string]string{}
	var secret string
	for _, variable := range pod.Spec.Containers[0].Env {
		if from := variable.ValueFrom; from != nil && from.SecretKeyRef != nil {
			secret, names[variable.Name] = from.SecretKeyRef.Name, from.SecretKeyRef.Key
		}
	}
	entries, err := b.lab.Secret(t.Context(), b.Namespace, secret)
	if err != nil {
		t.Fatal(err)
	}
	key := project.Key{Access: entries[names["STORE_ACCESS_KEY"]], Secret: entries[names["STORE_SECRET_KEY"]]}
	if key.Access == "" || key.Secret == "" {
		t.Fatalf("Tempo's pod gets no key from Secret %q", secret)
	}
	return key, secret
}

// As speaks S3 with the server as the holder of a key.
func (b Bucket) As(t *testing.T, key project.Key) *minio.Client {
	t.Helper()
	client, err := b.Server.Client(key.Access, key.Secret)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// Objects gives the names of the objects in the bucket.
func (b Bucket) Objects(t *testing.T) (names []string) {
	t.Helper()
	for object := range b.As(t, b.Server.Root()).ListObjects(t.Context(), b.Namespace, minio.ListObjectsOptions{Recursive: true}) {
		if object.Err != nil {
			t.Fatal(object.Err)
		}
		names = append(names, object.Key)
	}
	return names
}

// Blocks counts the blocks of traces among objects.
func Blocks(objects []string) (count int) {
	for _, name := range objects {
		if strings.HasSuffix(name, "/data.parquet") {
			count++
		}
	}
	return count
}

// Tempo reads the traces that Tempo has, wherever it has them.
func (b Bucket) Tempo(t *testing.T) trace.Tempo {
	t.Helper()
	return traffic.Demo(t, b.Stack).Backend.(trace.Tempo)
}

// Counted is a counter of Tempo's that has no labels.
func (b Bucket) Counted(t *testing.T, name string) float64 {
	t.Helper()
	body, err := b.Tempo(t).Get(t.Context(), "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(body)) {
		if value, is := strings.CutPrefix(line, name+" "); is {
			number, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			return number
		}
	}
	t.Fatalf("Tempo has no counter %s", name)
	return 0
}
