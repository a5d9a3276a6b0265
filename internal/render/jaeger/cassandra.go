package jaeger

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/tracestack/tracestack/internal/render"
)

// CassandraPasswordVariable has the password. Jaeger takes it from its configuration alone, and puts it in
// there when it starts.
const CassandraPasswordVariable = "CASSANDRA_PASSWORD"

// Cassandra is a Cassandra, and what Jaeger makes there.
type Cassandra struct {
	Servers              []string // hosts
	Port                 int
	Datacenter           string // empty: any
	Keyspace             string
	CreateSchema         bool // by what writes
	ReplicationFactor    int
	Retention            time.Duration
	Consistency          string
	User                 string // empty: it asks for none
	TLS, CA, ClientCert  bool   // in StoreFiles
	ServerName           string // that each certificate has; empty: the server's
	DisableCompression   bool
	DisableAutoDiscovery bool
}

// writers is how many write at once, and spansEach how many spans each takes. Jaeger writes a span and then each entry
// of its indices, some twenty requests one after the other, and the spans of a batch likewise: a batch that is
// not divided takes longer than its sender waits.
const writers, spansEach = 50, 20

// queue divides batches. What is acknowledged is in Cassandra, with its indices: each request is waited for.
// A span that is sent again overwrites itself.
func (c Cassandra) queue(bool) *queue {
	divides := newQueue(writers)
	divides.Batch = &batch{Sizer: "items", FlushTimeout: 200 * time.Millisecond, MaxSize: spansEach}
	return divides
}

func (Cassandra) archive() *backend { return nil }

func (c Cassandra) backend(writes bool) (backend, error) {
	if len(c.Servers) == 0 {
		return backend{}, errors.New("jaeger: cassandra: servers: must have at least one host")
	}
	made := &cassandra{
		Schema: schema{Keyspace: c.Keyspace, DisableCompression: c.DisableCompression},
		Connection: connection{
			Port: c.Port, LocalDC: c.Datacenter, DisableAutoDiscovery: c.DisableAutoDiscovery,
			TLS: c.tls(), Auth: c.auth(),
			Timeout: cassandraPatience,
			// A node that was away is asked again; by default after a minute.
			ReconnectInterval: 5 * time.Second,
		},
		// By default there is no limit: a node that hangs would hold up everything.
		Query: cassandraQuery{Timeout: cassandraPatience, Consistency: c.Consistency},
	}
	for _, host := range c.Servers {
		// Jaeger takes a host of one word for no host, unless it has a port.
		made.Connection.Servers = append(made.Connection.Servers, net.JoinHostPort(host, strconv.Itoa(c.Port)))
	}
	if writes && c.CreateSchema {
		if err := c.create(&made.Schema); err != nil {
			return backend{}, err
		}
	}
	return backend{Cassandra: made}, nil
}

// cassandraPatience is for one request. What makes the tables has some that take seconds.
const cassandraPatience = 20 * time.Second

// windows is about how many files of its own age Cassandra has of a table: it deletes a file when all in it
// is too old.
const windows = 30

// create has what writes make the keyspace and the tables where there are none.
func (c Cassandra) create(s *schema) error {
	if c.ReplicationFactor < 1 || c.Retention < time.Second {
		return fmt.Errorf("jaeger: cassandra: %d copies for %s: must be at least 1, and 1s", c.ReplicationFactor, c.Retention)
	}
	s.Create = true
	s.ReplicationFactor = c.ReplicationFactor
	s.TraceTTL, s.DependenciesTTL = c.Retention, c.Retention
	s.CompactionWindow = max(c.Retention/windows, time.Minute).Truncate(time.Minute)
	return nil
}

// tls is always there: Jaeger speaks TLS where nothing is said of it.
func (c Cassandra) tls() clientTLS {
	if !c.TLS {
		return clientTLS{Insecure: true}
	}
	made := *StoreFiles.tls(c.CA, c.ClientCert)
	made.ServerName = c.ServerName
	return made
}

func (c Cassandra) auth() *cassandraAuth {
	if c.User == "" {
		return nil
	}
	return &cassandraAuth{Basic: cassandraUser{Username: c.User, Password: render.Variable("env:" + CassandraPasswordVariable)}}
}

type cassandra struct {
	Schema     schema         `yaml:"schema"`
	Connection connection     `yaml:"connection"`
	Query      cassandraQuery `yaml:"query"`
}

type schema struct {
	Keyspace           string        `yaml:"keyspace"`
	DisableCompression bool          `yaml:"disable_compression,omitempty"`
	Create             bool          `yaml:"create"`
	ReplicationFactor  int           `yaml:"replication_factor,omitempty"`
	TraceTTL           time.Duration `yaml:"trace_ttl,omitempty"`
	DependenciesTTL    time.Duration `yaml:"dependencies_ttl,omitempty"`
	CompactionWindow   time.Duration `yaml:"compaction_window,omitempty"`
}

type connection struct {
	Servers              []string       `yaml:"servers"`
	Port                 int            `yaml:"port"` // of the nodes that they name
	LocalDC              string         `yaml:"local_dc,omitempty"`
	DisableAutoDiscovery bool           `yaml:"disable_auto_discovery,omitempty"`
	TLS                  clientTLS      `yaml:"tls"`
	Auth                 *cassandraAuth `yaml:"auth,omitempty"`
	Timeout              time.Duration  `yaml:"timeout"`
	ReconnectInterval    time.Duration  `yaml:"reconnect_interval"`
}

type cassandraAuth struct {
	Basic cassandraUser `yaml:"basic"`
}

type cassandraUser struct {
	Username string          `yaml:"username"`
	Password render.Variable `yaml:"password"`
}

type cassandraQuery struct {
	Timeout     time.Duration `yaml:"timeout"`
	Consistency string        `yaml:"consistency"`
}
