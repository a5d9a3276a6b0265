package components

import (
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

func httpProbe(path string, port naming.Port) corev1.ProbeArgs {
	return corev1.ProbeArgs{HttpGet: &corev1.HTTPGetActionArgs{
		Path: pulumi.String(path), Port: pulumi.String(port.Name()),
	}}
}

func tcpProbe(port naming.Port) corev1.ProbeArgs {
	return corev1.ProbeArgs{TcpSocket: &corev1.TCPSocketActionArgs{Port: pulumi.String(port.Name())}}
}

// starting asks every second, so that a pod counts as up when it is, and gives up in the end. Until
// it has succeeded the other probes wait.
func starting(probe corev1.ProbeArgs, seconds int) *corev1.ProbeArgs {
	return timed(probe, 1, seconds)
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
