package components

import (
	"encoding/json"
	"fmt"
	"strconv"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render/jaeger"
	"github.com/tracestack/tracestack/settings"
)

// tended are what sees to a store's indices as time goes by, where the store does not itself.
func (a JaegerStackArgs) tended(name string, own *credential) (roles []kube.Role) {
	if a.Store.Lifecycle() != "" {
		return nil
	}
	if a.Store.RolledOver() {
		roles = append(roles, a.rollover(name, own))
	}
	if !a.Store.KeepIndices {
		roles = append(roles, a.cleaner(name, own))
	}
	return roles
}

// cleaner deletes indices that are older than the retention, every night. It counts days of UTC from the
// end of the present one, and looks at when an index was made.
func (a JaegerStackArgs) cleaner(name string, own *credential) kube.Role {
	args := a.storeOptions()
	if a.Store.RolledOver() {
		args = append(args, "--rollover=true")
	}
	role := a.indexTool(naming.JaegerIndexCleaner(name), "index-cleaner", a.CleanerImage, own,
		append(args, strconv.Itoa(a.Store.kept()), a.storeAddress()))
	role.Runner = kube.CronJob{Job: kube.Job{Restarts: 5}, Schedule: "30 0 * * *"}
	return role
}

// rollover begins the next indices where the present ones are old or large enough. It is asked often, because
// an index is kept for the retention from then on, and because a large one grows on meanwhile.
func (a JaegerStackArgs) rollover(name string, own *credential) kube.Role {
	when, _ := json.Marshal(map[string]string{ // It cannot fail.
		"max_age": a.Store.Rollover.MaxAge.String(), "max_size": fmt.Sprintf("%db", a.Store.Rollover.MaxSize.Bytes()),
	})
	role := a.indexTool(naming.JaegerRollover(name), "rollover", a.RolloverImage, own, a.rolloverArgs("rollover", "--conditions="+string(when)))
	// The next run is soon.
	role.Runner = kube.CronJob{Job: kube.Job{Restarts: 0}, Schedule: "*/10 * * * *"}
	return role
}

// firstIndices makes the first indices of a store that is rolled over, with their aliases and templates. A span
// that came before would make an index of the alias's name. Where they are there nothing is made.
func (a JaegerStackArgs) firstIndices(ctx *pulumi.Context, parent pulumi.Resource, name string, own *credential) ([]pulumi.Resource, error) {
	if !a.Store.RolledOver() {
		return nil, nil
	}
	options := []string{"--shards=" + strconv.Itoa(a.Store.Shards), "--replicas=" + strconv.Itoa(a.Store.Replicas)}
	if policy := a.Store.Lifecycle(); policy != "" {
		options = append(options, "--es.use-ilm=true", "--es.ilm-policy-name="+policy)
	}
	role := a.indexTool(naming.JaegerFirstIndices(name), "first-indices", a.RolloverImage, own, a.rolloverArgs("init", options...))
	role.Pod.Containers[0].Tells = true
	role.Runner = kube.Job{Restarts: 5}
	made, err := kube.Make(ctx, parent, role)
	if err != nil {
		return nil, err
	}
	return []pulumi.Resource{made[0].Runner}, nil
}

// rolloverArgs leaves out the indices of dependencies, which nothing writes with this rotation.
func (a JaegerStackArgs) rolloverArgs(command string, options ...string) []string {
	args := append([]string{command}, a.storeOptions()...)
	return append(append(append(args, "--skip-dependencies=true"), options...), a.storeAddress())
}

// indexTool is one of Jaeger's small programs for indices, which all sign in alike.
func (a JaegerStackArgs) indexTool(name, part, image string, own *credential, args []string) kube.Role {
	role := kube.Role{
		Name:      name,
		Product:   "jaeger",
		Part:      part,
		Namespace: a.Namespace,
		Metadata:  a.Metadata,
		Placement: a.Pods,
		Pod: kube.Pod{Containers: []kube.Container{{
			Name:      part,
			Image:     image,
			Args:      args,
			Resources: settings.FixedResources("10m", "500m", "32Mi", "128Mi"),
		}}},
		Account: &kube.Account{},
	}
	a.Store.access().certify(&role)
	if own != nil {
		// Another password makes no other pods: each run is a new one.
		role.Pod.Containers[0].Env = corev1.EnvVarArray{kube.Variable("ES_PASSWORD", own.secret, own.entry)}
	}
	return role
}

// storeOptions are how such a program signs in, and what it looks at.
func (a JaegerStackArgs) storeOptions() []string {
	s := a.Store
	var args []string
	option := func(given bool, name, value string) {
		if given {
			args = append(args, "--"+name+"="+value)
		}
	}
	option(s.User != "", "es.username", s.User)
	option(s.IndexPrefix != "", "index-prefix", s.IndexPrefix)
	option(s.CASecret != "" || s.ClientCertSecret != "", "es.tls.enabled", "true")
	option(s.CASecret != "", "es.tls.ca", jaeger.StoreFiles.CA)
	option(s.ClientCertSecret != "", "es.tls.cert", jaeger.StoreFiles.Cert)
	option(s.ClientCertSecret != "", "es.tls.key", jaeger.StoreFiles.Key)
	return args
}

// storeAddress is the one that such a program asks.
func (a JaegerStackArgs) storeAddress() string { return jaeger.Addresses(a.Store.URLs)[0] }
