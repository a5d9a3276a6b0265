package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// mocks stand for the engine and the cluster: what is asked for is what there is.
type mocks struct {
	mu   sync.Mutex
	made []pulumi.MockResourceArgs
}

func (m *mocks) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if args.RegisterRPC == nil {
		// It is read, and there: monitoring/k8s has one replica, and a policy guards it.
		return args.ID, resource.PropertyMap{"spec": resource.NewProperty(resource.PropertyMap{})}, nil
	}
	m.made = append(m.made, args)
	return args.Name + "-id", args.Inputs, nil
}

func (m *mocks) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	return nil, fmt.Errorf("a component calls %s", args.Token)
}

// run gives what a program makes, as "Type name", and its outputs' names.
func run(t *testing.T, program pulumi.RunFunc) (resources []pulumi.MockResourceArgs, list, outputs []string) {
	t.Helper()
	m := &mocks{}
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		err := program(ctx)
		for name := range ctx.GetCurrentExportMap() {
			outputs = append(outputs, name)
		}
		return err
	}, pulumi.WithMocks("platform", "test", m), func(info *pulumi.RunInfo) {
		info.Config = map[string]string{"kubernetes:context": "kind-platform", "minio:minioPassword": "not-a-password"}
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range m.made {
		list = append(list, r.TypeToken[strings.LastIndex(r.TypeToken, ":")+1:]+" "+r.Name)
	}
	slices.Sort(list)
	slices.Sort(outputs)
	return m.made, list, outputs
}

// alone runs one component with the namespace of somebody else.
func alone(use func(*pulumi.Context, pulumi.StringInput, pulumi.ProviderResource) error) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		cluster, err := kubernetes.NewProvider(ctx, "platform", &kubernetes.ProviderArgs{Context: pulumi.String("kind-platform")})
		if err != nil {
			return err
		}
		return use(ctx, pulumi.String("existing"), cluster)
	}
}

func TestEachComponentStandsAlone(t *testing.T) {
	for _, c := range []struct {
		claim           string
		program         pulumi.RunFunc
		want, exporting []string
	}{
		{"JaegerStack", alone(traceStore), []string{
			"ConfigMap traces-config", "Deployment traces-deployment", "JaegerStack traces",
			"Service traces-collector-service", "Service traces-monitoring-service", "Service traces-query-service",
			"ServiceAccount traces-account",
		}, []string{"tracesDatasource", "tracesOtlp", "tracesUi"}},
		{"TempoStack", alone(blocks), []string{
			"ConfigMap blocks-config", "PersistentVolumeClaim blocks-volume", "StatefulSet blocks-statefulset", "TempoStack blocks",
			"Service blocks-service", "ServiceAccount blocks-account",
		}, []string{"blocksDatasource", "blocksOtlp"}},
		{"MinioBucket", alone(bucket), []string{
			"IamPolicy kept-policy", "IamServiceAccount kept-key-1", "IamUser kept-user", "IamUserPolicyAttachment kept-attachment",
			"IlmPolicy kept-lifecycle", "MinioBucket kept", "RandomId kept-name", "S3Bucket kept-bucket", "Secret kept-credentials",
			"minio storage", "random random",
		}, []string{"bucket", "bucketSecret"}},
		{"Collector", alone(gateway), []string{
			"Collector edge", "ConfigMap edge-collector-config", "ConfigMap edge-collector-environment-shop", "Deployment edge-collector-deployment",
			"PodDisruptionBudget edge-collector-budget",
			"Service edge-collector-headless-service", "Service edge-collector-monitoring-service", "Service edge-collector-service", "ServiceAccount edge-collector-account",
		}, []string{"otelEnvironment", "otlpGrpcEndpoint", "otlpHttpEndpoint"}},
		{"Instrumentation", alone(agents), []string{
			"Instrumentation agents", "Instrumentation agents-shop",
		}, nil},
		{"DemoApp", alone(demo), []string{
			"DemoApp rides", "Deployment rides-deployment", "Service rides-service", "ServiceAccount rides-account",
		}, []string{"demoUrl"}},
		{"GrafanaProvisioning", alone(picture), []string{
			"ConfigMap picture-datasources", "GrafanaProvisioning picture",
		}, []string{"grafana"}},
		{"PrometheusRemoteWrite", alone(metrics), []string{
			"Job metrics-check", "Job metrics-query-check", "NetworkPolicy metrics-admission", "PrometheusPatch metrics-exemplars",
			"PrometheusPatch metrics-receiver", "PrometheusRemoteWrite metrics",
		}, []string{"metricsQuery", "metricsWrite"}},
	} {
		t.Run(c.claim, func(t *testing.T) {
			_, made, outputs := run(t, c.program)
			if want := append(slices.Clone(c.want), "kubernetes platform"); !slices.Equal(made, slices.Sorted(slices.Values(want))) {
				t.Errorf("it makes\n%s\nwant\n%s", strings.Join(made, "\n"), strings.Join(want, "\n"))
			}
			if !slices.Equal(outputs, c.exporting) {
				t.Errorf("it exports %v, want %v", outputs, c.exporting)
			}
		})
	}
}

func TestEverythingIsMadeByTheProgramsOwnProviderInItsOwnNamespace(t *testing.T) {
	made, _, _ := run(t, platform)
	objects := 0
	for _, r := range made {
		if !strings.HasPrefix(r.TypeToken, "kubernetes:") {
			continue
		}
		objects++
		if !strings.Contains(r.Provider, "::platform::") {
			t.Errorf("%s is made by %q", r.Name, r.Provider)
		}
		if r.Name == "tracing" {
			continue
		}
		if strings.HasSuffix(r.TypeToken, "Patch") || r.Name == "metrics-admission" {
			continue // At the Prometheus, which is somebody else's.
		}
		if strings.HasSuffix(r.Name, "-shop") {
			continue // Beside applications.
		}
		if namespace := r.Inputs["metadata"].ObjectValue()["namespace"].StringValue(); namespace != "tracing" {
			t.Errorf("%s is in %q", r.Name, namespace)
		}
	}
	if objects < 10 {
		t.Errorf("only %d objects were made", objects)
	}
}

func TestThePageShowsThisProgram(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "components.md"))
	if err != nil {
		t.Fatal(err)
	}
	sources := ""
	for _, file := range []string{"main.go", "jaegerstack.go", "tempostack.go", "collector.go", "instrumentation.go", "demoapp.go", "grafana.go", "miniobucket.go", "prometheusremotewrite.go"} {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources += string(body)
	}
	blocks := strings.Split(string(page), "```go\n")[1:]
	if len(blocks) < 5 {
		t.Fatalf("%d blocks of Go on the page", len(blocks))
	}
	for _, block := range blocks {
		block, _, _ = strings.Cut(block, "```")
		if !strings.Contains(sources, block) {
			t.Errorf("not in this program:\n%s", block)
		}
	}
}
