package main

import (
	"github.com/pulumi/pulumi-minio/sdk/go/minio"
	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/settings"
)

// bucket is a MinioBucket alone. Its Store is what a TempoStack takes; here a Tempo that is run
// elsewhere reads the Secret.
func bucket(ctx *pulumi.Context, namespace pulumi.StringInput, cluster pulumi.ProviderResource) error {
	server, err := minio.NewProvider(ctx, "storage", &minio.ProviderArgs{
		MinioServer:   pulumi.String("minio.example.com:9000"),
		MinioSsl:      pulumi.Bool(true),
		MinioUser:     pulumi.String("platform"),
		MinioPassword: config.RequireSecret(ctx, "minio:minioPassword"),
	})
	if err != nil {
		return err
	}
	digits, err := random.NewProvider(ctx, "random", nil)
	if err != nil {
		return err
	}
	kept, err := components.NewMinioBucket(ctx, "kept", &components.MinioBucketArgs{
		Namespace: namespace,
		StoreBucket: settings.StoreBucket{
			Bucket:   "traces",
			Endpoint: "minio-service.minio.svc:9000",
			Insecure: true,
			Keep:     true,
		},
		Retention: "30d",
	}, pulumi.Providers(cluster, server, digits))
	if err != nil {
		return err
	}
	ctx.Export("bucket", kept.Store.Bucket)
	ctx.Export("bucketSecret", kept.Store.Credentials.SecretName)
	return nil
}
