package build

import (
	"os"
	"regexp"
	"testing"
)

// The collector and the operators are compiled with the same client of Kubernetes, so that it is compiled once.
func TestTheCollectorSharesKubernetesWithTheOperators(t *testing.T) {
	required := func(group string) map[string]string {
		body, err := os.ReadFile("../../tools/" + group + "/go.mod")
		if err != nil {
			t.Fatal(err)
		}
		all := map[string]string{}
		for _, match := range regexp.MustCompile(`(?m)^\s*((?:k8s\.io/(?:api|apimachinery|client-go|kube-openapi|utils)|golang\.org/x/(?:net|text|sys)|google\.golang\.org/protobuf)) (\S+)`).FindAllStringSubmatch(string(body), -1) {
			all[match[1]] = match[2]
		}
		return all
	}
	operators, otel := required("operators"), required("otel")
	if len(otel) < 9 {
		t.Errorf("the collector needs only %v", otel)
	}
	for module, version := range otel {
		if operators[module] != version {
			t.Errorf("%s is %s for the collector and %s for the operators", module, version, operators[module])
		}
	}
}
