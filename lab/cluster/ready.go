package cluster

import (
	"context"
	"errors"
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// A Workload makes pods: its Kind is Deployment or StatefulSet.
type Workload struct{ Kind, Namespace, Name string }

func (w Workload) String() string {
	return fmt.Sprintf("%s %s/%s", strings.ToLower(w.Kind), w.Namespace, w.Name)
}

func (c *Cluster) workload(ctx context.Context, w Workload) (*unstructured.Unstructured, error) {
	return c.Resource(Apps(strings.ToLower(w.Kind)+"s"), w.Namespace).Get(ctx, w.Name, metav1.GetOptions{})
}

// WaitReady waits until all pods of the workloads are available, and made from what was applied
// last. Where it waited in vain it says what is missing, and what the pods said last.
func (c *Cluster) WaitReady(ctx context.Context, workloads ...Workload) error {
	var missing []Workload
	err := c.until(ctx, "pods to be available", func() error {
		missing = nil
		var errs []error
		for _, w := range workloads {
			object, err := c.workload(ctx, w)
			if err == nil {
				err = available(object)
			}
			if err != nil {
				missing, errs = append(missing, w), append(errs, fmt.Errorf("%s: %w", w, err))
			}
		}
		return errors.Join(errs...)
	})
	if err == nil {
		return nil
	}
	var said strings.Builder
	for _, w := range missing {
		said.WriteString(c.lastWords(ctx, w))
	}
	return fmt.Errorf("%w%s", err, &said)
}

// available compares what a workload's controller has seen with what it should be.
func available(object *unstructured.Unstructured) error {
	number := func(otherwise int64, path ...string) int64 {
		if n, found, err := unstructured.NestedInt64(object.Object, path...); found && err == nil {
			return n
		}
		return otherwise
	}
	want := number(1, "spec", "replicas")
	switch pods, updated, ready := number(0, "status", "replicas"), number(0, "status", "updatedReplicas"), number(0, "status", "availableReplicas"); {
	case number(0, "status", "observedGeneration") < object.GetGeneration():
		return errors.New("its controller has not seen it yet")
	case updated < want:
		return fmt.Errorf("%d of %d pods are made%s", updated, want, failures(object))
	case pods > updated:
		return fmt.Errorf("older pods still run: %d%s", pods-updated, failures(object))
	case ready < want:
		return fmt.Errorf("%d of %d pods are available%s", ready, want, failures(object))
	}
	return nil
}

// conditions are those of an object's status.
func conditions(object *unstructured.Unstructured) []map[string]any {
	entries, _, _ := unstructured.NestedSlice(object.Object, "status", "conditions")
	var all []map[string]any
	for _, entry := range entries {
		if condition, ok := entry.(map[string]any); ok {
			all = append(all, condition)
		}
	}
	return all
}

// failures are the messages of the conditions that tell of one.
func failures(object *unstructured.Unstructured) string {
	var said string
	for _, c := range conditions(object) {
		if failing := strings.HasSuffix(fmt.Sprint(c["type"]), "Failure"); (c["status"] == "True") == failing {
			said += fmt.Sprintf("; %v: %v", c["reason"], c["message"])
		}
	}
	return said
}
