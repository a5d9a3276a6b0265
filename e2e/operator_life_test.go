package e2e_test

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/traffic"
)

// withOperator differs in what a person changes: one word.
func withOperator(collector project.Config) project.Config {
	collector["managedBy"] = "operator"
	return project.Config{"tracestack:collector": collector}
}

// The claims about a collector of the OpenTelemetry operator, in the order in which a stack would come to it
// and leave it again.
func TestTheCollectorIsHandedToTheOperatorAndBack(t *testing.T) {
	t.Parallel()
	s := newStack(t, nil)
	stacktest.Up(t, s)
	traffic.Dispatch(t, traffic.Demo(t, s))
	before := kube.Names(t, s.Namespace)
	shop := newShop(t, s)
	t.Run("to the operator it keeps its address", func(t *testing.T) { handed(t, s, withOperator(project.Config{})) })
	t.Run("the operator's pod runs with the least that it needs", func(t *testing.T) { leastOfOperated(t, s) })
	shop.injected(t, s)
	t.Run("a second up changes nothing", func(t *testing.T) { stacktest.UpChangesNothing(t, s) })
	t.Run("an update ends when every pod runs what it says", func(t *testing.T) {
		stacktest.Configure(t, s, withOperator(project.Config{"replicas": 2, "resources": project.Config{"limits": project.Config{"memory": "384Mi"}}}))
		stacktest.Up(t, s)
		onlyPods(t, operatedPods(t, s), 2, "384Mi")
		traffic.Dispatch(t, traffic.Demo(t, s))
	})
	t.Run("back from the operator too", func(t *testing.T) { handed(t, s, nil) })
	t.Run("and all is as it was", func(t *testing.T) { sameObjects(t, kube.Names(t, s.Namespace), before) })
}

// handed lets somebody else run the collector. Applications keep the address that they have looked up; what
// they send meanwhile is a matter of package proof.
func handed(t *testing.T, s *project.Stack, settings project.Config) {
	before, err := kube.ServiceIP(t.Context(), s.Namespace, "center-collector")
	if err != nil {
		t.Fatal(err)
	}
	stacktest.Configure(t, s, settings)
	stacktest.Up(t, s)
	now, err := kube.ServiceIP(t.Context(), s.Namespace, "center-collector")
	if err != nil {
		t.Fatal(err)
	}
	if now != before {
		t.Errorf("center-collector has the address %s, before %s", now, before)
	}
	traffic.Dispatch(t, traffic.Demo(t, s))
}

// operatedPods are those of the operator's Deployment that are not being deleted.
func operatedPods(t *testing.T, s *project.Stack) []corev1.Pod {
	t.Helper()
	return slices.DeleteFunc(kube.AllPods(t, s.Namespace), func(pod corev1.Pod) bool {
		return pod.DeletionTimestamp != nil || pod.Labels["tracestack/workload"] != "center-collector"
	})
}

func onlyPods(t *testing.T, pods []corev1.Pod, want int, memory string) {
	t.Helper()
	if len(pods) != want {
		t.Errorf("there are %d pods, want %d", len(pods), want)
	}
	for _, pod := range pods {
		if got := pod.Spec.Containers[0].Resources.Limits.Memory().String(); got != memory {
			t.Errorf("%s has the limit %s, want %s", pod.Name, got, memory)
		}
		for _, condition := range pod.Status.Conditions {
			if condition.Type == corev1.PodReady && condition.Status != corev1.ConditionTrue {
				t.Errorf("%s is not ready", pod.Name)
			}
		}
	}
}

func leastOfOperated(t *testing.T, s *project.Stack) {
	pods := operatedPods(t, s)
	if len(pods) != 1 || !strings.HasPrefix(pods[0].Name, "center-jaeger-collector-") {
		t.Fatalf("the operator has made %v", pods)
	}
	pod, container := pods[0].Spec, pods[0].Spec.Containers[0]
	if pod.SecurityContext.RunAsNonRoot == nil || !*pod.SecurityContext.RunAsNonRoot || !*container.SecurityContext.ReadOnlyRootFilesystem {
		t.Errorf("it runs with %v and %v", pod.SecurityContext, container.SecurityContext)
	}
	if grace, drain := pod.TerminationGracePeriodSeconds, container.Lifecycle.PreStop.Sleep; *grace != 30 || drain == nil || drain.Seconds != 3 {
		t.Errorf("when it stops it is sent to for %v, and has %d seconds", drain, *grace)
	}
	for _, mount := range container.VolumeMounts {
		if strings.Contains(mount.MountPath, "serviceaccount") {
			t.Error("it has a token of the API")
		}
	}
}
