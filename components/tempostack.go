package components

import (
	"path"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/internal/render/grafana"
	"github.com/tracestack/tracestack/internal/render/tempo"
	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/internal/versions"
	"github.com/tracestack/tracestack/settings"
)

const tempoStackType = "tracestack:index:TempoStack"

// TempoStack is Grafana Tempo, all of it in one pod with a disk: what comes in is written there
// first, and as blocks to its store.
type TempoStack struct {
	pulumi.ResourceState

	Backend Backend `pulumi:"backend" doc:"For a Collector and for Grafana. Its uiUrl is empty: Tempo has no pages, Grafana shows its traces."`
}

// TempoStackArgs describe a TempoStack.
type TempoStackArgs struct {
	Namespace pulumi.StringInput `pulumi:"namespace" doc:"Of everything that is made."`
	Store     *ObjectStoreArgs   `pulumi:"store,optional" doc:"Where blocks are kept; without one on the volume."`
	Metrics   *MetricsStoreArgs  `pulumi:"metrics,optional" doc:"Where service graphs and metrics of spans are written; without one none are made. TraceQL metrics queries are answered with and without."`
	settings.Tempo
	Image    string             `pulumi:"image,optional" format:"image" doc:"The image, by default the pinned release. Its tag tells the release, from 2.9 to 3: it decides what the configuration looks like." rule:"its tag must begin with the number of a release, 2.9 or newer and below 4"`
	Metadata *settings.Metadata `pulumi:"metadata,optional" doc:"Labels and annotations of everything that is made."`
	Pods     *settings.Pods     `pulumi:"pods,optional" doc:"How pods are pulled and placed."`
}

// Rules across the fields.
func (a *TempoStackArgs) Rules(l spec.Look) {
	if _, known := versions.TempoMajor(spec.TagOf(a.Image)); !known && l.Sound("image") {
		l.Refuse("image", spec.Shown(a.Image), "its tag "+versions.TempoTagRule)
	}
	if a.Metrics != nil && a.Metrics.RemoteWriteURLs == nil {
		l.Refuse("metrics.remoteWriteUrls", spec.NotSet, "must be given")
	}
}

// NewTempoStack makes a TempoStack. Its name is its Service's, which takes spans and answers queries.
func NewTempoStack(
	ctx *pulumi.Context, name string, args *TempoStackArgs, opts ...pulumi.ResourceOption,
) (*TempoStack, error) {
	a := *orDefault(args, &TempoStackArgs{})
	a.Image = orDefault(a.Image, versions.Tempo.String())
	if err := settle("tempo stack", name, &a); err != nil {
		return nil, err
	}
	component := &TempoStack{}
	if err := ctx.RegisterComponentResourceV2(tempoStackType, name, inputs(&a), component, opts...); err != nil {
		return nil, err
	}
	made, err := kube.Make(ctx, component, a.monolith(name))
	if err != nil {
		return nil, refuse("tempo stack", name, err)
	}
	component.Backend = tempoBackend(name, a.Namespace)
	component.Backend.OTLPEndpoint = whenReady(ctx, component.Backend.OTLPAddress, made[0].Resources()...)
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{
		"otlpEndpoint": component.Backend.OTLPEndpoint,
		"queryUrl":     component.Backend.QueryURL,
		"healthUrl":    component.Backend.HealthURL,
	})
}

func tempoBackend(name string, namespace pulumi.StringInput) Backend {
	query := at(namespace, naming.TempoService(name), naming.TempoHTTP, "")
	return Backend{
		Name:        name,
		OTLPAddress: at(namespace, naming.TempoService(name), naming.OTLPGRPC, ""),
		QueryURL:    query,
		UIURL:       pulumi.String("").ToStringOutput(),
		HealthURL:   at(namespace, naming.TempoService(name), naming.TempoHTTP, tempo.ReadyPath),
		Datasource: Datasource{
			Name: naming.DatasourceName("Tempo", naming.Tempo, name), Type: grafana.TypeTempo, UID: naming.DatasourceUID(name), URL: query,
			JSONData:    map[string]any{"nodeGraph": map[string]any{"enabled": true}},
			SpanMetrics: true,
		},
	}
}

func (a TempoStackArgs) monolith(name string) kube.Role {
	config := kube.NewConfig(tempo.FileName, a.render())
	ports := []naming.Port{naming.TempoHTTP, naming.OTLPGRPC, naming.OTLPHTTP}
	role := kube.Role{
		Name:      naming.TempoService(name),
		Product:   "tempo",
		Part:      "monolith",
		Namespace: a.Namespace,
		Metadata:  a.Metadata,
		Placement: a.Pods,
		Pod: kube.Pod{
			Containers: []kube.Container{{
				Name:      "tempo",
				Image:     a.Image,
				Args:      []string{"-config.file=" + config.Path(), "-config.expand-env=true"},
				Ports:     ports,
				Resources: a.Resources,
				// What is on the volume is read again at the start.
				Probe: &kube.Probe{Path: tempo.ReadyPath, Port: naming.TempoHTTP, Starts: 600},
				// A query of the last half minute would keep Tempo, 2 and 3, from ever ending: its queue of
				// queries is swept every 30 s, not any more while it stops, and it waits for the queue to go.
				Drain: 32,
			}},
			Config: config,
			// The drain, then what came in is written to the store, and the last samples to the metrics
			// store. What is not written by the end is on the volume.
			Grace: 95,
		},
		// One: release 2 and 3 in one process know no second.
		Runner: kube.StatefulSet{
			Replicas: 1, Service: naming.TempoService(name), Volume: kube.Volume{Path: tempo.Dir, Volume: a.Volume},
		},
		Account:  &kube.Account{},
		Services: []kube.Service{{Name: naming.TempoService(name), Ports: ports}},
	}
	if a.Store != nil {
		a.Store.reach(&role)
	}
	if a.Metrics != nil && a.Metrics.Auth != nil {
		role.Pod.Secrets = append(role.Pod.Secrets, kube.Secret{
			Volume: "metrics-password", Name: pulumi.String(a.Metrics.Auth.SecretName), Dir: path.Dir(tempo.PasswordFile),
			Files: map[string]string{a.Metrics.Auth.PasswordEntry: path.Base(tempo.PasswordFile)},
		})
	}
	return role
}

// reach lets the pods of a role into the store: with keys, or with an identity of their own.
func (s ObjectStoreArgs) reach(role *kube.Role) {
	role.Account.Annotations = s.ServiceAccountAnnotations
	keys := s.Credentials
	if keys == nil {
		if s.Provider == settings.ProviderAzure {
			// Without it Azure gives the pod no token.
			role.Pod.Labels = map[string]string{"azure.workload.identity/use": "true"}
		}
		return
	}
	role.Pod.Revision = keys.Revision
	env := &role.Pod.Containers[0].Env
	if s.Provider == settings.ProviderGCS {
		const dir, file = "/etc/tracestack-store", "key.json"
		role.Pod.Secrets = append(role.Pod.Secrets, kube.Secret{
			Volume: "store-key", Name: keys.SecretName, Dir: dir, Files: map[string]string{keys.SecretKeyEntry: file},
		})
		*env = append(*env, corev1.EnvVarArgs{Name: pulumi.String(tempo.GoogleFileVariable), Value: pulumi.String(dir + "/" + file)})
		return
	}
	*env = append(*env,
		kube.Variable(tempo.AccessKeyVariable, keys.SecretName, keys.AccessKeyEntry),
		kube.Variable(tempo.SecretKeyVariable, keys.SecretName, keys.SecretKeyEntry),
	)
}

// render gives the file when bucket and addresses are known, which they are in a preview too unless
// they are made in the same update.
func (a TempoStackArgs) render() pulumi.Output {
	c := a.config()
	bucket, urls := pulumi.StringInput(pulumi.String("")), pulumi.StringArrayInput(pulumi.StringArray{})
	if a.Store != nil {
		bucket = a.Store.Bucket
	}
	if a.Metrics != nil {
		urls = a.Metrics.RemoteWriteURLs
	}
	return pulumi.All(bucket, urls, a.Namespace).ApplyT(func(known []any) (render.File, error) {
		c.Store.Bucket = known[0].(string)
		if a.Metrics != nil {
			c.Metrics = &tempo.Metrics{URLs: known[1].([]string), Namespace: known[2].(string), Dimensions: a.MetricsGenerator.Dimensions}
			if a.Metrics.Auth != nil {
				c.Metrics.User = a.Metrics.Auth.User
			}
		}
		return tempo.Render(c)
	})
}

// config is what the file depends on, but for what is not known at once.
func (a TempoStackArgs) config() tempo.Config {
	major, _ := versions.TempoMajor(spec.TagOf(a.Image))
	c := tempo.Config{
		Major:         major,
		Store:         tempo.Store{Provider: "local"},
		Retention:     a.Retention.Time(),
		TraceIdle:     a.TraceIdle.Time(),
		BlockDuration: a.BlockDuration.Time(),
		Limits: tempo.Limits{
			TraceBytes: int(a.Limits.TraceSize.Bytes()), LiveTraces: a.Limits.LiveTraces,
			RateBytes: int(a.Limits.Rate.Bytes()), BurstBytes: int(a.Limits.Burst.Bytes()),
		},
		Query: tempo.Query{Search: a.Queries.Search.Time(), Metrics: a.Queries.Metrics.Time()},
	}
	if a.Store != nil {
		c.Store = tempo.Store{
			Provider: string(a.Store.Provider), Endpoint: a.Store.Endpoint, Region: a.Store.Region,
			Insecure: a.Store.Insecure, Account: a.Store.Account, Keys: a.Store.Credentials != nil,
		}
	}
	return c
}
