package components

import (
	"fmt"
	"time"

	batchv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/batch/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/render/prometheus"
	"github.com/tracestack/tracestack/settings"
)

// How long an address may refuse writes. The kubelet asks again after 10 seconds, and each time after
// twice as long.
const (
	// patchPatience lets the operator restart each pod, one after the other.
	patchPatience = 6 * time.Minute
	// externalPatience lets promtool say why: where nothing answers it tries eleven times itself.
	externalPatience = 3 * time.Minute
)

// writeCheck asks each address to take a write without samples, from where the writers are. A
// Prometheus whose receiver is off answers 404, and a writer would only log it, for each sample that
// it drops. An update ends with that answer instead.
type writeCheck struct {
	workload
	urls     []string
	auth     *BasicAuth
	patience time.Duration
	after    []pulumi.Resource
}

func (a PrometheusRemoteWriteArgs) check(
	name string, urls []string, auth *BasicAuth, patience time.Duration,
) writeCheck {
	return writeCheck{
		workload: workload{
			name:      name + "-check",
			product:   "promtool",
			component: "write-check",
			namespace: a.Namespace,
			metadata:  a.Metadata,
			pods:      a.Pods,
			image:     a.Image,
			resources: settings.FixedResources("10m", "500m", "32Mi", "128Mi"),
		},
		urls: urls, auth: auth, patience: patience,
	}
}

// create makes a Job, which the provider awaits. It has succeeded once and stays: it runs again when
// an address changes.
func (c writeCheck) create(ctx *pulumi.Context, parent pulumi.Resource) (*batchv1.Job, error) {
	pod := c.checkPod()
	if c.auth != nil {
		file, err := prometheus.Client{User: c.auth.User, PasswordFile: passwordDir + "/" + c.auth.PasswordEntry}.Render()
		if err != nil {
			return nil, err
		}
		c.config = newConfigFile(file.Name, pulumi.ToOutput(file))
		stored, err := c.configMap(ctx, parent)
		if err != nil {
			return nil, fmt.Errorf("configuration: %w", err)
		}
		pod.Volumes = c.volumes(stored)
	}
	return batchv1.NewJob(ctx, c.name, &batchv1.JobArgs{
		Metadata: object(c.metadata, pulumi.String(c.name), c.namespace, c.labels(), nil),
		Spec: &batchv1.JobSpecArgs{
			ActiveDeadlineSeconds: pulumi.Int(c.patience / time.Second),
			// The deadline alone ends it.
			BackoffLimit: pulumi.Int(100),
			Template: &corev1.PodTemplateSpecArgs{
				Metadata: &metav1.ObjectMetaArgs{
					Labels: pulumi.ToStringMap(merged(c.metadata.Labels, c.labels())), Annotations: pulumi.ToStringMap(c.metadata.Annotations),
				},
				Spec: pod,
			},
		},
	}, pulumi.Parent(parent), pulumi.DependsOn(c.after))
}

func (c writeCheck) checkPod() *corev1.PodSpecArgs {
	pod := &corev1.PodSpecArgs{
		AutomountServiceAccountToken: pulumi.Bool(false),
		EnableServiceLinks:           pulumi.Bool(false),
		SecurityContext:              podSecurity(),
		RestartPolicy:                pulumi.String("OnFailure"),
		Containers:                   c.containers(),
	}
	where := *c.pods
	where.TopologySpread = nil // One pod has none to be kept apart from.
	place(where, pod, nil, "")
	return pod
}

// containers are one for each address: promtool asks one.
func (c writeCheck) containers() corev1.ContainerArray {
	var all corev1.ContainerArray
	for i, url := range c.urls {
		container := &corev1.ContainerArgs{
			Name:            pulumi.String(fmt.Sprintf("write-%d", i)),
			Image:           pulumi.String(c.image),
			ImagePullPolicy: pulumi.String("IfNotPresent"),
			Command:         pulumi.ToStringArray([]string{"/bin/promtool"}),
			// The path is the address's own, and an empty file has no samples.
			Args:            pulumi.ToStringArray([]string{"push", "metrics", "--timeout=5s", "--remote-write.path=/", url, "/dev/null"}),
			Env:             corev1.EnvVarArray{corev1.EnvVarArgs{Name: pulumi.String("GOMEMLIMIT"), Value: pulumi.String(goMemoryLimit(c.resources))}},
			Resources:       requirements(c.resources),
			SecurityContext: containerSecurity(),
			// promtool says what it was answered, and the provider shows it where the Job fails.
			TerminationMessagePolicy: pulumi.String("FallbackToLogsOnError"),
		}
		if c.auth != nil {
			container.Args = append(container.Args.(pulumi.StringArray), pulumi.String("--http.config.file="+configDir+"/"+prometheus.ClientFileName))
			container.VolumeMounts = corev1.VolumeMountArray{
				corev1.VolumeMountArgs{Name: pulumi.String("config"), MountPath: pulumi.String(configDir), ReadOnly: pulumi.Bool(true)},
				corev1.VolumeMountArgs{Name: pulumi.String("password"), MountPath: pulumi.String(passwordDir), ReadOnly: pulumi.Bool(true)},
			}
		}
		all = append(all, container)
	}
	return all
}

const passwordDir = "/etc/tracestack-password"

func (c writeCheck) volumes(stored *corev1.ConfigMap) corev1.VolumeArray {
	return corev1.VolumeArray{
		corev1.VolumeArgs{Name: pulumi.String("config"), ConfigMap: &corev1.ConfigMapVolumeSourceArgs{Name: stored.Metadata.Name()}},
		corev1.VolumeArgs{Name: pulumi.String("password"), Secret: &corev1.SecretVolumeSourceArgs{
			SecretName: pulumi.String(c.auth.SecretName),
			Items: corev1.KeyToPathArray{corev1.KeyToPathArgs{
				Key: pulumi.String(c.auth.PasswordEntry), Path: pulumi.String(c.auth.PasswordEntry),
			}},
		}},
	}
}
