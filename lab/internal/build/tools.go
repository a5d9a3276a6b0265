package build

// A Tool is one binary that the lab builds from a pinned module, or a Java server.
type Tool struct {
	// Name is also the file name of the binary.
	Name string
	// Group is the folder below lab/tools whose go.mod or pom.xml pins the tool; empty for the lab's own
	// small binaries, which are built from the lab's module.
	Group string
	// Package is what is compiled: a path relative to the group's folder, or an import path.
	Package string
	// Module is where the code comes from; its version stands in the group's go.mod. Empty
	// where the code is the lab's own.
	Module  string
	Licence string
	// Release is what the tool calls itself where that is not its module's version;
	// ReleaseOf names a module of the same go.mod that carries the release's version instead.
	Release   string
	ReleaseOf string
	// Tags are the build tags that leave out what the lab has no use for.
	Tags []string
	// Set are the linker's -X settings. {release} {bare} {major} {minor} stand for the
	// release v1.2.3, for 1.2.3, 1 and 2.
	Set map[string]string
	// Files are copied from a module and stand beside the binary.
	Files []File
	// Java is set where Module names an artifact of Maven's by its group and name, and the tool is
	// a Java server made of it.
	Java *Java
	// Seconds and Packages are what the build took on two cores in this order with nothing
	// compiled before; the progress display expects them.
	Seconds  int
	Packages int
}

// A File is copied from the module that a tool is built from.
type File struct {
	Module, Path string
	// SetVersion writes the tool's release into the JSON file's "version".
	SetVersion bool
}

const (
	kubernetesVersion  = "k8s.io/component-base/version"
	kubernetesProvider = "github.com/pulumi/pulumi-kubernetes/provider/v4"
	minioCommands      = "github.com/minio/minio/cmd"
	prometheusOperator = "github.com/prometheus-operator/prometheus-operator"
	prometheusVersion  = "github.com/prometheus/common/version"
	otelOperator       = "github.com/open-telemetry/opentelemetry-operator"
)

const (
	// agpl stands at programs that users run beside this one. Each is built from a module that
	// nothing here imports, unmodified, and never given away as a binary.
	agpl = "AGPL-3.0"
	// mpl is for each file by itself: what is linked with them may be under another licence.
	mpl = "MPL-2.0"
)

// prometheusTags leave the ways to find targets that a cluster without a cloud has no use for.
var prometheusTags = []string{"remove_all_sd", "enable_kubernetes_sd"}

// Tools is everything that the lab can build, in the order that compiles fastest: the first of a
// group compiles what the others share, and the groups that a cluster waits for come first. Which
// of them every lab has, and which belong to a service, is said in package platform.
var Tools = []Tool{
	{
		Name: "kube", Group: "cluster", Package: "./kube",
		Module: "k8s.io/kubernetes", Licence: "Apache-2.0",
		// Without these every part calls itself v0.0.0-master, and clients stumble.
		Set: map[string]string{
			kubernetesVersion + ".gitVersion":   "{release}",
			kubernetesVersion + ".gitMajor":     "{major}",
			kubernetesVersion + ".gitMinor":     "{minor}",
			kubernetesVersion + ".gitTreeState": "clean",
		},
		Seconds: 330, Packages: 2784,
	},
	{
		Name: "etcd", Group: "cluster", Package: "go.etcd.io/etcd/server/v3",
		Module: "go.etcd.io/etcd/server/v3", Licence: "Apache-2.0",
		Seconds: 9, Packages: 95,
	},
	{
		Name: "coredns", Group: "cluster", Package: "./coredns",
		Module: "github.com/coredns/coredns", Licence: "Apache-2.0",
		Seconds: 9, Packages: 106,
	},
	{
		// Of a service alone, but made of the same packages.
		Name: "metrics-server", Group: "cluster", Package: "./metrics-server",
		Module: "sigs.k8s.io/metrics-server", Licence: "Apache-2.0",
		Set:     map[string]string{"k8s.io/client-go/pkg/version.gitVersion": "{release}"},
		Seconds: 13, Packages: 20,
	},
	{
		Name: "jaeger", Group: "otel", Package: "github.com/jaegertracing/jaeger/cmd/jaeger",
		Module: "github.com/jaegertracing/jaeger", Licence: "Apache-2.0",
		// Jaeger publishes one source under two numbers: module v1.76.0 is release v2.13.0.
		Release: "v2.13.0",
		Set:     map[string]string{"github.com/jaegertracing/jaeger/internal/version.latestVersion": "{release}"},
		Seconds: 206, Packages: 2100,
	},
	{
		Name: "otelcol-k8s", Group: "otel", Package: "./otelcol-k8s",
		Module: "go.opentelemetry.io/collector/otelcol", Licence: "Apache-2.0",
		// The distribution is numbered after its contrib parts.
		ReleaseOf: "github.com/open-telemetry/opentelemetry-collector-contrib/extension/healthcheckextension",
		Set:       map[string]string{"main.version": "{bare}"},
		// Most of it are Kubernetes' packages, which the operators share.
		Seconds: 75, Packages: 350,
	},
	{
		Name: "hotrod", Group: "otel", Package: "github.com/jaegertracing/jaeger/examples/hotrod",
		Module: "github.com/jaegertracing/jaeger", Licence: "Apache-2.0", Release: "v2.13.0",
		Seconds: 3, Packages: 15,
	},
	{
		Name: "jaeger-es-index-cleaner", Group: "otel", Package: "github.com/jaegertracing/jaeger/cmd/es-index-cleaner",
		Module: "github.com/jaegertracing/jaeger", Licence: "Apache-2.0", Release: "v2.13.0",
		Seconds: 3, Packages: 5,
	},
	{
		Name: "jaeger-es-rollover", Group: "otel", Package: "github.com/jaegertracing/jaeger/cmd/es-rollover",
		Module: "github.com/jaegertracing/jaeger", Licence: "Apache-2.0", Release: "v2.13.0",
		Seconds: 2, Packages: 5,
	},
	{
		Name: "pulumi", Group: "pulumi", Package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
		Module: "github.com/pulumi/pulumi/pkg/v3", Licence: "Apache-2.0",
		// The Automation API reads the version, which is empty otherwise.
		Set:     map[string]string{"github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": "{release}"},
		Seconds: 99, Packages: 1220,
	},
	{
		// In the group of the CLI, whose packages it is made of.
		Name: "pulumi-language-go", Group: "pulumi", Package: "./pulumi-language-go",
		Licence: "Apache-2.0", Seconds: 3, Packages: 5,
	},
	{
		Name: "pulumi-resource-kubernetes", Group: "pulumi", Package: "./pulumi-resource-kubernetes",
		Module: kubernetesProvider, Licence: "Apache-2.0",
		// The provider's module is pinned by commit; its release is the number of the SDK beside it.
		ReleaseOf: "github.com/pulumi/pulumi-kubernetes/sdk/v4",
		Set:       map[string]string{kubernetesProvider + "/pkg/version.Version": "{release}"},
		Files: []File{
			{Module: kubernetesProvider, Path: "cmd/pulumi-resource-kubernetes/schema.json", SetVersion: true},
			{Module: kubernetesProvider, Path: "cmd/pulumi-resource-kubernetes/terraform-mapping.json"},
		},
		Seconds: 284, Packages: 1018,
	},
	{
		Name: "pause", Package: "./pause", Licence: "Apache-2.0",
		Seconds: 2, Packages: 1,
	},
	// From here on: what package platform builds only where it is asked for.
	{
		// What the OpenTelemetry operator runs in the image of an agent. Beside the other of its group.
		Name: "cp", Package: "./cp", Licence: "Apache-2.0",
		Seconds: 1, Packages: 1,
	},
	{
		Name: "skipper", Group: "ingress", Package: "./skipper",
		Module: "github.com/zalando/skipper", Licence: "Apache-2.0",
		Seconds: 55, Packages: 322,
	},
	{
		Name: "tempo", Group: "tempo", Package: "github.com/grafana/tempo/cmd/tempo",
		Module: "github.com/grafana/tempo", Licence: agpl,
		// The module is pinned by the commit of the release.
		Release: "v2.9.0",
		Set:     map[string]string{"main.Version": "{bare}"},
		Seconds: 138, Packages: 1916,
	},
	{
		Name: "minio", Group: "minio", Package: "github.com/minio/minio",
		Module: "github.com/minio/minio", Licence: agpl,
		// The module is pinned by the commit of the release, whose number is that commit's time.
		Release: "RELEASE.2025-09-07T16-13-09Z",
		Set: map[string]string{
			minioCommands + ".ReleaseTag":    "{release}",
			minioCommands + ".Version":       "2025-09-07T16:13:09Z",
			minioCommands + ".CopyrightYear": "2025",
		},
		Seconds: 99, Packages: 1300,
	},
	{
		Name: "pulumi-resource-random", Group: "random", Package: "./pulumi-resource-random",
		Module: "github.com/terraform-providers/terraform-provider-random", Licence: mpl,
		// What is asked for is the SDK's release, whatever provider stands behind the plugin.
		ReleaseOf: "github.com/pulumi/pulumi-random/sdk/v4",
		Set:       map[string]string{"main.version": "{bare}"},
		Seconds:   62, Packages: 1494,
	},
	{
		Name: "pulumi-resource-minio", Group: "minio-plugin", Package: "./pulumi-resource-minio",
		Module: "github.com/aminueza/terraform-provider-minio/v3", Licence: agpl,
		ReleaseOf: "github.com/pulumi/pulumi-minio/sdk",
		Set:       map[string]string{"main.version": "{bare}"},
		Seconds:   40, Packages: 930,
	},
	{
		Name: "storage-provisioner", Group: "storage", Package: "./provisioner",
		Module: "sigs.k8s.io/sig-storage-lib-external-provisioner/v13", Licence: "Apache-2.0",
		Seconds: 30, Packages: 500,
	},
	{
		Name: "prometheus", Group: "prometheus", Package: "github.com/prometheus/prometheus/cmd/prometheus",
		Module: "github.com/prometheus/prometheus", Licence: "Apache-2.0",
		// Prometheus publishes its module under v0: v0.316.0 is release v3.16.0.
		Release: "v3.16.0",
		Tags:    prometheusTags,
		Set:     map[string]string{prometheusVersion + ".Version": "{bare}"},
		Seconds: 240, Packages: 1274,
	},
	{
		Name: "promtool", Group: "prometheus", Package: "github.com/prometheus/prometheus/cmd/promtool",
		Module: "github.com/prometheus/prometheus", Licence: "Apache-2.0",
		Release: "v3.16.0",
		Tags:    prometheusTags,
		Set:     map[string]string{prometheusVersion + ".Version": "{bare}"},
		Seconds: 10, Packages: 20,
	},
	{
		Name: "opentelemetry-operator", Group: "operators", Package: otelOperator,
		Module: otelOperator, Licence: "Apache-2.0",
		Set: map[string]string{
			otelOperator + "/internal/version.version": "{bare}",
			// It is of the operator's own release.
			otelOperator + "/internal/version.otelCol": "{bare}",
		},
		Seconds: 140, Packages: 920,
	},
	{
		Name: "prometheus-operator", Group: "operators", Package: prometheusOperator + "/cmd/operator",
		Module: prometheusOperator, Licence: "Apache-2.0",
		Set:     map[string]string{prometheusVersion + ".Version": "{bare}"},
		Seconds: 30, Packages: 122,
	},
	{
		Name: "prometheus-config-reloader", Group: "operators", Package: prometheusOperator + "/cmd/prometheus-config-reloader",
		Module: prometheusOperator, Licence: "Apache-2.0",
		Set:     map[string]string{prometheusVersion + ".Version": "{bare}"},
		Seconds: 10, Packages: 20,
	},
	{
		Name: "opensearch", Group: "opensearch", Module: "org.opensearch:opensearch", Licence: "Apache-2.0",
		Java:    &Java{Home: "/usr/share/opensearch", Prepare: "Prepare.java"},
		Seconds: 46,
	},
	{
		Name: "kafka", Group: "kafka", Module: "org.apache.kafka:kafka_2.13", Licence: "Apache-2.0",
		// What packs messages as zstd, which Jaeger's exporter does, is in C and older than a libc without it.
		Java:    &Java{Home: "/usr/share/kafka", Libraries: []string{"libpthread.so.0"}},
		Seconds: 65,
	},
	{
		Name: "cassandra", Group: "cassandra", Module: "org.apache.cassandra:cassandra-all", Licence: "Apache-2.0",
		Java:    &Java{Home: "/usr/share/cassandra", Prepare: "Prepare.java"},
		Seconds: 40,
	},
	{
		Name: "javaagent", Group: "javaagent", Module: "io.opentelemetry.javaagent:opentelemetry-javaagent", Licence: "Apache-2.0",
		Java:    &Java{Home: "/", Jars: true},
		Seconds: 10,
	},
}
