//go:build tools

// Package pulumi pins the Pulumi CLI and the Kubernetes provider plugin. They stand in one module
// because they compile with the same pulumi/pkg and sdk, and so share what is compiled.
package pulumi

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
