package cluster

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
)

// storing is a cluster whose API server keeps what is applied, gives it a status, and counts. At
// first it does not know a kind that it is asked to.
func storing(t *testing.T, status string, strange int) (c *Cluster, applied *int) {
	t.Helper()
	applied = new(int)
	stored := map[string]string{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.Method == http.MethodPatch {
			if strange > 0 {
				strange--
				w.WriteHeader(http.StatusNotFound)
				fmt.Fprint(w, `{"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}`)
				return
			}
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			*applied++
			stored[r.URL.Path] = strings.TrimSuffix(strings.TrimSpace(string(body)), "}") + `, "status": ` + status + "}"
		}
		if stored[r.URL.Path] == "" {
			w.WriteHeader(http.StatusNotFound)
		}
		fmt.Fprint(w, stored[r.URL.Path])
	}))
	t.Cleanup(server.Close)
	config := &rest.Config{Host: server.URL}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return &Cluster{config: config, client: client, http: server.Client(), patience: 500 * time.Millisecond}, applied
}

const definition = `{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: things.example.com}, spec: {group: example.com}}`

func TestDefine(t *testing.T) {
	define := func(c *Cluster, text string) error {
		objects, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return c.Define(t.Context(), objects)
	}
	c, applied := storing(t, `{"conditions": [{"type": "Established", "status": "True"}]}`, 0)
	for i, step := range []struct {
		claim, text string
		applied     int
	}{
		{"a definition that is not there is applied", definition, 1},
		{"one that was applied as it is now is left alone", definition, 1},
		{"one that has changed is applied", strings.Replace(definition, "group: example.com", "group: example.org", 1), 2},
	} {
		t.Run(step.claim, func(t *testing.T) {
			if err := define(c, step.text); err != nil || *applied != step.applied {
				t.Errorf("step %d: applied %d times, %v; want %d", i, *applied, err, step.applied)
			}
		})
	}
	t.Run("one that is not served is waited for, and named", func(t *testing.T) {
		c, _ := storing(t, `{"conditions": [{"type": "NamesAccepted", "status": "False", "reason": "Taken", "message": "thing is in use"}]}`, 0)
		if err := define(c, definition); err == nil || !strings.Contains(err.Error(), "things.example.com is not established; Taken: thing is in use") {
			t.Errorf("got %v", err)
		}
	})
}

func TestInstall(t *testing.T) {
	objects, err := Parse("{apiVersion: example.com/v1, kind: Thing, metadata: {name: a, namespace: shop}}\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: shop}}")
	if err != nil {
		t.Fatal(err)
	}
	t.Run("a kind that is not known yet is waited for", func(t *testing.T) {
		c, applied := storing(t, `{}`, 2)
		if err := c.Install(t.Context(), objects); err != nil || *applied != 2 {
			t.Errorf("applied %d, %v", *applied, err)
		}
	})
	t.Run("one that never is known is named", func(t *testing.T) {
		c, _ := storing(t, `{}`, 1000)
		if err := c.Install(t.Context(), objects); err == nil || !strings.Contains(err.Error(), "apply Thing a") {
			t.Errorf("got %v", err)
		}
	})
}
