package components

import (
	"fmt"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render/prometheus"
	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/internal/versions"
	"github.com/tracestack/tracestack/settings"
)

const prometheusRemoteWriteType = "tracestack:index:PrometheusRemoteWrite"

// PrometheusRemoteWrite is a Prometheus that takes metrics by remote write, with exemplars: one that
// the Prometheus operator runs, one that is run elsewhere, or a small one for development.
type PrometheusRemoteWrite struct {
	pulumi.ResourceState

	MetricsStore MetricsStore `pulumi:"metricsStore" doc:"For who writes metrics and who asks for them. Whatever is made from its remoteWriteUrls is made when each of them has taken a write."`
}

// PrometheusRemoteWriteArgs describe a PrometheusRemoteWrite.
type PrometheusRemoteWriteArgs struct {
	Namespace  pulumi.StringInput             `pulumi:"namespace" doc:"Of those who write, and of what is made here."`
	Prometheus *settings.Prometheus           `pulumi:"prometheus,optional" doc:"Which Prometheus it is." rule:"mode must be patch, external or standalone"`
	Standalone *settings.StandalonePrometheus `pulumi:"standalone,optional" doc:"What runs with mode standalone." rule:"must not be given with another mode than standalone"`
	Writers    map[string]string              `pulumi:"writers,optional" keys:"labelKey" format:"labelValue" doc:"Labels of the pods in the namespace that write." rule:"must be given with prometheus.networkPolicy, and not without"`
	Image      string                         `pulumi:"image,optional" format:"image" doc:"The image of Prometheus, by default the pinned release: a standalone one runs it, and promtool in it asks the others whether they take writes."`
	Metadata   *settings.Metadata             `pulumi:"metadata,optional" doc:"Labels and annotations of everything that is made, but not of what is patched."`
	Pods       *settings.Pods                 `pulumi:"pods,optional" doc:"How pods are pulled and placed."`
}

// Rules across the fields.
func (a *PrometheusRemoteWriteArgs) Rules(l spec.Look) {
	const policy = "prometheus.networkPolicy"
	mode, sound := a.Prometheus.Mode, l.Sound("prometheus.mode")
	if mode == settings.PrometheusNone {
		l.Refuse("prometheus.mode", string(mode), "must be patch, external or standalone")
	}
	if sound && mode != settings.PrometheusStandalone && l.Given("standalone") {
		l.Refuse("standalone", spec.NotShown, "must not be given with mode "+string(mode)+", only with standalone")
	}
	if l.Given(policy) && len(a.Writers) == 0 {
		l.Refuse("writers", spec.NotSet, "must be given with "+policy)
	}
	if !l.Given(policy) && l.GivenSound("writers") {
		l.Refuse("writers", spec.NotShown, "must not be given without "+policy)
	}
}

// NewPrometheusRemoteWrite makes a PrometheusRemoteWrite. Its name is the Service of a standalone
// Prometheus, and in front of the names of everything else.
func NewPrometheusRemoteWrite(
	ctx *pulumi.Context, name string, args *PrometheusRemoteWriteArgs, opts ...pulumi.ResourceOption,
) (*PrometheusRemoteWrite, error) {
	a := *orDefault(args, &PrometheusRemoteWriteArgs{})
	a.Image = orDefault(a.Image, versions.Prometheus.String())
	if err := settle("prometheus remote write", name, &a); err != nil {
		return nil, err
	}
	component := &PrometheusRemoteWrite{}
	if err := ctx.RegisterComponentResourceV2(prometheusRemoteWriteType, name, inputs(&a), component, opts...); err != nil {
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

func (p *PrometheusRemoteWrite) create(ctx *pulumi.Context, name string, a PrometheusRemoteWriteArgs) error {
	switch a.Prometheus.Mode {
	case settings.PrometheusPatch:
		return p.patch(ctx, name, a)
	case settings.PrometheusExternal:
		return p.external(ctx, name, a)
	}
	return p.standalone(ctx, name, a)
}

func (p *PrometheusRemoteWrite) external(ctx *pulumi.Context, name string, a PrometheusRemoteWriteArgs) error {
	auth := a.auth()
	check, err := a.check(name, a.Prometheus.WriteURLs, auth, externalPatience).create(ctx, p)
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	p.MetricsStore = MetricsStore{
		RemoteWriteURLs: readyAddresses(ctx, pulumi.ToStringArray(a.Prometheus.WriteURLs).ToStringArrayOutput(), check),
		QueryURL:        pulumi.String(a.Prometheus.QueryURL).ToStringOutput(),
		Auth:            auth,
	}
	return nil
}

// auth is who writes; nil where the Prometheus knows no users.
func (a PrometheusRemoteWriteArgs) auth() *BasicAuth {
	p := a.Prometheus
	if p.User == "" {
		return nil
	}
	return &BasicAuth{User: p.User, SecretName: p.PasswordSecret.SecretName, PasswordEntry: p.PasswordSecret.Key}
}

// readyAddresses are as readyAddress.
func readyAddresses(ctx *pulumi.Context, addresses pulumi.StringArrayOutput, behind ...pulumi.Resource) pulumi.StringArrayOutput {
	return pulumi.OutputWithDependencies(ctx.Context(), addresses, behind...).(pulumi.StringArrayOutput)
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
	file, err := prometheus.Server{Retention: s.Retention.Time(), Storage: s.Storage.Bytes()}.Render()
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
