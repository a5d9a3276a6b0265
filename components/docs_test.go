package components_test

import (
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/reference"
	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/settings"
)

var update = flag.Bool("update", false, "write the tables of docs/components.md")

// tables has one for every struct that a caller fills in or reads.
func tables() []reference.Table {
	var all []reference.Table
	seen := map[reflect.Type]bool{}
	for _, component := range []struct {
		name        string
		args, gives any // pointers
	}{
		{"Collector", &components.CollectorArgs{}, &components.Collector{}},
		{"JaegerStack", &components.JaegerStackArgs{}, &components.JaegerStack{}},
		{"TempoStack", &components.TempoStackArgs{}, &components.TempoStack{}},
		{"MinioBucket", &components.MinioBucketArgs{}, &components.MinioBucket{}},
		{"Instrumentation", &components.InstrumentationArgs{}, &components.Instrumentation{}},
		{"DemoApp", &components.DemoAppArgs{}, &components.DemoApp{}},
		{"GrafanaProvisioning", &components.GrafanaProvisioningArgs{}, nil},
		{"PrometheusRemoteWrite", &components.PrometheusRemoteWriteArgs{}, &components.PrometheusRemoteWrite{}},
	} {
		all = append(all, table("### Args of "+component.name, component.args, false))
		all = append(all, inner(reflect.TypeOf(component.args), false, seen)...)
		if component.gives != nil {
			all = append(all, table("### What "+component.name+" gives", component.gives, true))
			all = append(all, inner(reflect.TypeOf(component.gives), true, seen)...)
		}
	}
	return all
}

// table describes a struct with the defaults of a component.
func table(heading string, of any, given bool) reference.Table {
	if !given {
		settings.Fill(of, settings.ProfileDev, settings.SizeDemo)
	}
	return reference.Table{Heading: heading, Given: given, Fields: spec.Describe(of, of)}
}

// inner has a table of each struct that is inside of a type, once.
func inner(typ reflect.Type, given bool, seen map[reflect.Type]bool) []reference.Table {
	switch typ.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return inner(typ.Elem(), given, seen)
	case reflect.Struct:
	default:
		return nil
	}
	var all []reference.Table
	for _, f := range spec.Fields(typ) {
		of := f.Type
		for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
			of = of.Elem()
		}
		if _, ok := spec.StructOf(of); ok && !seen[of] {
			seen[of] = true
			all = append(all, table("### "+of.Name(), reflect.New(of).Interface(), given))
			all = append(all, inner(of, given, seen)...)
		}
	}
	return all
}

func TestTheTablesOfThePageAreThoseOfTheCode(t *testing.T) {
	page := filepath.Join("..", "docs", "components.md")
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	want, err := reference.Components(got, tables())
	if err != nil {
		t.Fatal(err)
	}
	if string(got) == string(want) {
		return
	}
	if *update {
		if err := os.WriteFile(page, want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	// The same number of lines or not, the first that differs says enough.
	have := strings.Split(string(got), "\n")
	for i, line := range strings.Split(string(want), "\n") {
		if i >= len(have) || have[i] != line {
			t.Fatalf("%s says something else than the code; run go test ./components -update. It should have\n%s", page, line)
		}
	}
	t.Fatalf("%s has more than the code; run go test ./components -update", page)
}

func TestEveryFieldOfATableSaysWhatItIs(t *testing.T) {
	for _, table := range tables() {
		for _, f := range table.Fields {
			if !strings.HasSuffix(f.Doc, ".") {
				t.Errorf("%s: %s is described as %q", table.Heading, f.Go, f.Doc)
			}
		}
	}
}

func TestThePageLinksToWhatIsThere(t *testing.T) {
	for _, page := range []string{"components.md", "ci.md", "grafana.md"} {
		body, err := os.ReadFile(filepath.Join("..", "docs", page))
		if err != nil {
			t.Fatal(err)
		}
		for _, link := range regexp.MustCompile(`\]\(([^)#:]*)(#[^)]*)?\)`).FindAllStringSubmatch(string(body), -1) {
			if _, err := os.Stat(filepath.Join("..", "docs", link[1])); err != nil {
				t.Errorf("%s: %v", page, err)
			}
			heading := strings.NewReplacer("#", "", "-", "[^a-z]+").Replace(link[2])
			if link[1] == "" && !regexp.MustCompile(`(?mi)^#+ `+heading+`$`).Match(body) {
				t.Errorf("%s has no heading for %s", page, link[2])
			}
		}
	}
}
