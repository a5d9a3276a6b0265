package project

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/tracestack/tracestack/lab/cluster"
)

// MinIO is a server in the cluster, as its administrator knows it.
type MinIO struct {
	Namespace string
	// Address is one that this machine reaches, Endpoint where pods reach it: host:port, without TLS.
	Address, Endpoint string
	User, Password    string
}

// MinIO is the lab's, which everybody shares.
func (l *Lab) MinIO(ctx context.Context) (MinIO, error) { return l.minioIn(ctx, "minio") }

// NewMinIO starts a MinIO like the lab's in a namespace that it makes. Its administrator has a name and a
// password that no other MinIO has.
func (l *Lab) NewMinIO(ctx context.Context, namespace string) (MinIO, error) {
	body, err := os.ReadFile(filepath.Join(l.Root, "lab", "internal", "platform", "minio", "minio.yaml"))
	if err != nil {
		return MinIO{}, err
	}
	objects, err := cluster.Parse(string(body))
	if err != nil {
		return MinIO{}, err
	}
	for _, object := range objects {
		switch object.GetKind() {
		case "Namespace":
			object.SetName(namespace)
			continue
		case "Secret":
			object.SetAnnotations(nil)
			delete(object.Object, "data")
			object.Object["stringData"] = map[string]any{"user": "root-" + strings.ToLower(rand.Text()), "password": rand.Text()}
		}
		object.SetNamespace(namespace)
	}
	if err := l.Cluster.Install(ctx, objects); err != nil {
		return MinIO{}, err
	}
	if err := l.Cluster.WaitReady(ctx, cluster.Workload{Kind: "StatefulSet", Namespace: namespace, Name: "minio"}); err != nil {
		return MinIO{}, err
	}
	return l.minioIn(ctx, namespace)
}

// minioIn reads in the cluster the address and the administrator of a namespace's MinIO.
func (l *Lab) minioIn(ctx context.Context, namespace string) (MinIO, error) {
	const service = "minio-service"
	address, err := l.Cluster.ServiceIP(ctx, namespace, service)
	if err != nil {
		return MinIO{}, err
	}
	root, err := l.Secret(ctx, namespace, "minio-root")
	return MinIO{
		Namespace: namespace,
		Address:   address + ":9000",
		Endpoint:  fmt.Sprintf("%s.%s.svc:9000", service, namespace),
		User:      root["user"],
		Password:  root["password"],
	}, err
}

// Secret gives what a Secret of the cluster holds.
func (l *Lab) Secret(ctx context.Context, namespace, name string) (map[string]string, error) {
	object, err := l.Cluster.Resource(cluster.Core("secrets"), namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	return Revealed(*object)
}

// Revealed gives what a Secret holds.
func Revealed(secret unstructured.Unstructured) (map[string]string, error) {
	data, _, err := unstructured.NestedStringMap(secret.Object, "data")
	if err != nil {
		return nil, err
	}
	for entry, value := range data {
		plain, err := base64.StdEncoding.DecodeString(value)
		if err != nil {
			return nil, fmt.Errorf("secret %s: %s: %w", secret.GetName(), entry, err)
		}
		data[entry] = string(plain)
	}
	return data, nil
}

// Client speaks S3 with MinIO as any of its users.
func (m MinIO) Client(user, password string) (*minio.Client, error) {
	return minio.New(m.Address, &minio.Options{Creds: credentials.NewStaticV4(user, password, ""), MaxRetries: 1})
}

// OnMinIO adds to these settings those of a stack with Tempo that makes a bucket in the lab's MinIO and
// keeps its traces there.
func (s *Stack) OnMinIO(ctx context.Context, settings Config) (Config, error) {
	m, err := s.lab.MinIO(ctx)
	if err != nil {
		return nil, err
	}
	return s.On(ctx, m, settings)
}

// On is OnMinIO with any MinIO. The bucket is named as the stack's namespace.
func (s *Stack) On(ctx context.Context, m MinIO, settings Config) (Config, error) {
	sealed, err := s.Seal(ctx, m.Password)
	if err != nil {
		return nil, err
	}
	all := Config{
		"tracestack:backend": "tempo",
		"tracestack:storage": "minio",
		"tracestack:objectStore": map[string]any{
			"endpoint": m.Endpoint, "insecure": true, "bucket": s.Namespace,
		},
		"minio:minioServer":   m.Address,
		"minio:minioUser":     m.User,
		"minio:minioPassword": sealed,
	}
	maps.Copy(all, settings)
	return all, nil
}
