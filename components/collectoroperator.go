package components

import (
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/naming"
)

// operated is the collector as the OpenTelemetry operator runs it. Its resource is not named as the component,
// because the operator takes over the Services that the name leads to, and deletes them with the resource: the
// Services that applications know would then go, or find no pod, whenever somebody else is to run the pods.
// They stay the program's own.
func (a CollectorArgs) operated(name string, replicas int) kube.Runner {
	resource := naming.OperatedCollector(name, a.Backend.Name)
	return kube.CustomResource{
		Version: "opentelemetry.io/v1beta1", Kind: "OpenTelemetryCollector",
		Name: resource, Deployment: naming.CollectorService(resource),
		Replicas: replicas, Spec: func(pod *corev1.PodTemplateSpecArgs, config pulumi.Output) map[string]any {
			return operatedSpec(replicas, pod, config)
		},
	}
}

// operatedSpec also says what the operator and the definition of the kind would fill in: another release of
// them may fill in something else.
func operatedSpec(replicas int, pod *corev1.PodTemplateSpecArgs, config pulumi.Output) map[string]any {
	in := pod.Spec.(*corev1.PodSpecArgs)
	container := in.Containers.(corev1.ContainerArray)[0].(*corev1.ContainerArgs)
	spec := map[string]any{
		"mode": "deployment", "managementState": "managed",
		// Otherwise a newer operator changes the configuration, and the next update changes it back.
		"upgradeStrategy": "none",
		"replicas":        replicas,
		"image":           container.Image,
		"imagePullPolicy": container.ImagePullPolicy,
		"config":          config, "configVersions": 1,
		"serviceAccount":     in.ServiceAccountName,
		"podSecurityContext": in.SecurityContext, "securityContext": container.SecurityContext,
		"podAnnotations": pod.Metadata.(*metav1.ObjectMetaArgs).Annotations,
		"resources":      container.Resources, "env": container.Env, "lifecycle": container.Lifecycle,
		// What they ask is in the configuration, as the extension health_check.
		"startupProbe":   timing(container.StartupProbe),
		"readinessProbe": timing(container.ReadinessProbe),
		"livenessProbe":  timing(container.LivenessProbe),

		"terminationGracePeriodSeconds": in.TerminationGracePeriodSeconds,
		"deploymentUpdateStrategy":      map[string]any{"type": "RollingUpdate", "rollingUpdate": map[string]any{"maxSurge": 1, "maxUnavailable": 0}},
		// There is one in any case. This one keeps no node from being drained.
		"podDisruptionBudget": map[string]any{"maxUnavailable": 1},
		// Pods would ask whoever reads prometheus.io/scrape to do so.
		"observability": map[string]any{"metrics": map[string]any{"enableMetrics": false, "disablePrometheusAnnotations": true}},
	}
	for field, value := range map[string]pulumi.Input{
		"nodeSelector": in.NodeSelector, "tolerations": in.Tolerations, "topologySpreadConstraints": in.TopologySpreadConstraints,
		"volumes": in.Volumes, "volumeMounts": container.VolumeMounts,
	} {
		if value != nil {
			spec[field] = value
		}
	}
	return spec
}

// timing is what the operator takes of a probe.
func timing(probe corev1.ProbePtrInput) map[string]any {
	of := probe.(*corev1.ProbeArgs)
	return map[string]any{"periodSeconds": of.PeriodSeconds, "timeoutSeconds": of.TimeoutSeconds, "failureThreshold": of.FailureThreshold}
}
