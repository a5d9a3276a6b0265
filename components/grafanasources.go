package components

import (
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/internal/render/grafana"
	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/settings"
)

// GrafanaSources is what a Grafana can show.
type GrafanaSources struct {
	Backends []BackendArgs     `pulumi:"backends" doc:"They hold traces: of each its datasource is used. At least one."`
	Metrics  *MetricsStoreArgs `pulumi:"metrics,optional" doc:"Where metrics made of the traces are; without one there is no such store."`
}

// Provisioning gives the datasources, with what leads from one to the other, and the dashboards
// that they can fill: apiVersion and datasources are a file for Grafana's provisioning as they
// stand, in which $$ stands for $; each of dashboards is the model of one, in which $ is $. The error has
// every problem of the sources.
func (s GrafanaSources) Provisioning() (pulumi.Map, error) {
	if err := refuse("grafana", "sources", settings.Complete(&s)); err != nil {
		return nil, err
	}
	var datasources pulumi.MapArray
	for _, source := range s.linked() {
		datasources = append(datasources, source.entry())
	}
	models := pulumi.Array{}
	for _, dashboard := range s.dashboards() {
		var model map[string]any
		if err := json.Unmarshal([]byte(dashboard.JSON), &model); err != nil {
			panic(fmt.Sprintf("components: dashboard %s: %v", dashboard.Name, err)) // One that is stored here.
		}
		models = append(models, pulumi.Any(model))
	}
	return pulumi.Map{
		"apiVersion":  pulumi.Int(grafana.APIVersion),
		"datasources": datasources,
		"dashboards":  models,
	}, nil
}

// Rules across the fields.
func (s *GrafanaSources) Rules(l spec.Look) {
	if len(s.Backends) == 0 && l.Sound("backends") {
		l.Refuse("backends", "[]", "must be given")
	}
	seen := map[string]bool{grafana.UIDPrometheus: s.Metrics != nil}
	for i, backend := range s.Backends {
		path := fmt.Sprintf("backends[%d].datasource", i)
		if backend.Datasource == nil {
			l.Refuse(path, spec.NotSet, "must be given")
			continue
		}
		uid := backend.Datasource.UID
		if seen[uid] && l.Sound(path+".uid") {
			l.Refuse(path+".uid", spec.Shown(uid), "must not be another datasource's")
		}
		seen[uid] = true
	}
	if s.Metrics != nil && s.Metrics.QueryURL == nil {
		l.Refuse("metrics.queryUrl", spec.NotSet, "must be given")
	}
}

// grafanaSource is a datasource whose address may not be known yet.
type grafanaSource struct {
	grafana.Datasource // without URL
	url                pulumi.StringOutput
	auth               *BasicAuth
}

func newGrafanaSource(d *DatasourceArgs) grafanaSource {
	source := grafanaSource{
		Datasource: grafana.Datasource{Name: d.Name, Type: d.Type, UID: d.UID, JSONData: d.JSONData, SpanMetrics: d.SpanMetrics},
		url:        d.URL.ToStringOutput(),
		auth:       d.Auth,
	}
	if d.Auth != nil {
		source.User, source.PasswordVariable = d.Auth.User, grafana.PasswordVariable(d.UID)
	}
	return source
}

func (s grafanaSource) entry() pulumi.Map {
	entry := pulumi.ToMap(render.Plain(s.Entry()))
	entry["url"] = s.url.ApplyT(grafana.Escape).(pulumi.StringOutput)
	return entry
}

// linked gives the backends' datasources and the metrics', in this order.
func (s GrafanaSources) linked() []grafanaSource {
	var all []grafanaSource
	var traces []grafana.Datasource
	for _, backend := range s.Backends {
		source := newGrafanaSource(backend.Datasource)
		all, traces = append(all, source), append(traces, source.Datasource)
	}
	var metrics *grafana.Metrics
	if s.Metrics != nil {
		all = append(all, grafanaSource{url: s.Metrics.QueryURL.ToStringOutput(), auth: s.Metrics.Auth})
		metrics = &grafana.Metrics{}
		if s.Metrics.Auth != nil {
			metrics.User = s.Metrics.Auth.User
		}
	}
	for i, datasource := range grafana.Datasources(traces, metrics) {
		all[i].Datasource = datasource
	}
	return all
}

func (s GrafanaSources) dashboards() []grafana.Dashboard {
	var all []grafana.Datasource
	for _, source := range s.linked() {
		all = append(all, source.Datasource)
	}
	return grafana.Dashboards(all)
}

// file is the provisioning file, when every address is known.
func (s GrafanaSources) file(name string) pulumi.StringOutput {
	sources := s.linked()
	var urls pulumi.StringArray
	for _, source := range sources {
		urls = append(urls, source.url)
	}
	return urls.ToStringArrayOutput().ApplyT(func(urls []string) (string, error) {
		var datasources []grafana.Datasource
		for i, source := range sources {
			source.URL = urls[i]
			datasources = append(datasources, source.Datasource)
		}
		file, err := grafana.Render(name, datasources)
		return file.Body, err
	}).(pulumi.StringOutput)
}
