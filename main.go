// Command tracestack is the Pulumi program: `pulumi up --stack dev`.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/stacks"
)

func main() {
	pulumi.Run(stacks.Run)
}
