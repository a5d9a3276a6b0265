package cluster

import (
	"context"
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// CRD is the kind of a custom resource's definition.
const CRD = "CustomResourceDefinition"

var definitions = schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}

// Define applies definitions of custom resources and waits until their kinds are served.
func (c *Cluster) Define(ctx context.Context, objects []*unstructured.Unstructured) error {
	for _, object := range objects {
		if err := c.apply(ctx, object); err != nil {
			return err
		}
	}
	return c.until(ctx, "custom resources to be served", func() error {
		var errs []error
		for _, object := range objects {
			defined, err := c.Resource(definitions, "").Get(ctx, object.GetName(), metav1.GetOptions{})
			if err == nil {
				err = established(defined)
			}
			errs = append(errs, err)
		}
		return errors.Join(errs...)
	})
}

func established(definition *unstructured.Unstructured) error {
	for _, c := range conditions(definition) {
		if c["type"] == "Established" && c["status"] == "True" {
			return nil
		}
	}
	return fmt.Errorf("%s is not established: %s", definition.GetName(), failures(definition))
}

// Install applies objects in the order in which they stand.
func (c *Cluster) Install(ctx context.Context, objects []*unstructured.Unstructured) error {
	for _, object := range objects {
		var refused error
		err := c.until(ctx, "the API server to know "+object.GetKind(), func() error {
			refused = c.apply(ctx, object)
			if apierrors.IsNotFound(refused) {
				return refused // Its kind was defined a moment ago.
			}
			return nil
		})
		if err := errors.Join(err, refused); err != nil {
			return err
		}
	}
	return nil
}
