package e2e_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/traffic"
	"github.com/tracestack/tracestack/lab/cluster"
	"github.com/tracestack/tracestack/lab/trace"
)

// The claims about Tempo's bucket: who reaches it, and what is lost when the key changes or the server
// goes. The server is the test's own, so that it may go.
func TestTempoKeepsItsTracesInABucketOfItsOwn(t *testing.T) {
	t.Parallel()
	m := newMinIO(t)
	s := newStack(t, nil)
	settings, err := s.On(t.Context(), m, project.Config{
		// Blocks go to the bucket while the test looks on.
		"tracestack:tempo": map[string]any{"blockDuration": "10s"},
	})
	if err != nil {
		t.Fatal(err)
	}
	stacktest.Configure(t, s, settings)
	b := bucket{s, m, settings}
	if !t.Run("up gives a stack that stores a whole trace", func(t *testing.T) {
		stacktest.Up(t, s)
		traffic.Dispatch(t, traffic.Demo(t, s))
	}) {
		return
	}
	t.Run("its key can use its bucket and nothing else", func(t *testing.T) { boundKey(t, b) })
	t.Run("credentials are in their Secrets, and sealed in the state", func(t *testing.T) { sealedCredentials(t, b) })
	t.Run("one up gives it another key, and no write fails", func(t *testing.T) { rotatedKey(t, b) })
	t.Run("while the server is away nothing is lost, and nothing is changed", func(t *testing.T) { serverAway(t, b) })
}

// bucket is a stack with a bucket, named as its namespace, in a MinIO of the test's.
type bucket struct {
	*project.Stack
	server   project.MinIO
	settings project.Config
}

// newMinIO is a server like the lab's, which goes with the test.
func newMinIO(t *testing.T) project.MinIO {
	t.Helper()
	namespace := project.RandomName() + "-minio"
	t.Cleanup(func() {
		if err := deleteNamespace(context.Background(), namespace); err != nil {
			t.Error(err)
		}
	})
	m, err := lab.NewMinIO(t.Context(), namespace)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// deleteNamespace waits until it is gone, with what was in it.
func deleteNamespace(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	namespaces := kube.Resource(cluster.Core("namespaces"), "")
	err := namespaces.Delete(ctx, name, metav1.DeleteOptions{})
	for ; err == nil; _, err = namespaces.Get(ctx, name, metav1.GetOptions{}) {
		time.Sleep(200 * time.Millisecond)
	}
	if !apierrors.IsNotFound(err) {
		return fmt.Errorf("delete namespace %s: %w", name, err)
	}
	return nil
}

// key is the one that Tempo's pod is given, and the name of the Secret that it is in.
func (b bucket) key(t *testing.T) (project.Key, string) {
	t.Helper()
	pod, there := kube.Pods(t, b.Namespace)["tempo"]
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
	entries, err := lab.Secret(t.Context(), b.Namespace, secret)
	if err != nil {
		t.Fatal(err)
	}
	key := project.Key{Access: entries[names["STORE_ACCESS_KEY"]], Secret: entries[names["STORE_SECRET_KEY"]]}
	if key.Access == "" || key.Secret == "" {
		t.Fatalf("Tempo's pod gets no key from Secret %q", secret)
	}
	return key, secret
}

// as speaks S3 with the server.
func (b bucket) as(t *testing.T, key project.Key) *minio.Client {
	t.Helper()
	client, err := b.server.Client(key.Access, key.Secret)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// list gives the names of the objects in the bucket.
func (b bucket) list(t *testing.T) (names []string) {
	t.Helper()
	for object := range b.as(t, b.server.Root()).ListObjects(t.Context(), b.Namespace, minio.ListObjectsOptions{Recursive: true}) {
		if object.Err != nil {
			t.Fatal(object.Err)
		}
		names = append(names, object.Key)
	}
	return names
}

// blocks counts those of traces among the objects.
func blocks(objects []string) (count int) {
	for _, name := range objects {
		if strings.HasSuffix(name, "/data.parquet") {
			count++
		}
	}
	return count
}

// tempo reads what Tempo has, wherever it has it.
func (b bucket) tempo(t *testing.T) trace.Tempo {
	t.Helper()
	demo := traffic.Demo(t, b.Stack)
	return demo.Backend.(trace.Tempo)
}
