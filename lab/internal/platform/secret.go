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

// secrets are a service's, by their names.
type secrets map[string]secret

type secret struct{ *unstructured.Unstructured }

// generate fills the Secrets of a service: with what the cluster has of them, or else with new values.
// No other copy of those is kept. Webhooks are told whom of them to trust.
func (s Service) generate(ctx context.Context, c *cluster.Cluster, objects []*unstructured.Unstructured) error {
	all := secrets{}
	for _, object := range objects {
		if object.GetKind() != "Secret" {
			continue
		}
		own := secret{object}
		current, err := c.Resource(cluster.Core("secrets"), object.GetNamespace()).Get(ctx, object.GetName(), metav1.GetOptions{})
		if err == nil {
			err = own.keep(secret{current})
		}
		if err != nil && !apierrors.IsNotFound(err) {
			return fmt.Errorf("secret %s: %w", object.GetName(), err)
		}
		if err := own.fill(); err != nil {
			return fmt.Errorf("secret %s: %w", object.GetName(), err)
		}
		all[object.GetName()] = own
	}
	if s.makes != nil {
		if err := s.makes(all); err != nil {
			return err
		}
	}
	return trust(objects, all)
}

// keep takes over the entries that the cluster's own has beside those that are written down.
func (s secret) keep(current secret) error {
	data, _, err := unstructured.NestedStringMap(current.Object, "data")
	for entry, value := range data {
		if err == nil && s.value(entry) == nil {
			err = unstructured.SetNestedField(s.Object, value, "data", entry)
		}
	}
	return err
}

// fill makes a random value for the entry that the annotation names, where it has none.
func (s secret) fill() error {
	entry := s.GetAnnotations()[generated]
	if entry == "" || s.value(entry) != nil {
		return nil
	}
	return s.set(entry, []byte(rand.Text()))
}

// value is an entry's; nil where there is none.
func (s secret) value(entry string) []byte {
	if s.Unstructured == nil {
		return nil
	}
	encoded, _, _ := unstructured.NestedString(s.Object, "data", entry)
	value, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(value) == 0 {
		return nil
	}
	return value
}

func (s secret) set(entry string, value []byte) error {
	return unstructured.SetNestedField(s.Object, base64.StdEncoding.EncodeToString(value), "data", entry)
}
