package config

import (
	"slices"
	"strings"

	"github.com/tracestack/tracestack/internal/naming"
)

// HostOf is the host that a page is under: its own, else its name below the domain, else none.
func (i Ingress) HostOf(page Page, name string) string {
	switch {
	case i.Kind == NoIngress:
		return ""
	case page.Host != "":
		return page.Host
	case i.Domain != "":
		return name + "." + i.Domain
	}
	return ""
}

// JaegerHost is the host of Jaeger's pages; none where the stack has no Jaeger.
func (c Config) JaegerHost() string {
	if _, has := c.StorageOf(BackendJaeger); !has {
		return ""
	}
	return c.Ingress.HostOf(c.Ingress.Jaeger, naming.Jaeger)
}

const ingress = "tracestack:ingress"

func (c Config) validateIngress(found *problems) {
	if !c.sound(ingress, ingress+".kind") {
		return
	}
	c.validateIngressKind(found)
	if c.Ingress.Kind == NoIngress {
		return
	}
	c.validateHosts(found)
	c.validateTLS(found)
	if name := ingress + ".gateway.name"; c.Ingress.Kind == HTTPRoute && !c.set[name] {
		found.add(name, notSet, "must be given with kind httproute")
	}
}

// validateIngressKind refuses what the kind of route would not read.
func (c Config) validateIngressKind(found *problems) {
	every := []IngressKind{IngressRoute, PlainIngress, HTTPRoute}
	own := []IngressKind{IngressRoute, PlainIngress} // which have a certificate of their own
	for _, only := range []struct {
		path  string
		kinds []IngressKind
	}{
		{".domain", every},
		{".jaeger.host", every},
		{".demo.host", every},
		{".annotations", every},
		{".tls", every},
		{".tlsSecret", own},
		{".jaeger.tlsSecret", own},
		{".demo.tlsSecret", own},
		{".className", []IngressKind{PlainIngress}},
		{".entryPoints", []IngressKind{IngressRoute}},
		{".gateway", []IngressKind{HTTPRoute}},
	} {
		path := ingress + only.path
		if c.set[path] && c.sound(path) && !slices.Contains(only.kinds, c.Ingress.Kind) {
			found.add(path, notShown, "must not be given with kind "+string(c.Ingress.Kind)+", only with "+strings.Join(texts(only.kinds...), ", "))
		}
	}
}

func (c Config) validateHosts(found *problems) {
	demo, jaeger, domain := ingress+".demo.host", ingress+".jaeger.host", ingress+".domain"
	if !c.sound(demo, jaeger, domain, ingress+".demo", ingress+".jaeger", "tracestack:demo", "tracestack:backend", mirror+".backend") {
		return
	}
	if !c.Demo && (c.set[demo] || c.set[ingress+".demo.tlsSecret"]) {
		found.add(ingress+".demo", notShown, "must not be given: demo is false, so there is nothing to reach")
		return
	}
	_, hasJaeger := c.StorageOf(BackendJaeger)
	if !hasJaeger && (c.set[jaeger] || c.set[ingress+".jaeger.tlsSecret"]) {
		found.add(ingress+".jaeger", notShown, "must not be given: Jaeger is neither backend nor mirror, and Tempo has no pages")
		return
	}
	if !hasJaeger && !c.Demo {
		found.add(ingress+".kind", string(c.Ingress.Kind), "must be none: demo is false, and backend tempo has no pages")
		return
	}
	ofJaeger, ofDemo := c.JaegerHost(), c.Ingress.HostOf(c.Ingress.Demo, naming.Demo)
	if ofJaeger == "" && (ofDemo == "" || !c.Demo) {
		found.add(domain, notSet, "must be given with kind "+string(c.Ingress.Kind)+", or the host of a page")
	} else if c.Demo && ofJaeger == ofDemo {
		found.add(demo, ofDemo, "must not be Jaeger's host: a host leads to one page")
	}
	if c.set[domain] && (ofJaeger != "" && !naming.IsHost(ofJaeger) || !naming.IsHost(ofDemo)) {
		found.add(domain, shown(c.Ingress.Domain), "must be shorter: with the name of a page in front it is no host any more")
	}
}

func (c Config) validateTLS(found *problems) {
	if !c.sound(ingress+".tls") || c.Ingress.TLS || c.Ingress.Kind == HTTPRoute {
		return
	}
	for _, path := range []string{".tlsSecret", ".jaeger.tlsSecret", ".demo.tlsSecret"} {
		if path = ingress + path; c.set[path] && c.sound(path) {
			found.add(path, notShown, "must not be given without tls: true")
		}
	}
}
