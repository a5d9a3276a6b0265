package components

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/kube"
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
	query, writes, auth := a.Prometheus.QueryURL, a.Prometheus.WriteURLs, a.auth()
	checks, err := a.checks(name, writes, query, auth)
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	p.MetricsStore, err = p.checked(ctx, checks, kube.Job{Restarts: externalRestarts}, writes, query, auth)
	return err
}

// auth is who writes; nil where the Prometheus knows no users.
func (a PrometheusRemoteWriteArgs) auth() *BasicAuth {
	p := a.Prometheus
	if p.User == "" {
		return nil
	}
	return &BasicAuth{User: p.User, SecretName: p.PasswordSecret.SecretName, PasswordEntry: p.PasswordSecret.Key}
}

func (p *PrometheusRemoteWrite) standalone(ctx *pulumi.Context, name string, a PrometheusRemoteWriteArgs) error {
	role, err := a.server(name)
	if err != nil {
		return err
	}
	made, err := kube.Make(ctx, p, role)
	if err != nil {
		return err
	}
	write := at(a.Namespace, name, naming.PromHTTP, prometheus.WritePath).ApplyT(func(url string) []string {
		return []string{url}
	}).(pulumi.StringArrayOutput)
	// Nobody needs to ask whether it takes writes: its pod is ready, and it is told to.
	p.MetricsStore = MetricsStore{
		RemoteWriteURLs: whenReady(ctx, write, made[0].Resources()...),
		QueryURL:        at(a.Namespace, name, naming.PromHTTP, ""),
	}
	return nil
}

func (a PrometheusRemoteWriteArgs) server(name string) (kube.Role, error) {
	const dataDir = "/prometheus"
	s := a.Standalone
	file, err := prometheus.Server{Retention: s.Retention.Time(), Storage: s.Storage.Bytes()}.Render()
	if err != nil {
		return kube.Role{}, err
	}
	config := kube.NewConfig(prometheus.FileName, pulumi.ToOutput(file))
	return kube.Role{
		Name:      name,
		Product:   "prometheus",
		Part:      "metrics",
		Namespace: a.Namespace,
		Metadata:  a.Metadata,
		Placement: a.Pods,
		Pod: kube.Pod{
			Containers: []kube.Container{{
				Name:  "prometheus",
				Image: a.Image,
				Args: []string{
					"--config.file=" + config.Path(),
					"--storage.tsdb.path=" + dataDir,
					"--web.listen-address=" + naming.Listen(naming.PromHTTP),
					"--web.enable-remote-write-receiver",
					"--enable-feature=exemplar-storage",
				},
				Ports:     []naming.Port{naming.PromHTTP},
				Resources: s.Resources,
				Probe:     &kube.Probe{Path: prometheus.ReadyPath, Port: naming.PromHTTP},
			}},
			Config:  config,
			Scratch: &kube.Scratch{Path: dataDir, Size: s.Storage},
			Grace:   30,
		},
		// Two would each have a part of the samples.
		Runner:   kube.Deployment{Replicas: 1, OneAtATime: true},
		Account:  &kube.Account{},
		Services: []kube.Service{{Name: name, Ports: []naming.Port{naming.PromHTTP}}},
	}, nil
}
