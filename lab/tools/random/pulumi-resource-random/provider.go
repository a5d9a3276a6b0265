package main

import (
	"context"
	"encoding/json"
	"errors"

	pf "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	random "github.com/terraform-providers/terraform-provider-random/internal/provider"
)

// version is the SDK's release, set by the build.
var version = "0.0.0"

func provider() tfbridge.ProviderInfo {
	p := tfbridge.ProviderInfo{
		P:            pf.ShimProvider(random.New()),
		Name:         "random",
		Version:      version,
		MetadataInfo: tfbridge.NewProviderMetadata([]byte("{}")),
		Resources: map[string]*tfbridge.ResourceInfo{
			// The only resource without an id of its own: the bytes are it.
			"random_bytes": {ComputeID: base64ID},
		},
		EnableAccurateBridgePreview: true,
		EnableRawStateDelta:         true,
	}
	// The SDK repeats the package's name in each resource's: random_password is RandomPassword.
	p.MustComputeTokens(tokens.SingleModule("random_", "index", func(module, name string) (string, error) {
		return tokens.MakeStandard("random")(module, "Random"+name)
	}))
	return p
}

func base64ID(_ context.Context, state resource.PropertyMap) (resource.ID, error) {
	value := state["base64"]
	if value.IsSecret() {
		value = value.SecretValue().Element
	}
	if !value.IsString() {
		return "", errors.New("random_bytes: its state has no base64")
	}
	return resource.ID(value.StringValue()), nil
}

// schema is what the engine asks of a plugin beside its resources. Go programs have the SDK for
// the rest of it.
func schema() []byte {
	body, err := json.Marshal(map[string]string{"name": "random", "version": version})
	if err != nil {
		panic(err) // Two strings.
	}
	return body
}
