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
	// Name of it. Another name is another backend: a Collector that is given it gets a second
	// Deployment, and the first one sends what it holds to where it was meant before both that
	// Deployment and the backend go.
	Name string
	// OTLPEndpoint takes spans: host:port, gRPC, without TLS. Whatever is made from it is made when
	// the backend is ready and goes before the backend does.
	OTLPEndpoint pulumi.StringOutput
	// QueryURL answers the product's query API.
	QueryURL pulumi.StringOutput
	// UIURL shows the product's own pages; empty where it has none.
	UIURL pulumi.StringOutput
	// HealthURL answers 200 while the backend is well.
	HealthURL pulumi.StringOutput
	// Datasource is how Grafana reads the backend.
	Datasource Datasource
}

// Datasource is how Grafana reads something, with every $ as it is meant.
type Datasource struct {
	// Name in Grafana, where it is nobody else's.
	Name string
	// Type is the plugin's ID: jaeger, tempo, prometheus.
	Type string
	// UID is fixed, so that dashboards and other datasources can refer to it: at most 40 letters,
	// digits, - and _.
	UID string
	// URL as Grafana's server reaches it.
	URL pulumi.StringOutput
	// JSONData is the plugin's own: strings, numbers, booleans, and maps and lists of them.
	JSONData map[string]any
	// Auth is who Grafana signs in as; nil where nobody has to.
	Auth *BasicAuth
}

// ToMap gives the datasource as an entry of a provisioning file, in which $$ stands for $. A
// password is not in it: Grafana reads it from its environment variable PasswordVariable.
func (d Datasource) ToMap() pulumi.Map {
	return newGrafanaSource(d).entry()
}

// PasswordVariable is the environment variable of Grafana from which a provisioned datasource with
// Auth takes its password: TRACESTACK_PROMETHEUS_PASSWORD for the UID tracestack-prometheus.
func (d Datasource) PasswordVariable() string { return grafana.PasswordVariable(d.UID) }
