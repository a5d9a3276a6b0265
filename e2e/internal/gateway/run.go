package gateway

// A Run is a collector between a sender and a backend.
type Run struct {
	Collector *Collector
	Backend   *Backend
	Sender    *Sender
}

// Run makes one with this pipeline.
func (p Pipeline) Run(program, dir string, sender *Sender) (*Run, error) {
	backend := NewBackend()
	collector, err := p.collector(program, dir, backend)
	return &Run{Collector: collector, Backend: backend, Sender: sender}, err
}

// Start starts the backend and the collector.
func (r *Run) Start() error {
	if err := r.Backend.Start(); err != nil {
		return err
	}
	return r.Collector.Start()
}

// End kills both.
func (r *Run) End() {
	r.Collector.Kill()
	r.Backend.Kill()
}
