package config

import (
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/settings"
)

// validateReceiver is about who sends to the gateway, and about the way to it from outside.
func (c Config) validateReceiver(l spec.Look) {
	const path = "tracestack:collector"
	in := l.In(path)
	if !l.Sound(path) {
		return
	}
	if c.Profile == settings.ProfileProd && l.Sound("tracestack:profile") {
		c.Collector.CheckStated(in)
	}
	switch {
	case c.Demo && l.Sound("tracestack:demo"):
		c.Collector.CheckSenders(in, "the demo")
	case len(c.Instrumentation.Namespaces) > 0 && l.Sound("tracestack:instrumentation.namespaces"):
		c.Collector.CheckSenders(in, "instrumentation")
	}
	c.Collector.CheckForwards(in, naming.CollectorService(naming.Collector))
}
