// Package platform is what a team's platform would already run in a cluster: services that the lab
// installs beside the bare cluster where a stack or a test asks for them. Each is a row of a table;
// how one is added is in CONTRIBUTING.md.
package platform

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/tracestack/tracestack/lab/cluster"
)

// Base are the tools of every lab, by their names in build.Tools. Every other tool belongs to one
// service, and is built, packed and imported with it alone.
var Base = []string{
	"kube", "etcd", "coredns", "jaeger", "otelcol-k8s", "hotrod", "jaeger-es-index-cleaner",
	"pulumi", "pulumi-language-go", "pulumi-resource-kubernetes", "pause",
}

// A Service is one thing that a platform runs. Its objects are the YAML files in the folder of its
// name, applied in the order of their names; a service may have none.
type Service struct {
	Name string
	// About is what it is, in one line.
	About string
	// Needs are the services that must be up before it, which stand before it in the table.
	Needs []string
	// Tools are built for it alone, by their names in build.Tools.
	Tools []string
	// CRDs are the kinds that it brings. They are served before its objects are applied.
	CRDs []CRDs
	// Ready are the workloads that must be available before it counts as up.
	Ready []cluster.Workload

	// Languages says that tests of it run applications on the machine itself, in Python, Node and Java.
	Languages bool

	// makes fills the Secrets with what the lab makes beside random values, where they lack it; nil:
	// nothing.
	makes func(secrets) error
	// wanted says whether a stack of this configuration needs it.
	wanted func(Config) bool
	// gives are what a stack that uses it must be told and only this cluster knows; nil: nothing.
	gives func(context.Context, *cluster.Cluster) ([]Setting, error)
	// hands are the objects that its team leaves in the namespace of a stack of this configuration; nil:
	// none.
	hands func(context.Context, *cluster.Cluster, Config) ([]*unstructured.Unstructured, error)
}

// A Setting is one of a stack's settings, by its whole key.
type Setting struct {
	Key, Value string
	Secret     bool
}

// Settings are what these services give to the stacks that use them, once they are up.
func Settings(ctx context.Context, c *cluster.Cluster, services []Service) ([]Setting, error) {
	var all []Setting
	for _, s := range services {
		if s.gives == nil {
			continue
		}
		settings, err := s.gives(ctx, c)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.Name, err)
		}
		all = append(all, settings...)
	}
	return all, nil
}

// Hand puts in place what a stack of this configuration finds in its namespace of these services, once
// they are up.
func Hand(ctx context.Context, c *cluster.Cluster, services []Service, config Config) error {
	for _, s := range services {
		if s.hands == nil {
			continue
		}
		objects, err := s.hands(ctx, c, config)
		if err == nil {
			err = c.Install(ctx, objects)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
	}
	return nil
}

// Give says whether any of these services gives settings.
func Give(services []Service) bool {
	return slices.ContainsFunc(services, func(s Service) bool { return s.gives != nil })
}

// CRDs are definitions of custom resources in a pinned module.
type CRDs struct {
	// Group is the folder below lab/tools whose go.mod pins the module.
	Group, Module, Licence string
	// Path in the module of a YAML file, or of a folder of them. What is no definition is left out.
	Path string
}

// Services is everything that can be asked for.
var Services = []Service{
	{
		Name: "routes", About: "the kinds of the Gateway API and of Traefik, and Skipper for the class of Ingress of that name",
		Tools: []string{"skipper"},
		CRDs: []CRDs{
			{Group: "crds", Module: "sigs.k8s.io/gateway-api", Licence: "Apache-2.0", Path: "config/crd/standard"},
			{
				Group: "crds", Module: "github.com/traefik/traefik/v3", Licence: "MIT",
				Path: "docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml",
			},
		},
		Ready:  []cluster.Workload{{Kind: "Deployment", Namespace: "skipper", Name: "skipper"}},
		wanted: func(c Config) bool { return !slices.Contains([]string{"", "none"}, c.text("ingress", "kind")) },
	},
	{
		Name: "storage", About: "the storage class standard, of folders on the node",
		Tools:  []string{"storage-provisioner"},
		Ready:  []cluster.Workload{{Kind: "Deployment", Namespace: "kube-system", Name: "storage-provisioner"}},
		wanted: func(c Config) bool { return c.has("tempo") || c.keepsIn("badger") },
	},
	{
		Name: "minio", About: "MinIO in namespace minio, and the plugins with which Pulumi makes buckets and keys in it",
		Needs:  []string{"storage"},
		Tools:  []string{"minio", "pulumi-resource-minio", "pulumi-resource-random"},
		Ready:  []cluster.Workload{{Kind: "StatefulSet", Namespace: "minio", Name: "minio"}},
		wanted: func(c Config) bool { return c.keepsIn("minio") },
		gives:  minioRoot,
	},
	{
		Name: "tempo", About: "the image of Tempo, which a stack deploys itself",
		Tools:  []string{"tempo"},
		wanted: func(c Config) bool { return c.has("tempo") },
	},
	{
		Name: "prometheus", About: "the image of Prometheus, which a stack or service monitoring deploys",
		Tools:  []string{"prometheus", "promtool"},
		wanted: func(c Config) bool { return !slices.Contains([]string{"", "none"}, c.text("prometheus", "mode")) },
	},
	{
		Name: "monitoring", About: "the Prometheus operator in namespace monitoring, and a Prometheus as kube-prometheus names it",
		Needs: []string{"prometheus"},
		Tools: []string{"prometheus-operator", "prometheus-config-reloader"},
		CRDs: []CRDs{{
			Group: "operators", Module: "github.com/prometheus-operator/prometheus-operator", Licence: "Apache-2.0",
			Path: "example/prometheus-operator-crd",
		}},
		Ready: []cluster.Workload{
			{Kind: "Deployment", Namespace: "monitoring", Name: "prometheus-operator"},
			{Kind: "StatefulSet", Namespace: "monitoring", Name: "prometheus-k8s"},
		},
		wanted: func(c Config) bool { return c.text("prometheus", "mode") == "patch" },
	},
	{
		Name: "grafana", About: "the kinds of the Grafana operator, without the operator",
		CRDs:   []CRDs{{Group: "crds", Module: "github.com/grafana/grafana-operator/v5", Licence: "Apache-2.0", Path: "config/crd/bases"}},
		wanted: func(c Config) bool { return c.text("grafana", "datasources") == "operator" },
	},
	{
		Name: "opensearch", About: "OpenSearch in namespace elk, as elasticsearch-es-http.elk.svc:9200 over HTTPS, with a user for Jaeger",
		Needs:  []string{"storage"},
		Tools:  []string{"opensearch", "jaeger-es-rollover"},
		Ready:  []cluster.Workload{{Kind: "StatefulSet", Namespace: "elk", Name: "opensearch"}},
		makes:  openSearchSecrets,
		hands:  openSearchHands,
		wanted: func(c Config) bool { return c.keepsIn("elasticsearch") || c.keepsIn("opensearch") },
	},
	{
		Name: "kafka", About: "Kafka in namespace kafka, as kafka.kafka.svc:9092, without sign-in and TLS",
		Needs:  []string{"storage"},
		Tools:  []string{"kafka"},
		Ready:  []cluster.Workload{{Kind: "StatefulSet", Namespace: "kafka", Name: "kafka"}},
		wanted: func(c Config) bool { return c.gives("kafka") },
	},
	{
		Name: "operator", About: "the OpenTelemetry operator in namespace opentelemetry-operator-system, with its webhooks",
		Tools: []string{"opentelemetry-operator"},
		CRDs:  []CRDs{{Group: "operators", Module: "github.com/open-telemetry/opentelemetry-operator", Licence: "Apache-2.0", Path: "config/crd/bases"}},
		Ready: []cluster.Workload{
			{Kind: "Deployment", Namespace: "opentelemetry-operator-system", Name: "opentelemetry-operator-controller-manager"},
		},
		makes: operatorSecrets,
		wanted: func(c Config) bool {
			return c.text("collector", "managedBy") == "operator" || c.gives("instrumentation")
		},
	},
	{
		Name: "metrics", About: "the metrics server, for autoscalers and kubectl top",
		Tools:  []string{"metrics-server"},
		Ready:  []cluster.Workload{{Kind: "Deployment", Namespace: "kube-system", Name: "metrics-server"}},
		wanted: Config.scales,
	},
	{
		Name: "cassandra", About: "Cassandra in namespace cassandra, as cassandra.cassandra.svc:9042 by TLS, with two users for Jaeger",
		Needs:  []string{"storage"},
		Tools:  []string{"cassandra"},
		Ready:  []cluster.Workload{{Kind: "StatefulSet", Namespace: "cassandra", Name: "cassandra"}},
		makes:  cassandraSecrets,
		wanted: func(c Config) bool { return c.keepsIn("cassandra") },
	},
	{
		Name: "remote-storage", About: "Jaeger's own server for remote storage, as remote-storage.remote-storage.svc:17271 by mutual TLS, with one tenant",
		Needs:  []string{"storage"},
		Ready:  []cluster.Workload{{Kind: "StatefulSet", Namespace: "remote-storage", Name: "remote-storage"}},
		makes:  remoteStorageSecrets,
		wanted: func(c Config) bool { return c.keepsIn("grpc") },
	},
	{
		Name: "applications", About: "the agent for applications in Java, and Python, Node and Java of the machine for those of the tests",
		Tools:     []string{"javaagent", "cp"},
		Languages: true,
		wanted:    func(Config) bool { return false },
	},
}

// NeedLanguages says whether any of these services is of use only with Python, Node and Java on the machine.
func NeedLanguages(services []Service) bool {
	return slices.ContainsFunc(services, func(s Service) bool { return s.Languages })
}

// All asks Select for every service.
const All = "all"

// Select takes services by their names, or all, together with those that they need, in the order in
// which they are installed.
func Select(names []string) ([]Service, error) {
	if slices.Equal(names, []string{All}) {
		return Services, nil
	}
	return choose(Services, names)
}

func choose(table []Service, names []string) ([]Service, error) {
	wanted := map[string]bool{}
	var unknown []string
	for _, name := range names {
		if !slices.ContainsFunc(table, func(s Service) bool { return s.Name == name }) {
			unknown = append(unknown, name)
		}
		wanted[name] = true
	}
	if len(unknown) > 0 {
		return nil, fmt.Errorf("no service of the lab: %s; there is %s", strings.Join(unknown, ", "), strings.Join(Names(table), ", "))
	}
	// What is needed stands before what needs it.
	for _, s := range slices.Backward(table) {
		for _, need := range s.Needs {
			wanted[need] = wanted[need] || wanted[s.Name]
		}
	}
	return slices.DeleteFunc(slices.Clone(table), func(s Service) bool { return !wanted[s.Name] }), nil
}

// Names are the services' names.
func Names(services []Service) []string {
	var names []string
	for _, s := range services {
		names = append(names, s.Name)
	}
	return names
}

// Tools are what a lab with these services is made of.
func Tools(services []Service) []string {
	all := slices.Clone(Base)
	for _, s := range services {
		all = append(all, s.Tools...)
	}
	return all
}
