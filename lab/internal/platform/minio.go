package platform

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

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
		value := secret{root}.value(entry)
		if value == nil {
			return nil, fmt.Errorf("secret minio-root has no %s", entry)
		}
		settings[i+1].Value = string(value)
	}
	return settings, nil
}
