package proof_test

import (
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/wait"
)

// operated is a stack whose collector the operator runs.
func operated(settings project.Config) project.Config {
	collector := project.Config{"managedBy": "operator"}
	if own, ok := settings["tracestack:collector"].(map[string]any); ok {
		for key, value := range own {
			collector[key] = value
		}
	}
	return project.With(settings, project.Config{"tracestack:collector": collector})
}

// It is not beside other tests, because it stops the operator of all.
func TestNoSpanIsLostWhileTheCollectorIsHandedToTheOperatorAndBack(t *testing.T) {
	s := stacktest.New(t, lab, withJaeger)
	stacktest.Up(t, s)
	meanwhile := func(claim string, do func(*testing.T)) {
		t.Run(claim, func(t *testing.T) {
			flow := send(t, s, 10, 50*time.Millisecond)
			do(t)
			flow.stored(t, 500, source(s, "jaeger"))
		})
	}
	to := func(settings project.Config) func(*testing.T) {
		return func(t *testing.T) {
			stacktest.Configure(t, s, settings)
			stacktest.Up(t, s)
		}
	}
	meanwhile("to the operator", to(operated(withJaeger)))
	meanwhile("while the operator is killed", func(t *testing.T) {
		kube.Kill(t, operatorPod(t))
		operatorIsBack(t)
	})
	meanwhile("while it is restarted", func(t *testing.T) {
		kube.Kubectl(t, "--namespace", operatorNamespace, "rollout", "restart", operatorDeployment)
		operatorIsBack(t)
	})
	meanwhile("while it is upgraded from an older one", func(t *testing.T) { upgraded(t, s) })
	t.Run("and then an up changes nothing", func(t *testing.T) { stacktest.UpChangesNothing(t, s) })
	meanwhile("and back", to(withJaeger))
}

// What waits is on claims, which both that run the pods use. The backend is away from the first to the last.
func TestWhatWaitsOnDiskIsSentWhoeverRunsTheCollector(t *testing.T) {
	settings := onDisk(withTempo)
	s := stacktest.New(t, lab, settings)
	stacktest.Up(t, s)
	for _, one := range []struct {
		claim    string
		settings project.Config
	}{{"by the operator", operated(settings)}, {"by the program", settings}} {
		t.Run(one.claim, func(t *testing.T) {
			kubectl(t, s, "scale", "statefulset/tempo", "--replicas=0")
			kubectl(t, s, "wait", "--for=delete", "pod/tempo-0", "--timeout=60s")
			flow := send(t, s, 10, 50*time.Millisecond)
			time.Sleep(5 * time.Second)
			stacktest.Configure(t, s, one.settings)
			stacktest.Up(t, s)
			kubectl(t, s, "scale", "statefulset/tempo", "--replicas=1")
			kubectl(t, s, "rollout", "status", "statefulset/tempo", "--timeout=90s")
			flow.stored(t, 500, source(s, "tempo"))
		})
	}
	t.Run("an up without a change ends, and changes nothing", func(t *testing.T) { stacktest.UpChangesNothing(t, s) })
}

// The load is next to nothing, and the target below it.
func TestAnAutoscalerCountsThePodsThatTheOperatorRuns(t *testing.T) {
	own := project.With(withJaeger, project.Config{"tracestack:collector": map[string]any{
		"queue":       map[string]any{"storage": "disk"},
		"autoscaling": map[string]any{"minReplicas": 1, "maxReplicas": 3, "targetCPUUtilization": 10},
	}})
	settings := operated(own)
	s := stacktest.New(t, lab, settings)
	stacktest.Up(t, s)
	send(t, s, 1, 5*time.Millisecond) // What becomes of it is for the others to say.
	more := func() error {
		if ready := kubectl(t, s, "get", "statefulset/center-queue-collector", "--output", "jsonpath={.status.readyReplicas}"); ready != "2" && ready != "3" {
			return fmt.Errorf("%s are ready", ready)
		}
		return nil
	}
	wait.AtMost(t, 4*time.Minute, "more pods", more)
	t.Run("an up without a change ends, and leaves them", func(t *testing.T) { stacktest.UpChangesNothing(t, s) })
	t.Run("an up with one leaves them", func(t *testing.T) {
		stacktest.Configure(t, s, project.With(settings, project.Config{"tracestack:annotations": map[string]any{"example.com/changed": "yes"}}))
		stacktest.Up(t, s)
		if err := more(); err != nil {
			t.Error(err)
		}
	})
	t.Run("by the program there are more again", func(t *testing.T) {
		stacktest.Configure(t, s, own)
		stacktest.Up(t, s)
		wait.AtMost(t, 4*time.Minute, "more pods", more)
	})
}

const (
	operatorNamespace  = "opentelemetry-operator-system"
	operatorDeployment = "deployment/opentelemetry-operator-controller-manager"
)

// operatorPod is the operator's own.
func operatorPod(t *testing.T) corev1.Pod {
	t.Helper()
	for _, pod := range kube.AllPods(t, operatorNamespace) {
		if pod.DeletionTimestamp == nil {
			return pod
		}
	}
	t.Fatal("the operator has no pod")
	return corev1.Pod{}
}

func operatorIsBack(t *testing.T) {
	t.Helper()
	kube.Kubectl(t, "--namespace", operatorNamespace, "rollout", "status", operatorDeployment, "--timeout=120s")
}

var collectors = schema.GroupVersionResource{Group: "opentelemetry.io", Version: "v1beta1", Resource: "opentelemetrycollectors"}

// upgraded makes the collector look as an older operator leaves it, whose version is in its status. The next
// operator changes what it finds so, unless the resource says that it must not. Another collector, which says
// nothing, shows that it has been here.
func upgraded(t *testing.T, s *project.Stack) {
	t.Helper()
	const older = "0.100.0"
	resource := kube.Resource(collectors, s.Namespace)
	kube.Create(t, collectors, s.Namespace, map[string]any{
		"apiVersion": "opentelemetry.io/v1beta1", "kind": "OpenTelemetryCollector", "metadata": map[string]any{"name": "changed"},
		"spec": map[string]any{"replicas": 0, "upgradeStrategy": "automatic", "config": map[string]any{
			"receivers": map[string]any{"otlp": map[string]any{"protocols": map[string]any{"grpc": map[string]any{"endpoint": "0.0.0.0:4317"}}}},
			"exporters": map[string]any{"debug": map[string]any{}},
			"service":   map[string]any{"pipelines": map[string]any{"traces": map[string]any{"receivers": []any{"otlp"}, "exporters": []any{"debug"}}}},
		}},
	})
	is := func(name string, as func(string) bool) func() error {
		return func() error {
			object, err := resource.Get(t.Context(), name, metav1.GetOptions{})
			if err != nil {
				return err
			}
			if version, _, _ := unstructured.NestedString(object.Object, "status", "version"); !as(version) {
				return fmt.Errorf("%s is of %q", name, version)
			}
			return nil
		}
	}
	newer := func(version string) bool { return version != "" && version != older }
	// One that was killed before has left its lease.
	wait.AtMost(t, 4*time.Minute, "the operator to have seen another collector", is("changed", newer))
	for _, name := range []string{"center-jaeger", "changed"} {
		patch := []byte(`{"status":{"version":"` + older + `"}}`)
		if _, err := resource.Patch(t.Context(), name, types.MergePatchType, patch, metav1.PatchOptions{}, "status"); err != nil {
			t.Fatal(err)
		}
	}
	kube.Kubectl(t, "--namespace", operatorNamespace, "rollout", "restart", operatorDeployment)
	operatorIsBack(t)
	// A new one may wait for the lease of the last.
	wait.AtMost(t, 4*time.Minute, "the other collector to be changed", is("changed", newer))
	if err := is("center-jaeger", func(version string) bool { return version == older })(); err != nil {
		t.Errorf("the operator has changed the collector: %v", err)
	}
}
