package proof_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/tracestack/tracestack/e2e/internal/otlp"
	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/searchstore"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/wait"
	"github.com/tracestack/tracestack/lab/cluster"
)

// fewest and most are the pods of the collector that follows its load.
const fewest, most = 2, 4

func TestTheNumberOfPodsFollowsTheirLoadAndNothingIsLost(t *testing.T) {
	t.Parallel()
	s := searchstore.NewStack(t, lab, searchstore.Own(t, lab))
	up := func(t *testing.T, collector map[string]any, more project.Config) {
		t.Helper()
		settings := project.With(s.With(searchstore.PasswordSecret), project.Config{"tracestack:collector": collector})
		stacktest.Configure(t, s.Stack, project.With(settings, more))
		stacktest.Up(t, s.Stack)
	}
	// A pod that asks for little is busy soon.
	little := map[string]any{"requests": map[string]any{"cpu": "10m"}}
	fixed := map[string]any{"replicas": 3, "resources": little}
	scaled := map[string]any{"resources": little, "autoscaling": map[string]any{"minReplicas": fewest, "maxReplicas": most, "targetCPUUtilization": 100}}
	up(t, fixed, nil)
	replicas := watched(t, s.Stack, "center-collector-jaeger")
	stream := stream{Record: otlp.Record{Service: s.Stack.Namespace, Each: 1}, receiver: s.Receiver(t)}
	slow, stopSlow := context.WithCancel(t.Context())
	t.Cleanup(stopSlow)
	go stream.send(slow, 2)

	t.Run("it begins with the pods that there are", func(t *testing.T) {
		up(t, scaled, nil)
		if seen := replicas.since(t); slices.Min(seen) < 3 {
			t.Errorf("of 3 pods there were %v", seen)
		}
	})
	t.Run("load brings more of them", func(t *testing.T) {
		load, stop := context.WithCancel(t.Context())
		t.Cleanup(stop)
		go stream.send(load, 100)
		replicas.reach(t, most)
		t.Run("which an up without a change leaves", func(t *testing.T) {
			stacktest.UpChangesNothing(t, s.Stack)
			replicas.remain(t, most)
		})
		t.Run("and one that replaces them all", func(t *testing.T) {
			up(t, scaled, project.Config{"tracestack:annotations": map[string]any{"example.com/changed": "yes"}})
			replicas.remain(t, most)
		})
	})
	t.Run("without load they go again", func(t *testing.T) { replicas.reach(t, fewest) })
	t.Run("a fixed number is set again", func(t *testing.T) {
		up(t, fixed, nil)
		wait.For(t, "three pods", func() error { return replicas.are(3) })
	})
	stopSlow()
	stream.stored(t, s)
}

// A numbers is how many pods something should have had, in order.
type numbers struct {
	sync.Mutex
	seen []int
	from int
}

// watched notes each number from now on.
func watched(t *testing.T, s *project.Stack, deployment string) *numbers {
	t.Helper()
	changes, err := kube.Resource(cluster.Apps("deployments"), s.Namespace).Watch(t.Context(), metav1.ListOptions{FieldSelector: "metadata.name=" + deployment})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(changes.Stop)
	n := &numbers{}
	go func() {
		for change := range changes.ResultChan() {
			if object, ok := change.Object.(*unstructured.Unstructured); ok {
				now, _, _ := unstructured.NestedInt64(object.Object, "spec", "replicas")
				n.note(int(now))
			}
		}
	}()
	wait.For(t, "the first number", func() error { return n.are(3) })
	return n
}

func (n *numbers) note(now int) {
	n.Lock()
	defer n.Unlock()
	if len(n.seen) == 0 || n.seen[len(n.seen)-1] != now {
		n.seen = append(n.seen, now)
	}
}

// are tells whether there should be so many now.
func (n *numbers) are(want int) error {
	n.Lock()
	defer n.Unlock()
	if len(n.seen) == 0 || n.seen[len(n.seen)-1] != want {
		return fmt.Errorf("of pods there were %v", n.seen)
	}
	return nil
}

// since are the numbers since the last time that it was asked, with the one of then.
func (n *numbers) since(t *testing.T) []int {
	t.Helper()
	n.Lock()
	defer n.Unlock()
	seen := slices.Clone(n.seen[n.from:])
	n.from = len(n.seen) - 1
	t.Logf("pods: %v", seen)
	return seen
}

// reach waits until there should be so many. Pods go one a minute, five minutes after the load.
func (n *numbers) reach(t *testing.T, want int) {
	t.Helper()
	began := time.Now()
	wait.AtMost(t, 12*time.Minute, fmt.Sprintf("%d pods", want), func() error { return n.are(want) })
	t.Logf("after %v: %v", time.Since(began).Round(time.Second), n.since(t))
}

// remain checks that it was the same since the last time.
func (n *numbers) remain(t *testing.T, want int) {
	t.Helper()
	if seen := n.since(t); !slices.Equal(seen, []int{want}) {
		t.Errorf("of %d pods there were %v", want, seen)
	}
}

// A stream is what is sent, one span each time by a connection of its own: that is work, and comes to every pod.
type stream struct {
	otlp.Record
	receiver otlp.Receiver
	senders  sync.WaitGroup
}

// send sends so many each second until the context ends.
func (f *stream) send(ctx context.Context, each int) {
	for tick := time.Tick(time.Second / time.Duration(each)); ctx.Err() == nil; <-tick {
		f.senders.Go(f.one)
	}
}

func (f *stream) one() {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	f.Record.Send(ctx, f.receiver)
}

// stored checks that each acknowledged trace is in the store.
func (f *stream) stored(t *testing.T, s searchstore.Stack) {
	t.Helper()
	f.senders.Wait()
	if len(f.Refused) > 0 {
		t.Errorf("%d of %d were refused; the first with %s", len(f.Refused), len(f.Taken)+len(f.Refused), f.Refused[0])
	}
	wait.AtMost(t, 3*time.Minute, "every acknowledged span to be stored", func() error {
		found, missing := s.Spans(t, f.Service), 0
		for _, id := range f.Taken {
			if len(found[id]) == 0 {
				missing++
			}
		}
		if missing > 0 {
			return fmt.Errorf("%d of %d spans are missing", missing, len(f.Taken))
		}
		return nil
	})
	t.Logf("%d spans were acknowledged and are stored", len(f.Taken))
}
