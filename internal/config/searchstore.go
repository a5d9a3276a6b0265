package config

import (
	"reflect"
	"slices"

	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/settings"
)

// SearchStore gives what is said of the store of a storage, if that is a search store.
func (c Config) SearchStore(storage settings.Storage) (store settings.SearchStore, password Credential, is bool) {
	switch storage {
	case settings.StorageElasticsearch:
		return c.Elasticsearch, c.ElasticsearchPassword, true
	case settings.StorageOpenSearch:
		return c.OpenSearch, c.OpenSearchPassword, true
	}
	return settings.SearchStore{}, Credential{}, false
}

// validateSearchStores holds what is said of search stores against the storage that reads it. Each has its
// key, and the password a key beside it.
func (c Config) validateSearchStores(l spec.Look) {
	if !l.Sound("tracestack:backend", "tracestack:storage", mirror, mirror+".backend", mirror+".storage") {
		return
	}
	used := c.storagesOf(l, settings.BackendJaeger)
	for _, storage := range []settings.Storage{settings.StorageElasticsearch, settings.StorageOpenSearch} {
		key := "tracestack:" + string(storage)
		if !slices.Contains(used, storage) {
			refuseUnread[settings.SearchStore](l, key, "only storage "+string(storage)+" reads it")
			continue
		}
		store, _, _ := c.SearchStore(storage)
		store.CheckChosen(l.In(key))
		checkPassword(l, key+".user", key+"Password", string(storage))
	}
}

// refuseUnread refuses whatever is said of what nobody reaches, such as a search store that nothing is kept in.
func refuseUnread[T any](l spec.Look, key, why string) {
	for _, name := range namesOf[T](key) {
		if l.GivenSound(name) {
			l.Refuse(name, spec.NotShown, "must not be given: "+why)
		}
	}
}

// namesOf are the paths of a key's settings, and of the password that is a key beside it.
func namesOf[T any](key string) []string {
	names := []string{key + "Password"}
	for _, field := range spec.Fields(reflect.TypeFor[T]()) {
		names = append(names, key+"."+field.Name)
	}
	return names
}

func checkPassword(l spec.Look, user, password, storage string) {
	if l.GivenSound(user) && l.Sound(password) && !l.Given(password) {
		l.Refuse(password, spec.NotSet, "must be given with "+storage+".user")
	}
	if l.GivenSound(password) && l.Sound(user) && !l.Given(user) {
		l.Refuse(user, spec.NotSet, "must be given with the password")
	}
}
