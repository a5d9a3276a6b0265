package jaeger

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/internal/sizes"
)

// The names of the configurations of roles that are apart.
const (
	CollectorFileName = "jaeger-collector.yaml"
	QueryFileName     = "jaeger-query.yaml"
)

// Where pods see what lets them into a search store, each in a folder of its own.
const (
	CredentialFile = "/etc/tracestack-store-credential/credential" // the password, or the API key
	CAFile         = "/etc/tracestack-store-ca/ca.crt"
	CertFile       = "/etc/tracestack-store-client/tls.crt"
	KeyFile        = "/etc/tracestack-store-client/tls.key"
)

// SearchStore is an Elasticsearch or an OpenSearch, and what Jaeger makes there.
type SearchStore struct {
	Pages
	OpenSearch       bool // by name; both are spoken to alike
	URLs             []string
	User             string // whose password is in CredentialFile
	APIKey           bool   // in CredentialFile
	CA, ClientCert   bool   // in CAFile, in CertFile and KeyFile
	IndexPrefix      string
	Shards, Replicas int
	Hourly           bool // an index of spans each hour, not each day
	Archive          bool // whether there is an index for what is kept for good
	// Lookback is how far back traces are found by their ID, and services at all.
	Lookback time.Duration
}

// Collector gives the configuration of the role that writes spans.
//
// What is acknowledged: Jaeger gathers spans and sends them as bulk requests, and knows no way to wait for
// the end of one. A span is acknowledged when a bulk has it; one that is being sent takes in no further
// one. So a pod that is killed loses at most its bulks' acknowledged spans: 1,000 or 5 MB of each worker, or
// what came in 200 ms. One that is told to stop sends them first. A bulk that the store did not take is
// sent again.
func (s SearchStore) Collector() (render.File, error) {
	made, err := s.backend(newBulk())
	if err != nil {
		return render.File{}, err
	}
	return render.YAML(CollectorFileName, file{
		Receivers:  receivers{OTLP: newReceiver()},
		Processors: &processors{MemoryLimiter: render.NewMemoryLimiter()},
		Exporters: exporters{Storage: &storageExporter{TraceStorage: storageName, Queue: &queue{
			Enabled: true,
			// Whoever sends is answered when the bulk has the spans, not when this queue has them.
			WaitForResult: true,
			// A request that nobody waits for any more stays until it is written, and is sent anew
			// meanwhile. So it holds no more than comes at once: a longer one fills the memory while the
			// store is away, and afterwards takes longer to empty than a sender waits.
			Sizer:           "bytes",
			QueueSize:       sizes.Message,
			BlockOnOverflow: false,
			NumConsumers:    4,
		}}},
		Extensions: extensions{Storage: &made, Health: newHealth()},
		Service: render.Service{
			Extensions: []string{"jaeger_storage", "healthcheckv2"},
			Pipelines: map[string]render.Pipeline{"traces": {
				Receivers:  []string{"otlp"},
				Processors: []string{"memory_limiter"},
				Exporters:  []string{"jaeger_storage_exporter"},
			}},
			Telemetry: render.NewTelemetry(),
		},
	})
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

// Query gives the configuration of the role that answers queries and shows the pages.
func (s SearchStore) Query() (render.File, error) {
	made, err := s.backend(nil)
	if err != nil {
		return render.File{}, err
	}
	stores := queryStorage{Traces: storageName}
	if s.Archive {
		stores.Archive = archiveName
		made.Backends[archiveName] = s.archive()
	}
	return render.YAML(QueryFileName, file{
		// A pipeline there must be.
		Receivers:  receivers{Nop: &nop{}},
		Exporters:  exporters{Nop: &nop{}},
		Extensions: extensions{Storage: &made, Query: s.query(stores), Health: newHealth()},
		Service: render.Service{
			Extensions: []string{"jaeger_storage", "jaeger_query", "healthcheckv2"},
			Pipelines: map[string]render.Pipeline{"traces": {
				Receivers: []string{"nop"},
				Exporters: []string{"nop"},
			}},
			Telemetry: render.NewTelemetry(),
		},
	})
}

// backend is the storage of a role; one that writes has a bulk.
func (s SearchStore) backend(writes *bulk) (storage, error) {
	if len(s.URLs) == 0 {
		return storage{}, errors.New("jaeger: search store: urls: must have at least one address")
	}
	if s.Shards < 1 {
		return storage{}, fmt.Errorf("jaeger: search store: shards: %d: must be at least 1", s.Shards)
	}
	return storage{Backends: map[string]backend{storageName: s.named(s.store(writes))}}, nil
}

// named is the store by its product.
func (s SearchStore) named(store *searchStore) backend {
	if s.OpenSearch {
		return backend{OpenSearch: store}
	}
	return backend{Elasticsearch: store}
}

func (s SearchStore) store(writes *bulk) *searchStore {
	return &searchStore{
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
		Bulk:            writes,
		// Who writes makes the templates of its indices, with shards and replicas.
		CreateMappings: writes != nil,
		Indices: indices{
			Prefix:   s.IndexPrefix,
			Spans:    s.index(s.Hourly),
			Services: s.index(false),
		},
	}
}

// Addresses are the store's without a slash at the end: Jaeger's tools put a path behind each.
func Addresses(urls []string) []string {
	var all []string
	for _, url := range urls {
		all = append(all, strings.TrimRight(url, "/"))
	}
	return all
}

// reload is how soon a credential or a certificate that changed is read.
const reload = 10 * time.Second

func (s SearchStore) auth() *auth {
	switch {
	case s.User != "":
		return &auth{Basic: &basic{Username: s.User, PasswordFile: CredentialFile, ReloadInterval: reload}}
	case s.APIKey:
		return &auth{APIKey: &token{FilePath: CredentialFile, ReloadInterval: reload}}
	}
	return nil
}

func (s SearchStore) tls() *clientTLS {
	if !s.CA && !s.ClientCert {
		return nil // The authorities that the image knows.
	}
	made := &clientTLS{}
	if s.CA {
		made.CAFile = CAFile
	}
	if s.ClientCert {
		made.CertFile, made.KeyFile, made.ReloadInterval = CertFile, KeyFile, reload
	}
	return made
}

func (s SearchStore) index(hourly bool) index {
	made := index{DateLayout: "2006-01-02", RolloverFrequency: "day", Shards: s.Shards, Replicas: s.Replicas}
	if hourly {
		made.DateLayout, made.RolloverFrequency = "2006-01-02-15", "hour"
	}
	return made
}

type queue struct {
	Enabled         bool   `yaml:"enabled"`
	WaitForResult   bool   `yaml:"wait_for_result"`
	Sizer           string `yaml:"sizer"`
	QueueSize       int    `yaml:"queue_size"`
	BlockOnOverflow bool   `yaml:"block_on_overflow"`
	NumConsumers    int    `yaml:"num_consumers"`
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

type clientTLS struct {
	CAFile         string        `yaml:"ca_file,omitempty"`
	CertFile       string        `yaml:"cert_file,omitempty"`
	KeyFile        string        `yaml:"key_file,omitempty"`
	ReloadInterval time.Duration `yaml:"reload_interval,omitempty"`
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
