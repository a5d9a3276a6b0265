package components_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/pulumitest"
	"github.com/tracestack/tracestack/settings"
)

const grafanaDatasourceType = "kubernetes:grafana.integreatly.org/v1beta1:GrafanaDatasource"

func address(url string) pulumi.StringOutput { return pulumi.String(url).ToStringOutput() }

// sources is Tempo with its metrics, in a store that knows users.
func sources() *components.GrafanaSources {
	return &components.GrafanaSources{
		Backends: []components.BackendArgs{{
			Name: "tempo", OTLPEndpoint: address("tempo.ns.svc:4317"), Datasource: &components.DatasourceArgs{
				Name: "Tempo", Type: "tempo", UID: "tracestack-tempo", SpanMetrics: true, URL: address("http://tempo.ns.svc:3200"),
			},
		}},
		Metrics: &components.MetricsStoreArgs{
			QueryURL: address("http://prometheus.ns.svc:9090"),
			Auth:     &components.BasicAuth{User: "tempo", SecretName: "prometheus-writer", PasswordEntry: "password"},
		},
	}
}

func provisioning(args *components.GrafanaProvisioningArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := components.NewGrafanaProvisioning(ctx, "tracestack", args)
		return err
	}
}

func byOperator() *components.GrafanaProvisioningArgs {
	return &components.GrafanaProvisioningArgs{
		Namespace: pulumi.String("ns"), Sources: sources(), Datasources: settings.GrafanaOperator,
		GrafanaLabels: settings.GrafanaLabels{InstanceSelector: map[string]string{"dashboards": "grafana"}},
	}
}

func bySidecar() *components.GrafanaProvisioningArgs {
	return &components.GrafanaProvisioningArgs{Namespace: pulumi.String("ns"), Sources: sources(), Datasources: settings.GrafanaConfigMap}
}

func labelsOf(t *testing.T, r pulumitest.Resource) map[string]any {
	t.Helper()
	return r.Object()["metadata"].(map[string]any)["labels"].(map[string]any)
}

func TestASidecarFindsDatasourcesAndDashboardsByTheirLabels(t *testing.T) {
	for _, c := range []struct {
		claim                  string
		datasource, dashboard  map[string]string
		label, value, of, with string
	}{
		{"by those of its chart", nil, nil, "grafana_datasource", "1", "grafana_dashboard", "1"},
		{"by its own", map[string]string{"ds": "yes"}, map[string]string{"db": "true"}, "ds", "yes", "db", "true"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			args := bySidecar()
			args.DatasourceLabels, args.DashboardLabels = c.datasource, c.dashboard
			graph := run(t, provisioning(args))
			datasources := labelsOf(t, graph.Named(t, configMapType, "tracestack-datasources"))
			dashboards := labelsOf(t, graph.Named(t, configMapType, "tracestack-dashboards"))
			if datasources[c.label] != c.value || dashboards[c.of] != c.with {
				t.Errorf("datasources are labelled %v, dashboards %v", datasources, dashboards)
			}
			if datasources[c.of] != nil || dashboards[c.label] != nil {
				t.Error("one is taken for the other")
			}
		})
	}
}

func TestWhereThereIsNoDashboardThereIsNoConfigMapForAny(t *testing.T) {
	args := bySidecar()
	args.Sources.Metrics = nil
	for _, stored := range run(t, provisioning(args)).Of(configMapType) {
		if stored.Name != "tracestack-datasources" {
			t.Errorf("there is %s", stored.Name)
		}
	}
}

func TestAFileForGrafanaEscapesWhatItsAPITakesAsItIs(t *testing.T) {
	const query = "sum by (span_name) (rate(traces_spanmetrics_calls_total{%s__tags}[5m]))"
	inFile := fmt.Sprintf(query, "$$")
	if body := file(t, run(t, provisioning(bySidecar())), "tracestack-datasources", "tracestack-datasources.yaml"); !strings.Contains(body, inFile) {
		t.Errorf("%s is not in\n%s", inFile, body)
	}
	output := marshalled(t, pulumitest.Outputs(t, nil, func(ctx *pulumi.Context) error {
		file, err := sources().Provisioning()
		ctx.Export("grafana", file)
		return err
	}))
	if !strings.Contains(output, inFile) {
		t.Errorf("%s is not in\n%s", inFile, output)
	}
	resource := marshalled(t, run(t, provisioning(byOperator())).Named(t, grafanaDatasourceType, "tracestack-tempo").Object())
	if inResource := fmt.Sprintf(query, "$"); !strings.Contains(resource, inResource) || strings.Contains(resource, "$$") {
		t.Errorf("%s is not in\n%s", inResource, resource)
	}
}

func marshalled(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheOutputHasTheDashboardsModelAsItIs(t *testing.T) {
	outputs := pulumitest.Outputs(t, nil, func(ctx *pulumi.Context) error {
		file, err := sources().Provisioning()
		ctx.Export("grafana", file)
		return err
	})
	if err := pulumitest.Exports(outputs); err != nil {
		t.Error(err)
	}
	inOutput := outputs["grafana"].(map[string]any)["dashboards"].([]any)[0]
	stored := file(t, run(t, provisioning(bySidecar())), "tracestack-dashboards", "tracestack-services.json")
	var inFile any
	if err := json.Unmarshal([]byte(stored), &inFile); err != nil {
		t.Fatal(err)
	}
	if got, want := marshalled(t, inOutput), marshalled(t, inFile); got != want {
		t.Errorf("the output has\n%s\nthe file\n%s", got, want)
	}
}

func TestAPasswordIsReadByWhoeverNeedsIt(t *testing.T) {
	t.Run("by Grafana from its environment", func(t *testing.T) {
		body := file(t, run(t, provisioning(bySidecar())), "tracestack-datasources", "tracestack-datasources.yaml")
		for _, want := range []string{"basicAuth: true", "basicAuthUser: tempo", "basicAuthPassword: $__env{TRACESTACK_PROMETHEUS_PASSWORD}"} {
			if !strings.Contains(body, want) {
				t.Errorf("%s is not in\n%s", want, body)
			}
		}
	})
	t.Run("by the operator from the Secret", func(t *testing.T) {
		spec := run(t, provisioning(byOperator())).Named(t, grafanaDatasourceType, "tracestack-prometheus").Object()["spec"].(map[string]any)
		got := marshalled(t, map[string]any{"of": spec["valuesFrom"], "in": spec["datasource"].(map[string]any)["secureJsonData"]})
		const want = `{"in":{"basicAuthPassword":"${password}"},"of":[{"targetPath":"secureJsonData.basicAuthPassword",` +
			`"valueFrom":{"secretKeyRef":{"key":"password","name":"prometheus-writer"}}}]}`
		if got != want {
			t.Errorf("it reads\n%s\nwant\n%s", got, want)
		}
	})
}

func TestTheOperatorGetsAResourceOfEach(t *testing.T) {
	graph := run(t, provisioning(byOperator()))
	want := map[string]string{
		"tracestack-prometheus": "GrafanaDatasource", "tracestack-services": "GrafanaDashboard", "tracestack-tempo": "GrafanaDatasource",
	}
	got := map[string]string{}
	for _, r := range graph {
		if !strings.HasPrefix(r.Type, "kubernetes:grafana") {
			continue
		}
		object := r.Object()
		got[object["metadata"].(map[string]any)["name"].(string)] = object["kind"].(string)
		spec := object["spec"].(map[string]any)
		if spec["uid"] != r.Name || spec["allowCrossNamespaceImport"] != true || marshalled(t, spec["instanceSelector"]) != `{"matchLabels":{"dashboards":"grafana"}}` {
			t.Errorf("%s is for %v %v %v", r.Name, spec["uid"], spec["allowCrossNamespaceImport"], spec["instanceSelector"])
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("resources are %v, want %v", got, want)
	}
}

func TestAClusterWithoutTheOperatorIsToldSoBeforeAnythingIsMade(t *testing.T) {
	recorder := bare{pulumitest.NewRecorder()}
	err := pulumi.RunErr(provisioning(byOperator()), pulumi.WithMocks(pulumitest.Project, pulumitest.Stack, recorder))
	// Both of its kinds are looked for at once, and either may be answered first.
	if want := ".grafana.integreatly.org' does not exist"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("ends with %v, want %s", err, want)
	}
	for _, r := range recorder.Graph() {
		if r.Custom {
			t.Errorf("%s is made", r.Name)
		}
	}
}

func TestAGrafanaThatCannotBeProvisionedIsRefused(t *testing.T) {
	sidecar := func(edit func(a *components.GrafanaProvisioningArgs)) *components.GrafanaProvisioningArgs {
		args := bySidecar()
		edit(args)
		return args
	}
	operator := func(edit func(a *components.GrafanaProvisioningArgs)) *components.GrafanaProvisioningArgs {
		args := byOperator()
		edit(args)
		return args
	}
	type Args = components.GrafanaProvisioningArgs
	label := map[string]string{"a": "b"}
	for _, c := range []struct {
		claim string
		args  *Args
		want  []string
	}{
		{"nothing at all", nil, []string{"datasources: not set: must be given", "namespace: not set: must be given", "sources: not set: must be given"}},
		{"no sources", sidecar(func(a *Args) { a.Sources = &components.GrafanaSources{} }), []string{"sources.backends: not set: must be given"}},
		{"no backends", sidecar(func(a *Args) { a.Sources.Backends = []components.BackendArgs{} }), []string{"sources.backends: []: must be given"}},
		{"another way", sidecar(func(a *Args) { a.Datasources = "sidecar" }), []string{"datasources: sidecar: must be output, configmap or operator"}},
		{"a way without objects", sidecar(func(a *Args) { a.Datasources = settings.GrafanaOutput }), []string{"datasources: output: must be configmap or operator: an output needs no objects"}},
		{"a selector for the sidecar", sidecar(func(a *Args) { a.InstanceSelector = label }), []string{"instanceSelector: [not shown]: must not be given with datasources configmap, only with operator"}},
		{"no selector for the operator", operator(func(a *Args) { a.InstanceSelector = nil }), []string{"instanceSelector: not set: must have a label with datasources operator: those of the Grafana that is meant"}},
		{"a sidecar's labels for the operator", operator(func(a *Args) { a.DatasourceLabels, a.DashboardLabels = label, label }), []string{
			"dashboardLabels: [not shown]: must not be given with datasources operator, only with configmap",
			"datasourceLabels: [not shown]: must not be given with datasources operator, only with configmap",
		}},
		{"labels that are none", sidecar(func(a *Args) { a.DatasourceLabels = map[string]string{"a b": "c", "app.kubernetes.io/name": "d"} }), []string{
			`datasourceLabels["a b"]: [not shown]: must be the key of a label, and not one that the program sets`,
			`datasourceLabels["app.kubernetes.io/name"]: [not shown]: must be the key of a label, and not one that the program sets`,
		}},
		{"a backend that says nothing", sidecar(func(a *Args) { a.Sources.Backends = []components.BackendArgs{{}} }), []string{
			"sources.backends[0].datasource: not set: must be given", "sources.backends[0].name: not set: must be given",
		}},
		{"datasources that say nothing", sidecar(func(a *Args) {
			a.Sources.Backends[0].Datasource = &components.DatasourceArgs{}
			a.Sources.Backends = slices.Repeat(a.Sources.Backends, 2)
		}), []string{
			"sources.backends[0].datasource.name: not set: must be given", "sources.backends[0].datasource.type: not set: must be given",
			"sources.backends[0].datasource.uid: not set: must be given", "sources.backends[0].datasource.url: not set: must be given",
			"sources.backends[1].datasource.name: not set: must be given", "sources.backends[1].datasource.type: not set: must be given",
			"sources.backends[1].datasource.uid: not set: must be given", "sources.backends[1].datasource.url: not set: must be given",
		}},
		{"a UID that is none", sidecar(func(a *Args) { a.Sources.Backends[0].Datasource.UID = "a b" }), []string{
			"sources.backends[0].datasource.uid: a b: must be 1 to 40 letters, digits, - and _",
		}},
		{"two datasources of one UID", sidecar(func(a *Args) { a.Sources.Backends = slices.Repeat(a.Sources.Backends, 2) }), []string{
			"sources.backends[1].datasource.uid: tracestack-tempo: must not be another datasource's",
		}},
		{"the metrics' UID", sidecar(func(a *Args) { a.Sources.Backends[0].Datasource.UID = "tracestack-prometheus" }), []string{
			"sources.backends[0].datasource.uid: tracestack-prometheus: must not be another datasource's",
		}},
		{"metrics without an address", sidecar(func(a *Args) { a.Sources.Metrics = &components.MetricsStoreArgs{} }), []string{"sources.metrics.queryUrl: not set: must be given"}},
	} {
		t.Run(c.claim, func(t *testing.T) {
			refuses(t, provisioning(c.args), c.want...)
		})
	}
}
