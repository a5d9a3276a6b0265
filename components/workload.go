package components

import (
	"fmt"
	"path"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	policyv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/policy/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/settings"
)

// configDir is where a product's file is in its pod.
const configDir = "/etc/tracestack"

// workload is what the components' Deployments and StatefulSets differ in; everything else is alike
// and written once, here: the restricted Pod Security Standard, an account of its own without a
// token, and a configuration whose change rolls the pods.
type workload struct {
	name      string // in Kubernetes, and in front of the children's logical names
	backend   string // that the pods send to: for another there is another Deployment; empty: they send to none
	product   string // app.kubernetes.io/name
	component string // app.kubernetes.io/component
	namespace pulumi.StringInput
	metadata  *settings.Metadata
	pods      *settings.Pods
	image     string
	args      []string
	env       corev1.EnvVarArray
	config    *configFile // nil: the product has no file
	scratch   *scratch    // nil: the product writes no files
	disk      *disk       // nil: a Deployment, whose pods leave nothing behind
	secrets   []secretFile
	identity  identity
	revision  pulumi.StringInput // of what pods read at their start alone; nil: there is none
	ports     []naming.Port
	replicas  int
	strategy  appsv1.DeploymentStrategyArgs // of a Deployment
	resources *settings.Resources
	probe     corev1.ProbeArgs // how to see that it is up; the periods are set here
	starts    int              // seconds that it may take to start; 0: 60
	// drain keeps a stopping pod serving for some seconds, until no node sends to it any more.
	// It is Kubernetes' own sleep, of 1.30 and newer: the images have no shell.
	drain int
	grace int // seconds from being told to stop to being killed
}

// scratch is a folder that is gone with the pod.
type scratch struct {
	path string
	size settings.Data // a pod that writes more is evicted
}

// disk is a volume that outlives the pod. A workload that has one is a StatefulSet: of its pod there
// are never two.
type disk struct {
	path string
	settings.Volume
}

// secretFile is an entry of a Secret that a pod sees as a file.
type secretFile struct {
	volume      string
	secret      pulumi.StringInput
	entry, path string
}

// identity is what a cloud knows the pods by.
type identity struct {
	annotations map[string]string // of the account
	labels      map[string]string // of the pods
}

// configFile is a rendered file, or will be when its inputs are known.
type configFile struct {
	name       string
	body, hash pulumi.StringOutput
}

func newConfigFile(name string, rendered pulumi.Output) *configFile {
	field := func(get func(render.File) string) pulumi.StringOutput {
		return rendered.ApplyT(func(f any) string { return get(f.(render.File)) }).(pulumi.StringOutput)
	}
	return &configFile{
		name: name,
		body: field(func(f render.File) string { return f.Body }),
		hash: field(func(f render.File) string { return f.Hash }),
	}
}

func (w workload) labels() map[string]string {
	return naming.Labels(w.product, w.name, w.component)
}

// selector finds all pods of the workload, for its Services and its disruption budget.
func (w workload) selector() map[string]string {
	return naming.Selector(w.product, w.name, w.component)
}

// podSelector finds the pods of what runs them: while there are two Deployments, each has its own.
func (w workload) podSelector() map[string]string { return merged(w.selector(), w.towards()) }

// towards is a label of the pods with the backend that they send to.
func (w workload) towards() map[string]string {
	if w.backend == "" {
		return nil
	}
	return map[string]string{naming.BackendLabel: w.backend}
}

// deploy makes the account, the configuration and what runs the pods.
func (w workload) deploy(ctx *pulumi.Context, parent pulumi.Resource) (pulumi.Resource, error) {
	account, err := corev1.NewServiceAccount(ctx, w.name+"-account", &corev1.ServiceAccountArgs{
		Metadata: object(w.metadata, pulumi.String(w.name), w.namespace, w.labels(), w.identity.annotations),
		// None of these programs talks to the Kubernetes API.
		AutomountServiceAccountToken: pulumi.Bool(false),
	}, pulumi.Parent(parent))
	if err != nil {
		return nil, fmt.Errorf("service account: %w", err)
	}
	template, err := w.template(ctx, parent, account)
	if err != nil {
		return nil, err
	}
	if w.disk != nil {
		return w.statefulSet(ctx, parent, template)
	}
	deployment, err := w.deployment(ctx, parent, template)
	if err != nil {
		return nil, fmt.Errorf("deployment: %w", err)
	}
	if err := w.budget(ctx, parent); err != nil {
		return nil, fmt.Errorf("disruption budget: %w", err)
	}
	return deployment, nil
}

// template is the pod and what makes a new one: a change of its configuration, or of what it read
// at its start.
func (w workload) template(
	ctx *pulumi.Context, parent pulumi.Resource, account *corev1.ServiceAccount,
) (*corev1.PodTemplateSpecArgs, error) {
	pod := w.pod(account)
	annotations := pulumi.ToStringMap(w.metadata.Annotations)
	if w.config != nil {
		stored, err := w.configMap(ctx, parent)
		if err != nil {
			return nil, fmt.Errorf("configuration: %w", err)
		}
		annotations["checksum/config"] = w.config.hash
		w.mount(pod, stored)
	}
	if w.revision != nil {
		annotations["checksum/credentials"] = w.revision
	}
	for _, secret := range w.secrets {
		secret.mount(pod)
	}
	return &corev1.PodTemplateSpecArgs{
		Metadata: &metav1.ObjectMetaArgs{
			Labels:      pulumi.ToStringMap(merged(w.metadata.Labels, merged(w.labels(), merged(w.identity.labels, w.towards())))),
			Annotations: annotations,
		},
		Spec: pod,
	}, nil
}

// deployment runs pods of which one is as good as another. Where they send to a backend it carries that
// backend's name, so that for another a second one is made: were it changed in place, the backend would
// be deleted while old pods are still sending what they hold.
func (w workload) deployment(
	ctx *pulumi.Context, parent pulumi.Resource, template *corev1.PodTemplateSpecArgs,
) (*appsv1.Deployment, error) {
	return appsv1.NewDeployment(ctx, w.name+"-deployment", &appsv1.DeploymentArgs{
		Metadata: object(w.metadata, pulumi.String(naming.Deployment(w.name, w.backend)), w.namespace, w.labels(), nil),
		Spec: &appsv1.DeploymentSpecArgs{
			Replicas: pulumi.Int(w.replicas),
			Strategy: w.strategy,
			Selector: &metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(w.podSelector())},
			Template: template,
		},
	}, pulumi.Parent(parent))
}

// budget lets a drain of nodes take one pod at a time. A single pod gets none: a budget would only
// keep its node from ever being drained.
func (w workload) budget(ctx *pulumi.Context, parent pulumi.Resource) error {
	if w.replicas < 2 {
		return nil
	}
	_, err := policyv1.NewPodDisruptionBudget(ctx, w.name+"-budget", &policyv1.PodDisruptionBudgetArgs{
		Metadata: object(w.metadata, pulumi.String(w.name), w.namespace, w.labels(), nil),
		Spec: &policyv1.PodDisruptionBudgetSpecArgs{
			MaxUnavailable: pulumi.Int(1),
			Selector:       &metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(w.selector())},
			// A pod that does not run protects nothing, and must not keep its node either.
			UnhealthyPodEvictionPolicy: pulumi.String("AlwaysAllow"),
		},
	}, pulumi.Parent(parent))
	return err
}

// configMap stores the file under a name that carries its hash. It is immutable: a change makes a
// new one beside it, and pods of the old rollout keep what they were started with.
func (w workload) configMap(ctx *pulumi.Context, parent pulumi.Resource) (*corev1.ConfigMap, error) {
	return corev1.NewConfigMap(ctx, w.name+"-config", &corev1.ConfigMapArgs{
		Metadata: object(w.metadata, w.config.hash.ApplyT(func(hash string) string {
			return naming.Hashed(w.name, hash)
		}).(pulumi.StringOutput), w.namespace, w.labels(), nil),
		Immutable: pulumi.Bool(true),
		Data:      pulumi.StringMap{w.config.name: w.config.body},
	}, pulumi.Parent(parent))
}

func (w workload) pod(account *corev1.ServiceAccount) *corev1.PodSpecArgs {
	pod := &corev1.PodSpecArgs{
		ServiceAccountName:           account.Metadata.Name(),
		AutomountServiceAccountToken: pulumi.Bool(false),
		// Services' addresses as variables would meet the products' own: both Jaeger and the
		// demo read variables that begin with JAEGER_.
		EnableServiceLinks:            pulumi.Bool(false),
		SecurityContext:               podSecurity(),
		TerminationGracePeriodSeconds: pulumi.Int(w.grace),
		Containers:                    corev1.ContainerArray{w.container()},
	}
	rollout := "pod-template-hash"
	if w.disk != nil {
		rollout = "controller-revision-hash"
	}
	place(*w.pods, pod, w.podSelector(), rollout)
	if w.scratch != nil {
		attach(pod, corev1.VolumeArgs{
			Name: pulumi.String("scratch"), EmptyDir: &corev1.EmptyDirVolumeSourceArgs{SizeLimit: pulumi.String(w.scratch.size.String())},
		}, corev1.VolumeMountArgs{Name: pulumi.String("scratch"), MountPath: pulumi.String(w.scratch.path)})
	}
	return pod
}

// attach gives a pod one more volume, and its container the place where it is.
func attach(pod *corev1.PodSpecArgs, volume corev1.VolumeArgs, mount corev1.VolumeMountArgs) {
	volumes, _ := pod.Volumes.(corev1.VolumeArray)
	pod.Volumes = append(volumes, volume)
	container := pod.Containers.(corev1.ContainerArray)[0].(*corev1.ContainerArgs)
	mounts, _ := container.VolumeMounts.(corev1.VolumeMountArray)
	container.VolumeMounts = append(mounts, mount)
}

func (f secretFile) mount(pod *corev1.PodSpecArgs) {
	attach(pod, corev1.VolumeArgs{
		Name: pulumi.String(f.volume),
		Secret: &corev1.SecretVolumeSourceArgs{
			SecretName: f.secret.ToStringOutput().ToStringPtrOutput(),
			Items:      corev1.KeyToPathArray{corev1.KeyToPathArgs{Key: pulumi.String(f.entry), Path: pulumi.String(path.Base(f.path))}},
		},
	}, corev1.VolumeMountArgs{
		Name: pulumi.String(f.volume), MountPath: pulumi.String(path.Dir(f.path)), ReadOnly: pulumi.Bool(true),
	})
}

func (w workload) container() *corev1.ContainerArgs {
	container := &corev1.ContainerArgs{
		Name:            pulumi.String(w.product),
		Image:           pulumi.String(w.image),
		ImagePullPolicy: pulumi.String("IfNotPresent"),
		Args:            pulumi.ToStringArray(w.args),
		Env: append(corev1.EnvVarArray{corev1.EnvVarArgs{
			// The collector works harder when memory gets short, before the kernel kills.
			Name: pulumi.String("GOMEMLIMIT"), Value: pulumi.String(goMemoryLimit(w.resources)),
		}}, w.env...),
		Ports:           containerPorts(w.ports),
		Resources:       requirements(w.resources),
		SecurityContext: containerSecurity(),
		StartupProbe:    starting(w.probe, orDefault(w.starts, 60)),
		ReadinessProbe:  ready(w.probe),
		LivenessProbe:   alive(w.probe),
	}
	if w.drain > 0 {
		container.Lifecycle = &corev1.LifecycleArgs{PreStop: &corev1.LifecycleHandlerArgs{
			Sleep: &corev1.SleepActionArgs{Seconds: pulumi.Int(w.drain)},
		}}
	}
	return container
}

// mount puts the stored file into the pod, read-only.
func (w workload) mount(pod *corev1.PodSpecArgs, stored *corev1.ConfigMap) {
	const volume = "config"
	attach(pod, corev1.VolumeArgs{
		Name: pulumi.String(volume), ConfigMap: &corev1.ConfigMapVolumeSourceArgs{Name: stored.Metadata.Name()},
	}, corev1.VolumeMountArgs{
		Name: pulumi.String(volume), MountPath: pulumi.String(configDir), ReadOnly: pulumi.Bool(true),
	})
}

// service puts a stable address in front of the workload's pods. Nobody awaits it: the Deployment
// is awaited already, and Services that wait for pods take the engine's few workers, until with
// --parallel 4 none is left to make the pods.
func (w workload) service(
	ctx *pulumi.Context, parent pulumi.Resource, name string, ports ...naming.Port,
) (*corev1.Service, error) {
	service, err := corev1.NewService(ctx, name+"-service", &corev1.ServiceArgs{
		Metadata: object(w.metadata, pulumi.String(name), w.namespace, w.labels(), map[string]string{
			"pulumi.com/skipAwait": "true",
		}),
		Spec: &corev1.ServiceSpecArgs{
			Type:     pulumi.String("ClusterIP"),
			Selector: pulumi.ToStringMap(w.selector()),
			Ports:    servicePorts(ports),
		},
	}, pulumi.Parent(parent))
	if err != nil {
		return nil, fmt.Errorf("service %s: %w", name, err)
	}
	return service, nil
}

func containerPorts(ports []naming.Port) corev1.ContainerPortArray {
	var all corev1.ContainerPortArray
	for _, port := range ports {
		all = append(all, &corev1.ContainerPortArgs{
			Name: pulumi.String(port.Name()), ContainerPort: pulumi.Int(port), Protocol: pulumi.String("TCP"),
		})
	}
	return all
}

func servicePorts(ports []naming.Port) corev1.ServicePortArray {
	var all corev1.ServicePortArray
	for _, port := range ports {
		all = append(all, &corev1.ServicePortArgs{
			Name:        pulumi.String(port.Name()),
			Port:        pulumi.Int(port),
			TargetPort:  pulumi.String(port.Name()),
			Protocol:    pulumi.String("TCP"),
			AppProtocol: pulumi.String(port.AppProtocol()),
		})
	}
	return all
}
