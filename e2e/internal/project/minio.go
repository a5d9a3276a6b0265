package project

import (
	"context"
	"encoding/base64"
	"fmt"
	"maps"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/tracestack/tracestack/lab/cluster"
)

// MinIO is the lab's, as its administrator knows it.
type MinIO struct {
	// Address is one that this machine reaches: host:port, without TLS.
	Address        string
	User, Password string
}

// MinIOEndpoint is where pods reach it.
const MinIOEndpoint = "minio-service.minio.svc:9000"

// MinIO reads where it is and whose it is in the cluster.
func (l *Lab) MinIO(ctx context.Context) (MinIO, error) {
	address, err := l.Cluster.ServiceIP(ctx, "minio", "minio-service")
	if err != nil {
		return MinIO{}, err
	}
	root, err := l.Secret(ctx, "minio", "minio-root")
	return MinIO{Address: address + ":9000", User: root["user"], Password: root["password"]}, err
}

// Secret gives what a Secret of the cluster holds.
func (l *Lab) Secret(ctx context.Context, namespace, name string) (map[string]string, error) {
	object, err := l.Cluster.Resource(cluster.Core("secrets"), namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	data, _, err := unstructured.NestedStringMap(object.Object, "data")
	if err != nil {
		return nil, err
	}
	for entry, value := range data {
		plain, err := base64.StdEncoding.DecodeString(value)
		if err != nil {
			return nil, fmt.Errorf("secret %s: %s: %w", name, entry, err)
		}
		data[entry] = string(plain)
	}
	return data, nil
}

// Client speaks S3 with MinIO as any of its users.
func (m MinIO) Client(user, password string) (*minio.Client, error) {
	return minio.New(m.Address, &minio.Options{Creds: credentials.NewStaticV4(user, password, ""), MaxRetries: 1})
}

// OnMinIO are the settings of a stack with Tempo that keeps traces in a bucket which it makes, named
// as its namespace, and these.
func (s *Stack) OnMinIO(ctx context.Context, settings Config) (Config, error) {
	m, err := s.lab.MinIO(ctx)
	if err != nil {
		return nil, err
	}
	sealed, err := s.Seal(ctx, m.Password)
	if err != nil {
		return nil, err
	}
	all := Config{
		"tracestack:backend": "tempo",
		"tracestack:storage": "minio",
		"tracestack:objectStore": map[string]any{
			"endpoint": MinIOEndpoint, "insecure": true, "bucket": s.Namespace,
		},
		"minio:minioServer":   m.Address,
		"minio:minioUser":     m.User,
		"minio:minioPassword": sealed,
	}
	maps.Copy(all, settings)
	return all, nil
}
