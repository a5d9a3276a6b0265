package components

import (
	"fmt"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/naming"
)

// runAs is the user that the Jaeger and collector images are made for. It is written as a number
// because the kubelet cannot see whether a named user is root, and because HotROD's image, made
// from scratch, names none.
const runAs = 10001

func podSecurity() *corev1.PodSecurityContextArgs {
	return &corev1.PodSecurityContextArgs{
		RunAsNonRoot:   pulumi.Bool(true),
		RunAsUser:      pulumi.Int(runAs),
		RunAsGroup:     pulumi.Int(runAs),
		FsGroup:        pulumi.Int(runAs),
		SeccompProfile: &corev1.SeccompProfileArgs{Type: pulumi.String("RuntimeDefault")},
	}
}

func containerSecurity() *corev1.SecurityContextArgs {
	return &corev1.SecurityContextArgs{
		AllowPrivilegeEscalation: pulumi.Bool(false),
		ReadOnlyRootFilesystem:   pulumi.Bool(true),
		Capabilities:             &corev1.CapabilitiesArgs{Drop: pulumi.ToStringArray([]string{"ALL"})},
	}
}

// mebibytes is an amount of memory.
type mebibytes int

// String writes it as Kubernetes does when it gives a quantity back, so that a refresh sees no
// difference where there is none.
func (m mebibytes) String() string {
	if m%1024 == 0 {
		return fmt.Sprintf("%dGi", int(m)/1024)
	}
	return fmt.Sprintf("%dMi", int(m))
}

func (m mebibytes) bytes() int64 { return int64(m) << 20 }

// millicores is an amount of processor time: 1000 are one core.
type millicores int

// String writes it as Kubernetes does, as above.
func (m millicores) String() string {
	if m%1000 == 0 {
		return fmt.Sprint(int(m) / 1000)
	}
	return fmt.Sprintf("%dm", int(m))
}

// resources of one container. Both CPU values are always given: a limit alone reserves as much,
// and on a small node the next pod then stays Pending.
type resources struct {
	cpuRequest, cpuLimit       millicores
	memoryRequest, memoryLimit mebibytes
}

func (r resources) requirements() *corev1.ResourceRequirementsArgs {
	return &corev1.ResourceRequirementsArgs{
		Requests: pulumi.StringMap{
			"cpu": pulumi.String(r.cpuRequest.String()), "memory": pulumi.String(r.memoryRequest.String()),
		},
		Limits: pulumi.StringMap{
			"cpu": pulumi.String(r.cpuLimit.String()), "memory": pulumi.String(r.memoryLimit.String()),
		},
	}
}

// goMemoryLimit leaves a fifth of the container's memory for what the Go runtime does not count.
func (r resources) goMemoryLimit() string {
	return fmt.Sprintf("%dMiB", int(r.memoryLimit)*4/5)
}

func httpProbe(path string, port naming.Port) corev1.ProbeArgs {
	return corev1.ProbeArgs{HttpGet: &corev1.HTTPGetActionArgs{
		Path: pulumi.String(path), Port: pulumi.String(port.Name()),
	}}
}

func tcpProbe(port naming.Port) corev1.ProbeArgs {
	return corev1.ProbeArgs{TcpSocket: &corev1.TCPSocketActionArgs{Port: pulumi.String(port.Name())}}
}

// starting asks every second, so that a pod counts as up when it is, and gives up after a minute.
// Until it has succeeded the other probes wait.
func starting(probe corev1.ProbeArgs) *corev1.ProbeArgs {
	return timed(probe, 1, 60)
}

// ready takes a pod into its Services within a second of its start, and out of them within three.
func ready(probe corev1.ProbeArgs) *corev1.ProbeArgs {
	return timed(probe, 1, 3)
}

// alive is patient: killing a pod that is only busy loses what it holds.
func alive(probe corev1.ProbeArgs) *corev1.ProbeArgs {
	return timed(probe, 10, 6)
}

func timed(probe corev1.ProbeArgs, period, failures int) *corev1.ProbeArgs {
	probe.PeriodSeconds = pulumi.Int(period)
	probe.TimeoutSeconds = pulumi.Int(2)
	probe.FailureThreshold = pulumi.Int(failures)
	return &probe
}
