package cluster

import (
	"context"
	"crypto/sha256"
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

// appliedHash is the annotation with the hash of the definition that was applied.
const appliedHash = "tracestack-lab/applied"

// Define applies definitions of custom resources and waits until their kinds are served. One that
// was applied as it is now is left alone: the API server takes long over half a megabyte.
func (c *Cluster) Define(ctx context.Context, objects []*unstructured.Unstructured) error {
	for _, object := range objects {
		if err := c.define(ctx, object); err != nil {
			return err
		}
	}
	return c.until(ctx, "custom resources to be served", func() error {
		var errs []error
		for _, object := range objects {
			there, err := c.Resource(definitions, "").Get(ctx, object.GetName(), metav1.GetOptions{})
			if err == nil {
				err = established(there)
			}
			errs = append(errs, err)
		}
		return errors.Join(errs...)
	})
}

func (c *Cluster) define(ctx context.Context, object *unstructured.Unstructured) error {
	body, err := object.MarshalJSON()
	if err != nil {
		return err
	}
	hash := fmt.Sprintf("%x", sha256.Sum256(body))
	there, err := c.Resource(definitions, "").Get(ctx, object.GetName(), metav1.GetOptions{})
	if err == nil && there.GetAnnotations()[appliedHash] == hash {
		return nil
	}
	object = object.DeepCopy()
	annotations := object.GetAnnotations()
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations[appliedHash] = hash
	object.SetAnnotations(annotations)
	return c.apply(ctx, object)
}

func established(definition *unstructured.Unstructured) error {
	for _, c := range conditions(definition) {
		if c["type"] == "Established" && c["status"] == "True" {
			return nil
		}
	}
	return fmt.Errorf("%s is not established%s", definition.GetName(), failures(definition))
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
