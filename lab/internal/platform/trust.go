package platform

import (
	"encoding/base64"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// trusted is the annotation of a configuration of webhooks that names the Secret with the authority of
// those who answer. What cert-manager does for a platform, the lab does itself.
const trusted = "tracestack.io/trust"

// authorityEntry is the entry of such a Secret with the authority's certificate.
const authorityEntry = "ca.crt"

// trust writes the authority into every webhook of the configurations that name one.
func trust(objects []*unstructured.Unstructured, all secrets) error {
	for _, object := range objects {
		name := object.GetAnnotations()[trusted]
		if name == "" {
			continue
		}
		authority := all[name].value(authorityEntry)
		if authority == nil {
			return fmt.Errorf("%s: secret %s has no %s", object.GetName(), name, authorityEntry)
		}
		webhooks, _, err := unstructured.NestedSlice(object.Object, "webhooks")
		if err != nil {
			return fmt.Errorf("%s: %w", object.GetName(), err)
		}
		for _, webhook := range webhooks {
			if err := unstructured.SetNestedField(webhook.(map[string]any), base64.StdEncoding.EncodeToString(authority), "clientConfig", "caBundle"); err != nil {
				return fmt.Errorf("%s: %w", object.GetName(), err)
			}
		}
		if err := unstructured.SetNestedSlice(object.Object, webhooks, "webhooks"); err != nil {
			return fmt.Errorf("%s: %w", object.GetName(), err)
		}
	}
	return nil
}
