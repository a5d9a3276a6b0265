package kube

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// If gives options where they are asked for, and none otherwise. What a resource does not say is as its
// parent has it: an option that is false would take from a child what a caller gave the whole component.
func If(asked bool, options ...pulumi.ResourceOption) pulumi.ResourceOption {
	if !asked {
		return pulumi.Composite()
	}
	return pulumi.Composite(options...)
}
