package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/settings"
)

// searchStore is the store of a storage; nil where that is none.
func searchStore(c config.Config, storage settings.Storage) *components.SearchStoreArgs {
	store, password, is := c.SearchStore(storage)
	if !is {
		return nil
	}
	args := &components.SearchStoreArgs{Engine: settings.SearchEngine(storage), SearchStore: store}
	if !password.Value.IsZero() {
		args.Password = pulumi.ToSecret(pulumi.String(password.Value.Reveal())).(pulumi.StringOutput)
	} else if !password.IsZero() {
		args.PasswordSecret = &password.Existing
	}
	return args
}
