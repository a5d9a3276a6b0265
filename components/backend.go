package components

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Backend is the one contract between a store of traces and those who write to it or read from
// it. Nothing outside a backend's own component knows which product it is.
//
// Its addresses are known before the backend runs, so nobody waits for it who need not.
type Backend struct {
	// OTLPEndpoint takes spans: host:port, gRPC, without TLS.
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

// Datasource is one entry of Grafana's datasource provisioning.
type Datasource struct {
	Name     string
	Type     string
	UID      string // fixed, so that dashboards and other datasources can refer to it
	URL      pulumi.StringOutput
	JSONData map[string]any
}

// ToMap gives the entry as Grafana reads it.
func (d Datasource) ToMap() pulumi.Map {
	return pulumi.Map{
		"name": pulumi.String(d.Name),
		"type": pulumi.String(d.Type),
		"uid":  pulumi.String(d.UID),
		"url":  d.URL,
		// Grafana's server asks, not the browser, which cannot resolve names of the cluster.
		"access":   pulumi.String("proxy"),
		"jsonData": pulumi.ToMap(d.JSONData),
	}
}
