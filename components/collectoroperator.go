package components

import (
	"maps"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/naming"
)

const (
	operatorVersion = "opentelemetry.io/v1beta1"
	operatorKind    = "OpenTelemetryCollector"
)

// operated is the collector as the OpenTelemetry operator runs it. Its resource is not named as the component,
// because the operator takes over the Services that the name leads to, and deletes them with the resource: the
// Services that applications know would then go, or find no pod, whenever somebody else is to run the pods.
// They stay the program's own.
func (a CollectorArgs) operated(name string, replicas int, volume *kube.Volume) kube.Runner {
	resource := naming.OperatedCollector(name, a.Backend.Name)
	if volume != nil {
		resource = naming.OperatedQueue(name)
	}
	return kube.CustomResource{
		Version: operatorVersion, Kind: operatorKind, Name: resource, Makes: naming.CollectorService(resource),
		Replicas: replicas, Volume: volume,
		Spec: func(of kube.Operated) map[string]any {
			spec := operatedSpec(of)
			maps.Copy(spec, operatedMode(of, naming.CollectorHeadlessService(name)))
			return spec
		},
	}
}

// operatedSpec also says what the operator and the definition of the kind would fill in: another release of
// them may fill in something else.
func operatedSpec(of kube.Operated) map[string]any {
	in := of.Pod.Spec.(*corev1.PodSpecArgs)
	container := in.Containers.(corev1.ContainerArray)[0].(*corev1.ContainerArgs)
	spec := map[string]any{
		"managementState": "managed",
		// Otherwise a newer operator changes the configuration, and the next update changes it back.
		"upgradeStrategy": "none",
		"replicas":        of.Replicas,
		"image":           container.Image,
		"imagePullPolicy": container.ImagePullPolicy,
		"config":          of.Config, "configVersions": 1,
		"serviceAccount":     in.ServiceAccountName,
		"podSecurityContext": in.SecurityContext, "securityContext": container.SecurityContext,
		"podAnnotations": of.Pod.Metadata.(*metav1.ObjectMetaArgs).Annotations,
		"resources":      container.Resources, "env": container.Env, "lifecycle": container.Lifecycle,
		// What they ask is in the configuration, as the extension health_check.
		"startupProbe":   timing(container.StartupProbe),
		"readinessProbe": timing(container.ReadinessProbe),
		"livenessProbe":  timing(container.LivenessProbe),

		"terminationGracePeriodSeconds": in.TerminationGracePeriodSeconds,
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

// operatedMode says what the operator makes, as the program would make it.
func operatedMode(of kube.Operated, service string) map[string]any {
	if of.Claims == nil {
		return map[string]any{
			"mode":                     "deployment",
			"deploymentUpdateStrategy": map[string]any{"type": "RollingUpdate", "rollingUpdate": map[string]any{"maxSurge": 1, "maxUnavailable": 0}},
		}
	}
	return map[string]any{
		"mode": "statefulset", "volumeClaimTemplates": of.Claims,
		"serviceName": service, "podManagementPolicy": "Parallel",
		"persistentVolumeClaimRetentionPolicy": map[string]any{"whenDeleted": "Retain", "whenScaled": "Retain"},
	}
}

// timing is what the operator takes of a probe.
func timing(probe corev1.ProbePtrInput) map[string]any {
	of := probe.(*corev1.ProbeArgs)
	return map[string]any{"periodSeconds": of.PeriodSeconds, "timeoutSeconds": of.TimeoutSeconds, "failureThreshold": of.FailureThreshold}
}
