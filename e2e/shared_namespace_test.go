package e2e_test

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/lab/cluster"
)

// sharing are the settings of a stack in a namespace that is there already.
func sharing(namespace string) project.Config {
	return project.Config{"tracestack:namespace": namespace, "tracestack:createNamespace": false, "tracestack:demo": nil}
}

func TestAnObjectOfSomebodyElseInASharedNamespaceIsRefusedAndLeftAsItIs(t *testing.T) {
	t.Parallel()
	s := newStack(t, nil)
	newNamespace(t, s.Namespace)
	theirs := create(t, cluster.Core("serviceaccounts"), s.Namespace, map[string]any{
		"apiVersion": "v1", "kind": "ServiceAccount", "metadata": map[string]any{"name": "center-collector"},
	})
	if err := s.Configure(sharing(s.Namespace)); err != nil {
		t.Fatal(err)
	}
	for name, operation := range operations(s) {
		t.Run(name, func(t *testing.T) {
			refuses(t, operation(t.Context()), []string{
				"1 thing to correct",
				"tracestack:namespace: " + s.Namespace + ": must not have what the stack would make and somebody else has: ServiceAccount " + s.Namespace + "/center-collector",
			})
			nothingRegistered(t, s)
		})
	}
	if _, err := s.Destroy(t.Context()); err != nil {
		t.Fatal(err)
	}
	unchanged(t, cluster.Core("serviceaccounts"), theirs)
}

func TestASecondStackInTheSameNamespaceIsRefusedAndTheFirstGoesOn(t *testing.T) {
	t.Parallel()
	first := newStack(t, nil)
	newNamespace(t, first.Namespace)
	if err := first.Configure(sharing(first.Namespace)); err != nil {
		t.Fatal(err)
	}
	if _, err := first.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	kinds := []resource{cluster.Core("serviceaccounts"), cluster.Core("services"), cluster.Core("configmaps")}
	made := map[resource][]unstructured.Unstructured{}
	for _, kind := range kinds {
		made[kind] = objects(t, kind, first.Namespace)
	}
	allUnchanged := func() {
		for kind, some := range made {
			for _, object := range some {
				unchanged(t, kind, &object)
			}
		}
	}
	second := newStack(t, sharing(first.Namespace))
	for name, operation := range operations(second) {
		t.Run(name, func(t *testing.T) {
			refuses(t, operation(t.Context()), []string{
				"1 thing to correct",
				"and stack tracestack/" + first.Name + " has: ",
				"Deployment " + first.Namespace + "/jaeger, ",
				"ServiceAccount " + first.Namespace + "/center-collector",
			})
			nothingRegistered(t, second)
		})
	}
	if _, err := second.Destroy(t.Context()); err != nil {
		t.Fatal(err)
	}
	allUnchanged()
	for _, step := range steps(t, first) {
		if !strings.HasPrefix(step.Type, "pulumi:") && step.Op != "same" && step.Op != "read" {
			t.Errorf("a preview of the first stack would %s %s", step.Op, name(step))
		}
	}
	if _, err := first.Up(t.Context()); err != nil {
		t.Error(err)
	}
	allUnchanged()
}
