package components_test

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/settings"
)

// The page docs/components.md has a table for each struct that a caller fills in or reads.
func TestThePageHasEveryFieldWithItsType(t *testing.T) {
	body, err := os.ReadFile(filepath.Join("..", "docs", "components.md"))
	if err != nil {
		t.Fatal(err)
	}
	for heading, of := range map[string]any{
		"### Args of Collector":                components.CollectorArgs{},
		"### Args of JaegerStack":              components.JaegerStackArgs{},
		"### Args of TempoStack":               components.TempoStackArgs{},
		"### Args of DemoApp":                  components.DemoAppArgs{},
		"### What Collector gives":             components.Collector{},
		"### What JaegerStack gives":           components.JaegerStack{},
		"### What TempoStack gives":            components.TempoStack{},
		"### What DemoApp gives":               components.DemoApp{},
		"### Backend":                          components.Backend{},
		"### ObjectStore":                      components.ObjectStore{},
		"### StoreCredentials":                 components.StoreCredentialsArgs{},
		"### MetricsStore":                     components.MetricsStore{},
		"### TempoLimits":                      settings.TempoLimits{},
		"### TempoQueries":                     settings.TempoQueries{},
		"### Volume":                           settings.Volume{},
		"### Metadata":                         settings.Metadata{},
		"### Pods":                             settings.Pods{},
		"### Resources":                        settings.Resources{},
		"### Route":                            settings.Route{},
		"### Args of PrometheusRemoteWrite":    components.PrometheusRemoteWriteArgs{},
		"### PrometheusPatch":                  components.PrometheusPatch{},
		"### PrometheusExternal":               components.PrometheusExternal{},
		"### PrometheusStandalone":             components.PrometheusStandalone{},
		"### What PrometheusRemoteWrite gives": components.PrometheusRemoteWrite{},
		"### Args of GrafanaProvisioning":      components.GrafanaProvisioningArgs{},
		"### GrafanaSources":                   components.GrafanaSources{},
		"### Args of MinioBucket":              components.MinioBucketArgs{},
		"### What MinioBucket gives":           components.MinioBucket{},
	} {
		t.Run(heading, func(t *testing.T) {
			_, section, ok := strings.Cut(string(body), heading+"\n")
			if !ok {
				t.Fatal("not on the page")
			}
			section, _, _ = strings.Cut(section, "\n#")
			want := fields(reflect.TypeOf(of))
			got := map[string]string{}
			// The first table: | `Field` | `type` | ...
			for _, row := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\| \\[?`([\\w.\\[\\]*]+)`").FindAllStringSubmatch(section, -1) {
				got[row[1]] = row[2]
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("the page has %v, the code %v", got, want)
			}
		})
	}
}

func fields(typ reflect.Type) map[string]string {
	all := map[string]string{}
	for i := range typ.NumField() {
		field := typ.Field(i)
		if field.IsExported() && field.Type != reflect.TypeFor[pulumi.ResourceState]() {
			all[field.Name] = strings.ReplaceAll(field.Type.String(), "components.", "")
		}
	}
	return all
}

func TestThePageLinksToWhatIsThere(t *testing.T) {
	for _, page := range []string{"components.md", "ci.md", "grafana.md"} {
		body, err := os.ReadFile(filepath.Join("..", "docs", page))
		if err != nil {
			t.Fatal(err)
		}
		for _, link := range regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`).FindAllStringSubmatch(string(body), -1) {
			if _, err := os.Stat(filepath.Join("..", "docs", link[1])); err != nil {
				t.Errorf("%s: %v", page, err)
			}
		}
	}
}
