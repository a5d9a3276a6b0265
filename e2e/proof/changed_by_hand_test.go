package proof_test

import (
	"fmt"
	"os/exec"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/traffic"
	"github.com/tracestack/tracestack/e2e/internal/wait"
)

// No node has the image, so the pods are never ready.
func TestWhatWasChangedByHandOnAWorkloadGivesWayToTheNextChange(t *testing.T) {
	t.Parallel()
	const imageOf, broken = "jsonpath={.spec.template.spec.containers[0].image}", "localhost/nothing:1"
	settings := project.Config{"tracestack:backend": "tempo", "tracestack:storage": "local"}
	s := stacktest.New(t, lab, settings)
	stacktest.Up(t, s)
	image := kubectl(t, s, "get", "statefulset/tempo", "--output", imageOf)
	kubectl(t, s, "scale", "deployment/center-collector-tempo", "--replicas=2")
	kubectl(t, s, "set", "image", "statefulset/tempo", "*="+broken)
	kubectl(t, s, "set", "image", "deployment/go-demo", "*="+broken)
	wait.For(t, "Tempo's pod to be a broken one", func() error {
		if pod := kube.Pods(t, s.Namespace)["tempo"]; len(pod.Spec.Containers) == 0 || pod.Spec.Containers[0].Image != broken {
			return fmt.Errorf("it is %v", pod.Spec.Containers)
		}
		return nil
	})
	t.Run("an up without a change ends, and sees nothing of it", func(t *testing.T) { stacktest.UpChangesNothing(t, s) })
	t.Run("an up with one has its own values again, in pods that run", func(t *testing.T) {
		stacktest.Configure(t, s, project.With(settings, project.Config{"tracestack:annotations": map[string]any{"example.com/changed": "yes"}}))
		stacktest.Up(t, s)
		scaledBack(t, s)
		if now := kubectl(t, s, "get", "statefulset/tempo", "--output", imageOf); now != image {
			t.Errorf("Tempo's image is %s, want %s", now, image)
		}
		traffic.Dispatch(t, traffic.Demo(t, s))
	})
	t.Run("an up with a refresh needs no change for it", func(t *testing.T) {
		kubectl(t, s, "scale", "deployment/center-collector-tempo", "--replicas=2")
		if _, err := s.Up(t.Context(), optup.Refresh()); err != nil {
			t.Fatal(err)
		}
		scaledBack(t, s)
	})
}

func scaledBack(t *testing.T, s *project.Stack) {
	t.Helper()
	if replicas := kubectl(t, s, "get", "deployment/center-collector-tempo", "--output", "jsonpath={.spec.replicas}"); replicas != "1" {
		t.Errorf("the collector has %s replicas, want 1", replicas)
	}
}

// kubectl is what a person types, in the stack's namespace.
func kubectl(t *testing.T, s *project.Stack, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "kubectl", append([]string{"--context", project.Context, "--namespace", s.Namespace}, args...)...)
	cmd.Env = s.Environ()
	output, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", args, err, output)
	}
	return string(output)
}
