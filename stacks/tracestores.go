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
	return &components.SearchStoreArgs{Engine: settings.SearchEngine(storage), SearchStore: store.Read(), SignIn: signIn(access)}
}

func cassandra(c config.Config, storage settings.Storage) *components.CassandraArgs {
	if storage != settings.StorageCassandra {
		return nil
	}
	return &components.CassandraArgs{Cassandra: c.Cassandra.Read(), SignIn: signIn(c.CassandraPassword)}
}

func remoteStorage(c config.Config, storage settings.Storage) *components.RemoteStorageArgs {
	if storage != settings.StorageGRPC {
		return nil
	}
	return &components.RemoteStorageArgs{RemoteStorage: c.RemoteStorage.Read()}
}

// dependenciesImage is the one for a search store; none where nothing computes a graph of it.
func dependenciesImage(c config.Config, storage settings.Storage) string {
	if !settings.IsSearchStore(storage) || !c.Jaeger.Dependencies.Enabled {
		return ""
	}
	return c.Images.Dependencies.Of(c.Jaeger.Dependencies.VariantFor(settings.SearchEngine(storage))).String()
}

// signIn is a credential as components take one: the value, or the Secret that has it.
func signIn(c config.Credential) (given components.SignIn) {
	switch {
	case !c.Value.IsZero():
		given.Password = pulumi.ToSecret(pulumi.String(c.Value.Reveal())).(pulumi.StringOutput)
	case !c.IsZero():
		given.PasswordSecret = &c.Existing
	}
	return given
}
