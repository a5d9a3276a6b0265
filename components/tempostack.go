package components

import (
	"errors"
	"fmt"
	"strings"
	"time"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/internal/render/tempo"
	"github.com/tracestack/tracestack/internal/sizes"
	"github.com/tracestack/tracestack/internal/versions"
)

const tempoStackType = "tracestack:index:TempoStack"

// TempoStack is Grafana Tempo, all of it in one pod with a disk: what comes in is written there
// first, and as blocks to its store.
type TempoStack struct {
	pulumi.ResourceState

	// Backend is how others use it. Its UIURL is empty: Tempo has no pages, Grafana shows its traces.
	Backend Backend
}

// TempoStackArgs describe a TempoStack.
type TempoStackArgs struct {
	// Namespace of everything that is made. Required.
	Namespace pulumi.StringInput
	// Store that blocks are kept in; nil: the volume.
	Store *ObjectStore
	// Metrics is where service graphs and metrics of spans are written; nil: none are made.
	// TraceQL metrics queries are answered with and without.
	Metrics *MetricsStore
	// Dimensions are attributes of spans and resources that become labels of the span metrics,
	// none by default. Each multiplies the number of series by the number of its values.
	Dimensions []string
	// Retention of traces, 14 days by default.
	Retention time.Duration
	// TraceIdle is how long no span comes before a trace is complete and searched, 5 s by default.
	// What is not complete yet is in memory alone: when the pod is killed, not stopped, it is lost.
	TraceIdle time.Duration
	// BlockDuration is how long traces are gathered on the volume before they go to the store, 5
	// minutes by default.
	BlockDuration time.Duration
	// Limits of what is taken.
	Limits TempoLimits
	// Queries limits what is asked.
	Queries TempoQueries
	// Volume of the pod, 10Gi by default.
	Volume Volume
	// Image, the pinned release by default. Its tag tells the release, from 2.9 to 3: it decides
	// what the configuration looks like.
	Image string
	// Resources of the pod.
	Resources Resources
	// Metadata of everything that is made.
	Metadata Metadata
	// Pods is where they run.
	Pods Pods
}

// TempoLimits protect a TempoStack. What is left out takes the default.
type TempoLimits struct {
	// TraceSize of one trace, 5Mi by default. Spans beyond it are acknowledged and not stored;
	// Tempo counts them in tempo_discarded_spans_total.
	TraceSize Mebibytes `json:"traceSize"`
	// LiveTraces that are not complete yet, 10000 by default. Spans of others are acknowledged and
	// not stored, as above.
	LiveTraces int `json:"liveTraces"`
	// Rate of spans in a second, 15Mi by default. What is beyond is refused; a Collector queues it
	// and sends it again.
	Rate Mebibytes `json:"rate"`
	// Burst that may come at once, 20Mi by default. Never less than Rate, nor than the 16Mi that one
	// message may have: what is above the burst would be refused for ever.
	Burst Mebibytes `json:"burst"`
}

// TempoQueries limit a query. What is left out takes the default.
type TempoQueries struct {
	// Search is the longest time range of a search, 7 days by default.
	Search time.Duration `json:"search"`
	// Metrics is the longest time range of a TraceQL metrics query, 1 day by default.
	Metrics time.Duration `json:"metrics"`
}

const day = 24 * time.Hour

// leastTempoMemory is what the process takes, and a little for spans.
const leastTempoMemory Mebibytes = 256

var tempoResources = Resources{CPURequest: 50, CPULimit: 2000, MemoryRequest: 256, MemoryLimit: 1024}

// withDefaults fills in what was left out.
func (a TempoStackArgs) withDefaults() TempoStackArgs {
	a.Retention = orDefault(a.Retention, 14*day)
	a.TraceIdle = orDefault(a.TraceIdle, 5*time.Second)
	a.BlockDuration = orDefault(a.BlockDuration, 5*time.Minute)
	a.Limits.TraceSize = orDefault(a.Limits.TraceSize, 5)
	a.Limits.LiveTraces = orDefault(a.Limits.LiveTraces, 10_000)
	a.Limits.Rate = orDefault(a.Limits.Rate, 15)
	a.Limits.Burst = orDefault(a.Limits.Burst, max(20, a.Limits.Rate))
	a.Queries.Search = orDefault(a.Queries.Search, 7*day)
	a.Queries.Metrics = orDefault(a.Queries.Metrics, day)
	a.Volume.Size = orDefault(a.Volume.Size, 10*1024)
	a.Image = orDefault(a.Image, versions.Tempo.String())
	a.Resources = a.Resources.or(tempoResources)
	return a
}

func (a TempoStackArgs) validate() error {
	_, known := tempoMajor(a.Image)
	problems := []error{
		checkNamespace(a.Namespace),
		checkTime("retention", a.Retention, time.Hour, 3650*day),
		checkTime("traceIdle", a.TraceIdle, time.Second, 30*time.Second),
		// A longer one would leave a gap: queries ask the disk for the last quarter of an hour alone.
		checkTime("blockDuration", a.BlockDuration, 10*time.Second, 10*time.Minute),
		checkTime("queries.search", a.Queries.Search, time.Hour, 3650*day),
		checkTime("queries.metrics", a.Queries.Metrics, time.Hour, 3650*day),
		a.Limits.validate(),
		a.Volume.validate(),
		checkImage(a.Image),
		checkThat(known, "image", a.Image, "its tag "+versions.TempoTagRule),
		a.Resources.validate(leastTempoMemory),
		a.Metadata.validate(),
		a.Pods.validate(),
	}
	for i, dimension := range a.Dimensions {
		problems = append(problems, checkThat(naming.IsAttribute(dimension), fmt.Sprintf("dimensions[%d]", i), dimension, "must be the name of an attribute"))
	}
	if a.Store != nil {
		problems = append(problems, a.Store.validate())
	}
	if a.Metrics != nil {
		problems = append(problems, a.Metrics.validate())
	}
	return errors.Join(problems...)
}

// tempoMajor is of the release that the image's tag tells, also where a digest follows.
func tempoMajor(image string) (major int, known bool) {
	image, _, _ = strings.Cut(image, "@")
	return versions.TempoMajor(tagOf(image))
}

func (l TempoLimits) validate() error {
	return errors.Join(
		checkRange("limits.traceSize", int(l.TraceSize), 1, 1024),
		checkRange("limits.liveTraces", l.LiveTraces, 1, 100_000_000),
		checkRange("limits.rate", int(l.Rate), 1, 10*1024),
		checkRange("limits.burst", int(l.Burst), max(int(l.Rate), sizes.Message/sizes.Mebibyte), 20*1024),
	)
}

// NewTempoStack makes a TempoStack. Its name is its Service's, which takes spans and answers queries.
func NewTempoStack(
	ctx *pulumi.Context, name string, args *TempoStackArgs, opts ...pulumi.ResourceOption,
) (*TempoStack, error) {
	a := orDefault(args, &TempoStackArgs{}).withDefaults()
	if err := refuse("tempo stack", name, checkName(name), a.validate()); err != nil {
		return nil, err
	}

	component := &TempoStack{}
	if err := ctx.RegisterComponentResourceV2(tempoStackType, name, a.inputs(), component, opts...); err != nil {
		return nil, err
	}
	w := a.workload(name)
	set, err := w.deploy(ctx, component)
	if err != nil {
		return nil, refuse("tempo stack", name, err)
	}
	service, err := w.service(ctx, component, naming.TempoService(name), naming.TempoHTTP, naming.OTLPGRPC, naming.OTLPHTTP)
	if err != nil {
		return nil, refuse("tempo stack", name, err)
	}
	component.Backend = tempoBackend(name, a.Namespace.ToStringOutput())
	component.Backend.OTLPEndpoint = readyAddress(ctx, component.Backend.OTLPEndpoint, set, service)
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{
		"otlpEndpoint": component.Backend.OTLPEndpoint,
		"queryUrl":     component.Backend.QueryURL,
		"healthUrl":    component.Backend.HealthURL,
	})
}

func (a TempoStackArgs) inputs() pulumi.Map {
	all := pulumi.Map{
		"namespace":     a.Namespace,
		"store":         a.Store.inputs(),
		"dimensions":    pulumi.ToStringArray(a.Dimensions),
		"retention":     pulumi.String(a.Retention.String()),
		"traceIdle":     pulumi.String(a.TraceIdle.String()),
		"blockDuration": pulumi.String(a.BlockDuration.String()),
		"limits":        pulumi.ToMap(render.Plain(a.Limits)),
		"queries":       pulumi.Map{"search": pulumi.String(a.Queries.Search.String()), "metrics": pulumi.String(a.Queries.Metrics.String())},
		"volume":        pulumi.ToMap(render.Plain(a.Volume)),
		"image":         pulumi.String(a.Image),
		"resources":     pulumi.ToMap(render.Plain(a.Resources)),
		"metadata":      pulumi.ToMap(render.Plain(a.Metadata)),
		"pods":          pulumi.ToMap(render.Plain(a.Pods)),
	}
	if a.Metrics != nil {
		all["remoteWriteUrls"] = a.Metrics.RemoteWriteURLs
	}
	return all
}

func tempoBackend(name string, namespace pulumi.StringOutput) Backend {
	at := func(address func(ns string) string) pulumi.StringOutput {
		return namespace.ApplyT(address).(pulumi.StringOutput)
	}
	query := at(func(ns string) string { return naming.URL(naming.TempoService(name), ns, naming.TempoHTTP) })
	return Backend{
		Name: name,
		OTLPEndpoint: at(func(ns string) string {
			return naming.Addr(naming.TempoService(name), ns, naming.OTLPGRPC)
		}),
		QueryURL: query,
		UIURL:    pulumi.String("").ToStringOutput(),
		HealthURL: at(func(ns string) string {
			return naming.URL(naming.TempoService(name), ns, naming.TempoHTTP) + tempo.ReadyPath
		}),
		Datasource: Datasource{
			Name: "Tempo", Type: "tempo", UID: "tracestack-tempo", URL: query,
			JSONData: map[string]any{"nodeGraph": map[string]any{"enabled": true}},
		},
	}
}

func (a TempoStackArgs) workload(name string) workload {
	w := workload{
		name:      naming.TempoService(name),
		product:   "tempo",
		component: "monolith",
		namespace: a.Namespace,
		metadata:  a.Metadata,
		pods:      a.Pods,
		image:     a.Image,
		args:      []string{"-config.file=" + configDir + "/" + tempo.FileName, "-config.expand-env=true"},
		config:    newConfigFile(tempo.FileName, a.render()),
		disk:      &disk{path: tempo.Dir, Volume: a.Volume},
		ports:     []naming.Port{naming.TempoHTTP, naming.OTLPGRPC, naming.OTLPHTTP},
		// One: release 2 and 3 in one process know no second.
		replicas:  1,
		resources: a.Resources,
		probe:     httpProbe(tempo.ReadyPath, naming.TempoHTTP),
		// What is on the volume is read again at the start.
		starts: 600,
		// A query of the last half minute would keep Tempo, 2 and 3, from ever ending: its queue of
		// queries is swept every 30 s, not any more while it stops, and it waits for the queue to go.
		drain: 32,
		// The drain, then what came in is written to the store, and the last samples to the metrics
		// store. What is not written by the end is on the volume.
		grace: 95,
	}
	if a.Store != nil {
		a.Store.reach(&w)
	}
	if a.Metrics != nil && a.Metrics.Auth != nil {
		w.secrets = append(w.secrets, secretFile{
			volume: "metrics-password", secret: pulumi.String(a.Metrics.Auth.SecretName),
			entry: a.Metrics.Auth.PasswordEntry, path: tempo.PasswordFile,
		})
	}
	return w
}

// reach lets the pods of a workload into the store: with keys, or with an identity of their own.
func (s ObjectStore) reach(w *workload) {
	w.identity.annotations = s.ServiceAccountAnnotations
	if s.Credentials == nil {
		if s.Provider == StoreAzure {
			// Without it Azure gives the pod no token.
			w.identity.labels = map[string]string{"azure.workload.identity/use": "true"}
		}
		return
	}
	w.revision = s.Credentials.Revision
	if s.Provider == StoreGCS {
		file := secretFile{
			volume: "store-key", secret: s.Credentials.SecretName, entry: s.Credentials.SecretEntry,
			path: "/etc/tracestack-store/key.json",
		}
		w.secrets = append(w.secrets, file)
		w.env = append(w.env, corev1.EnvVarArgs{Name: pulumi.String(tempo.GoogleFileVariable), Value: pulumi.String(file.path)})
		return
	}
	w.env = append(w.env,
		s.Credentials.variable(tempo.AccessKeyVariable, s.Credentials.KeyEntry),
		s.Credentials.variable(tempo.SecretKeyVariable, s.Credentials.SecretEntry),
	)
}

func (c StoreCredentials) variable(name, entry string) corev1.EnvVarArgs {
	return corev1.EnvVarArgs{Name: pulumi.String(name), ValueFrom: &corev1.EnvVarSourceArgs{
		SecretKeyRef: &corev1.SecretKeySelectorArgs{
			Name: c.SecretName.ToStringOutput().ToStringPtrOutput(), Key: pulumi.String(entry),
		},
	}}
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
			c.Metrics = &tempo.Metrics{URLs: known[1].([]string), Namespace: known[2].(string), Dimensions: a.Dimensions}
			if a.Metrics.Auth != nil {
				c.Metrics.User = a.Metrics.Auth.User
			}
		}
		return tempo.Render(c)
	})
}

// config is what the file depends on, but for what is not known at once.
func (a TempoStackArgs) config() tempo.Config {
	major, _ := tempoMajor(a.Image)
	c := tempo.Config{
		Major:         major,
		Store:         tempo.Store{Provider: "local"},
		Retention:     a.Retention,
		TraceIdle:     a.TraceIdle,
		BlockDuration: a.BlockDuration,
		Limits: tempo.Limits{
			TraceBytes: int(a.Limits.TraceSize.bytes()), LiveTraces: a.Limits.LiveTraces,
			RateBytes: int(a.Limits.Rate.bytes()), BurstBytes: int(a.Limits.Burst.bytes()),
		},
		Query: tempo.Query{Search: a.Queries.Search, Metrics: a.Queries.Metrics},
	}
	if a.Store != nil {
		c.Store = tempo.Store{
			Provider: a.Store.Provider, Endpoint: a.Store.Endpoint, Region: a.Store.Region,
			Insecure: a.Store.Insecure, Account: a.Store.Account, Keys: a.Store.Credentials != nil,
		}
	}
	return c
}
