package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/settings"
)

// searchStore is the store of a storage; nil where that is none.
func searchStore(c config.Config, storage settings.Storage) *components.SearchStoreArgs {
	store, access, is := c.SearchStore(storage)
	if !is {
		return nil
	}
	args := &components.SearchStoreArgs{Engine: settings.SearchEngine(storage), SearchStore: store}
	args.Password, args.PasswordSecret = password(access)
	return args
}

// password is a credential as components take one: the value, or the Secret that has it.
func password(c config.Credential) (pulumi.StringInput, *settings.SecretKey) {
	switch {
	case !c.Value.IsZero():
		return pulumi.ToSecret(pulumi.String(c.Value.Reveal())).(pulumi.StringOutput), nil
	case !c.IsZero():
		return nil, &c.Existing
	}
	return nil, nil
}
