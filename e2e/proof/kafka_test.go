package proof_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/searchstore"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/lab/cluster"
)

// The lab's Kafka is used by this test alone.
func TestWithKafkaInFrontOfASearchStoreNothingIsLost(t *testing.T) {
	t.Parallel()
	s := searchstore.NewStack(t, lab, searchstore.Own(t, lab))
	stacktest.Up(t, s.Stack)
	madeTopic(t, s.Stack)
	buffered := project.With(s.With(searchstore.PasswordSecret), project.Config{"tracestack:kafka": map[string]any{
		"brokers": []string{"kafka.kafka.svc:9092"}, "topic": s.Stack.Namespace, "partitions": 3,
	}})
	stored := func(t *testing.T, f *searchstore.Flow, least int) {
		t.Helper()
		s.Stored(t, f, least)
		t.Logf("the store has %d copies of spans", s.Copies(t, f))
	}
	t.Run("while Kafka comes in front of a store that was written to", func(t *testing.T) {
		flow := s.Send(t)
		stacktest.Configure(t, s.Stack, buffered)
		stacktest.Up(t, s.Stack)
		stored(t, flow, 20)
	})
	t.Run("a second up changes nothing", func(t *testing.T) { stacktest.UpChangesNothing(t, s.Stack) })
	t.Run("while no ingester runs for five minutes", func(t *testing.T) {
		flow := s.Send(t)
		kubectl(t, s.Stack, "scale", "deployment/jaeger-ingester", "--replicas=0")
		time.Sleep(5 * time.Minute)
		kubectl(t, s.Stack, "scale", "deployment/jaeger-ingester", "--replicas=1")
		stored(t, flow, 1000)
	})
	t.Run("while there are three ingesters, and one again", func(t *testing.T) {
		flow := s.Send(t)
		for _, replicas := range []string{"3", "1"} {
			time.Sleep(10 * time.Second)
			kubectl(t, s.Stack, "scale", "deployment/jaeger-ingester", "--replicas="+replicas)
			kubectl(t, s.Stack, "rollout", "status", "deployment/jaeger-ingester")
		}
		time.Sleep(10 * time.Second)
		stored(t, flow, 100)
	})
	t.Run("while the broker is replaced", func(t *testing.T) {
		flow := s.Send(t)
		pod := kube.Pods(t, "kafka")["kafka"]
		kube.Delete(t, cluster.Core("pods"), pod.Namespace, pod.Name)
		kube.WaitForAnother(t, pod)
		stored(t, flow, 20)
	})
	t.Run("while the ingester is killed", func(t *testing.T) {
		flow := s.Send(t)
		for range 3 {
			time.Sleep(5 * time.Second)
			kubectl(t, s.Stack, "delete", "pod", "--selector=app.kubernetes.io/component=ingester", "--grace-period=0", "--force")
		}
		stored(t, flow, 20)
	})
}

// madeTopic makes the stack's topic, of three partitions, as whoever runs a Kafka does.
func madeTopic(t *testing.T, s *project.Stack) {
	t.Helper()
	topics := func(args ...string) string {
		t.Helper()
		return kubectl(t, s, append([]string{
			"--namespace=kafka", "exec", "kafka-0", "--", "/usr/share/kafka/jre/bin/java", "-Xmx64m", "-XX:-UsePerfData", "-cp", "/usr/share/kafka/lib/*",
			"org.apache.kafka.tools.TopicCommand", "--bootstrap-server=127.0.0.1:9094", "--topic=" + s.Namespace,
		}, args...)...)
	}
	topics("--create", "--partitions=3", "--replication-factor=1")
	if described := topics("--describe"); strings.Count(described, "Partition: ") != 3 {
		t.Fatalf("the topic is\n%s", described)
	}
}
