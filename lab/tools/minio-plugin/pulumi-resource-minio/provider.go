package main

import (
	"encoding/json"

	"github.com/aminueza/terraform-provider-minio/v3/minio"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
)

// version is the SDK's release, set by the build.
var version = "0.0.0"

// unknown are the resources and functions that came after the release of the SDK.
var unknown = []string{
	"minio_iam_ldap_group_policy_attachment", "minio_iam_ldap_user_policy_attachment", "minio_ilm_tier",
	"minio_s3_bucket_replication", "minio_s3_bucket_retention", "minio_s3_object",
}

func provider() tfbridge.ProviderInfo {
	p := tfbridge.ProviderInfo{
		P:              shim.NewProvider(minio.Provider()),
		Name:           "minio",
		Version:        version,
		MetadataInfo:   tfbridge.NewProviderMetadata([]byte("{}")),
		IgnoreMappings: unknown,
		// The released plugin takes none of these for a secret. Were it so here, a program that
		// forgets to say so would be safe in the lab and nowhere else.
		Config: map[string]*tfbridge.SchemaInfo{
			"minio_password":      {Secret: tfbridge.False()},
			"minio_secret_key":    {Secret: tfbridge.False()},
			"minio_session_token": {Secret: tfbridge.False()},
			"minio_key_file":      {Secret: tfbridge.False()},
		},
		Resources: map[string]*tfbridge.ResourceInfo{
			// Bytes need more than the 32 bits of an integer.
			"minio_s3_bucket": {Fields: map[string]*tfbridge.SchemaInfo{"quota": {Type: "number"}}},
			"minio_s3_object": {Tok: "minio:index/s3Object:S3Object"},
			// The SDK cannot name one, and a name of the plugin's making may be longer than the
			// 32 bytes that the server takes.
			"minio_iam_service_account": {Fields: map[string]*tfbridge.SchemaInfo{"name": {}}},
		},
	}
	p.MustComputeTokens(tokens.SingleModule("minio_", "index", tokens.MakeStandard("minio")))
	p.SetAutonaming(255, "-")
	return p
}

// schema is what the engine asks of a plugin beside its resources. Go programs have the SDK for
// the rest of it.
func schema() []byte {
	body, err := json.Marshal(map[string]string{"name": "minio", "version": version})
	if err != nil {
		panic(err) // Two strings.
	}
	return body
}
