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

// OTLPHost is the host on which browsers send; none where they may not.
func (c Config) OTLPHost() string {
	if c.Collector.Browser == nil {
		return ""
	}
	return c.Ingress.HostOf(c.Ingress.OTLP, naming.OTLP)
}

// OTLPRoute is the one to that host.
func (c Config) OTLPRoute() *settings.Route {
	if c.OTLPHost() == "" {
		return &settings.Route{Router: settings.Router{Kind: settings.RouteNone}}
	}
	return c.Ingress.Route(c.Ingress.OTLP, naming.OTLP)
}

// validateHosts holds the routes against what there is to reach.
func (c Config) validateHosts(all spec.Look) {
	const browser = "tracestack:collector.browser"
	l := all.In("tracestack:ingress")
	if c.Ingress.Kind == settings.RouteNone || !l.Sound("", "kind", "demo", "demo.host", "jaeger", "jaeger.host", "otlp", "otlp.host", "domain") ||
		!all.Sound("tracestack:demo", "tracestack:backend", mirror+".backend", "tracestack:collector", browser) {
		return
	}
	_, hasJaeger := c.StorageOf(settings.BackendJaeger)
	absent := map[string]string{}
	if !c.Demo {
		absent["demo"] = "demo is false, so there is nothing to reach"
	}
	if !hasJaeger {
		absent["jaeger"] = "Jaeger is neither backend nor mirror, and Tempo has no pages"
	}
	if c.Collector.Browser == nil {
		absent["otlp"] = "no browser may send without collector.browser"
	}
	refused := false
	for page, why := range absent {
		if l.Given(page+".host") || l.Given(page+".tlsSecret") {
			l.Refuse(page, spec.NotShown, "must not be given: "+why)
			refused = true
		}
	}
	switch {
	case refused:
	case len(absent) == 3:
		l.Refuse("kind", string(c.Ingress.Kind), "must be none: demo is false, and backend tempo has no pages")
	default:
		c.compareHosts(l)
	}
	if c.Collector.TLS != nil && c.OTLPHost() != "" && all.Sound("tracestack:collector.tls") {
		all.Refuse(browser, spec.NotShown, "must not be given with collector.tls and a route: controllers speak no TLS to the gateway")
	}
}

// compareHosts asks for a host of each page that there is, and of no two the same.
func (c Config) compareHosts(l spec.Look) {
	ofJaeger, ofDemo, ofOTLP := c.JaegerHost(), "", c.OTLPHost()
	if c.Demo {
		ofDemo = c.Ingress.HostOf(c.Ingress.Demo, naming.Demo)
	}
	switch {
	case ofJaeger == "" && ofDemo == "" && ofOTLP == "":
		l.Refuse("domain", spec.NotSet, "must be given with kind "+string(c.Ingress.Kind)+", or the host of a page")
	case ofDemo != "" && ofJaeger == ofDemo:
		l.Refuse("demo.host", ofDemo, "must not be Jaeger's host: a host leads to one page")
	case ofOTLP != "" && (ofOTLP == ofJaeger || ofOTLP == ofDemo):
		l.Refuse("otlp.host", ofOTLP, "must not be the host of a page: a host leads to one place")
	}
	for _, host := range []string{ofJaeger, c.Ingress.HostOf(c.Ingress.Demo, naming.Demo), ofOTLP} {
		if l.Given("domain") && host != "" && !naming.IsHost(host) {
			l.Refuse("domain", spec.Shown(c.Ingress.Domain), "must be shorter: with the name of a page in front it is no host any more")
		}
	}
}
