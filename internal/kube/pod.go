package kube

import (
	"fmt"
	"slices"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Pod is what is in a role's pods. Every container sees all of its files.
type Pod struct {
	Init       []Container // run before, one after the other
	Containers []Container
	Config     *Config   // nil: the product has no file
	Files      []*Config // that the product reads beside its configuration
	Scratch    *Scratch  // nil: the product writes no files that may go with the pod
	Secrets    []Secret
	Labels     map[string]string  // beside those of the role
	Revision   pulumi.StringInput // of what pods read at their start alone; nil: there is none
	Grace      int                // seconds from being told to stop to being killed; 0: Kubernetes' own
}

// template is a pod as its runner gets it. Where it rolls, a change of its configuration makes another
// pod; what it reads at its start does so in any case.
type template struct {
	*corev1.PodTemplateSpecArgs
	pod *corev1.PodSpecArgs
}

// template makes the account and the configuration, and the pod that has them.
func (r Role) template(ctx *pulumi.Context, parent pulumi.Resource, rolls bool) (template, error) {
	pod := &corev1.PodSpecArgs{
		AutomountServiceAccountToken: pulumi.Bool(false),
		// Services' addresses as variables would meet the products' own: both Jaeger and the
		// demo read variables that begin with JAEGER_.
		EnableServiceLinks: pulumi.Bool(false),
		SecurityContext:    podSecurity(),
		Containers:         containers(r.Pod.Containers),
	}
	if len(r.Pod.Init) > 0 {
		pod.InitContainers = containers(r.Pod.Init)
	}
	if r.Pod.Grace > 0 {
		pod.TerminationGracePeriodSeconds = pulumi.Int(r.Pod.Grace)
	}
	if err := r.useAccount(ctx, parent, pod); err != nil {
		return template{}, fmt.Errorf("service account: %w", err)
	}
	if r.Pod.Scratch != nil {
		r.Pod.Scratch.mount(pod)
	}
	annotations := pulumi.ToStringMap(r.Metadata.Annotations)
	if err := r.configure(ctx, parent, pod, annotations, rolls); err != nil {
		return template{}, fmt.Errorf("configuration: %w", err)
	}
	if r.Pod.Revision != nil {
		annotations["checksum/credentials"] = r.Pod.Revision
	}
	for _, secret := range r.Pod.Secrets {
		secret.mount(pod)
	}
	labels := merged(r.Metadata.Labels, r.labels(), r.Pod.Labels, r.towards())
	return template{&corev1.PodTemplateSpecArgs{
		Metadata: &metav1.ObjectMetaArgs{Labels: pulumi.ToStringMap(labels), Annotations: annotations},
		Spec:     pod,
	}, pod}, nil
}

// runAs is the user that the Jaeger and collector images are made for. It is written as a number
// because the kubelet cannot see whether a named user is root, and because HotROD's image, made
// from scratch, names none.
const runAs = 10001

// Passwd is the file that gives the pods' user a name, for a program that asks for one.
func Passwd(name, home string) string {
	return fmt.Sprintf("%s:x:%d:%d::%s:/bin/false\n", name, runAs, runAs, home)
}

func podSecurity() *corev1.PodSecurityContextArgs {
	return &corev1.PodSecurityContextArgs{
		RunAsNonRoot:   pulumi.Bool(true),
		RunAsUser:      pulumi.Int(runAs),
		RunAsGroup:     pulumi.Int(runAs),
		FsGroup:        pulumi.Int(runAs),
		SeccompProfile: &corev1.SeccompProfileArgs{Type: pulumi.String("RuntimeDefault")},
	}
}

// attach gives a pod one more volume, and every container the place where it is.
func attach(pod *corev1.PodSpecArgs, volume corev1.VolumeArgs, mount corev1.VolumeMountArgs) {
	volumes, _ := pod.Volumes.(corev1.VolumeArray)
	pod.Volumes = append(volumes, volume)
	mountInAll(pod, mount)
}

func mountInAll(pod *corev1.PodSpecArgs, mount corev1.VolumeMountArgs) {
	first, _ := pod.InitContainers.(corev1.ContainerArray)
	for _, one := range append(slices.Clone(first), pod.Containers.(corev1.ContainerArray)...) {
		container := one.(*corev1.ContainerArgs)
		mounts, _ := container.VolumeMounts.(corev1.VolumeMountArray)
		container.VolumeMounts = append(mounts, mount)
	}
}
