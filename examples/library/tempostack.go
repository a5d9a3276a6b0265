package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/settings"
)

// blocks is a TempoStack alone, with its traces in a bucket that somebody else made.
func blocks(ctx *pulumi.Context, namespace pulumi.StringInput, cluster pulumi.ProviderResource) error {
	tempo, err := components.NewTempoStack(ctx, "blocks", &components.TempoStackArgs{
		Namespace: namespace,
		Store: &components.ObjectStoreArgs{
			Provider: settings.ProviderS3,
			Bucket:   pulumi.String("traces"),
			Endpoint: "s3.eu-central-1.amazonaws.com",
			Region:   "eu-central-1",
			Credentials: &components.StoreCredentialsArgs{
				SecretName:     pulumi.String("tempo-bucket"),
				AccessKeyEntry: "accessKey",
				SecretKeyEntry: "secretKey",
			},
		},
		Tempo: settings.Tempo{Retention: "30d"},
	}, pulumi.Provider(cluster))
	if err != nil {
		return err
	}
	ctx.Export("blocksOtlp", tempo.Backend.OTLPEndpoint)
	ctx.Export("blocksDatasource", tempo.Backend.Datasource.ToMap())
	return nil
}
