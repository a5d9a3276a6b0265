package components

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/render/prometheus"
	"github.com/tracestack/tracestack/settings"
)

// How often an address may refuse writes. Where nothing answers, promtool tries eleven times before it ends,
// for more than a minute, so that such an address is given minutes with any of these.
const (
	// patchRestarts, five minutes, let the operator restart each pod, one after the other.
	patchRestarts = 5
	// externalRestarts, half a minute: it should take writes already.
	externalRestarts = 2
)

// writeCheck asks each address to take a write without samples, from where the writers are. A
// Prometheus whose receiver is off answers 404, and a writer would only log it, for each sample that
// it drops. An update ends with that answer instead.
type writeCheck struct {
	role kube.Role
	auth *BasicAuth
}

func (a PrometheusRemoteWriteArgs) writeCheck(name string, urls []string, auth *BasicAuth, job kube.Job) writeCheck {
	return writeCheck{auth: auth, role: kube.Role{
		Name:      name + "-check",
		Product:   "promtool",
		Part:      "write-check",
		Namespace: a.Namespace,
		Metadata:  a.Metadata,
		Placement: a.Pods,
		Pod:       kube.Pod{Containers: a.writes(urls)},
		Runner:    job,
	}}
}

// writes are one container for each address: promtool asks one.
func (a PrometheusRemoteWriteArgs) writes(urls []string) []kube.Container {
	var all []kube.Container
	for i, url := range urls {
		all = append(all, kube.Container{
			Name:    fmt.Sprintf("write-%d", i),
			Image:   a.Image,
			Command: []string{"/bin/promtool"},
			// The path is the address's own, and an empty file has no samples.
			Args:      []string{"push", "metrics", "--timeout=5s", "--remote-write.path=/", url, "/dev/null"},
			Resources: settings.FixedResources("10m", "500m", "32Mi", "128Mi"),
			// promtool says what it was answered, and the provider shows it where the Job fails.
			Tells: true,
		})
	}
	return all
}

func (c writeCheck) make(ctx *pulumi.Context, parent pulumi.Resource) (pulumi.Resource, error) {
	if c.auth != nil {
		const dir = "/etc/tracestack-password"
		entry := c.auth.PasswordEntry
		file, err := prometheus.Client{User: c.auth.User, PasswordFile: dir + "/" + entry}.Render()
		if err != nil {
			return nil, err
		}
		c.role.Pod.Config = kube.NewConfig(file.Name, pulumi.ToOutput(file))
		c.role.Pod.Secrets = []kube.Secret{{
			Volume: "password", Name: pulumi.String(c.auth.SecretName), Dir: dir, Files: map[string]string{entry: entry},
		}}
		for i := range c.role.Pod.Containers {
			args := &c.role.Pod.Containers[i].Args
			*args = append(*args, "--http.config.file="+c.role.Pod.Config.Path())
		}
	}
	made, err := kube.Make(ctx, parent, c.role)
	if err != nil {
		return nil, err
	}
	return made[0].Runner, nil
}
