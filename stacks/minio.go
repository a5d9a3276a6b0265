package stacks

import (
	"fmt"

	"github.com/pulumi/pulumi-minio/sdk/go/minio"
	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/internal/naming"
)

// madeBucket is a bucket that the program makes, or adopts, with a key of its own.
func madeBucket(ctx *pulumi.Context, c config.Config, at target) (*components.ObjectStoreArgs, error) {
	server, err := minio.NewProvider(ctx, "minio", minioArgs(c.MinIOServer))
	if err != nil {
		return nil, fmt.Errorf("minio provider: %w", err)
	}
	digits, err := random.NewProvider(ctx, "random", nil)
	if err != nil {
		return nil, fmt.Errorf("random provider: %w", err)
	}
	args := &components.MinioBucketArgs{
		Namespace:   at.namespace,
		StoreBucket: c.ObjectStore.StoreBucket,
		Metadata:    c.Metadata(),
	}
	if args.Adopt {
		args.Keep = false // An adopted bucket always stays.
	} else {
		args.Retention, args.ForceDestroy = c.Tempo.Retention, !args.Keep
	}
	made, err := components.NewMinioBucket(ctx, naming.TempoStore, args, pulumi.Providers(at.cluster, server, digits))
	if err != nil {
		return nil, err
	}
	return made.Store.Args(), nil
}

// minioArgs are the explicit provider's. It reads no environment: everything is given.
func minioArgs(s config.MinIOServer) *minio.ProviderArgs {
	args := &minio.ProviderArgs{
		MinioServer:   pulumi.String(s.Server),
		MinioUser:     pulumi.String(s.User),
		MinioPassword: pulumi.ToSecret(pulumi.String(s.Password.Reveal()).ToStringPtrOutput()).(pulumi.StringPtrOutput),
		MinioSsl:      pulumi.Bool(s.TLS),
		MinioInsecure: pulumi.Bool(s.SkipVerify),
	}
	if s.CAFile != "" {
		args.MinioCacertFile = pulumi.String(s.CAFile)
	}
	return args
}
