package cluster

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tracestack/tracestack/lab/trace"
)

// lastWords are what those pods of a workload that are not ready said last, for whoever has to find
// out why. What cannot be read is left out: the reason to ask is an error of its own.
func (c *Cluster) lastWords(ctx context.Context, w Workload) string {
	object, err := c.workload(ctx, w)
	if err != nil {
		return ""
	}
	labels, _, _ := unstructured.NestedStringMap(object.Object, "spec", "selector", "matchLabels")
	pods, err := c.Resource(Core("pods"), w.Namespace).List(ctx, metav1.ListOptions{
		LabelSelector: metav1.FormatLabelSelector(&metav1.LabelSelector{MatchLabels: labels}),
	})
	if err != nil {
		return ""
	}
	var said strings.Builder
	for _, item := range pods.Items {
		var pod corev1.Pod
		if runtime.DefaultUnstructuredConverter.FromUnstructured(item.Object, &pod) == nil && !ready(pod) {
			fmt.Fprintf(&said, "\n  pod %s: %s", pod.Name, pod.Status.Phase)
			for _, line := range append(state(pod), c.warning(ctx, pod)...) {
				fmt.Fprintf(&said, "\n    %s", line)
			}
			said.WriteString(c.logs(ctx, pod))
		}
	}
	return said.String()
}

func ready(pod corev1.Pod) bool {
	return slices.ContainsFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
	})
}

// state is what keeps a pod from being ready: where no node takes it, and what each container waits
// for or ended with.
func state(pod corev1.Pod) (lines []string) {
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodScheduled && condition.Status == corev1.ConditionFalse {
			lines = append(lines, condition.Reason+": "+condition.Message)
		}
	}
	for _, container := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
		say := func(reason, message string) {
			lines = append(lines, strings.TrimSuffix(fmt.Sprintf("container %s: %s: %s", container.Name, reason, message), ": "))
		}
		if waiting := container.State.Waiting; waiting != nil {
			say(waiting.Reason, waiting.Message)
		}
		for _, s := range []corev1.ContainerState{container.State, container.LastTerminationState} {
			if s.Terminated != nil {
				say(fmt.Sprintf("%s, exit code %d", s.Terminated.Reason, s.Terminated.ExitCode), s.Terminated.Message)
			}
		}
	}
	return lines
}

// warning is the latest that was told about a pod.
func (c *Cluster) warning(ctx context.Context, pod corev1.Pod) (line []string) {
	events, err := c.Resource(Core("events"), pod.Namespace).List(ctx, metav1.ListOptions{
		FieldSelector: "type=Warning,involvedObject.kind=Pod,involvedObject.name=" + pod.Name,
	})
	if err != nil {
		return nil
	}
	var latest corev1.Event
	for _, item := range events.Items {
		var event corev1.Event
		if runtime.DefaultUnstructuredConverter.FromUnstructured(item.Object, &event) == nil && !event.LastTimestamp.Before(&latest.LastTimestamp) {
			latest, line = event, []string{event.Reason + ": " + event.Message}
		}
	}
	return line
}

// logs are the last lines of each container of a pod that has begun.
func (c *Cluster) logs(ctx context.Context, pod corev1.Pod) string {
	var said strings.Builder
	for _, container := range pod.Status.ContainerStatuses {
		body, err := trace.Over(c.http, c.config.Host)(ctx, fmt.Sprintf("/api/v1/namespaces/%s/pods/%s/log?container=%s&tailLines=5", pod.Namespace, pod.Name, container.Name))
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(body)) {
			fmt.Fprintf(&said, "\n    %s says: %s", container.Name, strings.TrimSuffix(line, "\n"))
		}
	}
	return said.String()
}
