package proof_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/tracestack/tracestack/e2e/internal/bucket"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/traffic"
	"github.com/tracestack/tracestack/e2e/internal/wait"
	"github.com/tracestack/tracestack/lab/cluster"
	"github.com/tracestack/tracestack/lab/trace"
)

// The server stops for two minutes while the demo is busy, and somebody tries to change the stack during
// that time. It is the test's own.
func TestWhileTheBucketsServerIsAwayNothingIsLostAndNothingIsChanged(t *testing.T) {
	t.Parallel()
	server := bucket.OwnServer(t, lab)
	s := stacktest.New(t, lab, nil)
	b := bucket.New(t, lab, s, server, nil)
	stacktest.Up(t, s)
	serverAway(t, b)
}

func serverAway(t *testing.T, b bucket.Bucket) {
	const away = 2 * time.Minute
	demo := traffic.Demo(t, b.Stack)
	traffic.Dispatch(t, demo)
	// Whatever fails before: without its server the stack cannot be destroyed.
	defer scaleServer(t, b, context.Background(), 1)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	dispatches := make(chan []trace.Call, 1)
	go func() { dispatches <- traffic.Slow(ctx, demo) }()
	pod := kube.Pods(t, b.Namespace)["tempo"]

	scaleServer(t, b, t.Context(), 0)
	gone := time.Now()
	t.Run("preview and up refuse, and say why", func(t *testing.T) { refusedMeanwhile(t, b) })
	time.Sleep(time.Until(gone.Add(away)))
	failures := b.Counted(t, "tempo_ingester_failed_flushes_total")
	back := time.Now()
	scaleServer(t, b, t.Context(), 1)
	ready := time.Now()
	cancel()
	answered := <-dispatches
	meanwhile := 0
	for _, call := range answered {
		if call.Sent.After(gone) && call.Answered.Before(back) {
			meanwhile++
		}
	}
	t.Logf("the server was away for %v; %d dispatches were answered, %d of them meanwhile; Tempo counts %v failed flushes",
		back.Sub(gone).Round(time.Second), len(answered), meanwhile, failures)
	if failures == 0 || meanwhile < 60 {
		t.Errorf("%d dispatches were answered meanwhile and %v flushes failed, too few to tell anything", meanwhile, failures)
	}
	samePod(t, b, pod)
	ids := traffic.Whole(t, demo, answered)
	if t.Failed() {
		return
	}
	t.Run("up afterwards changes nothing", func(t *testing.T) { stacktest.UpChangesNothing(t, b.Stack) })
	t.Run("what waited is in the bucket", func(t *testing.T) { caughtUp(t, b, ids, ready) })
}

// samePod checks that Tempo's pod has run all the time.
func samePod(t *testing.T, b bucket.Bucket, before corev1.Pod) {
	t.Helper()
	now := kube.Pods(t, b.Namespace)["tempo"]
	if now.UID != before.UID {
		t.Error("Tempo's pod is another")
	}
	for _, container := range now.Status.ContainerStatuses {
		if container.RestartCount > 0 {
			t.Errorf("Tempo was restarted %d times", container.RestartCount)
		}
	}
}

// scaleServer starts or stops the server, and waits until that is done.
func scaleServer(t *testing.T, b bucket.Bucket, ctx context.Context, replicas int) {
	t.Helper()
	server := cluster.Workload{Kind: "StatefulSet", Namespace: b.Server.Namespace, Name: "minio"}
	if _, err := kube.Resource(cluster.Apps("statefulsets"), server.Namespace).Patch(ctx, server.Name,
		types.MergePatchType, fmt.Appendf(nil, `{"spec":{"replicas":%d}}`, replicas), metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := kube.WaitReady(ctx, server); err != nil {
		t.Fatal(err)
	}
	if replicas > 0 {
		return
	}
	wait.For(t, "the server to be gone", func() error {
		if left := kube.Objects(t, cluster.Core("pods"), server.Namespace); len(left) > 0 {
			return fmt.Errorf("%s is there", left[0].GetName())
		}
		return nil
	})
}

// refusedMeanwhile tries a change of the key, which concerns both the server and the cluster.
func refusedMeanwhile(t *testing.T, b bucket.Bucket) {
	state, err := b.Resources(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	versions := objectVersions(t, b)
	stacktest.Configure(t, b.Stack, b.WithKey(2))
	defer stacktest.Configure(t, b.Stack, b.WithKey(1))
	for name, operation := range stacktest.Operations(b.Stack) {
		err := operation(t.Context())
		stacktest.Refused(t, err,
			"minio:minioServer: "+b.Server.Address+": must be a MinIO server that answers: ",
			"start it or correct the address",
		)
		if strings.Contains(err.Error(), b.Server.Password) {
			t.Errorf("the message of %s shows the password", name)
		}
		t.Logf("%s: %s", name, lineWith(err.Error(), "minio:minioServer"))
	}
	now, err := b.Resources(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(now, state) {
		t.Error("the state is another")
	}
	if after := objectVersions(t, b); !maps.Equal(after, versions) {
		t.Errorf("objects were changed: they are now\n%v\nbefore\n%v", after, versions)
	}
	t.Logf("%d resources of the state and %d objects are as they were", len(state), len(versions))
}

func lineWith(text, part string) string {
	for line := range strings.Lines(text) {
		if strings.Contains(line, part) {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

// objectVersions are the versions of the stack's objects in the cluster. Every write gives an object
// another version.
func objectVersions(t *testing.T, b bucket.Bucket) map[string]string {
	t.Helper()
	resources, err := b.Resources(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	versions := map[string]string{}
	for _, r := range resources {
		if !strings.HasPrefix(string(r.Type), "kubernetes:") {
			continue
		}
		object, _ := r.Outputs["metadata"].(map[string]any)
		name, _ := object["name"].(string)
		namespace, _ := object["namespace"].(string)
		kind := schema.FromAPIVersionAndKind(fmt.Sprint(r.Outputs["apiVersion"]), fmt.Sprint(r.Outputs["kind"]))
		gvr, _ := meta.UnsafeGuessKindToResource(kind)
		there, err := kube.Resource(gvr, namespace).Get(t.Context(), name, metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		versions[kind.Kind+" "+name] = there.GetResourceVersion()
	}
	return versions
}

// caughtUp waits until the traces are in blocks of the bucket. Then it replaces Tempo's pod, so that the
// new one looks into the bucket, and reads every trace from there.
func caughtUp(t *testing.T, b bucket.Bucket, ids []string, ready time.Time) {
	holders := waitForTraces(t, b, ids)
	objects := b.Objects(t)
	t.Logf("%v after the server was back, the bucket has all %d traces, in %d objects, %d blocks among them",
		time.Since(ready).Round(time.Second), len(ids), len(objects), bucket.Blocks(objects))
	killTempo(t, b)
	tempo := b.Tempo(t)
	traffic.SomeAtATime(ids, func(i int, id string) {
		stored := trace.Tempo{Get: func(ctx context.Context, query string) ([]byte, error) {
			// From this one block, so that nothing comes from Tempo's disk.
			return tempo.Get(ctx, fmt.Sprintf("/querier%s?mode=blocks&blockStart=%[2]s&blockEnd=%[2]s", query, holders[id]))
		}}
		got, err := stored.ByID(t.Context(), id)
		if err := errors.Join(err, trace.Check(got), trace.HotROD(got)); err != nil {
			t.Errorf("trace %d of %d, %s, in the bucket: %v", i+1, len(ids), id, err)
		}
	})
}

// waitForTraces looks for the IDs in the blocks, which hold them as plain bytes. It gives the block of
// each ID.
func waitForTraces(t *testing.T, b bucket.Bucket, ids []string) map[string]string {
	t.Helper()
	holders, looked := map[string]string{}, map[string]bool{}
	// Tempo tries again after half a minute, then after twice that, at most after two minutes.
	wait.AtMost(t, 4*time.Minute, "Tempo to have written what it could not", func() error {
		for _, name := range b.Objects(t) {
			folder, isMeta := strings.CutSuffix(name, "/meta.json")
			if !isMeta || looked[folder] {
				continue
			}
			body, err := tracesOf(t, b, folder)
			if err != nil {
				return err // For example: Tempo has just merged it into a larger block.
			}
			looked[folder] = true
			for _, id := range ids {
				if raw, err := hex.DecodeString(id); err == nil && bytes.Contains(body, raw) {
					holders[id] = path.Base(folder)
				}
			}
		}
		if len(holders) < len(ids) {
			return fmt.Errorf("%d of %d traces are in the bucket", len(holders), len(ids))
		}
		return nil
	})
	return holders
}

// tracesOf is a block's data, if it is one that Tempo searches for traces. A block of replication
// factor 1 is the metrics generator's, which is for other queries.
func tracesOf(t *testing.T, b bucket.Bucket, folder string) ([]byte, error) {
	t.Helper()
	body, err := readObject(t, b, folder+"/meta.json")
	if err != nil || bytes.Contains(body, []byte(`"replicationFactor":1`)) {
		return nil, err
	}
	return readObject(t, b, folder+"/data.parquet")
}

func readObject(t *testing.T, b bucket.Bucket, name string) ([]byte, error) {
	t.Helper()
	object, err := b.As(t, b.Server.Root()).GetObject(t.Context(), b.Namespace, name, minio.GetObjectOptions{})
	if err != nil {
		return nil, err
	}
	defer object.Close()
	body, err := io.ReadAll(object)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return body, nil
}

// killTempo ends Tempo's pod without the time to write anything, and waits for the next pod.
func killTempo(t *testing.T, b bucket.Bucket) {
	t.Helper()
	old := kube.Pods(t, b.Namespace)["tempo"]
	second := int64(1) // With 0 the next pod would start before this one has ended.
	if err := kube.Resource(cluster.Core("pods"), b.Namespace).Delete(t.Context(), old.Name,
		metav1.DeleteOptions{GracePeriodSeconds: &second}); err != nil {
		t.Fatal(err)
	}
	kube.WaitForAnother(t, old)
}
