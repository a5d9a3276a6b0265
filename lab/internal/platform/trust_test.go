package platform

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func TestTheOperatorsWebhooksAreTrustedUnderTheNameOfTheirService(t *testing.T) {
	i := slices.IndexFunc(Services, func(s Service) bool { return s.Name == "operator" })
	objects, err := Services[i].objects()
	if err != nil {
		t.Fatal(err)
	}
	all := secrets{}
	for _, object := range objects {
		if object.GetKind() == "Secret" {
			all[object.GetName()] = secret{object}
		}
	}
	if err := operatorSecrets(all); err != nil {
		t.Fatal(err)
	}
	own := all["opentelemetry-operator-controller-manager-service-cert"]
	pair, err := tls.X509KeyPair(own.value("tls.crt"), own.value("tls.key"))
	if err != nil {
		t.Fatal(err)
	}
	if err := trust(objects, all); err != nil {
		t.Fatal(err)
	}
	webhooks := 0
	for _, object := range objects {
		list, _, _ := unstructured.NestedSlice(object.Object, "webhooks")
		for _, webhook := range list {
			webhooks++
			client := webhook.(map[string]any)["clientConfig"].(map[string]any)
			bundle, err := base64.StdEncoding.DecodeString(client["caBundle"].(string))
			if err != nil {
				t.Fatal(err)
			}
			roots, service := x509.NewCertPool(), client["service"].(map[string]any)
			roots.AppendCertsFromPEM(bundle)
			host := service["name"].(string) + "." + service["namespace"].(string) + ".svc"
			if _, err := pair.Leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: host}); err != nil {
				t.Errorf("%v: %v", webhook.(map[string]any)["name"], err)
			}
		}
	}
	if webhooks != 13 {
		t.Errorf("%d webhooks, want the 13 of the release", webhooks)
	}
	t.Run("what there is is kept", func(t *testing.T) {
		before := string(own.value("tls.crt"))
		if err := operatorSecrets(all); err != nil || string(own.value("tls.crt")) != before {
			t.Errorf("%v, or it is another", err)
		}
	})
	t.Run("a Secret that there is not is refused", func(t *testing.T) {
		if err := trust(objects, secrets{}); err == nil {
			t.Error("it is not")
		}
	})
}
