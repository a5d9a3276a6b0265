package kube

import (
	"fmt"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/settings"
)

// Container is one program of a pod.
type Container struct {
	Name      string
	Image     string
	Command   []string // nil: the image's
	Args      []string
	Env       corev1.EnvVarArray
	Ports     []naming.Port
	MorePorts []NamedPort
	Resources *settings.Resources
	Probe     *Probe // nil: it is up while it runs
	// Drain keeps a stopping container serving for some seconds, until no node sends to it any more.
	// It is Kubernetes' own sleep, of 1.30 and newer: the images have no shell.
	Drain int
	// Tells is for a program whose last words are shown where it fails.
	Tells bool
}

// Probe is how to see that a container is up.
type Probe struct {
	Path   string // by HTTP; empty: by TCP
	Port   naming.Port
	Starts int // seconds that it may take to start; 0: 60
}

func containers(all []Container) corev1.ContainerArray {
	var made corev1.ContainerArray
	for _, one := range all {
		made = append(made, one.make())
	}
	return made
}

func (c Container) make() *corev1.ContainerArgs {
	container := &corev1.ContainerArgs{
		Name:            pulumi.String(c.Name),
		Image:           pulumi.String(c.Image),
		ImagePullPolicy: pulumi.String("IfNotPresent"),
		Args:            pulumi.ToStringArray(literal(c.Args)),
		Env: append(corev1.EnvVarArray{corev1.EnvVarArgs{
			// A Go program works harder when memory gets short, before the kernel kills.
			Name: pulumi.String("GOMEMLIMIT"), Value: pulumi.String(goMemoryLimit(c.Resources)),
		}}, c.Env...),
		Ports:           append(containerPorts(c.Ports), moreContainerPorts(c.MorePorts)...),
		Resources:       requirements(c.Resources),
		SecurityContext: containerSecurity(),
	}
	if c.Command != nil {
		container.Command = pulumi.ToStringArray(literal(c.Command))
	}
	if c.Probe != nil {
		c.Probe.watch(container)
	}
	if c.Drain > 0 {
		container.Lifecycle = &corev1.LifecycleArgs{PreStop: &corev1.LifecycleHandlerArgs{
			Sleep: &corev1.SleepActionArgs{Seconds: pulumi.Int(c.Drain)},
		}}
	}
	if c.Tells {
		container.TerminationMessagePolicy = pulumi.String("FallbackToLogsOnError")
	}
	return container
}

// literal keeps Kubernetes from putting variables in: it takes $(NAME) for one, and $$ for $.
func literal(args []string) []string {
	var all []string
	for _, arg := range args {
		all = append(all, render.EscapeDollars(arg))
	}
	return all
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

// NamedPort is a port that the program knows nothing of.
type NamedPort struct {
	Name string
	Port int
}

func moreContainerPorts(ports []NamedPort) corev1.ContainerPortArray {
	var all corev1.ContainerPortArray
	for _, port := range ports {
		all = append(all, &corev1.ContainerPortArgs{
			Name: pulumi.String(port.Name), ContainerPort: pulumi.Int(port.Port), Protocol: pulumi.String("TCP"),
		})
	}
	return all
}

// requirements always have both CPU values: a limit alone reserves as much, and on a small node the next
// pod then stays Pending.
func requirements(r *settings.Resources) *corev1.ResourceRequirementsArgs {
	amounts := func(a *settings.Amounts) pulumi.StringMap {
		return pulumi.StringMap{"cpu": pulumi.String(a.CPU.String()), "memory": pulumi.String(a.Memory.String())}
	}
	return &corev1.ResourceRequirementsArgs{Requests: amounts(r.Requests), Limits: amounts(r.Limits)}
}

// goMemoryLimit leaves a fifth of the container's memory for what the Go runtime does not count.
func goMemoryLimit(r *settings.Resources) string {
	return fmt.Sprintf("%dMiB", r.Limits.Memory.Bytes()>>20*4/5)
}

func containerSecurity() *corev1.SecurityContextArgs {
	return &corev1.SecurityContextArgs{
		AllowPrivilegeEscalation: pulumi.Bool(false),
		ReadOnlyRootFilesystem:   pulumi.Bool(true),
		Capabilities:             &corev1.CapabilitiesArgs{Drop: pulumi.ToStringArray([]string{"ALL"})},
	}
}

// watch asks every second while the container starts, so that it counts as up when it is, and gives up
// in the end; the other probes wait until then. It takes a pod into its Services within a second, and out
// of them within three. To kill it is patient: a pod that is only busy would lose what it holds.
func (p Probe) watch(container *corev1.ContainerArgs) {
	starts := p.Starts
	if starts == 0 {
		starts = 60
	}
	container.StartupProbe = p.every(1, starts)
	container.ReadinessProbe = p.every(1, 3)
	container.LivenessProbe = p.every(10, 6)
}

func (p Probe) every(seconds, failures int) *corev1.ProbeArgs {
	probe := &corev1.ProbeArgs{
		PeriodSeconds: pulumi.Int(seconds), TimeoutSeconds: pulumi.Int(2), FailureThreshold: pulumi.Int(failures),
	}
	if p.Path == "" {
		probe.TcpSocket = &corev1.TCPSocketActionArgs{Port: pulumi.String(p.Port.Name())}
	} else {
		probe.HttpGet = &corev1.HTTPGetActionArgs{Path: pulumi.String(p.Path), Port: pulumi.String(p.Port.Name())}
	}
	return probe
}
