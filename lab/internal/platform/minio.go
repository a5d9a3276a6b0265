package platform

import (
	"context"
	"encoding/base64"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/tracestack/tracestack/lab/cluster"
)

// minioRoot is where Pulumi, which runs outside the cluster, reaches MinIO, and as whom.
func minioRoot(ctx context.Context, c *cluster.Cluster) ([]Setting, error) {
	address, err := c.ServiceIP(ctx, "minio", "minio-service")
	if err != nil {
		return nil, err
	}
	root, err := c.Resource(cluster.Core("secrets"), "minio").Get(ctx, "minio-root", metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	settings := []Setting{
		{Key: "minio:minioServer", Value: address + ":9000"},
		{Key: "minio:minioUser"}, {Key: "minio:minioPassword", Secret: true},
	}
	for i, entry := range []string{"user", "password"} {
		encoded, _, _ := unstructured.NestedString(root.Object, "data", entry)
		value, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil || len(value) == 0 {
			return nil, fmt.Errorf("secret minio-root has no %s", entry)
		}
		settings[i+1].Value = string(value)
	}
	return settings, nil
}
