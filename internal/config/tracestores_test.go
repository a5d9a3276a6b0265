package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/settings"
)

// oneServer is a Cassandra that is right as far as it goes, and oneEndpoint a remote storage.
const (
	oneServer   = `"servers":["cassandra.cassandra.svc"]`
	oneEndpoint = `"endpoint":"remote:17271"`
)

// inCassandra is a problem of a Cassandra that is right but for what is added to it.
func inCassandra(claim, more, problem string) refusal {
	return refusal{claim, map[string]string{
		"tracestack:storage": "cassandra", "tracestack:cassandra": "{" + oneServer + "," + more + "}",
	}, "tracestack:cassandra" + problem}
}

// served is a problem of its servers.
func served(claim, servers, problem string) refusal {
	return refusal{claim, map[string]string{
		"tracestack:storage": "cassandra", "tracestack:cassandra": `{"servers":` + servers + `}`,
	}, "tracestack:cassandra.servers" + problem}
}

// remote is a problem of a remote storage that is right but for what is added to it.
func remote(claim, more, problem string) refusal {
	return refusal{claim, map[string]string{
		"tracestack:storage": "grpc", "tracestack:remoteStorage": "{" + oneEndpoint + "," + more + "}",
	}, "tracestack:remoteStorage" + problem}
}

const (
	serverRule    = "must be a host without scheme and port, such as cassandra.cassandra.svc: the port has a key of its own"
	keyspaceRule  = "must be the name of a keyspace: at most 48 letters, digits and _"
	lowerRule     = "must begin with a letter and have no capitals, unless it is there already, with existingSchema: true"
	reservedRule  = "must not be a reserved word of CQL, unless it is there already, with existingSchema: true"
	itsOwn        = "must not be one of Cassandra's own"
	hasTheirs     = "must not be given with existingSchema: true: keyspace and tables have theirs"
	headerRule    = "must be the name of a header in lower case, such as x-tenant, not of gRPC's own"
	valueOfHeader = "must be printable and have no characters outside ASCII, nor spaces around it"
)

// ofStores are the refusals of Cassandra and of remote storage.
var ofStores = []refusal{
	{"a Cassandra without servers", map[string]string{"tracestack:storage": "cassandra"}, "tracestack:cassandra.servers: not set: must be given"},
	{"a mirror's Cassandra without servers", stored("local", key("mirror", `{"backend":"jaeger","storage":"cassandra"}`)), "tracestack:cassandra.servers: not set: must be given"},
	served("no server", `[]`, ": []: must have at least one host"),
	served("a server that is text", `"cassandra"`, ": [not shown]: must be an array, not a string"),
	served("a server with a port", `["cassandra:9042"]`, "[0]: [not shown]: "+serverRule),
	served("a server with a scheme", `["cql://cassandra"]`, "[0]: [not shown]: "+serverRule),
	served("a server with credentials", `["jaeger:hunter2@cassandra"]`, "[0]: [not shown]: "+serverRule),
	served("servers in one text", `["cassandra-0,cassandra-1"]`, "[0]: [not shown]: "+serverRule),
	served("an empty server", `["cassandra",""]`, "[1]: [not shown]: "+serverRule),
	served("a server twice", `["cassandra","cassandra"]`, "[1]: [not shown]: must be named once"),
	inCassandra("no port", `"port":0`, ".port: 0: must be between 1 and 65535"),
	inCassandra("a port that there is not", `"port":65536`, ".port: 65536: must be between 1 and 65535"),
	inCassandra("an empty datacenter", `"datacenter":""`, `.datacenter: "": must not be empty`),
	inCassandra("an empty keyspace", `"keyspace":""`, `.keyspace: "": `+keyspaceRule),
	inCassandra("a keyspace with a dash", `"keyspace":"jaeger-v1"`, ".keyspace: jaeger-v1: "+keyspaceRule),
	inCassandra("a keyspace in quotes", `"keyspace":"\"Jaeger\""`, `.keyspace: "\"Jaeger\"": `+keyspaceRule),
	inCassandra("a keyspace that is too long", `"keyspace":"`+strings.Repeat("a", 49)+`"`, ".keyspace: "+strings.Repeat("a", 49)+": "+keyspaceRule),
	inCassandra("a keyspace in capitals that Jaeger makes", `"keyspace":"Jaeger"`, ".keyspace: Jaeger: "+lowerRule),
	inCassandra("a keyspace that begins with a digit", `"keyspace":"1jaeger"`, ".keyspace: 1jaeger: "+lowerRule),
	inCassandra("a keyspace that begins with _", `"keyspace":"_jaeger"`, ".keyspace: _jaeger: "+lowerRule),
	inCassandra("a reserved word", `"keyspace":"token"`, ".keyspace: token: "+reservedRule),
	inCassandra("Cassandra's own keyspace", `"keyspace":"system"`, ".keyspace: system: "+itsOwn),
	inCassandra("another of Cassandra's own in capitals", `"existingSchema":true,"keyspace":"System_auth"`, ".keyspace: System_auth: "+itsOwn),
	inCassandra("no copies", `"replicationFactor":0`, ".replicationFactor: 0: must be between 1 and 10"),
	inCassandra("copies of what is there", `"existingSchema":true,"replicationFactor":3`, ".replicationFactor: [not shown]: "+hasTheirs),
	inCassandra("a retention of what is there", `"existingSchema":true,"retention":"7d"`, ".retention: [not shown]: "+hasTheirs),
	inCassandra("a retention of minutes", `"retention":"59m"`, ".retention: 59m: must be between 1h and 3650d"),
	inCassandra("a retention beyond what Cassandra counts", `"retention":"3651d"`, ".retention: 3651d: must be between 1h and 3650d"),
	inCassandra("a consistency that does not hold for reading", `"consistency":"ANY"`, ".consistency: ANY: must be ONE, TWO, THREE, QUORUM, ALL, LOCAL_ONE or LOCAL_QUORUM"),
	inCassandra("a consistency in small letters", `"consistency":"quorum"`, ".consistency: quorum: must be ONE, TWO, THREE, QUORUM, ALL, LOCAL_ONE or LOCAL_QUORUM"),
	inCassandra("more copies than there are", `"consistency":"TWO"`, ".consistency: TWO: must not be more than replicationFactor, which is 1: there are never so many copies"),
	inCassandra("more copies than were chosen", `"consistency":"THREE","replicationFactor":2`, ".consistency: THREE: must not be more than replicationFactor, which is 2: there are never so many copies"),
	inCassandra("an empty user", `"user":" "`, `.user: " ": must not be empty`),
	inCassandra("a password inside the object", `"password":"hunter2"`, ".password: [not shown]: no such key"),
	inCassandra("an authority without TLS", `"caSecret":"ca"`, ".caSecret: [not shown]: "+noTLS),
	inCassandra("a certificate without TLS", `"clientCertSecret":"jaeger"`, ".clientCertSecret: [not shown]: "+noTLS),
	inCassandra("a name in a certificate without TLS", `"serverName":"cassandra"`, ".serverName: [not shown]: "+noTLS),
	inCassandra("a name in a certificate with a port", `"tls":true,"serverName":"cassandra:9042"`, ".serverName: cassandra:9042: "+hostRule),
	{"a user without a password", map[string]string{"tracestack:storage": "cassandra", "tracestack:cassandra": "{" + oneServer + `,"user":"jaeger"}`}, "tracestack:cassandraPassword: not set: must be given with cassandra.user"},
	{"a password without a user", map[string]string{"tracestack:storage": "cassandra", "tracestack:cassandra": "{" + oneServer + "}", "tracestack:cassandraPassword": `{"secretName":"c","key":"k"}`}, "tracestack:cassandra.user: not set: must be given with the password"},
	{"a Cassandra without its storage", key("cassandra", "{"+oneServer+"}"), "tracestack:cassandra.servers: [not shown]: must not be given: only storage cassandra reads it"},
	{"a Cassandra's password without its storage", key("cassandraPassword", `{"secretName":"c","key":"k"}`), "tracestack:cassandraPassword: [not shown]: must not be given: only storage cassandra reads it"},

	{"a remote storage without its endpoint", map[string]string{"tracestack:storage": "grpc"}, "tracestack:remoteStorage.endpoint: not set: must be given"},
	{"an endpoint with a scheme", map[string]string{"tracestack:storage": "grpc", "tracestack:remoteStorage": `{"endpoint":"https://remote:17271"}`}, "tracestack:remoteStorage.endpoint: https://remote:17271: " + hostPortRule},
	{"an endpoint without a port", map[string]string{"tracestack:storage": "grpc", "tracestack:remoteStorage": `{"endpoint":"remote"}`}, "tracestack:remoteStorage.endpoint: remote: " + hostPortRule},
	remote("a way to write without a host", `"writeEndpoint":":4317"`, ".writeEndpoint: :4317: "+hostPortRule),
	remote("messages of nothing", `"maxMessageBytes":999999`, ".maxMessageBytes: 999999: must be between 1000000 and 16777216"),
	remote("a header of no tenant", `"tenantHeader":"x-scope-orgid"`, ".tenantHeader: x-scope-orgid: must not be given without tenant"),
	remote("a header in capitals", `"tenant":"a","tenantHeader":"X-Tenant"`, ".tenantHeader: X-Tenant: "+headerRule),
	remote("a header of gRPC's", `"tenant":"a","tenantHeader":"grpc-timeout"`, ".tenantHeader: grpc-timeout: "+headerRule),
	remote("a header of bytes", `"tenant":"a","tenantHeader":"tenant-bin"`, ".tenantHeader: tenant-bin: "+headerRule),
	remote("an empty tenant", `"tenant":""`, `.tenant: "": `+valueOfHeader),
	remote("a tenant outside ASCII", `"tenant":"größe"`, ".tenant: größe: "+valueOfHeader),
	remote("a tenant of two lines", `"tenant":"a\nb"`, `.tenant: "a\nb": `+valueOfHeader),
	remote("an authority without TLS", `"caSecret":"ca"`, ".caSecret: [not shown]: "+noTLS),
	remote("a name in a certificate without TLS", `"serverName":"remote"`, ".serverName: [not shown]: "+noTLS),
	remote("a time limit, which Jaeger does not read", `"timeout":"5s"`, ".timeout: [not shown]: no such key"),
	{"a remote storage without its storage", key("remoteStorage", "{"+oneEndpoint+"}"), "tracestack:remoteStorage.endpoint: [not shown]: must not be given: only storage grpc reads it"},
	{"traces of a Jaeger on Cassandra in memory", map[string]string{"tracestack:storage": "cassandra", "tracestack:cassandra": "{" + oneServer + "}", "tracestack:jaeger": `{"maxTraces":1507}`}, "tracestack:jaeger.maxTraces: 1507: must not be given: only storage memory counts traces"},
	{"resources of one pod on a remote storage", map[string]string{"tracestack:storage": "grpc", "tracestack:remoteStorage": "{" + oneEndpoint + "}", "tracestack:jaeger": `{"resources":{"limits":{"cpu":1}}}`}, "tracestack:jaeger.resources: [not shown]: must not be given: with storage grpc collector and query are apart, each with its own resources"},
}

func TestACassandraOrARemoteStorageIsRefusedWithItsReason(t *testing.T) {
	for _, c := range ofStores {
		t.Run(c.claim, func(t *testing.T) {
			_, err := config.Load(raw(c.given))
			if got := fmt.Sprint(err); got != c.want {
				t.Errorf("refused with\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestWhatIsRightOfACassandraIsTaken(t *testing.T) {
	for _, more := range []string{
		`"keyspace":"jaeger_v1_dc1"`,
		`"existingSchema":true,"keyspace":"Jaeger"`,
		`"existingSchema":true,"keyspace":"token","consistency":"THREE"`,
		`"keyspace":"systems","port":9142,"datacenter":"Frankfurt 1"`,
		`"consistency":"TWO","replicationFactor":2`,
		`"tls":true,"serverName":"cassandra.example.com"`,
		`"retention":"3650d"`,
	} {
		for storage, values := range map[string]map[string]string{
			"storage": {"tracestack:storage": "cassandra"},
			"mirror":  stored("local", key("mirror", `{"backend":"jaeger","storage":"cassandra"}`)),
		} {
			values["tracestack:cassandra"] = "{" + oneServer + "," + more + "}"
			if _, err := config.Load(raw(values)); err != nil {
				t.Errorf("%s: %s: %v", storage, more, err)
			}
		}
	}
	for _, servers := range []string{`["10.0.0.1","::1"]`, `["cassandra"]`, `["cassandra-0.cassandra.cassandra.svc.cluster.local"]`} {
		if _, err := config.Load(raw(map[string]string{"tracestack:storage": "cassandra", "tracestack:cassandra": `{"servers":` + servers + "}"})); err != nil {
			t.Errorf("%s: %v", servers, err)
		}
	}
}

func TestProductionHasThreeCopiesInCassandraForTwoWeeks(t *testing.T) {
	for profile, want := range map[settings.Profile]settings.Cassandra{
		settings.ProfileDev:  {ReplicationFactor: 1, Retention: "2d"},
		settings.ProfileProd: {ReplicationFactor: 3, Retention: "14d"},
	} {
		got := config.Defaults(profile, settings.SizeDemo).Cassandra
		if got.ReplicationFactor != want.ReplicationFactor || got.Retention != want.Retention || got.Consistency != settings.ConsistencyLocalQuorum {
			t.Errorf("%s: %d copies for %s, of which %s", profile, got.ReplicationFactor, got.Retention, got.Consistency)
		}
	}
}
