package jaeger_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tracestack/tracestack/internal/render/jaeger"
	"github.com/tracestack/tracestack/internal/sizes"
)

func cassandra() jaeger.Cassandra {
	return jaeger.Cassandra{
		Servers: []string{"cassandra", "10.0.0.1", "::1"}, Port: 9142, Keyspace: "jaeger", CreateSchema: true,
		ReplicationFactor: 3, Retention: 14 * 24 * time.Hour, Consistency: "LOCAL_QUORUM", User: "$jaeger", TLS: true, CA: true,
	}
}

func remoteStorage() jaeger.RemoteStorage {
	return jaeger.RemoteStorage{Endpoint: "remote:17271", MaxMessageBytes: 4 * sizes.Mebibyte}
}

func roles(t *testing.T, s jaeger.Store) (collector, query string) {
	t.Helper()
	file, err := jaeger.Collector(nil, s)
	collector = rendered(t, file, err)
	file, err = jaeger.Query(jaeger.Pages{}, s)
	return collector, rendered(t, file, err)
}

func TestBothRolesReachCassandraInTheSameWay(t *testing.T) {
	c := cassandra()
	c.Datacenter, c.ClientCert, c.ServerName = "dc1", true, "cassandra.svc"
	c.DisableCompression, c.DisableAutoDiscovery = true, true
	collector, query := roles(t, c)
	for _, body := range []string{collector, query} {
		// Jaeger takes a host of one word for no host, unless it has a port.
		has(t, body, "- cassandra:9142\n", "- 10.0.0.1:9142\n", "- '[::1]:9142'\n", "port: 9142\n", "keyspace: jaeger\n", "local_dc: dc1\n",
			"username: $$jaeger\n", "password: '${env:CASSANDRA_PASSWORD}'\n", "consistency: LOCAL_QUORUM\n", "timeout: 20s\n",
			"ca_file: "+jaeger.StoreFiles.CA+"\n", "cert_file: "+jaeger.StoreFiles.Cert+"\n", "server_name_override: cassandra.svc\n",
			"disable_compression: true\n", "disable_auto_discovery: true\n")
		hasNot(t, body, "insecure")
	}
	// Jaeger speaks TLS where nothing is said of it.
	collector, query = roles(t, jaeger.Cassandra{Servers: []string{"cassandra"}, Port: 9042})
	for _, body := range []string{collector, query} {
		has(t, body, "insecure: true\n")
		hasNot(t, body, "auth:", "local_dc", "disable")
	}
}

func TestOnlyWhoWritesMakesTables(t *testing.T) {
	collector, query := roles(t, cassandra())
	has(t, collector, "create: true\n", "replication_factor: 3\n", "trace_ttl: 336h0m0s\n", "dependencies_ttl: 336h0m0s\n")
	has(t, query, "create: false\n")
	hasNot(t, query, "replication_factor", "_ttl", "compaction_window")
	existing := cassandra()
	existing.CreateSchema = false
	collector, _ = roles(t, existing)
	has(t, collector, "create: false\n")
	file, err := kafka().Ingester(cassandra())
	has(t, rendered(t, file, err), "create: true\n", "sizer: items\n")
}

// Cassandra has a table in files of a window each. Many make reading slow, and few keep what is too old.
func TestATableHasAboutThirtyWindowsWithinItsRetention(t *testing.T) {
	for retention, want := range map[time.Duration]string{
		time.Hour:             "2m0s",
		2 * 24 * time.Hour:    "1h36m0s",
		14 * 24 * time.Hour:   "11h12m0s",
		3650 * 24 * time.Hour: "2920h0m0s",
	} {
		c := cassandra()
		c.Retention = retention
		collector, _ := roles(t, c)
		has(t, collector, "compaction_window: "+want+"\n")
	}
}

// A batch of the Collector has thousands of spans, and its sender waits for five seconds.
func TestBatchesAreDividedForCassandraAndForARemoteStorage(t *testing.T) {
	collector, _ := roles(t, cassandra())
	has(t, collector, "wait_for_result: true\n", "queue_size: 16777216\n", "num_consumers: 50\n", "sizer: items\n", "max_size: 20\n", "min_size: 0\n")
	collector, _ = roles(t, remoteStorage())
	has(t, collector, "wait_for_result: true\n", "max_size: 3774870\n", "min_size: 0\n")
	hasNot(t, collector, "sizer: items")
}

func TestARemoteStorageIsReachedAsItIsChosen(t *testing.T) {
	collector, query := roles(t, remoteStorage())
	for _, body := range []string{collector, query} {
		has(t, body, "endpoint: remote:17271\n", "insecure: true\n")
		hasNot(t, body, "writer:", "headers:")
	}
	r := remoteStorage()
	r.WriteEndpoint, r.Tenant, r.TenantHeader = "otlp:4317", "${shop}", "x-scope-orgid"
	r.TLS, r.CA, r.ClientCert, r.ServerName = true, true, true, "storage.example.com"
	collector, query = roles(t, r)
	for _, body := range []string{collector, query} {
		_, writer, found := strings.Cut(body, "writer:\n")
		if !found {
			t.Fatalf("nothing is written elsewhere:\n%s", body)
		}
		for _, way := range []string{body, writer} {
			has(t, way, "x-scope-orgid: $${shop}\n", "ca_file: "+jaeger.StoreFiles.CA+"\n", "cert_file: "+jaeger.StoreFiles.Cert+"\n", "server_name_override: storage.example.com\n")
		}
		has(t, writer, "endpoint: otlp:4317\n")
		hasNot(t, body, "insecure")
	}
}

func TestAStoreWithoutAddressIsRefused(t *testing.T) {
	for _, s := range []jaeger.Store{jaeger.Cassandra{}, jaeger.RemoteStorage{}} {
		if file, err := jaeger.Query(jaeger.Pages{}, s); err == nil {
			t.Errorf("rendered:\n%s", file.Body)
		}
	}
}
