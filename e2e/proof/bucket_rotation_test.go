package proof_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/minio/minio-go/v7"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tracestack/tracestack/e2e/internal/bucket"
	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/traffic"
	"github.com/tracestack/tracestack/e2e/internal/wait"
	"github.com/tracestack/tracestack/lab/cluster"
	"github.com/tracestack/tracestack/lab/trace"
)

// One up gives the bucket another key while the demo is busy. MinIO's own record shows how every call with
// the old and the new key ended.
func TestOneUpGivesTheBucketAnotherKeyAndNoWriteFails(t *testing.T) {
	t.Parallel()
	server := bucket.OwnServer(t, lab)
	s := stacktest.New(t, lab, nil)
	b := bucket.New(t, lab, s, server, nil)
	stacktest.Up(t, s)
	rotatedKey(t, b)
}

func rotatedKey(t *testing.T, b bucket.Bucket) {
	demo := traffic.Demo(t, b.Stack)
	old, oldSecret := b.Key(t)
	watch, err := b.Server.Watch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	dispatches := make(chan []trace.Call, 1)
	go func() { dispatches <- traffic.Busy(ctx, demo) }()

	before := b.Objects(t)
	began := time.Now()
	stacktest.Configure(t, b.Stack, b.WithKey(2))
	stacktest.Up(t, b.Stack)
	took := time.Since(began)
	now, nowSecret := b.Key(t)
	wait.For(t, "a block that is written with the new key", func() error {
		if b.Counted(t, "tempo_ingester_blocks_flushed_total") == 0 {
			return errors.New("Tempo's new pod counts none")
		}
		return nil
	})
	cancel()
	answered := <-dispatches
	calls, err := watch.End(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	noFailedWrite(t, calls, map[string]string{old.Access: "the old key", now.Access: "the new key"})
	if failed := b.Counted(t, "tempo_ingester_failed_flushes_total"); failed != 0 {
		t.Errorf("Tempo's new pod counts %v failed flushes", failed)
	}
	refusedKey(t, b, old, oldSecret)
	if old == now || oldSecret == nowSecret {
		t.Errorf("Tempo's pod reads Secret %s, before %s: want another, with another key", nowSecret, oldSecret)
	}
	after := b.Objects(t)
	if bucket.Blocks(after) <= bucket.Blocks(before) {
		t.Errorf("the bucket has %d blocks, before it had %d", bucket.Blocks(after), bucket.Blocks(before))
	}
	t.Logf("up took %v; %d dispatches were answered; the bucket has %d objects, %d blocks among them, before %d and %d",
		took.Round(time.Second), len(answered), len(after), bucket.Blocks(after), len(before), bucket.Blocks(before))
	if len(answered) < 20 {
		t.Errorf("%d dispatches were answered, too few to tell anything", len(answered))
	}
	traffic.Whole(t, demo, answered)
}

// noFailedWrite reads a record of calls with these keys: both keys have written, every write succeeded,
// and no call was refused.
func noFailedWrite(t *testing.T, calls []project.S3Call, keys map[string]string) {
	t.Helper()
	counts := map[project.S3Call]int{}
	for _, call := range calls {
		if call.Access = keys[call.Access]; call.Access != "" {
			counts[call]++
		}
	}
	for _, key := range keys {
		if counts[project.S3Call{Name: "PutObject", Access: key, Status: http.StatusOK}] == 0 {
			t.Errorf("nothing was written with %s", key)
		}
	}
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "signed with\tcall\tanswer\ttimes")
	for _, call := range slices.SortedFunc(maps.Keys(counts), func(a, b project.S3Call) int {
		return cmp.Or(cmp.Compare(b.Access, a.Access), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Status, b.Status))
	}) {
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\n", call.Access, call.Name, call.Status, counts[call])
		if failed(call) {
			t.Errorf("with %s %d calls of %s were answered %d", call.Access, counts[call], call.Name, call.Status)
		}
	}
	w.Flush()
	t.Logf("what MinIO answered to Tempo:\n%s", &table)
}

// failed is true for a write that failed and for a read that was refused. Other reads fail by design:
// Tempo asks for objects that may not exist, and hangs up when it has read enough.
func failed(call project.S3Call) bool {
	switch name := call.Name; {
	case strings.HasPrefix(name, "Get"), strings.HasPrefix(name, "Head"), strings.HasPrefix(name, "List"):
		return call.Status == http.StatusForbidden || call.Status >= http.StatusInternalServerError
	}
	return call.Status >= http.StatusMultipleChoices
}

// refusedKey checks that MinIO no longer knows a key, and that its Secret is gone.
func refusedKey(t *testing.T, b bucket.Bucket, key project.Key, secret string) {
	t.Helper()
	_, err := b.As(t, key).BucketExists(t.Context(), b.Namespace)
	if code := minio.ToErrorResponse(err).Code; code != "InvalidAccessKeyId" {
		t.Errorf("the old key is answered %q, want InvalidAccessKeyId", code)
	}
	_, err = kube.Resource(cluster.Core("secrets"), b.Namespace).Get(t.Context(), secret, metav1.GetOptions{})
	if !apierrors.IsNotFound(err) {
		t.Errorf("the old key's Secret %s: want that it is gone, got error %v", secret, err)
	}
}
