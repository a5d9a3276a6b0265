package stacks_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"
	"gopkg.in/yaml.v3"

	"github.com/tracestack/tracestack/internal/dashboards"
	"github.com/tracestack/tracestack/internal/reference"
)

const (
	projectFile = "../Pulumi.yaml"
	pageFile    = "../docs/configuration.md"
	schemaFile  = "../docs/config.schema.json"

	dashboardFile = "../internal/render/grafana/services.json"
)

func TestWhatIsGeneratedFromTheConfigurationHasNotDrifted(t *testing.T) {
	project, err := os.ReadFile(projectFile)
	if err != nil {
		t.Fatal(err)
	}
	if project, err = reference.Project(project); err != nil {
		t.Fatal(err)
	}
	schema, err := reference.Schema()
	if err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string][]byte{projectFile: project, pageFile: reference.Page(), schemaFile: schema} {
		if *update {
			if err := os.WriteFile(file, want, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Errorf("%v; run go test ./stacks -update", err)
		} else if string(got) != string(want) {
			t.Errorf("%s says something else than internal/config; run go test ./stacks -update. First difference:\n%s", file, difference(string(got), string(want)))
		}
	}
}

func TestTheStoredDashboardIsTheOneThatIsBuilt(t *testing.T) {
	built, err := dashboards.Services()
	if err != nil {
		t.Fatal(err)
	}
	stored, err := os.ReadFile(dashboardFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(stored) == string(built) {
		return
	}
	if !*update {
		t.Fatalf("%s is not what internal/dashboards builds; run go test ./stacks -update. First difference:\n%s", dashboardFile, difference(string(stored), string(built)))
	}
	if err := os.WriteFile(dashboardFile, built, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Errorf("%s is written. Once more, for the cases that show it: what they render is compiled in", dashboardFile)
}

// schemaError holds a stack file against the schema that editors use.
func schemaError(t *testing.T, text []byte) error {
	t.Helper()
	schema, err := jsonschema.Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	var file any
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	// Numbers and keys as JSON has them.
	encoded, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(encoded, &file); err != nil {
		t.Fatal(err)
	}
	return schema.Validate(file)
}

func TestEditorsAcceptEveryStackFileHere(t *testing.T) {
	for _, c := range cases(t) {
		text, err := os.ReadFile(c.config)
		if err != nil {
			t.Fatal(err)
		}
		if err := schemaError(t, text); err != nil {
			t.Errorf("%s: %v", c.config, err)
		}
	}
}

func TestEditorsMarkWhatAPatternOrATypeCanSay(t *testing.T) {
	for _, line := range []string{
		"tracestack:bakend: jaeger", "tracestack:profile: staging", "tracestack:demo: maybe",
		"tracestack:collector: operator", "tracestack:collector: {replicas: two}", "tracestack:collector: {replicas: 0}",
		"tracestack:jaeger: {maxTrace: 5}", "tracestack:jaeger: {resources: {limits: {memory: 2GB}}}",
		"tracestack:elasticsearchPassword: hunter2", "tracestack:elasticsearchPassword: {secretName: a}",
		"tracestack:images: {jaeger: {digest: abc}}", "tracestack:scheduling: {topologySpread: [{maxSkew: 1}]}",
		"tracestack:labels: {a: 1}",
	} {
		if schemaError(t, []byte("config:\n  "+line+"\n")) == nil {
			t.Errorf("%s is not marked", line)
		}
	}
	if err := schemaError(t, []byte(strings.Join([]string{
		"config:", "  tracestack:elasticsearchPassword: {secure: abc}", "  pulumi:disable-default-providers: ['*']", "encryptionsalt: x",
	}, "\n"))); err != nil {
		t.Errorf("what the engine writes is marked: %v", err)
	}
}

func TestTheReadmeTellsHowManyResourcesDevHas(t *testing.T) {
	listed, err := os.ReadFile("testdata/Pulumi.dev/resources.txt")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	// The engine counts the stack itself too; the list has a heading instead.
	want := fmt.Sprintf("`pulumi up` ends with %d resources", strings.Count(string(listed), "\n"))
	if !strings.Contains(string(readme), want) {
		t.Errorf("README.md should say: %s", want)
	}
}
