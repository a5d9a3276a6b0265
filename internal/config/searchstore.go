package config

import "github.com/tracestack/tracestack/settings"

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
