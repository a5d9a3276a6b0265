package jaeger

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/tracestack/tracestack/internal/sizes"
)

// SearchStore is an Elasticsearch or an OpenSearch, and what Jaeger makes there.
type SearchStore struct {
	OpenSearch       bool // by name; both are spoken to alike
	URLs             []string
	User             string // whose password is in StoreFiles.Credential
	APIKey           bool   // there instead
	CA, ClientCert   bool   // in StoreFiles, too
	IndexPrefix      string
	Shards, Replicas int
	Hourly           bool // an index of spans each hour, not each day
	RolledOver       bool // one alias is written to and one read, whatever stands behind them
	ILM              bool // the store's own lifecycle management does it
	Archive          bool // whether there is an index for what is kept for good
	// Lookback is how far back traces are found by their ID, and services at all.
	Lookback time.Duration
}

// queue is the collector's.
//
// What is acknowledged: Jaeger gathers spans and sends them as bulk requests, and knows no way to wait for
// the end of one. A span is acknowledged when a bulk has it; one that is being sent takes in no further
// one. So a pod that is killed loses at most its bulks' acknowledged spans: 1,000 or 5 MB of each worker, or
// what came in 200 ms. One that is told to stop sends them first. A bulk that the store did not take is
// sent again.
func (s SearchStore) queue(fromKafka bool) *queue {
	if fromKafka {
		return nil // A message would count as read when the queue has it.
	}
	return newQueue(4)
}

// newBulk is how spans are gathered before they are sent.
func newBulk() *bulk {
	return &bulk{
		MaxBytes: sizes.Bulk,
		// Jaeger's own defaults, written because they bound what is lost.
		MaxActions:    1000,
		FlushInterval: 200 * time.Millisecond,
		// Each gathers a bulk of its own. With one, a store that takes 0.1 s for a bulk got 5,000 spans/s
		// of a pod, with four 18,000.
		Workers: 4,
	}
}

// backend is the storage of a role; one that writes has a bulk.
func (s SearchStore) backend(writes bool) (backend, error) {
	if len(s.URLs) == 0 {
		return backend{}, errors.New("jaeger: search store: urls: must have at least one address")
	}
	if s.Shards < 1 {
		return backend{}, fmt.Errorf("jaeger: search store: shards: %d: must be at least 1", s.Shards)
	}
	return s.named(s.store(writes)), nil
}

// named is the store by its product.
func (s SearchStore) named(store *searchStore) backend {
	if s.OpenSearch {
		return backend{OpenSearch: store}
	}
	return backend{Elasticsearch: store}
}

func (s SearchStore) store(writes bool) *searchStore {
	made := &searchStore{
		// Jaeger and its index cleaner put a path behind it.
		ServerURLs: Addresses(s.URLs),
		Auth:       s.auth(),
		TLS:        s.tls(),
		// Of a bulk, too. By default a store that hangs holds up everything until the system gives the
		// connection up, which takes minutes.
		QueryTimeout: 30 * time.Second,
		MaxSpanAge:   s.Lookback,
		// A service's name that was lost on its way is written again within this time.
		ServiceCacheTTL: time.Hour,
		// Who writes makes the templates of its indices, with shards and replicas.
		// With ILM the tool that makes the first indices does, as the templates name the policy.
		CreateMappings: writes && !s.ILM,
		UseAliases:     s.RolledOver,
		UseILM:         s.ILM,
		Indices: indices{
			Prefix:   s.IndexPrefix,
			Spans:    s.index(s.Hourly),
			Services: s.index(false),
		},
	}
	if writes {
		made.Bulk = newBulk()
	}
	return made
}

// Addresses are the store's without a slash at the end: Jaeger's tools put a path behind each.
func Addresses(urls []string) []string {
	var all []string
	for _, address := range urls {
		all = append(all, strings.TrimRight(address, "/"))
	}
	return all
}

// Nodes are the addresses with their ports, for a tool that takes 9200 where none is written.
func Nodes(urls []string) []string {
	var all []string
	for _, address := range Addresses(urls) {
		scheme, host, _ := strings.Cut(address, "://")
		if parsed, err := url.Parse(address); err == nil && parsed.Port() == "" {
			host += map[string]string{"http": ":80", "https": ":443"}[scheme]
		}
		all = append(all, scheme+"://"+host)
	}
	return all
}

func (s SearchStore) auth() *auth {
	switch {
	case s.User != "":
		return &auth{Basic: &basic{Username: s.User, PasswordFile: StoreFiles.Credential, ReloadInterval: reload}}
	case s.APIKey:
		return &auth{APIKey: &token{FilePath: StoreFiles.Credential, ReloadInterval: reload}}
	}
	return nil
}

func (s SearchStore) tls() *clientTLS {
	if !s.CA && !s.ClientCert {
		return nil // The authorities that the image knows.
	}
	return StoreFiles.tls(s.CA, s.ClientCert)
}

func (s SearchStore) index(hourly bool) index {
	made := index{DateLayout: "2006-01-02", RolloverFrequency: "day", Shards: s.Shards, Replicas: s.Replicas}
	if hourly {
		made.DateLayout, made.RolloverFrequency = "2006-01-02-15", "hour"
	}
	return made
}

type searchStore struct {
	ServerURLs      []string      `yaml:"server_urls"`
	Auth            *auth         `yaml:"auth,omitempty"`
	TLS             *clientTLS    `yaml:"tls,omitempty"`
	QueryTimeout    time.Duration `yaml:"query_timeout"`
	MaxSpanAge      time.Duration `yaml:"max_span_age"`
	ServiceCacheTTL time.Duration `yaml:"service_cache_ttl"`
	Bulk            *bulk         `yaml:"bulk_processing,omitempty"`
	CreateMappings  bool          `yaml:"create_mappings"`
	UseAliases      bool          `yaml:"use_aliases,omitempty"`
	UseILM          bool          `yaml:"use_ilm,omitempty"`
	Indices         indices       `yaml:"indices"`
}

type auth struct {
	Basic  *basic `yaml:"basic,omitempty"`
	APIKey *token `yaml:"api_key,omitempty"`
}

type basic struct {
	Username       string        `yaml:"username"`
	PasswordFile   string        `yaml:"password_file"`
	ReloadInterval time.Duration `yaml:"reload_interval"`
}

type token struct {
	FilePath       string        `yaml:"file_path"`
	ReloadInterval time.Duration `yaml:"reload_interval"`
}

type bulk struct {
	MaxBytes      int           `yaml:"max_bytes"`
	MaxActions    int           `yaml:"max_actions"`
	FlushInterval time.Duration `yaml:"flush_interval"`
	Workers       int           `yaml:"workers"`
}

// indices leaves out those of dependencies and of sampling: nothing here writes them.
type indices struct {
	Prefix   string `yaml:"index_prefix,omitempty"`
	Spans    index  `yaml:"spans"`
	Services index  `yaml:"services"`
}

type index struct {
	DateLayout        string `yaml:"date_layout"`
	RolloverFrequency string `yaml:"rollover_frequency"`
	Shards            int    `yaml:"shards"`
	Replicas          int    `yaml:"replicas"`
}
