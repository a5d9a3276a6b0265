package e2e_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/lab/cluster"
)

// restrictedPods looks at the pods as the API server has them, after admission and defaults.
func restrictedPods(t *testing.T, s *project.Stack, want ...string) {
	running := kube.Pods(t, s.Namespace)
	if names := slices.Sorted(maps.Keys(running)); !slices.Equal(names, want) {
		t.Errorf("the pods of %v run, want %v", names, want)
	}
	for name, pod := range running {
		if pod.Status.Phase != corev1.PodRunning {
			t.Errorf("%s: is %s, want Running", name, pod.Status.Phase)
		}
		for _, container := range append(pod.Spec.InitContainers, pod.Spec.Containers...) {
			for _, problem := range unrestricted(pod.Spec, container) {
				t.Errorf("%s: container %s: %s", name, container.Name, problem)
			}
		}
	}
}

// unrestricted lists what a container is allowed to do without needing it.
func unrestricted(pod corev1.PodSpec, container corev1.Container) (problems []string) {
	want := func(ok bool, problem string, args ...any) {
		if !ok {
			problems = append(problems, fmt.Sprintf(problem, args...))
		}
	}
	whole, own := pod.SecurityContext, container.SecurityContext
	if whole == nil || own == nil {
		return []string{"has no security context"}
	}
	is := func(value *bool, wanted bool) bool { return value != nil && *value == wanted }
	want(is(whole.RunAsNonRoot, true), "may run as root")
	want(whole.RunAsUser != nil && *whole.RunAsUser > 0, "runs as user %v", whole.RunAsUser)
	want(whole.SeccompProfile != nil && whole.SeccompProfile.Type == corev1.SeccompProfileTypeRuntimeDefault,
		"its seccomp profile is %v, want RuntimeDefault", whole.SeccompProfile)
	want(is(own.ReadOnlyRootFilesystem, true), "its root file system is writable")
	want(is(own.AllowPrivilegeEscalation, false), "may gain privileges")
	want(own.Capabilities != nil && len(own.Capabilities.Add) == 0 && fmt.Sprint(own.Capabilities.Drop) == "[ALL]",
		"its capabilities are %v, want all dropped and none added", own.Capabilities)
	for _, resource := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory} {
		_, limited := container.Resources.Limits[resource]
		want(limited, "has no %s limit", resource)
		_, requested := container.Resources.Requests[resource]
		want(requested, "has no %s request", resource)
	}
	want(container.LivenessProbe != nil && container.ReadinessProbe != nil, "lacks a probe")
	return problems
}

// restrictedNamespace checks that the API server itself refuses a pod that asks for more in this
// namespace. So every pod that runs in it has passed that check.
func restrictedNamespace(t *testing.T, s *project.Stack) {
	pod := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{"name": "privileged"},
		"spec": map[string]any{"containers": []any{map[string]any{
			"name": "privileged", "image": "example.com/none:1", "securityContext": map[string]any{"privileged": true},
		}}},
	}}
	_, err := kube.Resource(cluster.Core("pods"), s.Namespace).Create(t.Context(), pod,
		metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	if !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), `violates PodSecurity "restricted:latest"`) {
		t.Errorf("a privileged pod in namespace %s got %v, want that Pod Security refuses it", s.Namespace, err)
	}
}
