// Command pulumi-resource-random is the resource plugin of pulumi-random's SDK: the Terraform
// provider of the same name behind Pulumi's bridge, under the tokens and settings of the released
// plugin, which stands in no module registry.
package main

import (
	"context"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
)

func main() {
	tfbridge.Main(context.Background(), "random", provider(), tfbridge.ProviderMetadata{PackageSchema: schema()})
}
