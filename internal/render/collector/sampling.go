package collector

import (
	"errors"
	"fmt"
	"time"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/internal/sizes"
	"github.com/tracestack/tracestack/settings"
)

// SamplerFileName is the name of the samplers' configuration.
const SamplerFileName = "sampler.yaml"

// SamplerLag is how long after a sampler was told to stop collectors may still send to it: until the cluster's
// DNS has forgotten it and they have asked again, and what they then have on its way has come.
const SamplerLag = 15 * time.Second

// loadBalancing is the exporter that sends each trace to one of the samplers. Its queue is in front of all of
// them: what one does not take goes to another as soon as the first is out of the DNS. Behind it there are no
// queues, which would lose what they hold when a sampler goes.
type loadBalancing struct {
	RoutingKey     string          `yaml:"routing_key"`
	Protocol       protocol        `yaml:"protocol"`
	Resolver       resolver        `yaml:"resolver"`
	RetryOnFailure render.Backoff  `yaml:"retry_on_failure"`
	SendingQueue   queueSwitchedOn `yaml:"sending_queue"`
}

// queueSwitchedOn says so: this exporter has none by default.
type queueSwitchedOn struct {
	Enabled      bool `yaml:"enabled"`
	sendingQueue `yaml:",inline"`
}

type protocol struct {
	OTLP samplerClient `yaml:"otlp"`
}

type samplerClient struct {
	Timeout        time.Duration  `yaml:"timeout"`
	Compression    string         `yaml:"compression,omitempty"`
	TLS            clientTLS      `yaml:"tls"`
	RetryOnFailure render.Backoff `yaml:"retry_on_failure"`
	SendingQueue   switchedOff    `yaml:"sending_queue"`
}

type switchedOff struct {
	Enabled bool `yaml:"enabled"`
}

type resolver struct {
	DNS dns `yaml:"dns"`
}

// dns asks the cluster's DNS, for which pods need no right and no token.
type dns struct {
	Hostname string        `yaml:"hostname"`
	Port     string        `yaml:"port"`
	Interval time.Duration `yaml:"interval"`
	Timeout  time.Duration `yaml:"timeout"`
}

func newLoadBalancing(c Config) *loadBalancing {
	queued := c.newExporter("", c.Queue)
	if c.OnDisk {
		queued.SendingQueue.Storage = fileStorageName
	}
	queued.SendingQueue.NumConsumers = 10
	return &loadBalancing{
		RoutingKey: "traceID",
		Protocol: protocol{samplerClient{
			Timeout:     backendPatience,
			Compression: c.Compression,
			TLS:         clientTLS{Insecure: true},
			// What goes to several samplers is sent again to all of them when one does not take it: so it is tried for
			// about as long as the DNS needs to forget a pod that is gone.
			RetryOnFailure: render.Backoff{
				Enabled: true, InitialInterval: 500 * time.Millisecond, MaxInterval: 2 * time.Second, MaxElapsedTime: 10 * time.Second,
			},
		}},
		Resolver:       resolver{dns{Hostname: c.Samplers, Port: naming.OTLPGRPC.String(), Interval: 2 * time.Second, Timeout: 2 * time.Second}},
		RetryOnFailure: queued.RetryOnFailure,
		SendingQueue:   queueSwitchedOn{true, queued.SendingQueue},
	}
}

// tailSampling is the processor that decides.
type tailSampling struct {
	DecisionWait    time.Duration `yaml:"decision_wait"`
	NumTraces       int64         `yaml:"num_traces"`
	BlockOnOverflow bool          `yaml:"block_on_overflow"`
	DecisionCache   decisionCache `yaml:"decision_cache"`
	Policies        []policy      `yaml:"policies"`
}

type decisionCache struct {
	Sampled    int64 `yaml:"sampled_cache_size"`
	NonSampled int64 `yaml:"non_sampled_cache_size"`
}

// policy keeps a trace, as any other of them does. One that has others inside asks them all.
type policy struct {
	Name            string           `yaml:"name"`
	Type            string           `yaml:"type"`
	StatusCode      *statusCode      `yaml:"status_code,omitempty"`
	Latency         *latency         `yaml:"latency,omitempty"`
	Probabilistic   *probabilistic   `yaml:"probabilistic,omitempty"`
	StringAttribute *stringAttribute `yaml:"string_attribute,omitempty"`
	RateLimiting    *rateLimiting    `yaml:"rate_limiting,omitempty"`
	And             *and             `yaml:"and,omitempty"`
}

type statusCode struct {
	Codes []string `yaml:"status_codes"`
}

type latency struct {
	Milliseconds int64 `yaml:"threshold_ms"`
}

type probabilistic struct {
	Percentage float64 `yaml:"sampling_percentage"`
}

type stringAttribute struct {
	Key    string   `yaml:"key"`
	Values []string `yaml:"values"`
	Invert bool     `yaml:"invert_match,omitempty"`
}

type rateLimiting struct {
	SpansPerSecond int `yaml:"spans_per_second"`
}

type and struct {
	All []policy `yaml:"and_sub_policy"`
}

// policies are those of one of the samplers. Every share draws alike, so that of two the larger one has all that
// the smaller one has.
func policies(s *settings.TailSampling) []policy {
	var all []policy
	if s.Errors == settings.ErrorsKept {
		all = append(all, policy{Name: "errors", Type: "status_code", StatusCode: &statusCode{[]string{"ERROR"}}})
	}
	if s.SlowerThan != "" {
		all = append(all, policy{Name: "slow", Type: "latency", Latency: &latency{s.SlowerThan.Time().Milliseconds()}})
	}
	var named []string
	for i, one := range s.Services {
		named = append(named, one.Service)
		all = append(all, share(s, fmt.Sprintf("service-%d", i), one.Share, ofServices(false, one.Service)))
	}
	if len(named) == 0 {
		return append(all, share(s, "share", s.Share))
	}
	return append(all, share(s, "share", s.Share, ofServices(true, named...)))
}

// ofServices is true of traces in which one of the services takes part, or of all others.
func ofServices(others bool, names ...string) policy {
	return policy{Name: "services", Type: "string_attribute", StringAttribute: &stringAttribute{"service.name", names, others}}
}

// share keeps a part of what the conditions are true of. The limit is asked last: it counts what comes to it.
func share(s *settings.TailSampling, name string, part settings.Probability, conditions ...policy) policy {
	conditions = append(conditions, policy{Name: "part", Type: "probabilistic", Probabilistic: &probabilistic{part.Float() * 100}})
	if s.SpansPerSecond > 0 {
		each := (s.SpansPerSecond + s.Replicas - 1) / s.Replicas
		conditions = append(conditions, policy{Name: "limit", Type: "rate_limiting", RateLimiting: &rateLimiting{each}})
	}
	return policy{Name: name, Type: "and", And: &and{conditions}}
}

// Sampler gives the configuration of the samplers. Of Config it reads the backends and the memory.
func Sampler(c Config, s *settings.TailSampling) (render.File, error) {
	if c.Backend == "" {
		return render.File{}, errors.New("sampler: backend: \"\": must be host:port")
	}
	if c.MemoryLimit < sizes.SamplerMemory {
		return render.File{}, fmt.Errorf("sampler: memory limit: %d: must be at least %d bytes", c.MemoryLimit, sizes.SamplerMemory)
	}
	c.Queue, c.OnDisk = c.share(), false
	exporters, names := newExporters(c)
	// The processor hands on what it has decided once: where nothing took it, it would be lost. So it waits, and no
	// more is decided, and in the end the memory limiter refuses what comes.
	exporters.OTLP.SendingQueue.BlockOnOverflow = true
	waiting, remembered := sizes.Traces(c.MemoryLimit)
	return render.Escaped(SamplerFileName, file{
		Receivers: receivers{OTLP: render.NewOTLPReceiver(sizes.Message)},
		Processors: processors{MemoryLimiter: render.NewMemoryLimiter(), TailSampling: &tailSampling{
			DecisionWait:    s.DecisionWait.Time(),
			NumTraces:       waiting,
			BlockOnOverflow: true,
			DecisionCache:   decisionCache{remembered, remembered},
			Policies:        policies(s),
		}},
		Exporters:  exporters,
		Extensions: newExtensions(c),
		Service: render.Service{
			Extensions: c.extensions(),
			Pipelines: map[string]render.Pipeline{"traces": {
				Receivers: []string{"otlp"}, Processors: []string{"memory_limiter", "tail_sampling"}, Exporters: names,
			}},
			Telemetry: render.NewTelemetry(),
		},
	}, render.EscapeDollars)
}
