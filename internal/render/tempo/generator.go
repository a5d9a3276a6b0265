package tempo

import "time"

type metricsGenerator struct {
	Registry      *registry        `yaml:"registry,omitempty"`
	Processor     processor        `yaml:"processor,omitempty"`
	Storage       generatorStorage `yaml:"storage"`
	TracesStorage *path            `yaml:"traces_storage,omitempty"` // 2
	Slack         time.Duration    `yaml:"metrics_ingestion_time_range_slack"`
}

type registry struct {
	ExternalLabels map[string]string `yaml:"external_labels"`
}

type processor struct {
	SpanMetrics *spanMetrics `yaml:"span_metrics,omitempty"`
	LocalBlocks *localBlocks `yaml:"local_blocks,omitempty"` // 2
}

type spanMetrics struct {
	Dimensions []string `yaml:"dimensions"`
}

type localBlocks struct {
	TraceIdlePeriod   time.Duration `yaml:"trace_idle_period"`
	FlushCheckPeriod  time.Duration `yaml:"flush_check_period"`
	MaxBlockDuration  time.Duration `yaml:"max_block_duration"`
	FilterServerSpans bool          `yaml:"filter_server_spans"`
	FlushToStorage    bool          `yaml:"flush_to_storage"`
}

type generatorStorage struct {
	Path          string        `yaml:"path"`
	FlushDeadline time.Duration `yaml:"remote_write_flush_deadline"`
	RemoteWrite   []remoteWrite `yaml:"remote_write,omitempty"`
}

type remoteWrite struct {
	URL           string     `yaml:"url"`
	SendExemplars bool       `yaml:"send_exemplars"`
	BasicAuth     *basicAuth `yaml:"basic_auth,omitempty"`
}

type basicAuth struct {
	Username     string `yaml:"username"`
	PasswordFile string `yaml:"password_file"`
}

type tenantGenerator struct {
	Processors []string `yaml:"processors"`
}

// generator is what both releases write alike.
func (c Config) generator() *metricsGenerator {
	g := &metricsGenerator{
		Storage: generatorStorage{
			Path: Dir + "/generator/wal",
			// What a Prometheus that is away does not take by then is lost, as it would be later:
			// the log of samples does not outlive the process.
			FlushDeadline: 15 * time.Second,
		},
		// The collector keeps spans while Tempo restarts. Those older than this would be stored,
		// but missing in every count.
		Slack: 2 * time.Minute,
	}
	if c.Metrics == nil {
		return g
	}
	g.Registry = &registry{ExternalLabels: map[string]string{NamespaceLabel: c.Metrics.Namespace}}
	for _, url := range c.Metrics.URLs {
		write := remoteWrite{URL: url, SendExemplars: true}
		if c.Metrics.User != "" {
			write.BasicAuth = &basicAuth{Username: c.Metrics.User, PasswordFile: PasswordFile}
		}
		g.Storage.RemoteWrite = append(g.Storage.RemoteWrite, write)
	}
	if len(c.Metrics.Dimensions) > 0 {
		g.Processor.SpanMetrics = &spanMetrics{Dimensions: c.Metrics.Dimensions}
	}
	return g
}

// processors are those that make metrics.
func (c Config) processors() []string {
	if c.Metrics == nil {
		return nil
	}
	return []string{"service-graphs", "span-metrics"}
}
