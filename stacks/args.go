package stacks

import (
	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/config"
)

// What the configuration says, in the components' own types: those are public, so they cannot be
// the configuration's.

func resources(r config.Resources) components.Resources {
	return components.Resources{
		CPURequest:    components.Millicores(r.Requests.CPU),
		CPULimit:      components.Millicores(r.Limits.CPU),
		MemoryRequest: components.Mebibytes(r.Requests.Memory),
		MemoryLimit:   components.Mebibytes(r.Limits.Memory),
	}
}

func metadata(c config.Config) components.Metadata {
	return components.Metadata{Labels: c.Labels, Annotations: c.Annotations}
}

func pods(c config.Config) components.Pods {
	all := components.Pods{PullSecrets: c.Images.PullSecrets, NodeSelector: c.Scheduling.NodeSelector}
	for _, t := range c.Scheduling.Tolerations {
		all.Tolerations = append(all.Tolerations, components.Toleration{
			Key: t.Key, Operator: string(t.Operator), Value: t.Value, Effect: string(t.Effect),
		})
	}
	for _, s := range c.Scheduling.TopologySpread {
		all.TopologySpread = append(all.TopologySpread, components.TopologySpread{
			TopologyKey: s.TopologyKey, MaxSkew: s.MaxSkew, WhenUnsatisfiable: string(s.WhenUnsatisfiable),
		})
	}
	return all
}

func volume(v config.Volume) components.Volume {
	return components.Volume{Size: components.Mebibytes(v.Size), StorageClass: v.StorageClass, Retain: v.Retain}
}

func limits(l config.TempoLimits) components.TempoLimits {
	return components.TempoLimits{
		TraceSize: components.Mebibytes(l.TraceSize), LiveTraces: l.LiveTraces,
		Rate: components.Mebibytes(l.Rate), Burst: components.Mebibytes(l.Burst),
	}
}

// route is none where the page has no host.
func route(i config.Ingress, page config.Page, name string) components.Route {
	host := i.HostOf(page, name)
	if host == "" {
		return components.Route{}
	}
	secret := page.TLSSecret
	if secret == "" {
		secret = i.TLSSecret
	}
	return components.Route{
		Kind:        components.RouteKind(i.Kind),
		Host:        host,
		TLS:         i.TLS,
		TLSSecret:   secret,
		Annotations: i.Annotations,
		ClassName:   i.ClassName,
		EntryPoints: i.EntryPoints,
		Gateway:     components.Gateway{Name: i.Gateway.Name, Namespace: i.Gateway.Namespace, Listener: i.Gateway.Listener},
	}
}
