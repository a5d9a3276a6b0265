package platform

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/tracestack/tracestack/lab/cluster"
)

// generated is the annotation of a Secret that names the entry whose value the lab makes.
const generated = "tracestack.io/generate"

// generate fills the Secrets that say so: with what the cluster's own has, or else with a new value.
// No other copy of it is kept.
func generate(ctx context.Context, c *cluster.Cluster, objects []*unstructured.Unstructured) error {
	for _, object := range objects {
		entry := object.GetAnnotations()[generated]
		if object.GetKind() != "Secret" || entry == "" {
			continue
		}
		current, err := c.Resource(cluster.Core("secrets"), object.GetNamespace()).Get(ctx, object.GetName(), metav1.GetOptions{})
		if err != nil && !apierrors.IsNotFound(err) {
			return fmt.Errorf("secret %s: %w", object.GetName(), err)
		}
		if err := fill(object, entry, current); err != nil {
			return fmt.Errorf("secret %s: %w", object.GetName(), err)
		}
	}
	return nil
}

func fill(object *unstructured.Unstructured, entry string, current *unstructured.Unstructured) error {
	value := base64.StdEncoding.EncodeToString([]byte(rand.Text()))
	if current != nil {
		if kept, found, _ := unstructured.NestedString(current.Object, "data", entry); found {
			value = kept
		}
	}
	return unstructured.SetNestedField(object.Object, value, "data", entry)
}
