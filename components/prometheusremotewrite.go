package components

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/internal/render/prometheus"
	"github.com/tracestack/tracestack/internal/versions"
)

const prometheusRemoteWriteType = "tracestack:index:PrometheusRemoteWrite"

// PrometheusRemoteWrite is a Prometheus that takes metrics by remote write, with exemplars: one that
// the Prometheus operator runs, one that is run elsewhere, or a small one for development.
type PrometheusRemoteWrite struct {
	pulumi.ResourceState

	// MetricsStore is how others use it. Whatever is made from its RemoteWriteURLs is made when
	// each of them has taken a write.
	MetricsStore MetricsStore
}

// PrometheusRemoteWriteArgs describe a PrometheusRemoteWrite. Exactly one of Patch, External and
// Standalone says which Prometheus it is.
type PrometheusRemoteWriteArgs struct {
	// Namespace of those who write, and of what is made here. Required.
	Namespace pulumi.StringInput
	// Patch makes a Prometheus of the Prometheus operator take writes.
	Patch *PrometheusPatch
	// External is a Prometheus, or what speaks its protocol, that takes writes already.
	External *PrometheusExternal
	// Standalone runs one.
	Standalone *PrometheusStandalone
	// Image of Prometheus, the pinned release by default: a standalone one runs it, and promtool
	// in it asks the others whether they take writes.
	Image string
	// Metadata of everything that is made.
	Metadata Metadata
	// Pods is where they run.
	Pods Pods
}

// PrometheusExternal is a Prometheus that is run elsewhere.
type PrometheusExternal struct {
	// WriteURLs take remote writes, every one of them all. Required.
	WriteURLs []string
	// QueryURL answers the query API. Required.
	QueryURL string
	// Auth is who writes and asks; nil where it knows no users. The Secret must be in Namespace.
	Auth *BasicAuth
}

func (a PrometheusRemoteWriteArgs) validate() error {
	problems := []error{
		checkNamespace(a.Namespace),
		a.checkMode(),
		checkImage(a.Image),
		a.Metadata.validate(),
		a.Pods.validate(),
	}
	if a.Patch != nil {
		problems = append(problems, a.Patch.validate())
	}
	if a.External != nil {
		problems = append(problems, a.External.validate())
	}
	if a.Standalone != nil {
		problems = append(problems, a.Standalone.validate())
	}
	return errors.Join(problems...)
}

func (a PrometheusRemoteWriteArgs) checkMode() error {
	given := 0
	for _, one := range []bool{a.Patch != nil, a.External != nil, a.Standalone != nil} {
		if one {
			given++
		}
	}
	if given != 1 {
		return fmt.Errorf("patch, external, standalone: %d are given: must be exactly one", given)
	}
	return nil
}

func (e PrometheusExternal) validate() error {
	var problems []error
	if len(e.WriteURLs) == 0 {
		problems = append(problems, errors.New("external.writeUrls: must be given"))
	}
	for i, address := range e.WriteURLs {
		problems = append(problems, checkAddress(fmt.Sprintf("external.writeUrls[%d]", i), address))
	}
	problems = append(problems, checkAddress("external.queryUrl", e.QueryURL))
	if e.Auth != nil {
		problems = append(problems, e.Auth.validate("external.auth"))
	}
	return errors.Join(problems...)
}

func (e PrometheusExternal) inputs() pulumi.Map {
	inputs := pulumi.Map{"writeUrls": pulumi.ToStringArray(e.WriteURLs), "queryUrl": pulumi.String(e.QueryURL)}
	if e.Auth != nil {
		inputs["user"] = pulumi.String(e.Auth.User)
		inputs["passwordSecret"] = pulumi.String(e.Auth.SecretName + "/" + e.Auth.PasswordEntry)
	}
	return inputs
}

// checkAddress shows no address: one that is refused for its credentials has them in it, and what
// cannot be parsed may.
func checkAddress(path, address string) error {
	parsed, err := url.Parse(address)
	switch {
	case address == "":
		return fmt.Errorf("%s: must be given", path)
	case err == nil && parsed.User != nil:
		return fmt.Errorf("%s: must not hold credentials", path)
	case err != nil, parsed.Host == "", parsed.Scheme != "http" && parsed.Scheme != "https", strings.ContainsAny(address, "?#"):
		return fmt.Errorf("%s: must be an http or https address", path)
	}
	return nil
}

// NewPrometheusRemoteWrite makes a PrometheusRemoteWrite. Its name is the Service of a standalone
// Prometheus, and in front of the names of everything else.
func NewPrometheusRemoteWrite(
	ctx *pulumi.Context, name string, args *PrometheusRemoteWriteArgs, opts ...pulumi.ResourceOption,
) (*PrometheusRemoteWrite, error) {
	a := *orDefault(args, &PrometheusRemoteWriteArgs{})
	a.Image = orDefault(a.Image, versions.Prometheus.String())
	if a.Standalone != nil {
		a.Standalone = a.Standalone.withDefaults()
	}
	if err := refuse("prometheus remote write", name, checkName(name), a.validate()); err != nil {
		return nil, err
	}

	component := &PrometheusRemoteWrite{}
	if err := ctx.RegisterComponentResourceV2(prometheusRemoteWriteType, name, a.inputs(), component, opts...); err != nil {
		return nil, err
	}
	if err := component.create(ctx, name, a); err != nil {
		return nil, refuse("prometheus remote write", name, err)
	}
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{
		"remoteWriteUrls": component.MetricsStore.RemoteWriteURLs,
		"queryUrl":        component.MetricsStore.QueryURL,
	})
}

func (a PrometheusRemoteWriteArgs) inputs() pulumi.Map {
	inputs := pulumi.Map{
		"namespace": a.Namespace,
		"image":     pulumi.String(a.Image),
		"metadata":  pulumi.ToMap(render.Plain(a.Metadata)),
		"pods":      pulumi.ToMap(render.Plain(a.Pods)),
	}
	switch {
	case a.Patch != nil:
		inputs["patch"] = a.Patch.inputs()
	case a.External != nil:
		inputs["external"] = a.External.inputs()
	case a.Standalone != nil:
		inputs["standalone"] = pulumi.ToMap(render.Plain(a.Standalone))
	}
	return inputs
}

func (p *PrometheusRemoteWrite) create(ctx *pulumi.Context, name string, a PrometheusRemoteWriteArgs) error {
	switch {
	case a.Patch != nil:
		return p.patch(ctx, name, a)
	case a.External != nil:
		return p.external(ctx, name, a)
	}
	return p.standalone(ctx, name, a)
}

func (p *PrometheusRemoteWrite) external(ctx *pulumi.Context, name string, a PrometheusRemoteWriteArgs) error {
	check, err := a.check(name, a.External.WriteURLs, a.External.Auth, externalPatience).create(ctx, p)
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	p.MetricsStore = MetricsStore{
		RemoteWriteURLs: readyAddresses(ctx, pulumi.ToStringArray(a.External.WriteURLs).ToStringArrayOutput(), check),
		QueryURL:        pulumi.String(a.External.QueryURL).ToStringOutput(),
		Auth:            a.External.Auth,
	}
	return nil
}

// readyAddresses are as readyAddress.
func readyAddresses(ctx *pulumi.Context, addresses pulumi.StringArrayOutput, behind ...pulumi.Resource) pulumi.StringArrayOutput {
	return pulumi.OutputWithDependencies(ctx.Context(), addresses, behind...).(pulumi.StringArrayOutput)
}

// PrometheusStandalone is a small Prometheus for development: one pod, whose samples are gone with
// it.
type PrometheusStandalone struct {
	// Retention of samples, whole seconds, a day by default.
	Retention time.Duration
	// Storage is the disk of the node that it may use, 1 GiB by default: samples for half of it,
	// then the oldest go.
	Storage Mebibytes
	// Resources of the pod.
	Resources Resources
}

// leastPrometheusMemory is what the process takes, and a little for series.
const leastPrometheusMemory Mebibytes = 128

func (s PrometheusStandalone) withDefaults() *PrometheusStandalone {
	s.Retention = orDefault(s.Retention, 24*time.Hour)
	s.Storage = orDefault(s.Storage, 1024)
	s.Resources = s.Resources.or(Resources{CPURequest: 25, CPULimit: 1000, MemoryRequest: 128, MemoryLimit: 512})
	return &s
}

func (s PrometheusStandalone) validate() error {
	var retention error
	if s.Retention < time.Minute || s.Retention%time.Second != 0 {
		retention = fmt.Errorf("standalone.retention: %v: must be whole seconds, and at least a minute", s.Retention)
	}
	return errors.Join(
		retention,
		checkRange("standalone.storage", int(s.Storage), 256, 1<<20),
		s.Resources.validate(leastPrometheusMemory),
	)
}

func (p *PrometheusRemoteWrite) standalone(ctx *pulumi.Context, name string, a PrometheusRemoteWriteArgs) error {
	w, err := a.server(name)
	if err != nil {
		return err
	}
	deployment, err := w.deploy(ctx, p)
	if err != nil {
		return err
	}
	service, err := w.service(ctx, p, name, naming.PromHTTP)
	if err != nil {
		return err
	}
	query := a.Namespace.ToStringOutput().ApplyT(func(ns string) string {
		return naming.URL(name, ns, naming.PromHTTP)
	}).(pulumi.StringOutput)
	write := query.ApplyT(func(url string) []string { return []string{url + prometheus.WritePath} }).(pulumi.StringArrayOutput)
	// Nobody needs to ask whether it takes writes: its pod is ready, and it is told to.
	p.MetricsStore = MetricsStore{RemoteWriteURLs: readyAddresses(ctx, write, deployment, service), QueryURL: query}
	return nil
}

const prometheusDataDir = "/prometheus"

func (a PrometheusRemoteWriteArgs) server(name string) (workload, error) {
	s := a.Standalone
	file, err := prometheus.Server{Retention: s.Retention, Storage: s.Storage.bytes()}.Render()
	if err != nil {
		return workload{}, err
	}
	return workload{
		name:      name,
		product:   "prometheus",
		component: "metrics",
		namespace: a.Namespace,
		metadata:  a.Metadata,
		pods:      a.Pods,
		image:     a.Image,
		args: []string{
			"--config.file=" + configDir + "/" + prometheus.FileName,
			"--storage.tsdb.path=" + prometheusDataDir,
			"--web.listen-address=" + naming.Listen(naming.PromHTTP),
			"--web.enable-remote-write-receiver",
			"--enable-feature=exemplar-storage",
		},
		config:   newConfigFile(prometheus.FileName, pulumi.ToOutput(file)),
		scratch:  &scratch{path: prometheusDataDir, size: s.Storage},
		ports:    []naming.Port{naming.PromHTTP},
		replicas: 1,
		// The old pod goes first: two would each have a part of the samples.
		strategy:  appsv1.DeploymentStrategyArgs{Type: pulumi.String("Recreate")},
		resources: s.Resources,
		probe:     httpProbe(prometheus.ReadyPath, naming.PromHTTP),
		grace:     30,
	}, nil
}
