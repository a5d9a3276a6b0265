package components

import (
	"strings"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/internal/render/jaeger"
	"github.com/tracestack/tracestack/settings"
)

// The folder that the job may write to, and what it believes, made of the store's authority.
const (
	sparkDir   = "/tmp"
	trustStore = sparkDir + "/truststore.jks"
)

// dependencies computes once a day which service called which. It reads the spans of the day and writes one
// document.
func (a JaegerStackArgs) dependencies(name string, own *credential) kube.Role {
	d := a.Dependencies
	role := kube.Role{
		Name:      naming.JaegerDependencies(name),
		Product:   "jaeger",
		Part:      "dependencies",
		Namespace: a.Namespace,
		Metadata:  a.Metadata,
		Placement: a.Pods,
		Pod: kube.Pod{
			Containers: []kube.Container{{
				Name:      "dependencies",
				Image:     a.DependenciesImage,
				Env:       a.sparkVariables(own),
				Resources: d.Resources,
			}},
			Scratch: &kube.Scratch{Path: sparkDir, Size: "2Gi"},
			// Spark asks who it runs as, and ends where nobody knows. The image would write the name down itself.
			Files: []*kube.Config{kube.NewFile("user", "/etc/passwd", render.NewFile("user", kube.Passwd("spark", sparkDir)))},
		},
		// Not again: a run that failed may have added its counts.
		Runner:  kube.CronJob{Job: kube.Job{Restarts: 0}, Schedule: d.Schedule},
		Account: &kube.Account{},
	}
	a.Store.access().certify(&role)
	if a.Store.CASecret != "" {
		role.Pod.Init = []kube.Container{{
			Name:  "truststore",
			Image: a.DependenciesImage,
			// Java reads no PEM. What is in it is no secret, and such a store is read without a password.
			Command: []string{"keytool"},
			Args: []string{
				"-importcert", "-noprompt", "-alias", "store", "-file", jaeger.StoreFiles.CA,
				"-keystore", trustStore, "-storetype", "JKS", "-storepass", "changeit",
			},
			Resources: settings.FixedResources("50m", "1", "64Mi", "256Mi"),
			Tells:     true,
		}}
	}
	return role
}

// sparkVariables are all that the job is told.
func (a JaegerStackArgs) sparkVariables(own *credential) corev1.EnvVarArray {
	s, prefix := a.Store, "ES_"
	if s.Engine == settings.EngineOpenSearch {
		prefix = "OS_"
	}
	var all corev1.EnvVarArray
	set := func(given bool, name, value string) {
		if given {
			all = append(all, corev1.EnvVarArgs{Name: pulumi.String(name), Value: pulumi.String(value)})
		}
	}
	options := []string{"-XX:MaxRAMPercentage=70"}
	if s.CASecret != "" {
		options = append(options, "-Djavax.net.ssl.trustStore="+trustStore)
	}
	set(true, "JAVA_OPTS", strings.Join(options, " "))
	set(true, prefix+"NODES", strings.Join(jaeger.Nodes(s.URLs), ","))
	// Otherwise it asks the nodes for each other's addresses, which may be known to nobody here.
	set(true, prefix+"NODES_WAN_ONLY", "true")
	set(s.IndexPrefix != "", prefix+"INDEX_PREFIX", s.IndexPrefix)
	set(s.User != "", prefix+"USERNAME", s.User)
	if own != nil {
		all = append(all, kube.Variable(prefix+"PASSWORD", own.secret, own.entry))
	}
	return all
}
