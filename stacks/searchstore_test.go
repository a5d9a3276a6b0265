package stacks_test

import (
	"strings"
	"testing"

	"github.com/tracestack/tracestack/internal/pulumitest"
	"github.com/tracestack/tracestack/stacks"
)

func TestAMirrorOnASearchStoreHasItsRolesApartToo(t *testing.T) {
	const password = "tracestack:opensearchPassword"
	graph, err := pulumitest.Run(t, map[string]string{
		"kubernetes:context": "kind-dev", "tracestack:backend": "tempo", "tracestack:storage": "local",
		"tracestack:mirror":     `{"backend":"jaeger","storage":"opensearch"}`,
		"tracestack:opensearch": `{"urls":["https://search:9200"],"user":"jaeger"}`, password: "hunter2",
	}, []string{password}, stacks.RunAlone)
	if err != nil {
		t.Fatal(err)
	}
	if err := pulumitest.Check(graph); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"jaeger-collector-deployment", "jaeger-query-deployment", "tempo-statefulset"} {
		found := false
		for _, r := range graph {
			found = found || r.Name == name
		}
		if !found {
			t.Errorf("there is no %s", name)
		}
	}
	if files := productFiles(t, graph); !strings.Contains(files["collector.yaml"], "endpoint: jaeger-collector.opentelemetry.svc:4317") {
		t.Errorf("the mirror gets no copies:\n%s", files["collector.yaml"])
	}
}
