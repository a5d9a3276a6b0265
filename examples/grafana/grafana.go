package main

import (
	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	image = "docker.io/grafana/grafana:13.1.3"
	port  = 3000
	user  = 472 // the image's own, as a number so that the kubelet sees that it is not root
)

var labels = pulumi.StringMap{"app.kubernetes.io/name": pulumi.String("grafana")}

// grafana runs one Grafana. It keeps nothing: what it shows is in its files, and a new pod reads
// them again.
func grafana(
	ctx *pulumi.Context, namespace pulumi.StringInput, files pulumi.StringMapInput, secrets pulumi.StringMap, opts ...pulumi.ResourceOption,
) error {
	// Neither has a name of its own: Pulumi makes a new one when the content changes, and so the pod
	// is replaced too.
	provisioning, err := corev1.NewConfigMap(ctx, "provisioning", &corev1.ConfigMapArgs{
		Metadata:  &metav1.ObjectMetaArgs{Namespace: namespace, Labels: labels},
		Immutable: pulumi.Bool(true),
		Data:      files,
	}, opts...)
	if err != nil {
		return err
	}
	environment, err := corev1.NewSecret(ctx, "environment", &corev1.SecretArgs{
		Metadata:   &metav1.ObjectMetaArgs{Namespace: namespace, Labels: labels},
		Immutable:  pulumi.Bool(true),
		StringData: secrets,
	}, opts...)
	if err != nil {
		return err
	}
	if _, err := appsv1.NewDeployment(ctx, "grafana", &appsv1.DeploymentArgs{
		Metadata: &metav1.ObjectMetaArgs{Name: pulumi.String("grafana"), Namespace: namespace, Labels: labels},
		Spec: &appsv1.DeploymentSpecArgs{
			Selector: &metav1.LabelSelectorArgs{MatchLabels: labels},
			Template: &corev1.PodTemplateSpecArgs{
				Metadata: &metav1.ObjectMetaArgs{Labels: labels},
				Spec:     pod(container(environment.Metadata.Name()), provisioning.Metadata.Name()),
			},
		},
	}, opts...); err != nil {
		return err
	}
	service, err := corev1.NewService(ctx, "grafana", &corev1.ServiceArgs{
		Metadata: &metav1.ObjectMetaArgs{Name: pulumi.String("grafana"), Namespace: namespace, Labels: labels},
		Spec: &corev1.ServiceSpecArgs{
			Selector: labels,
			Ports:    corev1.ServicePortArray{&corev1.ServicePortArgs{Name: pulumi.String("http"), Port: pulumi.Int(port)}},
		},
	}, opts...)
	if err != nil {
		return err
	}
	ctx.Export("url", pulumi.Sprintf("http://%s.%s.svc:%d", service.Metadata.Name().Elem(), namespace, port))
	return nil
}

func pod(grafana *corev1.ContainerArgs, provisioning pulumi.StringPtrInput) *corev1.PodSpecArgs {
	empty := func(name string) *corev1.VolumeArgs {
		return &corev1.VolumeArgs{Name: pulumi.String(name), EmptyDir: &corev1.EmptyDirVolumeSourceArgs{SizeLimit: pulumi.String("256Mi")}}
	}
	return &corev1.PodSpecArgs{
		AutomountServiceAccountToken: pulumi.Bool(false),
		EnableServiceLinks:           pulumi.Bool(false),
		SecurityContext: &corev1.PodSecurityContextArgs{
			RunAsNonRoot:   pulumi.Bool(true),
			RunAsUser:      pulumi.Int(user),
			RunAsGroup:     pulumi.Int(user),
			FsGroup:        pulumi.Int(user),
			SeccompProfile: &corev1.SeccompProfileArgs{Type: pulumi.String("RuntimeDefault")},
		},
		Containers: corev1.ContainerArray{grafana},
		Volumes: corev1.VolumeArray{
			&corev1.VolumeArgs{Name: pulumi.String("provisioning"), ConfigMap: &corev1.ConfigMapVolumeSourceArgs{Name: provisioning}},
			empty("data"), empty("tmp"),
		},
	}
}

func container(environment pulumi.StringPtrInput) *corev1.ContainerArgs {
	file := func(name, path string) *corev1.VolumeMountArgs {
		return &corev1.VolumeMountArgs{Name: pulumi.String("provisioning"), SubPath: pulumi.String(name), MountPath: pulumi.String(path), ReadOnly: pulumi.Bool(true)}
	}
	return &corev1.ContainerArgs{
		Name:  pulumi.String("grafana"),
		Image: pulumi.String(image),
		// What it needs is in the image: a pod that starts asks nobody on the internet.
		Env: corev1.EnvVarArray{
			variable("GF_PLUGINS_PREINSTALL_DISABLED", "true"),
			variable("GF_ANALYTICS_REPORTING_ENABLED", "false"),
			variable("GF_ANALYTICS_CHECK_FOR_UPDATES", "false"),
			variable("GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES", "false"),
		},
		EnvFrom: corev1.EnvFromSourceArray{&corev1.EnvFromSourceArgs{SecretRef: &corev1.SecretEnvSourceArgs{Name: environment}}},
		Ports:   corev1.ContainerPortArray{&corev1.ContainerPortArgs{Name: pulumi.String("http"), ContainerPort: pulumi.Int(port)}},
		VolumeMounts: corev1.VolumeMountArray{
			file(datasourcesFile, "/etc/grafana/provisioning/datasources/tracestack.yaml"),
			file(providersFile, "/etc/grafana/provisioning/dashboards/tracestack.yaml"),
			// All files; Grafana reads those that end in .json.
			&corev1.VolumeMountArgs{Name: pulumi.String("provisioning"), MountPath: pulumi.String(dashboardsDir), ReadOnly: pulumi.Bool(true)},
			&corev1.VolumeMountArgs{Name: pulumi.String("data"), MountPath: pulumi.String("/var/lib/grafana")},
			&corev1.VolumeMountArgs{Name: pulumi.String("tmp"), MountPath: pulumi.String("/tmp")},
		},
		Resources: &corev1.ResourceRequirementsArgs{
			Requests: pulumi.StringMap{"cpu": pulumi.String("50m"), "memory": pulumi.String("256Mi")},
			Limits:   pulumi.StringMap{"cpu": pulumi.String("1"), "memory": pulumi.String("512Mi")},
		},
		SecurityContext: &corev1.SecurityContextArgs{
			AllowPrivilegeEscalation: pulumi.Bool(false),
			ReadOnlyRootFilesystem:   pulumi.Bool(true),
			Capabilities:             &corev1.CapabilitiesArgs{Drop: pulumi.ToStringArray([]string{"ALL"})},
		},
		// Its database is made at the first start, which takes some time.
		StartupProbe:   healthy(2, 60),
		ReadinessProbe: healthy(5, 3),
		LivenessProbe:  healthy(10, 6),
	}
}

func variable(name, value string) *corev1.EnvVarArgs {
	return &corev1.EnvVarArgs{Name: pulumi.String(name), Value: pulumi.String(value)}
}

func healthy(period, failures int) *corev1.ProbeArgs {
	return &corev1.ProbeArgs{
		HttpGet:          &corev1.HTTPGetActionArgs{Path: pulumi.String("/api/health"), Port: pulumi.String("http")},
		PeriodSeconds:    pulumi.Int(period),
		TimeoutSeconds:   pulumi.Int(2),
		FailureThreshold: pulumi.Int(failures),
	}
}
