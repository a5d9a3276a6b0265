package proof_test

import (
	"testing"
	"time"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/searchstore"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/lab/cluster"
)

// The lab's Kafka is used by this test alone. It makes the topic, with one partition.
func TestWithKafkaInFrontOfASearchStoreNothingIsLost(t *testing.T) {
	t.Parallel()
	s := searchstore.NewStack(t, lab, searchstore.Own(t, lab))
	stacktest.Up(t, s.Stack)
	t.Run("while Kafka comes in front of a store that was written to", func(t *testing.T) {
		flow := s.Send(t)
		stacktest.Configure(t, s.Stack, project.With(s.With(searchstore.PasswordSecret), project.Config{
			"tracestack:kafka": map[string]any{"brokers": []string{"kafka.kafka.svc:9092"}, "topic": s.Stack.Namespace},
		}))
		stacktest.Up(t, s.Stack)
		s.Stored(t, flow, 20)
	})
	t.Run("a second up changes nothing", func(t *testing.T) { stacktest.UpChangesNothing(t, s.Stack) })
	t.Run("while no ingester runs for a minute", func(t *testing.T) {
		flow := s.Send(t)
		kubectl(t, s.Stack, "scale", "deployment/jaeger-ingester", "--replicas=0")
		time.Sleep(time.Minute)
		kubectl(t, s.Stack, "scale", "deployment/jaeger-ingester", "--replicas=1")
		s.Stored(t, flow, 200)
	})
	t.Run("while the broker is replaced", func(t *testing.T) {
		flow := s.Send(t)
		pod := kube.Pods(t, "kafka")["kafka"]
		kube.Delete(t, cluster.Core("pods"), pod.Namespace, pod.Name)
		kube.WaitForAnother(t, pod)
		s.Stored(t, flow, 20)
	})
	t.Run("while the ingester is killed", func(t *testing.T) {
		flow := s.Send(t)
		for range 3 {
			time.Sleep(5 * time.Second)
			kubectl(t, s.Stack, "delete", "pod", "--selector=app.kubernetes.io/component=ingester", "--grace-period=0", "--force")
		}
		s.Stored(t, flow, 20)
	})
}
