package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/render/grafana"
)

// Backend is the one contract between a store of traces and those who write to it or read from
// it. Nothing outside a backend's own component knows which product it is.
//
// Its addresses are known before the backend runs.
type Backend struct {
	Name         string              `pulumi:"name" doc:"Its name. Another name is another backend."`
	OTLPEndpoint pulumi.StringOutput `pulumi:"otlpEndpoint" doc:"Takes spans: host:port, gRPC, without TLS. Whatever is made from it is made when the backend is ready and goes before the backend does."`
	OTLPAddress  pulumi.StringOutput `pulumi:"otlpAddress" doc:"The same address, for who need not wait for the backend: a mirror that cannot start keeps no Collector from being made."`
	QueryURL     pulumi.StringOutput `pulumi:"queryUrl" doc:"Answers the product's query API."`
	UIURL        pulumi.StringOutput `pulumi:"uiUrl" doc:"Shows the product's own pages; empty where it has none."`
	HealthURL    pulumi.StringOutput `pulumi:"healthUrl" doc:"Answers 200 while the backend is well."`
	Datasource   Datasource          `pulumi:"datasource" doc:"How Grafana reads the backend."`
}

// BackendArgs are a Backend as others take one: what a component here gave, or one that is run elsewhere.
type BackendArgs struct {
	Name         string             `pulumi:"name" format:"name" doc:"Its name. Another name is another backend: a Collector that is given it, with its queue in memory, gets a second Deployment, and the first one sends what it holds to where it was meant before both that Deployment and the backend go. With its queue on disk it sends what waits to this one."`
	OTLPEndpoint pulumi.StringInput `pulumi:"otlpEndpoint,optional" doc:"Takes spans: host:port, gRPC, without TLS. A Grafana needs none."`
	Datasource   *DatasourceArgs    `pulumi:"datasource,optional" doc:"How Grafana reads the backend. A Collector needs none."`
}

// Args are the backend as others take it.
func (b Backend) Args() *BackendArgs {
	return &BackendArgs{Name: b.Name, OTLPEndpoint: b.OTLPEndpoint, Datasource: b.Datasource.Args()}
}

// MirrorArgs are the backend as a Collector's mirror takes it: nobody waits for it.
func (b Backend) MirrorArgs() *BackendArgs {
	args := b.Args()
	args.OTLPEndpoint = b.OTLPAddress
	return args
}

// Datasource is how Grafana reads something, with every $ as it is meant.
type Datasource struct {
	Name        string              `pulumi:"name" doc:"Its name in Grafana, where it is nobody else's."`
	Type        string              `pulumi:"type" doc:"The plugin's ID: jaeger, tempo, prometheus."`
	UID         string              `pulumi:"uid" doc:"Fixed, so that dashboards and other datasources can refer to it."`
	URL         pulumi.StringOutput `pulumi:"url" doc:"The address as Grafana's server reaches it."`
	JSONData    map[string]any      `pulumi:"jsonData,optional" doc:"The plugin's own: strings, numbers, booleans, and maps and lists of them."`
	SpanMetrics bool                `pulumi:"spanMetrics,optional" doc:"Whether the backend makes the metrics of spans that the metrics store has: Grafana then leads from its traces to them, and from their exemplars to its traces."`
	Auth        *BasicAuth          `pulumi:"auth,optional" doc:"Who Grafana signs in as; without it nobody has to."`
}

// DatasourceArgs are a Datasource as others take one.
type DatasourceArgs struct {
	Name        string             `pulumi:"name" format:"notEmpty" doc:"Its name in Grafana, where it is nobody else's."`
	Type        string             `pulumi:"type" format:"notEmpty" doc:"The plugin's ID: jaeger, tempo, prometheus."`
	UID         string             `pulumi:"uid" format:"uid" doc:"Fixed, so that dashboards and other datasources can refer to it."`
	URL         pulumi.StringInput `pulumi:"url" doc:"The address as Grafana's server reaches it."`
	JSONData    map[string]any     `pulumi:"jsonData,optional" doc:"The plugin's own: strings, numbers, booleans, and maps and lists of them."`
	SpanMetrics bool               `pulumi:"spanMetrics,optional" doc:"Whether the backend makes the metrics of spans that the metrics store has: Grafana then leads from its traces to them, and from their exemplars to its traces."`
	Auth        *BasicAuth         `pulumi:"auth,optional" doc:"Who Grafana signs in as; without it nobody has to."`
}

// Args are the datasource as others take it.
func (d Datasource) Args() *DatasourceArgs {
	return &DatasourceArgs{Name: d.Name, Type: d.Type, UID: d.UID, URL: d.URL, JSONData: d.JSONData, SpanMetrics: d.SpanMetrics, Auth: d.Auth}
}

// ToMap gives the datasource as an entry of a provisioning file, in which $$ stands for $. A
// password is not in it: Grafana reads it from its environment variable PasswordVariable.
func (d Datasource) ToMap() pulumi.Map { return newGrafanaSource(d.Args()).entry() }

// PasswordVariable is the environment variable of Grafana from which a provisioned datasource with
// Auth takes its password: TRACESTACK_PROMETHEUS_PASSWORD for the UID tracestack-prometheus.
func (d Datasource) PasswordVariable() string { return grafana.PasswordVariable(d.UID) }
