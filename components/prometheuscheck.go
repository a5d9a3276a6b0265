package components

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/render/prometheus"
	"github.com/tracestack/tracestack/settings"
)

// How often an address may refuse. Where nothing answers a write, promtool tries eleven times before it ends,
// for more than a minute, so that such an address is given minutes with any of these.
const (
	// patchRestarts, five minutes, let the operator restart each pod, one after the other.
	patchRestarts = 5
	// externalRestarts, half a minute: it should answer already.
	externalRestarts = 2
)

// checks ask every address once, from where the writers are. Each write address must take a write without
// samples: a Prometheus whose receiver is off answers 404, and a writer would only log it, for each sample
// that it drops. The query address must answer a query. An update ends with the answer of one that does not.
// They are two Jobs because their containers' failures are counted together.
func (a PrometheusRemoteWriteArgs) checks(name string, writes []string, query string, auth *BasicAuth) ([]kube.Role, error) {
	all := []kube.Role{
		a.check(name+"-check", "write-check", nil),
		a.check(name+"-query-check", "query-check", []kube.Container{
			a.promtool("prometheus-query-url", "query", "instant", query, "vector(1)"),
		}),
	}
	for i, url := range writes {
		// The path is the address's own, and an empty file has no samples.
		all[0].Pod.Containers = append(all[0].Pod.Containers, a.promtool(fmt.Sprintf("write-%d", i),
			"push", "metrics", "--timeout=5s", "--remote-write.path=/", url, "/dev/null"))
	}
	if auth != nil {
		for i := range all {
			if err := auth.signIn(&all[i].Pod); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

func (a PrometheusRemoteWriteArgs) check(name, part string, containers []kube.Container) kube.Role {
	return kube.Role{
		Name:      name,
		Product:   "promtool",
		Part:      part,
		Namespace: a.Namespace,
		Metadata:  a.Metadata,
		Placement: a.Pods,
		Pod:       kube.Pod{Containers: containers},
	}
}

// promtool asks one address. It says what it was answered, and the provider shows it where the Job fails.
func (a PrometheusRemoteWriteArgs) promtool(name string, args ...string) kube.Container {
	return kube.Container{
		Name:      name,
		Image:     a.Image,
		Command:   []string{"/bin/promtool"},
		Args:      args,
		Resources: settings.FixedResources("10m", "500m", "32Mi", "128Mi"),
		Tells:     true,
	}
}

// signIn makes promtool a user.
func (b BasicAuth) signIn(pod *kube.Pod) error {
	const dir = "/etc/tracestack-password"
	file, err := prometheus.Client{User: b.User, PasswordFile: dir + "/" + b.PasswordEntry}.Render()
	if err != nil {
		return err
	}
	pod.Config = kube.NewConfig(file.Name, pulumi.ToOutput(file))
	pod.Secrets = []kube.Secret{{
		Volume: "password", Name: pulumi.String(b.SecretName), Dir: dir,
		Files: map[string]string{b.PasswordEntry: b.PasswordEntry},
	}}
	for i := range pod.Containers {
		pod.Containers[i].Args = append(pod.Containers[i].Args, "--http.config.file="+pod.Config.Path())
	}
	return nil
}

// checked is the store when all checks have passed.
func (p *PrometheusRemoteWrite) checked(
	ctx *pulumi.Context, checks []kube.Role, job kube.Job, writes []string, query string, auth *BasicAuth,
) (MetricsStore, error) {
	for i := range checks {
		checks[i].Runner = job
	}
	made, err := kube.Make(ctx, p, checks...)
	if err != nil {
		return MetricsStore{}, fmt.Errorf("check: %w", err)
	}
	return MetricsStore{
		RemoteWriteURLs: whenReady(ctx, pulumi.ToStringArray(writes).ToStringArrayOutput(), made[0].Runner),
		QueryURL:        whenReady(ctx, pulumi.String(query).ToStringOutput(), made[1].Runner),
		Auth:            auth,
	}, nil
}
