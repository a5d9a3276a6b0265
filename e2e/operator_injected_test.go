package e2e_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/sdk"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/traffic"
	"github.com/tracestack/tracestack/e2e/internal/wait"
	"github.com/tracestack/tracestack/lab/cluster"
	"github.com/tracestack/tracestack/lab/trace"
)

// shop is a namespace of applications that ask for an agent: cart, of Java, with nothing of OpenTelemetry in it,
// and bill, which would have an SDK. They run before anybody says what an agent is.
type shop struct {
	namespace string
	nonce     string                // in what cart asks the demo
	plain     map[string]corev1.Pod // the first pods, which nothing was put into
}

func newShop(t *testing.T, s *project.Stack) shop {
	t.Helper()
	all := shop{namespace: s.Namespace + "-shop", nonce: s.Name}
	kube.NewNamespace(t, all.namespace)
	kube.Create(t, cluster.Core("configmaps"), all.namespace, map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "cart"},
		"binaryData": map[string]any{"App.class": sdk.Class(t, os.Getenv("TRACESTACK_CACHE"))},
	})
	all.run(t, "bill", "inject-sdk", map[string]any{"image": "registry.k8s.io/pause:3.10"}, nil)
	demo := "http://go-demo." + s.Namespace + ".svc:8080/dispatch?customer=123&nonse=" + all.nonce
	all.run(t, "cart", "inject-java", map[string]any{
		"image":        "localhost/kafka:4.3.1",
		"command":      []any{"/usr/share/kafka/jre/bin/java", "-Xmx96m", "-XX:TieredStopAtLevel=1", "-cp", "/app", "App", demo, "5"},
		"resources":    map[string]any{"requests": map[string]any{"cpu": "25m", "memory": "256Mi"}, "limits": map[string]any{"memory": "512Mi"}},
		"volumeMounts": []any{map[string]any{"name": "app", "mountPath": "/app"}},
	}, []any{map[string]any{"name": "app", "configMap": map[string]any{"name": "cart"}}})
	return all
}

// run runs one container as a Deployment that asks for an agent.
func (a shop) run(t *testing.T, name, asks string, container map[string]any, volumes []any) {
	t.Helper()
	container["name"] = "app"
	labels := map[string]any{"app": name}
	kube.Create(t, cluster.Apps("deployments"), a.namespace, map[string]any{
		"apiVersion": "apps/v1", "kind": "Deployment", "metadata": map[string]any{"name": name},
		"spec": map[string]any{
			"selector": map[string]any{"matchLabels": labels},
			"template": map[string]any{
				"metadata": map[string]any{"labels": labels, "annotations": map[string]any{"instrumentation.opentelemetry.io/" + asks: "true"}},
				"spec": map[string]any{
					"automountServiceAccountToken": false, "enableServiceLinks": false, "terminationGracePeriodSeconds": 1,
					"securityContext": map[string]any{"runAsNonRoot": true, "runAsUser": 65532, "runAsGroup": 65532},
					"containers":      []any{container}, "volumes": volumes,
				},
			},
		},
	})
}

// pods waits until each application has one pod, for which something is so.
func (a shop) pods(t *testing.T, what string, is func(corev1.Pod) bool) map[string]corev1.Pod {
	t.Helper()
	pods := map[string]corev1.Pod{}
	wait.For(t, "pods "+what, func() error {
		clear(pods)
		all := kube.AllPods(t, a.namespace)
		for _, pod := range all {
			pods[pod.Labels["app"]] = pod
			if pod.DeletionTimestamp != nil || !is(pod) {
				return fmt.Errorf("%s is not", pod.Name)
			}
		}
		if len(all) != 2 || len(pods) != 2 {
			return fmt.Errorf("there are %d", len(all))
		}
		return nil
	})
	return pods
}

// injected is what becomes of the pods when a stack says what an agent is.
func (a shop) injected(t *testing.T, s *project.Stack) {
	a.plain = a.pods(t, "without an agent", func(pod corev1.Pod) bool { return pod.Status.Phase == corev1.PodRunning })
	stacktest.Configure(t, s, project.With(withOperator(project.Config{}), project.Config{
		"tracestack:instrumentation": project.Config{
			"namespaces": []string{a.namespace}, "resourceAttributes": project.Config{"deployment.environment.name": "test"},
		},
	}))
	warnings := stacktest.UpWarned(t, s)
	t.Run("pods that are older than it are named, with the command that restarts them", func(t *testing.T) { a.restarted(t, warnings) })
	pods := a.pods(t, "that are made anew", func(pod corev1.Pod) bool { return pod.UID != a.plain[pod.Labels["app"]].UID })
	t.Run("a pod gets exactly the variables that the resource says", func(t *testing.T) {
		exactly(t, pods["cart"], map[string]string{
			"JAVA_TOOL_OPTIONS":        " -javaagent:/otel-auto-instrumentation-java-app/javaagent.jar",
			"OTEL_RESOURCE_ATTRIBUTES": a.attributes(pods["cart"], "4.3.1"),
		}, s)
		exactly(t, pods["bill"], map[string]string{"OTEL_RESOURCE_ATTRIBUTES": a.attributes(pods["bill"], "3.10")}, s)
	})
	t.Run("an application without OpenTelemetry in it begins a trace that others carry on", func(t *testing.T) { a.traced(t, s, pods["cart"]) })
	t.Run("without its annotation a pod has nothing of it", func(t *testing.T) { a.asItWas(t, pods) })
}

// restarted types the command of the warning.
func (a shop) restarted(t *testing.T, warnings []string) {
	command := "kubectl --context " + project.Context + " --namespace " + a.namespace + " rollout restart deployment/bill deployment/cart"
	i := slices.IndexFunc(warnings, func(warning string) bool { return strings.HasSuffix(strings.TrimSpace(warning), ": "+command) })
	if i < 0 {
		t.Fatalf("it warns of %q, want %s", warnings, command)
	}
	kube.Kubectl(t, strings.Fields(command)[1:]...)
}

// attributes are what the operator knows of a pod, and what the stack says of all.
func (a shop) attributes(pod corev1.Pod, version string) string {
	const name, node = "$(OTEL_RESOURCE_ATTRIBUTES_POD_NAME)", "$(OTEL_RESOURCE_ATTRIBUTES_NODE_NAME)"
	return strings.Join([]string{
		"deployment.environment.name=test", "k8s.container.name=app", "k8s.deployment.name=" + pod.Labels["app"],
		"k8s.namespace.name=" + a.namespace, "k8s.node.name=" + node, "k8s.pod.name=" + name,
		"k8s.replicaset.name=" + pod.OwnerReferences[0].Name, "service.instance.id=" + a.namespace + "." + name + ".app",
		"service.namespace=" + a.namespace, "service.version=" + version,
	}, ",")
}

// exactly compares all variables of a pod with those of every agent and these. A field of the pod is written
// in braces.
func exactly(t *testing.T, pod corev1.Pod, more map[string]string, s *project.Stack) {
	t.Helper()
	want := map[string]string{
		"OTEL_EXPORTER_OTLP_ENDPOINT": "http://center-collector." + s.Namespace + ".svc:4318",
		"OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
		"OTEL_TRACES_EXPORTER":        "otlp", "OTEL_METRICS_EXPORTER": "none", "OTEL_LOGS_EXPORTER": "none",
		"OTEL_PROPAGATORS": "tracecontext,baggage", "OTEL_TRACES_SAMPLER": "parentbased_always_on",
		"OTEL_SERVICE_NAME": pod.Labels["app"],
		"OTEL_POD_IP":       "{status.podIP}", "OTEL_NODE_IP": "{status.hostIP}",
		"OTEL_RESOURCE_ATTRIBUTES_POD_NAME":  "{metadata.name}",
		"OTEL_RESOURCE_ATTRIBUTES_NODE_NAME": "{spec.nodeName}",
	}
	maps.Copy(want, more)
	got := map[string]string{}
	for _, variable := range pod.Spec.Containers[0].Env {
		got[variable.Name] = variable.Value
		if variable.ValueFrom != nil && variable.ValueFrom.FieldRef != nil {
			got[variable.Name] = "{" + variable.ValueFrom.FieldRef.FieldPath + "}"
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("%s has\n%v, want\n%v", pod.Name, got, want)
	}
}

// traced finds a trace that cart began: its own span, and below it a whole dispatch of the demo.
func (a shop) traced(t *testing.T, s *project.Stack, pod corev1.Pod) {
	call, backend := trace.Call{Nonce: a.nonce, Sent: time.Now()}, traffic.Demo(t, s).Backend
	var root trace.Span
	wait.For(t, "a trace of cart", func() error {
		found, err := backend.Find(t.Context(), call)
		for _, one := range found {
			if problem := trace.Check(one); problem != nil || one.Spans[0].Service != "cart" || len(one.Services()) < 7 {
				err = errors.Join(err, fmt.Errorf("trace %s of %v: %w", one.ID, one.Services(), problem))
				continue
			}
			root = one.Spans[0]
			return nil
		}
		return err
	})
	if root.ParentID != "" || root.Kind != trace.Client {
		t.Errorf("it begins with %+v, want a client's span", root)
	}
	for name, want := range map[string]string{
		"service.name": "cart", "service.namespace": a.namespace, "service.version": "4.3.1", "service.instance.id": a.namespace + "." + pod.Name + ".app",
		"k8s.pod.name": pod.Name, "k8s.namespace.name": a.namespace, "k8s.deployment.name": "cart", "k8s.container.name": "app",
		"k8s.replicaset.name": pod.OwnerReferences[0].Name, "k8s.node.name": pod.Spec.NodeName,
		"deployment.environment.name": "test", "telemetry.sdk.language": "java",
	} {
		if got := root.Resource[name]; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// asItWas takes the annotations away, which makes other pods.
func (a shop) asItWas(t *testing.T, old map[string]corev1.Pod) {
	for name, asked := range map[string]string{"cart": "inject-java", "bill": "inject-sdk"} {
		patch := fmt.Sprintf(`{"spec":{"template":{"metadata":{"annotations":{"instrumentation.opentelemetry.io/%s":null}}}}}`, asked)
		deployments := kube.Resource(cluster.Apps("deployments"), a.namespace)
		if _, err := deployments.Patch(t.Context(), name, types.MergePatchType, []byte(patch), metav1.PatchOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	now := a.pods(t, "without the annotation", func(pod corev1.Pod) bool { return pod.UID != old[pod.Labels["app"]].UID })
	for name, first := range a.plain {
		if got := now[name]; !reflect.DeepEqual(parts(got), parts(first)) {
			t.Errorf("%s is\n%+v, was at first\n%+v", name, parts(got), parts(first))
		}
	}
}

// parts are all that an agent is put into.
func parts(pod corev1.Pod) []any {
	return []any{pod.Spec.InitContainers, pod.Spec.Containers, pod.Spec.Volumes}
}
