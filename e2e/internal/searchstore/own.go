package searchstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	"github.com/tracestack/tracestack/e2e/internal/kubetest"
	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/wait"
	"github.com/tracestack/tracestack/lab/cluster"
	"github.com/tracestack/tracestack/lab/pki"
)

// A Store is a search store of a test's own, which may be stopped.
type Store struct {
	Namespace string
	// Admin may do everything, Jaeger what Jaeger needs.
	Admin, Jaeger Client

	kube kubetest.Cluster
}

// Own starts a store like the lab's, with the same users and another certificate. It goes with the test.
func Own(t *testing.T, lab *project.Lab) Store {
	t.Helper()
	namespace := project.RandomName() + "-elk"
	objects, err := manifests(t.Context(), lab, namespace)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := kubetest.DeleteNamespace(context.Background(), lab.Cluster, namespace); err != nil {
			t.Error(err)
		}
	})
	s := Store{Namespace: namespace, kube: kubetest.Cluster{Cluster: lab.Cluster}}
	if err := errors.Join(s.kube.Install(t.Context(), objects), s.kube.WaitReady(t.Context(), s.workload())); err != nil {
		t.Fatal(err)
	}
	s.Admin, s.Jaeger = adminOf(t, lab.Cluster, namespace), jaegerOf(t, lab.Cluster, namespace)
	s.answers(t)
	s.Do(t, http.MethodPut, "/_template/e2e", fmt.Sprintf(`{"index_patterns": ["*"], "settings": {"index.max_result_window": %d}}`, most))
	return s
}

// most is how many documents a search answers; by default it is 10,000.
const most = 100_000

// URL is where pods reach it.
func (s Store) URL() string { return "https://" + host(s.Namespace) + ":9200" }

func (s Store) workload() cluster.Workload {
	return cluster.Workload{Kind: "StatefulSet", Namespace: s.Namespace, Name: "opensearch"}
}

// manifests are the lab's own, moved to another namespace.
func manifests(ctx context.Context, lab *project.Lab, namespace string) ([]*unstructured.Unstructured, error) {
	body, err := os.ReadFile(filepath.Join(lab.Root, "lab", "internal", "platform", "opensearch", "opensearch.yaml"))
	if err != nil {
		return nil, err
	}
	objects, err := cluster.Parse(string(body))
	if err != nil {
		return nil, err
	}
	for _, object := range objects {
		switch object.GetKind() {
		case "Namespace":
			object.SetName(namespace)
			continue
		case "Secret":
			entries, err := lab.Secret(ctx, labs, object.GetName())
			if err != nil {
				return nil, err
			}
			object.SetAnnotations(nil)
			delete(object.Object, "data")
			if err := unstructured.SetNestedStringMap(object.Object, entries, "stringData"); err != nil {
				return nil, err
			}
		}
		object.SetNamespace(namespace)
	}
	return objects, certify(objects, host(namespace))
}

// certify gives the server a certificate for this name, by an authority that nobody else believes.
func certify(objects []*unstructured.Unstructured, host string) error {
	authority, err := pki.NewAuthority("elasticsearch-http")
	if err != nil {
		return err
	}
	own, err := authority.Issue("elasticsearch", "", host)
	if err != nil {
		return err
	}
	made := map[string]map[string]string{
		service + "-ca-internal":    {"tls.crt": string(authority.Cert), "tls.key": string(authority.Key)},
		service + "-certs-internal": {"ca.crt": string(authority.Cert), "tls.crt": string(own.Cert), "tls.key": string(own.Key)},
		service + "-certs-public":   {"ca.crt": string(authority.Cert), "tls.crt": string(own.Cert)},
	}
	for _, object := range objects {
		if entries := made[object.GetName()]; entries != nil {
			if err := unstructured.SetNestedStringMap(object.Object, entries, "stringData"); err != nil {
				return err
			}
		}
	}
	return nil
}

// Stop stops the server, and waits until it is gone. What it has on its disk stays.
func (s Store) Stop(t *testing.T) {
	t.Helper()
	s.scale(t, 0)
	wait.For(t, "the store to be gone", func() error {
		if left := s.kube.Objects(t, cluster.Core("pods"), s.Namespace); len(left) > 0 {
			return fmt.Errorf("%s is there", left[0].GetName())
		}
		return nil
	})
}

// Start starts the server again, and waits until it answers.
func (s Store) Start(t *testing.T) {
	t.Helper()
	s.scale(t, 1)
	if err := s.kube.WaitReady(t.Context(), s.workload()); err != nil {
		t.Fatal(err)
	}
	s.answers(t)
}

// answers waits until the way to the pod is there: for a moment it leads to the pod before, where nobody
// answers at all.
func (s Store) answers(t *testing.T) {
	t.Helper()
	wait.For(t, "the store to answer", func() error {
		_, _, err := s.Admin.Ask(t.Context(), http.MethodGet, "/", "")
		return err
	})
}

func (s Store) scale(t *testing.T, replicas int) {
	t.Helper()
	w := s.workload()
	if _, err := s.kube.Resource(cluster.Apps("statefulsets"), w.Namespace).Patch(t.Context(), w.Name,
		types.MergePatchType, fmt.Appendf(nil, `{"spec":{"replicas":%d}}`, replicas), metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
}

// Do makes a request as the administrator, which must be taken.
func (s Store) Do(t *testing.T, method, path, body string) string {
	t.Helper()
	status, answer, err := s.Admin.Ask(t.Context(), method, path, body)
	if err != nil || status >= http.StatusBadRequest {
		t.Fatalf("%s %s: %d %s, %v", method, path, status, answer, err)
	}
	return answer
}

// Indices are the names of those that are there, but for the store's own.
func (s Store) Indices(t *testing.T) (names []string) {
	t.Helper()
	for _, name := range strings.Fields(s.Do(t, http.MethodGet, "/_cat/indices?h=index&s=index", "")) {
		if !strings.HasPrefix(name, ".") {
			names = append(names, name)
		}
	}
	return names
}

// Spans counts by the IDs of their traces how often each span of a service is there.
func (s Store) Spans(t *testing.T, service string) map[string]map[string]int {
	t.Helper()
	s.Do(t, http.MethodPost, "/_refresh", "")
	body := s.Do(t, http.MethodPost, "/*jaeger-span-*/_search", fmt.Sprintf(
		`{"size": %d, "_source": ["traceID", "spanID"], "query": {"term": {"process.serviceName": %q}}}`, most, service))
	var answer struct {
		Hits struct {
			Hits []struct {
				Source struct{ TraceID, SpanID string } `json:"_source"`
			}
		}
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatal(err)
	}
	if len(answer.Hits.Hits) == most {
		t.Fatalf("there are %d spans of %s or more, too many to count", most, service)
	}
	found := map[string]map[string]int{}
	for _, hit := range answer.Hits.Hits {
		if found[hit.Source.TraceID] == nil {
			found[hit.Source.TraceID] = map[string]int{}
		}
		found[hit.Source.TraceID][hit.Source.SpanID]++
	}
	return found
}
