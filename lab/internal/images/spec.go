// Package images packs the lab's binaries as the container images that users get, under the same
// references and with upstream's layout, as archives that `ctr images import` takes.
package images

import (
	"fmt"
	"maps"
	"strings"

	"github.com/tracestack/tracestack/internal/versions"
	"github.com/tracestack/tracestack/lab/internal/build"
)

// A Spec is an image around a static binary, around several of one release, or of a Java server.
type Spec struct {
	// Tool is the name in build.Tools of the binary. One that is a Java server is the image's whole root.
	Tool string
	// Ref is the reference it is imported under. Without a tag it takes the tool's release.
	Ref string
	// Binary is its path in the image, which is the entrypoint.
	Binary string
	// Beside are further binaries of the image: a tool's name by its path.
	Beside map[string]string `json:",omitempty"`
	// Cmd are the arguments where a pod gives none.
	Cmd  []string
	Env  []string
	User string
	// Source is where the code is, for the image's label.
	Source string
}

// nonRoot is the user of upstream's Jaeger and collector images. Kubernetes can only check
// runAsNonRoot against a number.
const nonRoot = "10001"

// nobody is the user of the images of Prometheus, its operator and the metrics server.
const nobody = "65534"

// javaUser is the user of the lab's Java servers.
const javaUser = "65532"

// PauseRef is the image that holds a pod's namespaces; containerd's configuration names it.
const PauseRef = "registry.k8s.io/pause:3.10"

// Specs is every image that the lab brings. Users' images carry the references of
// internal/versions, so what is proven here is what they deploy.
var Specs = []Spec{
	{Tool: "pause", Ref: PauseRef, Binary: "/pause", User: nonRoot, Source: "https://github.com/tracestack/tracestack"},
	{
		Tool: "coredns", Ref: "docker.io/coredns/coredns", Binary: "/coredns", Source: "https://github.com/coredns/coredns",
		// Upstream's is not root and gets port 53 by a file capability, which containerd 1.6
		// does not grant beside allowPrivilegeEscalation: false. As root it needs none.
		User: "0",
	},
	{
		Tool: "jaeger", Ref: versions.Jaeger.String(), Binary: "/cmd/jaeger/jaeger-linux", User: nonRoot,
		Env: []string{"JAEGER_LISTEN_HOST=0.0.0.0"}, Source: "https://github.com/jaegertracing/jaeger",
	},
	{
		Tool: "otelcol-k8s", Ref: versions.Collector.String(), Binary: "/otelcol-k8s", User: nonRoot,
		Cmd: []string{"--config", "/etc/otelcol-k8s/config.yaml"}, Source: "https://github.com/open-telemetry/opentelemetry-collector-releases",
	},
	{
		Tool: "hotrod", Ref: versions.HotROD.String(), Binary: "/go/bin/hotrod-linux", User: nonRoot,
		Cmd: []string{"all"}, Source: "https://github.com/jaegertracing/jaeger",
	},
	{
		Tool: "jaeger-es-index-cleaner", Ref: versions.JaegerIndexCleaner.String(), Binary: "/go/bin/es-index-cleaner-linux", User: nonRoot,
		Source: "https://github.com/jaegertracing/jaeger",
	},
	{
		Tool: "jaeger-es-rollover", Ref: versions.JaegerRollover.String(), Binary: "/go/bin/es-rollover", User: nonRoot,
		Source: "https://github.com/jaegertracing/jaeger",
	},
	// From here on: what package platform runs, or what a stack with its services does. An image
	// below localhost/ is the lab's own: nobody publishes it.
	{Tool: "skipper", Ref: "localhost/skipper:0.23.0", Binary: "/skipper", User: nonRoot, Source: "https://github.com/zalando/skipper"},
	{
		Tool: "storage-provisioner", Ref: "localhost/storage-provisioner:13.0.0", Binary: "/storage-provisioner", User: nonRoot,
		Source: "https://github.com/kubernetes-sigs/sig-storage-lib-external-provisioner",
	},
	{
		Tool: "minio", Ref: "quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z", Binary: "/usr/bin/minio",
		// Upstream's is root, too; a pod says otherwise.
		User: "0", Source: "https://github.com/minio/minio",
	},
	{
		Tool: "tempo", Ref: versions.Tempo.String(), Binary: "/tempo", User: nonRoot + ":" + nonRoot,
		Source: "https://github.com/grafana/tempo",
	},
	{
		Tool: "prometheus", Ref: versions.Prometheus.String(), Binary: "/bin/prometheus", User: nobody,
		Beside: map[string]string{"/bin/promtool": "promtool"},
		Cmd:    []string{"--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"},
		Source: "https://github.com/prometheus/prometheus",
	},
	{
		Tool: "prometheus-operator", Ref: "quay.io/prometheus-operator/prometheus-operator:v0.89.0", Binary: "/bin/operator", User: nobody,
		Source: "https://github.com/prometheus-operator/prometheus-operator",
	},
	{
		Tool: "prometheus-config-reloader", Ref: "quay.io/prometheus-operator/prometheus-config-reloader:v0.89.0",
		Binary: "/bin/prometheus-config-reloader", User: nobody, Source: "https://github.com/prometheus-operator/prometheus-operator",
	},
	{
		Tool: "opentelemetry-operator", Ref: "ghcr.io/open-telemetry/opentelemetry-operator/opentelemetry-operator:0.148.0", Binary: "/manager", User: "65532:65532",
		Source: "https://github.com/open-telemetry/opentelemetry-operator",
	},
	{
		Tool: "opensearch", Ref: "localhost/opensearch:2.19.4", Binary: "/usr/share/opensearch/jre/bin/java", User: javaUser,
		// What upstream's start script would tell it.
		Cmd: []string{
			"-cp", "/usr/share/opensearch/lib/*", "-Dopensearch.path.home=/usr/share/opensearch", "-Dopensearch.path.conf=/usr/share/opensearch/config",
			"-Dopensearch.distribution.type=tar", "-Djava.security.manager=allow", "-Djava.locale.providers=SPI,COMPAT",
			"-Djava.io.tmpdir=/tmp", "-Dlog4j2.disable.jmx=true", "org.opensearch.bootstrap.OpenSearch",
		},
		Source: "https://github.com/opensearch-project/OpenSearch",
	},
	{
		Tool: "kafka", Ref: "localhost/kafka:4.3.1", Binary: "/usr/share/kafka/jre/bin/java", User: javaUser,
		Source: "https://github.com/apache/kafka",
	},
	{
		Tool: "metrics-server", Ref: "registry.k8s.io/metrics-server/metrics-server:v0.8.0", Binary: "/metrics-server", User: nobody,
		Source: "https://github.com/kubernetes-sigs/metrics-server",
	},
	{
		Tool: "cassandra", Ref: "localhost/cassandra:5.0.9", Binary: "/usr/share/cassandra/jre/bin/java", User: javaUser,
		// What upstream's start script and its options for Java 17 would tell it, as far as it needs them.
		Cmd: []string{
			"-cp", "/usr/share/cassandra/classes:/usr/share/cassandra/lib/*", "-javaagent:/usr/share/cassandra/lib/jamm-0.4.0.jar",
			"-Djdk.attach.allowAttachSelf=true", "-Dio.netty.tryReflectionSetAccessible=true",
			"--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
			"--add-exports=java.base/java.lang.ref=ALL-UNNAMED",
			"--add-exports=java.management.rmi/com.sun.jmx.remote.internal.rmi=ALL-UNNAMED",
			"--add-exports=java.rmi/sun.rmi.registry=ALL-UNNAMED",
			"--add-exports=java.rmi/sun.rmi.server=ALL-UNNAMED",
			"--add-exports=java.sql/java.sql=ALL-UNNAMED",
			"--add-exports=jdk.unsupported/sun.misc=ALL-UNNAMED",
			"--add-exports=jdk.attach/sun.tools.attach=ALL-UNNAMED",
			"--add-opens=java.base/java.io=ALL-UNNAMED",
			"--add-opens=java.base/java.lang=ALL-UNNAMED",
			"--add-opens=java.base/java.lang.module=ALL-UNNAMED",
			"--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
			"--add-opens=java.base/java.util=ALL-UNNAMED",
			"--add-opens=java.base/jdk.internal.loader=ALL-UNNAMED",
			"--add-opens=java.base/jdk.internal.math=ALL-UNNAMED",
			"--add-opens=java.base/jdk.internal.module=ALL-UNNAMED",
			"--add-opens=java.base/jdk.internal.ref=ALL-UNNAMED",
			"--add-opens=java.base/jdk.internal.reflect=ALL-UNNAMED",
			"--add-opens=java.base/jdk.internal.util.jar=ALL-UNNAMED",
			"--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
			"--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED",
			"-Dcassandra-foreground=yes", "-Dcassandra.superuser_setup_delay_ms=0", "-Dcassandra.skip_wait_for_gossip_to_settle=0",
			"-Dcassandra.config=file:///config/cassandra.yaml", "-Dlogback.configurationFile=/config/logback.xml",
			"-Dcassandra.storagedir=/data", "-Djava.io.tmpdir=/tmp", "Start",
		},
		Source: "https://github.com/apache/cassandra",
	},
	{
		// The operator runs cp in it, and nothing else.
		Tool: "javaagent", Ref: versions.AgentJava.String(), Binary: "/javaagent.jar", User: nobody,
		Beside: map[string]string{"/bin/cp": "cp"}, Source: "https://github.com/open-telemetry/opentelemetry-java-instrumentation",
	},
}

// tagged completes the reference, and refuses a tag that the binary is not the release of: an
// image that is called 2.14.0 and holds 2.13.0 would prove nothing.
func (s Spec) tagged(release string) (string, error) {
	want := strings.TrimPrefix(release, "v")
	repository, tag := s.Ref, ""
	if i := strings.LastIndex(s.Ref, ":"); i > strings.LastIndex(s.Ref, "/") {
		repository, tag = s.Ref[:i], s.Ref[i+1:]
	}
	switch {
	case want == "": // The lab's own binaries have no release.
		return s.Ref, nil
	case tag == "":
		return repository + ":" + want, nil
	case strings.TrimPrefix(tag, "v") != want: // Some projects write their tags with a v, others without.
		return "", fmt.Errorf("image %s: lab/tools builds %s %s, which is another release: set both to the same", s.Ref, s.Tool, want)
	}
	return s.Ref, nil
}

// tools are the names of the tools in the image, by their paths there.
func (s Spec) tools() map[string]string {
	all := map[string]string{s.Binary: s.Tool}
	maps.Copy(all, s.Beside)
	return all
}

// Ref is the reference of a tool's image in a built set.
func Ref(set build.Set, tool string) (string, error) {
	for _, r := range set.Results {
		for _, s := range Specs {
			if r.Tool.Name == tool && s.Tool == tool {
				return s.tagged(r.Release)
			}
		}
	}
	return "", fmt.Errorf("no image is made of %s", tool)
}
