package e2e_test

import (
	"slices"
	"testing"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/traffic"
)

// The user jaeger may make keyspaces. The user jaeger-writer may read and write what is in one, and nothing else:
// that is enough once the tables are there.
func TestJaegerKeepsItsTracesInCassandra(t *testing.T) {
	t.Parallel()
	s := newStack(t, nil)
	kube.NewNamespace(t, s.Namespace)
	handedOut(t, s, "cassandra", "cassandra-ca", "cassandra-ca")
	handedOut(t, s, "cassandra", "jaeger-cassandra", "jaeger")
	handedOut(t, s, "cassandra", "jaeger-writer-cassandra", "jaeger-writer")
	settings := func(user string, existing bool) project.Config {
		return project.Config{
			"tracestack:createNamespace": false,
			"tracestack:storage":         "cassandra",
			"tracestack:cassandra": map[string]any{
				"servers": []string{"cassandra.cassandra.svc"}, "datacenter": "datacenter1", "keyspace": "jaeger", "existingSchema": existing,
				"tls": true, "caSecret": "cassandra-ca", "serverName": "cassandra.cassandra.svc", "user": user,
			},
			"tracestack:cassandraPassword": map[string]any{"secretName": user, "key": "password"},
		}
	}
	stacktest.Configure(t, s, settings("jaeger", false))
	stacktest.Up(t, s)
	traffic.Dispatch(t, traffic.Demo(t, s))
	stacktest.UpChangesNothing(t, s)
	restrictedPods(t, s, "center-collector", "go-demo", "jaeger-collector", "jaeger-query")

	stacktest.Configure(t, s, settings("jaeger-writer", true))
	stacktest.Up(t, s)
	keptTraces(t, s)
	stacktest.Destroy(t, s)
	left(t, s, "Secret cassandra-ca", "Secret jaeger", "Secret jaeger-writer")
}

func TestJaegerKeepsItsTracesInARemoteStorage(t *testing.T) {
	t.Parallel()
	s := newStack(t, nil)
	kube.NewNamespace(t, s.Namespace)
	handedOut(t, s, "remote-storage", "jaeger-remote-storage", "remote-storage")
	stacktest.Configure(t, s, project.Config{
		"tracestack:createNamespace": false,
		"tracestack:storage":         "grpc",
		"tracestack:remoteStorage": map[string]any{
			"endpoint": "remote-storage.remote-storage.svc:17271", "tenant": "lab", "tenantHeader": "x-scope-orgid",
			"tls": true, "caSecret": "remote-storage", "clientCertSecret": "remote-storage",
		},
	})
	stacktest.Up(t, s)
	stacktest.UpChangesNothing(t, s)
	restrictedPods(t, s, "center-collector", "go-demo", "jaeger-collector", "jaeger-query")
	keptTraces(t, s)
	stacktest.Destroy(t, s)
	left(t, s, "Secret remote-storage")
}

// handedOut gives a stack's namespace what a service's team hands out, under a name of the stack's.
func handedOut(t *testing.T, s *project.Stack, namespace, secret, name string) {
	t.Helper()
	entries, err := lab.Secret(t.Context(), namespace, secret)
	if err != nil {
		t.Fatal(err)
	}
	kube.NewSecret(t, s.Namespace, name, entries)
}

// left is what is in the namespace of a stack that is gone.
func left(t *testing.T, s *project.Stack, want ...string) {
	t.Helper()
	if got := kube.Names(t, s.Namespace); !slices.Equal(got, want) {
		t.Errorf("the namespace has %q, want %q", got, want)
	}
}
