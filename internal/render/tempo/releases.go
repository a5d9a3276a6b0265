package tempo

import "time"

// What release 2 and release 3 have apart: in 3 live-store, backend scheduler and backend worker
// take the place of ingester, compactor and the generator's local blocks.

type ingester struct {
	Lifecycler         lifecycler    `yaml:"lifecycler"`
	TraceIdlePeriod    time.Duration `yaml:"trace_idle_period"`
	FlushCheckPeriod   time.Duration `yaml:"flush_check_period"`
	MaxBlockDuration   time.Duration `yaml:"max_block_duration"`
	FlushAllOnShutdown bool          `yaml:"flush_all_on_shutdown"`
}

type lifecycler struct {
	MinReadyDuration time.Duration `yaml:"min_ready_duration"`
}

type compactor struct {
	Compaction compaction `yaml:"compaction"`
}

type liveStore struct {
	WAL               path          `yaml:"wal"`
	ShutdownMarkerDir string        `yaml:"shutdown_marker_dir"`
	MaxTraceIdle      time.Duration `yaml:"max_trace_idle"`
	FlushCheckPeriod  time.Duration `yaml:"flush_check_period"`
	MaxBlockDuration  time.Duration `yaml:"max_block_duration"`
}

type backendScheduler struct {
	LocalWorkPath string `yaml:"local_work_path"`
}

type backendWorker struct {
	BackendSchedulerAddr    string        `yaml:"backend_scheduler_addr"`
	Compaction              compaction    `yaml:"compaction"`
	FinishOnShutdownTimeout time.Duration `yaml:"finish_on_shutdown_timeout"`
}

func (c Config) two(f *file) {
	f.Ingester = &ingester{
		// It waits for other members to see it, of which there are none.
		Lifecycler:       lifecycler{MinReadyDuration: 0},
		TraceIdlePeriod:  c.TraceIdle,
		FlushCheckPeriod: c.TraceIdle,
		MaxBlockDuration: c.BlockDuration,
		// So that the store has everything when the pod stopped in order: the volume may then be
		// lost, and release 3, which does not read release 2's log, may follow.
		FlushAllOnShutdown: true,
	}
	f.Compactor = &compactor{Compaction: compaction{BlockRetention: c.Retention}}
	f.MetricsGenerator = c.generator()
	// TraceQL metrics queries are answered from local blocks, also where no metrics are written
	// anywhere: without the processor they fail with "empty ring".
	f.MetricsGenerator.TracesStorage = &path{Dir + "/generator/traces"}
	f.MetricsGenerator.Processor.LocalBlocks = &localBlocks{
		TraceIdlePeriod:  c.TraceIdle,
		FlushCheckPeriod: c.TraceIdle,
		MaxBlockDuration: c.BlockDuration,
		// By default only spans of kind server are counted, which no other query does.
		FilterServerSpans: false,
		// Queries of what is older than half an hour read these blocks, not the ingester's.
		FlushToStorage: true,
	}
	f.Overrides.Defaults.MetricsGenerator = &tenantGenerator{Processors: append(c.processors(), "local-blocks")}
}

func (c Config) three(f *file) {
	f.LiveStore = &liveStore{
		WAL:               path{Dir + "/live-store/traces"},
		ShutdownMarkerDir: Dir + "/live-store/shutdown-marker",
		MaxTraceIdle:      c.TraceIdle,
		FlushCheckPeriod:  c.TraceIdle,
		MaxBlockDuration:  c.BlockDuration,
	}
	f.BackendScheduler = &backendScheduler{LocalWorkPath: Dir + "/scheduler"}
	f.BackendWorker = &backendWorker{
		BackendSchedulerAddr: inside,
		Compaction:           compaction{BlockRetention: c.Retention},
		// It waits that long even with nothing to do. A compaction that is cut off is done again.
		FinishOnShutdownTimeout: 5 * time.Second,
	}
	// Until then a trace may not be complete: idle, and not looked at yet. By default half a minute
	// is left out of every search.
	f.QueryFrontend.EndCutoff = 2 * c.TraceIdle
	if c.Metrics != nil {
		f.MetricsGenerator = c.generator()
		f.Overrides.Defaults.MetricsGenerator = &tenantGenerator{Processors: c.processors()}
	}
}
