package naming_test

import (
	"strings"
	"testing"

	"github.com/tracestack/tracestack/internal/naming"
)

func TestNamesAreThoseThatKubernetesAccepts(t *testing.T) {
	long := strings.Repeat("a", 63)
	for _, c := range []struct {
		claim    string
		is       func(string) bool
		accepted []string
		refused  []string
	}{
		{"a label", naming.IsLabel, []string{"a", "a-1", "1a", long}, []string{"", "A", "a.b", "-a", "a-", "a_b", long + "a", "a\n"}},
		{"a subdomain", naming.IsSubdomain, []string{"a", "a.b-1.c", long + "a"}, []string{"", "a..b", ".a", "a.", "a/b", "A", strings.Repeat("a", 254)}},
		{"a host", naming.IsHost, []string{"a", "demo.example.com"}, []string{"", "*.example.com", "a..b", "a b", "http://a", "a:80", long + "a.com"}},
		{"a label's key", naming.IsLabelKey, []string{"team", "example.com/Team_1", long}, []string{"", "/a", "a/", "a/b/c", "Example.com/a", "a b", long + "a"}},
		{"a label's value", naming.IsLabelValue, []string{"", "Team_1.2", long}, []string{"a b", "-a", "a/b", long + "a"}},
		{"an attribute", naming.IsAttribute, []string{"http.method", "k8s.pod/name", "_a", "service.version"}, []string{"", "1a", "a b", "${A}", "a\n", "a'", strings.Repeat("a", 254)}},
		{"a label of the program", naming.IsOwnLabel, []string{"app.kubernetes.io/name", "app.kubernetes.io/part-of"}, []string{"", "team", "app.kubernetes.io/version"}},
	} {
		for _, text := range c.accepted {
			if !c.is(text) {
				t.Errorf("%q is refused as %s", text, c.claim)
			}
		}
		for _, text := range c.refused {
			if c.is(text) {
				t.Errorf("%q is accepted as %s", text, c.claim)
			}
		}
	}
}
