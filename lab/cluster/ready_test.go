package cluster

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/yaml"
)

func TestAvailable(t *testing.T) {
	for _, c := range []struct{ claim, object, says string }{
		{"all pods are new and available",
			`{metadata: {generation: 2}, spec: {replicas: 2}, status: {observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2}}`, ""},
		{"one pod is meant where no number is given", `{status: {replicas: 0}}`, "0 of 1 pods are made"},
		{"a change that the controller has not seen", `{metadata: {generation: 3}, spec: {replicas: 1}, status: {observedGeneration: 2, replicas: 1, updatedReplicas: 1, availableReplicas: 1}}`,
			"has not seen it yet"},
		{"an old pod still runs", `{spec: {replicas: 1}, status: {replicas: 2, updatedReplicas: 1, availableReplicas: 2}}`, "older pods still run: 1"},
		{"a pod is not available", `{spec: {replicas: 2}, status: {replicas: 2, updatedReplicas: 2, availableReplicas: 1}}`, "1 of 2 pods are available"},
		{"why no pod could be made",
			`{spec: {replicas: 1}, status: {conditions: [{type: ReplicaFailure, status: "True", reason: FailedCreate, message: forbidden}, {type: Available, status: "True", reason: Fine}]}}`,
			"are made; FailedCreate: forbidden"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			err := available(parsed(t, c.object))
			if (err != nil) != (c.says != "") || (err != nil && !strings.HasSuffix(err.Error(), c.says)) {
				t.Errorf("got %v, want %q", err, c.says)
			}
		})
	}
}

func parsed(t *testing.T, text string) *unstructured.Unstructured {
	t.Helper()
	body, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var object map[string]any
	if err := json.Unmarshal(body, &object); err != nil {
		t.Fatal(err)
	}
	// The client reads whole numbers as such.
	return &unstructured.Unstructured{Object: whole(object).(map[string]any)}
}

func whole(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			value[key] = whole(inner)
		}
	case []any:
		for i, inner := range value {
			value[i] = whole(inner)
		}
	case float64:
		return int64(value)
	}
	return value
}

// serving is a cluster whose API server gives these answers, by path.
func serving(t *testing.T, answers map[string]string) *Cluster {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, ok := answers[r.URL.Path]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		if !strings.HasSuffix(r.URL.Path, "/log") {
			body, err := yaml.YAMLToJSON([]byte(answer))
			if err != nil {
				t.Errorf("%s: %v", r.URL, err)
			}
			w.Header().Set("Content-Type", "application/json")
			answer = string(body)
		}
		if _, err := w.Write([]byte(answer)); err != nil {
			t.Errorf("%s: %v", r.URL, err)
		}
	}))
	t.Cleanup(server.Close)
	config := &rest.Config{Host: server.URL}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return &Cluster{config: config, client: client, http: server.Client(), patience: 50 * time.Millisecond}
}

const (
	deployment = `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}, spec: {replicas: 1, selector: {matchLabels: {app: web}}},
  status: {replicas: 1, updatedReplicas: 1, availableReplicas: 1}}`
	waiting = `{apiVersion: v1, kind: PodList, items: [
  {apiVersion: v1, kind: Pod, metadata: {name: db-1, namespace: shop}, status: {phase: Running, conditions: [{type: Ready, status: "True"}]}},
  {apiVersion: v1, kind: Pod, metadata: {name: db-0, namespace: shop}, status: {phase: Pending,
  containerStatuses: [{name: db, state: {waiting: {reason: CrashLoopBackOff, message: back-off}}, lastState: {terminated: {reason: Error, exitCode: 3}}}]}}]}`
	warnings = `{apiVersion: v1, kind: EventList, items: [
  {apiVersion: v1, kind: Event, metadata: {name: b}, lastTimestamp: "2026-11-01T00:00:02Z", reason: FailedMount, message: no such secret},
  {apiVersion: v1, kind: Event, metadata: {name: a}, lastTimestamp: "2026-11-01T00:00:01Z", reason: FailedScheduling, message: no node}]}`
)

func TestWaitReady(t *testing.T) {
	c := serving(t, map[string]string{
		"/apis/apps/v1/namespaces/shop/deployments/web": deployment,
		"/apis/apps/v1/namespaces/shop/statefulsets/db": strings.NewReplacer("Deployment", "StatefulSet", "web", "db", "availableReplicas: 1", "availableReplicas: 0").Replace(deployment),
		"/api/v1/namespaces/shop/pods":                  waiting,
		"/api/v1/namespaces/shop/events":                warnings,
		"/api/v1/namespaces/shop/pods/db-0/log":         "opening\nno space left\n",
	})
	web, db, gone := Workload{"Deployment", "shop", "web"}, Workload{"StatefulSet", "shop", "db"}, Workload{"Deployment", "shop", "gone"}
	t.Run("what is available is not waited for", func(t *testing.T) {
		if err := c.WaitReady(t.Context(), web); err != nil {
			t.Error(err)
		}
	})
	t.Run("the wait ends, and tells of everything that is missing and of its pods", func(t *testing.T) {
		err := c.WaitReady(t.Context(), web, db, gone)
		if err == nil {
			t.Fatal("it is taken for ready")
		}
		for _, want := range []string{
			"statefulset shop/db: 0 of 1 pods are available", "deployment shop/gone: ", "pod db-0: Pending",
			"container db: CrashLoopBackOff: back-off", "container db: Error, exit code 3\n", "FailedMount: no such secret", "db says: no space left",
		} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("it lacks %q:\n%v", want, err)
			}
		}
		for _, other := range []string{"deployment shop/web", "FailedScheduling", "db-1"} {
			if strings.Contains(err.Error(), other) {
				t.Errorf("it has %q:\n%v", other, err)
			}
		}
	})
	t.Run("with the node gone nobody is asked", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := c.WaitReady(ctx, db); err == nil || strings.Contains(err.Error(), "db-0") {
			t.Errorf("got %v", err)
		}
	})
}

func TestParse(t *testing.T) {
	objects, err := Parse("---\n# Nothing but words.\n---\nkind: A\n---\nkind: B\nspec: |\n  ---\n")
	if err != nil || len(objects) != 2 || objects[0].GetKind() != "A" || objects[1].GetKind() != "B" {
		t.Errorf("got %v, %v", objects, err)
	}
	if _, err := Parse("kind: [\n"); err == nil {
		t.Error("what is no YAML is taken")
	}
}
