package config

import (
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/settings"
)

// JaegerHost is the host of Jaeger's pages; none where the stack has no Jaeger.
func (c Config) JaegerHost() string {
	if _, has := c.StorageOf(settings.BackendJaeger); !has {
		return ""
	}
	return c.Ingress.HostOf(c.Ingress.Jaeger, naming.Jaeger)
}

// validateHosts holds the routes against the pages that there are.
func (c Config) validateHosts(all spec.Look) {
	l := all.In("tracestack:ingress")
	if c.Ingress.Kind == settings.RouteNone || !l.Sound("", "kind", "demo", "demo.host", "jaeger", "jaeger.host", "domain") ||
		!all.Sound("tracestack:demo", "tracestack:backend", mirror+".backend") {
		return
	}
	if !c.Demo && (l.Given("demo.host") || l.Given("demo.tlsSecret")) {
		l.Refuse("demo", spec.NotShown, "must not be given: demo is false, so there is nothing to reach")
		return
	}
	_, hasJaeger := c.StorageOf(settings.BackendJaeger)
	if !hasJaeger && (l.Given("jaeger.host") || l.Given("jaeger.tlsSecret")) {
		l.Refuse("jaeger", spec.NotShown, "must not be given: Jaeger is neither backend nor mirror, and Tempo has no pages")
		return
	}
	if !hasJaeger && !c.Demo {
		l.Refuse("kind", string(c.Ingress.Kind), "must be none: demo is false, and backend tempo has no pages")
		return
	}
	c.compareHosts(l)
}

func (c Config) compareHosts(l spec.Look) {
	ofJaeger, ofDemo := c.JaegerHost(), c.Ingress.HostOf(c.Ingress.Demo, naming.Demo)
	if ofJaeger == "" && (ofDemo == "" || !c.Demo) {
		l.Refuse("domain", spec.NotSet, "must be given with kind "+string(c.Ingress.Kind)+", or the host of a page")
	} else if c.Demo && ofJaeger == ofDemo {
		l.Refuse("demo.host", ofDemo, "must not be Jaeger's host: a host leads to one page")
	}
	if l.Given("domain") && (ofJaeger != "" && !naming.IsHost(ofJaeger) || !naming.IsHost(ofDemo)) {
		l.Refuse("domain", spec.Shown(c.Ingress.Domain), "must be shorter: with the name of a page in front it is no host any more")
	}
}
