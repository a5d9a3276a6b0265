package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// output is what a stack with Tempo gives, in short.
const output = `{
	"apiVersion": 1,
	"datasources": [{"name": "Tempo", "type": "tempo", "uid": "tracestack-tempo", "access": "proxy", "url": "http://tempo.opentelemetry.svc:3200",
		"jsonData": {"tracesToMetrics": {"queries": [{"query": "rate(traces_spanmetrics_calls_total{$$__tags}[5m])"}]}}}],
	"dashboards": [{"uid": "tracestack-services", "title": "Services", "panels": [{"targets": [{"expr": "rate(calls{service=~\"$service\"}[$__rate_interval])"}]}]}]
}`

// mocks stand for the engine, the cluster and the other stack.
type mocks struct {
	output any
	mu     sync.Mutex
	made   map[string]resource.PropertyMap // by kind
}

func (m *mocks) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	if args.TypeToken == "pulumi:pulumi:StackReference" {
		return args.Name, resource.NewPropertyMapFromMap(map[string]any{
			"name": args.Name, "outputs": map[string]any{"grafana": m.output}, "secretOutputNames": []any{},
		}), nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.made[args.TypeToken[strings.LastIndex(args.TypeToken, ":")+1:]] = args.Inputs
	return args.Name + "-id", args.Inputs, nil
}

func (m *mocks) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	return nil, fmt.Errorf("the program calls %s", args.Token)
}

func decoded(t *testing.T, text string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// run gives what the program makes of an output of the other stack.
func run(output any) (map[string]resource.PropertyMap, error) {
	m := &mocks{output: output, made: map[string]resource.PropertyMap{}}
	err := pulumi.RunErr(program, pulumi.WithMocks("grafana", "test", m), func(info *pulumi.RunInfo) {
		info.Config = map[string]string{
			"kubernetes:context": "kind-dev", "grafana:stack": "organization/tracestack/dev",
			"grafana:adminPassword": "hunter2", "grafana:prometheusPassword": "swordfish",
		}
		info.ConfigSecretKeys = []string{"grafana:adminPassword", "grafana:prometheusPassword"}
	})
	return m.made, err
}

func made(t *testing.T) map[string]resource.PropertyMap {
	t.Helper()
	all, err := run(decoded(t, output))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestGrafanaReadsWhatTheStackGives(t *testing.T) {
	given := decoded(t, output).(map[string]any)
	dashboard := given["dashboards"].([]any)[0]
	delete(given, "dashboards")
	for name, want := range map[string]any{
		"datasources.yaml": given,
		"dashboard-0.json": dashboard,
		"providers.yaml": map[string]any{"apiVersion": 1.0, "providers": []any{map[string]any{
			"name": "tracestack", "type": "file", "options": map[string]any{"path": "/etc/tracestack/dashboards"},
		}}},
	} {
		file := made(t)["ConfigMap"]["data"].ObjectValue()[resource.PropertyKey(name)]
		if got := decoded(t, file.StringValue()); !reflect.DeepEqual(got, want) {
			t.Errorf("%s is\n%v\nwant\n%v", name, got, want)
		}
	}
}

func TestAnOutputThatIsNotTracestacksIsRefused(t *testing.T) {
	for claim, output := range map[string]any{
		"none at all":    nil,
		"a text":         "http://grafana",
		"a later one":    map[string]any{"apiVersion": 2},
		"of other parts": map[string]any{"apiVersion": 1, "datasources": "none"},
	} {
		t.Run(claim, func(t *testing.T) {
			all, err := run(output)
			const want = "stack organization/tracestack/dev: output grafana: must be an object of apiVersion 1"
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("ends with %v, want %q", err, want)
			}
			if _, is := all["Deployment"]; is {
				t.Error("a Grafana is made all the same")
			}
		})
	}
}

func TestAPasswordIsInTheSecretAndNowhereElse(t *testing.T) {
	for kind, inputs := range made(t) {
		text := fmt.Sprint(inputs.MapRepl(nil, func(v resource.PropertyValue) (any, bool) {
			return "sealed", v.IsSecret()
		}))
		if strings.Contains(text, "hunter2") || strings.Contains(text, "swordfish") {
			t.Errorf("%s has a password in plain: %s", kind, text)
		}
		if sealed := strings.Contains(text, "sealed"); sealed != (kind == "Secret") {
			t.Errorf("%s has secrets: %v", kind, sealed)
		}
	}
}

func TestThePodKeepsToTheRestrictedStandard(t *testing.T) {
	pod := made(t)["Deployment"]["spec"].ObjectValue()["template"].ObjectValue()["spec"].ObjectValue().Mappable()
	container := pod["containers"].([]any)[0].(map[string]any)
	for _, c := range []struct {
		object any
		path   string
		want   any
	}{
		{pod, "automountServiceAccountToken", false},
		{pod, "securityContext.runAsNonRoot", true},
		{pod, "securityContext.seccompProfile.type", "RuntimeDefault"},
		{container, "securityContext.allowPrivilegeEscalation", false},
		{container, "securityContext.readOnlyRootFilesystem", true},
		{container, "securityContext.capabilities.drop", []any{"ALL"}},
	} {
		got := c.object
		for key := range strings.SplitSeq(c.path, ".") {
			got = got.(map[string]any)[key]
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s is %v, want %v", c.path, got, c.want)
		}
	}
}

func TestAChangeOfWhatIsShownReplacesThePod(t *testing.T) {
	all := made(t)
	for _, kind := range []string{"ConfigMap", "Secret"} {
		if _, named := all[kind]["metadata"].ObjectValue()["name"]; named {
			t.Errorf("the %s has a name of its own, so the pod does not see that it changes", kind)
		}
	}
}
