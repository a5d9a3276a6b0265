package settings

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/spec"
)

// Cassandra is a Cassandra, what Jaeger makes there, and how pods reach it.
type Cassandra struct {
	Servers              []string             `json:"servers,omitempty" pulumi:"servers,optional" doc:"Some of its nodes, or a Service in front of them, such as cassandra.cassandra.svc. They are asked for all the others, which pods must reach too." rule:"must be given; must have at least one; each must be a host without its port; must be named once" see:"https://www.jaegertracing.io/docs/latest/storage/cassandra/"`
	Port                 int                  `json:"port,omitempty" pulumi:"port,optional" min:"1" max:"65535" default:"9042" doc:"The port of every node, for CQL."`
	Datacenter           string               `json:"datacenter,omitempty" pulumi:"datacenter,optional" format:"notEmpty" doc:"The datacenter whose nodes Jaeger asks, as Cassandra spells it. Without one it asks those of all, one after the other. The keyspace that Jaeger makes has copies in every one."`
	Keyspace             string               `json:"keyspace,omitempty" pulumi:"keyspace,optional" format:"keyspace" default:"jaeger" doc:"The keyspace with the tables. Another keyspace is another, empty store." rule:"must not be one of Cassandra's own; must begin with a letter, have no capitals and be no reserved word of CQL, unless with existingSchema: true"`
	ExistingSchema       bool                 `json:"existingSchema,omitempty" pulumi:"existingSchema,optional" doc:"Whether keyspace and tables are there. Jaeger's user then needs SELECT and MODIFY on the keyspace and nothing else. Otherwise what writes spans makes what is missing, each time that it starts, and needs CREATE on all keyspaces. docs/jaeger.md has both ways."`
	ReplicationFactor    int                  `json:"replicationFactor,omitempty" pulumi:"replicationFactor,optional" min:"1" max:"10" default:"1" prod:"3" doc:"The nodes of each datacenter that have a span. Of a keyspace that is there already it does not change." rule:"must not be given with existingSchema: true"`
	Retention            Duration             `json:"retention,omitempty" pulumi:"retention,optional" min:"1h" max:"3650d" default:"2d" prod:"14d" doc:"How long traces are kept. Cassandra deletes them itself. Of tables that are there already it does not change." rule:"must not be given with existingSchema: true"`
	Consistency          CassandraConsistency `json:"consistency,omitempty" pulumi:"consistency,optional" default:"LOCAL_QUORUM" doc:"How many copies of a span must be written before it is acknowledged, and read." rule:"TWO and THREE must not be more than replicationFactor" see:"https://cassandra.apache.org/doc/latest/cassandra/architecture/dynamo.html"`
	User                 string               `json:"user,omitempty" pulumi:"user,optional" format:"notEmpty" doc:"The user that Jaeger signs in as. docs/jaeger.md has the rights that it needs." rule:"must be given with a password, and not without one"`
	DisableCompression   bool                 `json:"disableCompression,omitempty" pulumi:"disableCompression,optional" doc:"Whether requests go without Snappy, for what speaks CQL and does not know it, such as Azure Cosmos DB."`
	DisableAutoDiscovery bool                 `json:"disableAutoDiscovery,omitempty" pulumi:"disableAutoDiscovery,optional" doc:"Whether Jaeger asks the servers alone and not the nodes that they name, for what is reached through a tunnel or a balancer."`
	Certificates
	ServerName string `json:"serverName,omitempty" pulumi:"serverName,optional" format:"host" doc:"The name that every node's certificate must have, where it is not the host of the servers: other nodes are reached by their addresses." rule:"must not be given without tls: true"`
}

// Rules across the fields.
func (c *Cassandra) Rules(l spec.Look) {
	c.checkServers(l)
	c.checkKeyspace(l)
	for _, name := range []string{"replicationFactor", "retention"} {
		if c.ExistingSchema && l.GivenSound(name) && l.Sound("existingSchema") {
			l.Refuse(name, spec.NotShown, "must not be given with existingSchema: true: keyspace and tables have theirs")
		}
	}
	least := map[CassandraConsistency]int{ConsistencyTwo: 2, ConsistencyThree: 3}[c.Consistency]
	if !c.ExistingSchema && c.ReplicationFactor < least && l.Sound("existingSchema", "consistency", "replicationFactor") {
		l.Refuse("consistency", string(c.Consistency), fmt.Sprintf("must not be more than replicationFactor, which is %d: there are never so many copies", c.ReplicationFactor))
	}
}

// checkServers shows none of them: what is no host may hold a password all the same.
func (c *Cassandra) checkServers(l spec.Look) {
	if !l.GivenSound("servers") {
		return
	}
	if len(c.Servers) == 0 {
		l.Refuse("servers", "[]", "must have at least one host")
	}
	for i, server := range c.Servers {
		name := fmt.Sprintf("servers[%d]", i)
		switch {
		case !l.Sound(name):
		case !isServer(server):
			l.Refuse(name, spec.NotShown, "must be a host without scheme and port, such as cassandra.cassandra.svc: the port has a key of its own")
		case slices.Contains(c.Servers[:i], server):
			l.Refuse(name, spec.NotShown, "must be named once")
		}
	}
}

func isServer(text string) bool {
	_, err := netip.ParseAddr(text)
	return err == nil || naming.IsHost(text)
}

var (
	unquoted = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	// The reserved words of CQL, of Cassandra 5.
	reserved = strings.Fields(`add allow alter and apply asc authorize batch begin by columnfamily create delete desc describe drop
		entries execute from full grant if in index infinity insert into is keyspace limit materialized
		modify nan norecursive not null of on or order primary rename revoke schema select set table to
		token truncate unlogged update use using view where with`)
)

// checkKeyspace reads the name as Cassandra does: Jaeger makes the keyspace without quotes, which is in lower
// case then, and asks for it with quotes, as it is written here.
func (c *Cassandra) checkKeyspace(l spec.Look) {
	if !l.Sound("keyspace", "existingSchema") {
		return
	}
	lower := strings.ToLower(c.Keyspace)
	switch {
	case lower == "system" || strings.HasPrefix(lower, "system_"):
		l.Refuse("keyspace", c.Keyspace, "must not be one of Cassandra's own")
	case c.ExistingSchema:
	case !unquoted.MatchString(c.Keyspace):
		l.Refuse("keyspace", c.Keyspace, "must begin with a letter and have no capitals, unless it is there already, with existingSchema: true")
	case slices.Contains(reserved, c.Keyspace):
		l.Refuse("keyspace", c.Keyspace, "must not be a reserved word of CQL, unless it is there already, with existingSchema: true")
	}
}

// Read is what Jaeger reads of it: of tables that are there already it knows nothing.
func (c Cassandra) Read() Cassandra {
	if c.ExistingSchema {
		c.ReplicationFactor, c.Retention = 0, ""
	}
	return c
}

// CheckChosen asks for what no Cassandra that is used can do without.
func (c *Cassandra) CheckChosen(l spec.Look) {
	if !l.Given("servers") && l.Sound("", "servers") {
		l.Refuse("servers", spec.NotSet, "must be given")
	}
}
