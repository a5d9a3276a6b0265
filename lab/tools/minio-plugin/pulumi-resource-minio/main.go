// Command pulumi-resource-minio is the resource plugin of pulumi-minio's SDK: the Terraform
// provider of the same name behind Pulumi's bridge, under the tokens and settings of the released
// plugin, which stands in no module registry.
//
// It links github.com/aminueza/terraform-provider-minio, which is under the AGPL-3.0. So this
// source is all that is given away: everybody builds the program for themselves, it runs as a
// process of its own, and no binary of it is distributed.
package main

import "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"

func main() {
	tfbridge.Main("minio", version, provider(), schema())
}
