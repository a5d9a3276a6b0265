package e2e_test

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/lab/cluster"
)

// sharing are the settings of a stack in a namespace that is there already.
func sharing(namespace string) project.Config {
	return project.Config{"tracestack:namespace": namespace, "tracestack:createNamespace": false, "tracestack:demo": nil}
}

func TestAnObjectOfSomebodyElseInASharedNamespaceIsRefusedAndLeftAsItIs(t *testing.T) {
	t.Parallel()
	s := newStack(t, nil)
	kube.NewNamespace(t, s.Namespace)
	theirs := kube.Create(t, cluster.Core("serviceaccounts"), s.Namespace, map[string]any{
		"apiVersion": "v1", "kind": "ServiceAccount", "metadata": map[string]any{"name": "center-collector"},
	})
	stacktest.Configure(t, s, sharing(s.Namespace))
	for name, operation := range stacktest.Operations(s) {
		t.Run(name, func(t *testing.T) {
			stacktest.Refused(t, operation(t.Context()),
				"1 thing to correct",
				"tracestack:namespace: "+s.Namespace+": must not have what the stack would make and somebody else has: ServiceAccount "+s.Namespace+"/center-collector",
			)
			stacktest.NothingRegistered(t, s)
		})
	}
	stacktest.Destroy(t, s)
	kube.Unchanged(t, cluster.Core("serviceaccounts"), theirs)
}

func TestASecondStackInTheSameNamespaceIsRefusedAndTheFirstGoesOn(t *testing.T) {
	t.Parallel()
	first := newStack(t, nil)
	kube.NewNamespace(t, first.Namespace)
	stacktest.Configure(t, first, sharing(first.Namespace))
	stacktest.Up(t, first)
	kinds := []schema.GroupVersionResource{cluster.Core("serviceaccounts"), cluster.Core("services"), cluster.Core("configmaps")}
	made := map[schema.GroupVersionResource][]unstructured.Unstructured{}
	for _, kind := range kinds {
		made[kind] = kube.Objects(t, kind, first.Namespace)
	}
	allUnchanged := func() {
		for kind, some := range made {
			for _, object := range some {
				kube.Unchanged(t, kind, &object)
			}
		}
	}
	second := newStack(t, sharing(first.Namespace))
	for name, operation := range stacktest.Operations(second) {
		t.Run(name, func(t *testing.T) {
			stacktest.Refused(t, operation(t.Context()),
				"1 thing to correct",
				"and stack tracestack/"+first.Name+" has: ",
				"Deployment "+first.Namespace+"/jaeger, ",
				"ServiceAccount "+first.Namespace+"/center-collector",
			)
			stacktest.NothingRegistered(t, second)
		})
	}
	stacktest.Destroy(t, second)
	allUnchanged()
	for _, step := range stacktest.Steps(t, first) {
		if !strings.HasPrefix(step.Type, "pulumi:") && step.Op != "same" && step.Op != "read" {
			t.Errorf("a preview of the first stack would %s %s", step.Op, stacktest.Name(step))
		}
	}
	stacktest.Up(t, first)
	allUnchanged()
}
