package e2e_test

import (
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/rand"

	"github.com/tracestack/tracestack/e2e/internal/searchstore"
)

// Whatever is proven about a stack on a search store is worth no more than the store's own refusals.
func TestTheSearchStoreLetsJaegersUserAtItsOwnIndicesAlone(t *testing.T) {
	t.Parallel()
	jaeger, admin := searchstore.AsJaeger(t, lab.Cluster), searchstore.AsAdmin(t, lab.Cluster)
	wrong := jaeger
	wrong.Password += "x"
	name := "e2e-" + rand.String(8)
	own, other := "/jaeger-"+name, "/"+name
	t.Cleanup(func() {
		for _, index := range []string{own, other} {
			if status, answer, err := admin.Ask(context.WithoutCancel(t.Context()), http.MethodDelete, index, ""); err != nil || status != http.StatusOK {
				t.Errorf("delete %s: %d %s, %v", index, status, answer, err)
			}
		}
	})
	const document = `{"traceID": "1"}`
	for _, c := range []struct {
		claim              string
		as                 searchstore.Client
		method, path, body string
		status             int
		says               string
	}{
		{"it writes to an index of its own", jaeger, http.MethodPost, own + "/_doc?refresh=true", document, http.StatusCreated, `"created"`},
		{"it reads what it wrote", jaeger, http.MethodGet, own + "/_search", "", http.StatusOK, `"traceID": "1"`},
		{"somebody else has an index", admin, http.MethodPost, other + "/_doc?refresh=true", document, http.StatusCreated, `"created"`},
		{"it may not write there", jaeger, http.MethodPost, other + "/_doc", document, http.StatusForbidden, "no permissions"},
		{"it may not read there", jaeger, http.MethodGet, other + "/_search", "", http.StatusForbidden, "no permissions"},
		{"it may not see users", jaeger, http.MethodGet, "/_plugins/_security/api/internalusers", "", http.StatusForbidden, ""},
		{"a wrong password opens nothing", wrong, http.MethodGet, own + "/_search", "", http.StatusUnauthorized, ""},
	} {
		status, answer, err := c.as.Ask(t.Context(), c.method, c.path, c.body)
		if err != nil || status != c.status || !strings.Contains(answer, c.says) {
			t.Errorf("%s: got %d %s, %v", c.claim, status, answer, err)
		}
	}
}

func TestTheSearchStoreIsBelievedByItsOwnAuthorityAlone(t *testing.T) {
	t.Parallel()
	jaeger := searchstore.AsJaeger(t, lab.Cluster)
	jaeger.CA = ""
	_, _, err := jaeger.Ask(t.Context(), http.MethodGet, "/", "")
	if unknown := new(x509.UnknownAuthorityError); !errors.As(err, unknown) {
		t.Errorf("without its certificate: %v", err)
	}
}
