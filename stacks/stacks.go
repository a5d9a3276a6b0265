// Package stacks composes a whole stack: configuration, then components, then outputs. It is the
// only reader of Pulumi configuration.
package stacks

import (
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/internal/naming"
)

// Run is the program. A configuration with problems is refused before anything is registered.
func Run(ctx *pulumi.Context) error {
	return run(ctx, askMinIO, askCluster)
}

// run asks outside, with a configuration that is right in itself, before anything is registered:
// what cannot be done now is refused, in a preview as in an update. A destroy does not run programs.
func run(ctx *pulumi.Context, outside ...func(*pulumi.Context, config.Config) error) error {
	raw, err := rawConfig(ctx)
	if err != nil {
		return err
	}
	c, err := config.Load(raw)
	if err := errors.Join(err, checkContext(raw)); err != nil {
		return refused(ctx.Stack(), err)
	}
	var answers []error
	for _, ask := range outside {
		answers = append(answers, ask(ctx, c))
	}
	if err := errors.Join(answers...); err != nil {
		return refused(ctx.Stack(), err)
	}
	return Compose(ctx, c)
}

// refused is the message that a person reads in the terminal: one line for each problem, below
// the bullet that the SDK puts in front.
func refused(stack string, err error) error {
	all := config.Problems(err)
	if len(all) == 0 {
		return err // Not about the configuration, such as a file that cannot be read.
	}
	things := "things"
	if len(all) == 1 {
		things = "thing"
	}
	lines := []string{fmt.Sprintf("the configuration of stack %s is refused, nothing was changed; %d %s to correct:", stack, len(all), things)}
	for _, problem := range all {
		lines = append(lines, "\t    "+problem.Error())
	}
	for _, other := range config.Others(err) {
		lines = append(lines, "\t    beside that: "+other.Error())
	}
	return fmt.Errorf("%s", strings.Join(lines, "\n"))
}

// Compose makes everything that a valid configuration asks for.
func Compose(ctx *pulumi.Context, c config.Config) error {
	cluster, err := newCluster(ctx, c.Kubernetes, c.KubeconfigInline())
	if err != nil {
		return fmt.Errorf("kubernetes provider: %w", err)
	}
	if err := findPrometheus(ctx, c, cluster); err != nil {
		return err
	}
	namespace, err := newNamespace(ctx, c, cluster)
	if err != nil {
		return fmt.Errorf("namespace: %w", err)
	}
	at := target{cluster: cluster, namespace: namespace}
	if at.metrics, err = newMetrics(ctx, c, at); err != nil {
		return err
	}
	backend, err := newBackend(ctx, c, c.Backend, c.Storage, at)
	if err != nil {
		return err
	}
	mirror, err := newMirror(ctx, c, at)
	if err != nil {
		return err
	}
	collector, err := components.NewCollector(ctx, naming.Collector, &components.CollectorArgs{
		Namespace:    namespace,
		Backend:      backend.Args(),
		Mirror:       mirror.copies(),
		Collector:    c.Collector,
		Applications: c.Applications,
		Route:        c.OTLPRoute(),
		Image:        c.Images.Collector.String(),
		Metadata:     c.Metadata(),
		Pods:         c.Pods(),
	}, pulumi.Provider(cluster))
	if err != nil {
		return err
	}
	export(ctx, c, collector, backend, mirror)
	if err := composeInstrumentation(ctx, c, collector, cluster); err != nil {
		return err
	}
	if at.metrics != nil {
		ctx.Export("metricsUrl", at.metrics.QueryURL)
	}
	if err := composeGrafana(ctx, c, at, backend, mirror); err != nil {
		return err
	}
	if !c.Demo {
		return nil
	}
	return composeDemo(ctx, c, namespace, collector, cluster)
}

func composeDemo(
	ctx *pulumi.Context, c config.Config, namespace pulumi.StringOutput, collector *components.Collector, cluster *kubernetes.Provider,
) error {
	demo, err := components.NewDemoApp(ctx, naming.Demo, &components.DemoAppArgs{
		Namespace:    namespace,
		OTLPEndpoint: collector.OTLPHTTPEndpoint,
		Sender:       c.Collector.Sender(),
		Image:        c.Images.Demo.String(),
		Route:        c.Ingress.Route(c.Ingress.Demo, naming.Demo),
		Metadata:     c.Metadata(),
		Pods:         c.Pods(),
	}, pulumi.Provider(cluster))
	if err != nil {
		return err
	}
	ctx.Export("demoUrl", demo.URL)
	if c.Ingress.HostOf(c.Ingress.Demo, naming.Demo) != "" {
		ctx.Export("demoExternalUrl", demo.ExternalURL)
	}
	return nil
}

func export(ctx *pulumi.Context, c config.Config, collector *components.Collector, backend, mirror *exportedBackend) {
	ctx.Export("otlpGrpcEndpoint", collector.OTLPGRPCEndpoint)
	ctx.Export("otlpHttpEndpoint", collector.OTLPHTTPEndpoint)
	ctx.Export("otelEnvironment", collector.Environment)
	if c.OTLPHost() != "" {
		ctx.Export("otlpExternalUrl", collector.ExternalURL)
	}
	ctx.Export("backend", pulumi.String(c.Backend))
	ctx.Export("storage", pulumi.String(c.Storage))
	ctx.Export("namespace", pulumi.String(c.Namespace))
	for name, address := range backend.addresses() {
		ctx.Export(name, address)
	}
	if mirror != nil {
		addresses := mirror.addresses()
		addresses["backend"], addresses["storage"] = pulumi.String(c.Mirror.Backend), pulumi.String(c.Mirror.Storage)
		ctx.Export("mirror", addresses)
	}
}

// newCluster is the explicit provider. Default providers are off, so nothing can reach whatever
// cluster happens to be current.
func newCluster(ctx *pulumi.Context, c config.Kubernetes, inline bool) (*kubernetes.Provider, error) {
	args := providerArgs(c, inline)
	// Those for Grafana's sidecar are changed in place. Those that pods mount are immutable, and
	// replaced all the same.
	args.EnableConfigMapMutable = pulumi.Bool(true)
	return kubernetes.NewProvider(ctx, "cluster", args)
}

func providerArgs(c config.Kubernetes, inline bool) *kubernetes.ProviderArgs {
	args := &kubernetes.ProviderArgs{}
	if c.Context != "" {
		args.Context = pulumi.String(c.Context)
	}
	if !c.Kubeconfig.IsZero() {
		kubeconfig := pulumi.String(c.Kubeconfig.Reveal()).ToStringOutput()
		if inline || c.Kubeconfig.Sealed() {
			kubeconfig = pulumi.ToSecret(kubeconfig).(pulumi.StringOutput)
		}
		args.Kubeconfig = kubeconfig
	}
	return args
}

// newCreator is the same cluster for what must not be there before. Server-side apply, the
// provider's way, would take over a namespace that somebody else made, and destroy would delete it
// with all that is in it; an object made the client's way is refused if it exists.
func newCreator(ctx *pulumi.Context, c config.Kubernetes, inline bool) (*kubernetes.Provider, error) {
	args := providerArgs(c, inline)
	args.EnableServerSideApply = pulumi.Bool(false)
	return kubernetes.NewProvider(ctx, "creator", args)
}

// newNamespace makes the namespace, or finds one that is there. The name that it gives is known at
// once, so that previews show every name, and still whatever is made with it is made in a namespace
// that exists.
func newNamespace(ctx *pulumi.Context, c config.Config, cluster *kubernetes.Provider) (pulumi.StringOutput, error) {
	known := pulumi.String(c.Namespace).ToStringOutput()
	if !c.CreateNamespace {
		// Read under the name that a made one has in the state: the engine then lets go of the one that it
		// made. It would delete one that is not in the program any more, with all that is in it.
		existing, err := corev1.GetNamespace(ctx, "namespace", pulumi.ID(c.Namespace), nil, pulumi.Provider(cluster))
		if err != nil {
			return pulumi.StringOutput{}, err
		}
		return pulumi.OutputWithDependencies(ctx.Context(), known, existing).(pulumi.StringOutput), nil
	}
	creator, err := newCreator(ctx, c.Kubernetes, c.KubeconfigInline())
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	labels := map[string]string{
		naming.PartOfLabel:             naming.PartOf,
		"app.kubernetes.io/managed-by": "pulumi",
		// What every pod here keeps to; the cluster refuses one that does not.
		"pod-security.kubernetes.io/enforce": "restricted",
	}
	maps.Copy(labels, c.Labels)
	metadata := &metav1.ObjectMetaArgs{Name: known, Labels: pulumi.ToStringMap(labels)}
	if len(c.Annotations) > 0 {
		metadata.Annotations = pulumi.ToStringMap(c.Annotations)
	}
	namespace, err := corev1.NewNamespace(ctx, "namespace", &corev1.NamespaceArgs{Metadata: metadata}, pulumi.Provider(creator))
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	return pulumi.OutputWithDependencies(ctx.Context(), known, namespace).(pulumi.StringOutput), nil
}
