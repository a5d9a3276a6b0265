package proof_test

import (
	"bytes"
	"testing"

	"github.com/minio/minio-go/v7"

	"github.com/tracestack/tracestack/e2e/internal/bucket"
	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
)

// moves changes where a stack keeps its traces, and looks after what is in the bucket.
type moves struct {
	*project.Stack
	server project.MinIO
	client *minio.Client
	// plain are the settings of a stack that makes the bucket.
	plain project.Config
}

// Both hold a thing in the bucket that stands for all traces.
func TestABucketAndItsTracesOutliveAMoveToAnotherStorage(t *testing.T) {
	t.Parallel()
	m := newMoves(t, "keep", true)
	m.up(t, nil)
	m.put(t)
	t.Run("to another storage and back, as an adopted bucket", func(t *testing.T) {
		m.up(t, project.Config{
			"tracestack:storage": "local", "tracestack:objectStore": nil,
			"minio:minioServer": nil, "minio:minioUser": nil, "minio:minioPassword": nil,
		})
		m.has(t)
		m.up(t, m.store("adopt", true))
		m.has(t)
	})
	t.Run("with the stack gone", func(t *testing.T) {
		stacktest.Destroy(t, m.Stack)
		m.has(t)
	})
}

func TestABucketThatTheStackMadeCanBeAdopted(t *testing.T) {
	t.Parallel()
	m := newMoves(t, "keep", false)
	m.up(t, nil)
	m.put(t)
	m.up(t, m.store("adopt", true))
	m.has(t)
	stacktest.UpChangesNothing(t, m.Stack)
	stacktest.Destroy(t, m.Stack)
	m.has(t)
}

// newMoves is a stack that makes a bucket, with one more setting of it, in a MinIO of its own.
func newMoves(t *testing.T, setting string, value any) moves {
	t.Helper()
	server := bucket.OwnServer(t, lab)
	client, err := server.Client(server.User, server.Password)
	if err != nil {
		t.Fatal(err)
	}
	m := moves{Stack: stacktest.New(t, lab, nil), server: server, client: client}
	if m.plain, err = m.On(t.Context(), server, project.Config{"tracestack:demo": false}); err != nil {
		t.Fatal(err)
	}
	m.plain = project.With(m.plain, m.store(setting, value))
	return m
}

// store is the bucket with one more setting.
func (m moves) store(setting string, value any) project.Config {
	return project.Config{"tracestack:objectStore": map[string]any{
		"endpoint": m.server.Endpoint, "insecure": true, "bucket": m.Namespace, setting: value,
	}}
}

func (m moves) up(t *testing.T, changes project.Config) {
	t.Helper()
	stacktest.Configure(t, m.Stack, project.With(m.plain, changes))
	stacktest.Up(t, m.Stack)
}

const marker = "kept/by-a-test"

func (m moves) put(t *testing.T) {
	t.Helper()
	body := []byte("a trace")
	if _, err := m.client.PutObject(t.Context(), m.Namespace, marker, bytes.NewReader(body), int64(len(body)), minio.PutObjectOptions{}); err != nil {
		t.Fatal(err)
	}
}

func (m moves) has(t *testing.T) {
	t.Helper()
	if _, err := m.client.StatObject(t.Context(), m.Namespace, marker, minio.StatObjectOptions{}); err != nil {
		t.Errorf("what was in the bucket is lost: %v", err)
	}
}
