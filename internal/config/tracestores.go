package config

import (
	"reflect"
	"slices"

	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/settings"
)

// traceStore is what is said of a store of Jaeger's that is elsewhere: its key, the storage that reads it, and
// what it cannot do without.
type traceStore struct {
	storage settings.Storage
	key     string
	says    interface{ CheckChosen(spec.Look) }
	signsIn bool // as a user whose password is a key beside it
}

func (c *Config) traceStores() []traceStore {
	return []traceStore{
		{settings.StorageElasticsearch, "elasticsearch", &c.Elasticsearch, true},
		{settings.StorageOpenSearch, "opensearch", &c.OpenSearch, true},
		{settings.StorageCassandra, "cassandra", &c.Cassandra, true},
		{settings.StorageGRPC, "remoteStorage", &c.RemoteStorage, false},
	}
}

// validateTraceStores holds what is said of stores against the storage that reads it.
func (c Config) validateTraceStores(l spec.Look) {
	if !l.Sound("tracestack:backend", "tracestack:storage", mirror, mirror+".backend", mirror+".storage") {
		return
	}
	used := c.storagesOf(l, settings.BackendJaeger)
	for _, s := range c.traceStores() {
		key := "tracestack:" + s.key
		if !slices.Contains(used, s.storage) {
			refuseUnread(l, s.says, key, "only storage "+string(s.storage)+" reads it")
			continue
		}
		s.says.CheckChosen(l.In(key))
		if store, _, is := c.SearchStore(s.storage); is {
			c.Jaeger.Dependencies.CheckStore(l.In("tracestack:jaeger.dependencies"), l.In(key), settings.SearchEngine(s.storage), store)
			if l.In(key).Sound("rotation") && store.RolledOver() {
				c.refuseNewerJaeger(l, 20, "rotation rollover")
			}
			store.CheckLifecycle(l.In(key), settings.SearchEngine(s.storage), c.Jaeger.UI != nil && c.Jaeger.UI.Archive)
		}
		if s.signsIn {
			checkPassword(l, key+".user", key+"Password", s.key)
		}
	}
}

// refuseUnread refuses whatever is said of what nobody reaches, such as a store that nothing is kept in.
func refuseUnread(l spec.Look, says any, key, why string) {
	for _, name := range namesOf(says, key) {
		if l.GivenSound(name) {
			l.Refuse(name, spec.NotShown, "must not be given: "+why)
		}
	}
}

// namesOf are the paths of a key's settings, and of the password that is a key beside it.
func namesOf(says any, key string) []string {
	names := []string{key + "Password"}
	for _, field := range spec.Fields(reflect.TypeOf(says).Elem()) {
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
