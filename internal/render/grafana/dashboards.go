package grafana

import (
	_ "embed"
	"slices"
	"strings"
)

// Dashboard is one dashboard's model. Unlike in a provisioning file of datasources, $ is $ in it.
type Dashboard struct {
	Name string // of its file, without the ending
	UID  string
	JSON string
}

// UIDServices is the dashboard of services. It is part of its address.
const UIDServices = "tracestack-services"

// services is built by internal/dashboards. It is stored, because compiling what it is built with
// would add a quarter to a first `pulumi up`.
//
//go:embed services.json
var services string

// Dashboards are those that the datasources can fill: the dashboard of services reads the metrics
// that are made of spans, and draws its graph by the datasource of the traces that they are made of.
func Dashboards(datasources []Datasource) []Dashboard {
	traces := slices.IndexFunc(datasources, func(d Datasource) bool { return d.SpanMetrics })
	metrics := slices.IndexFunc(datasources, func(d Datasource) bool { return d.UID == UIDPrometheus })
	if traces < 0 || metrics < 0 {
		return nil
	}
	model := strings.ReplaceAll(services, UIDTraces, datasources[traces].UID)
	return []Dashboard{{Name: "tracestack-services", UID: UIDServices, JSON: model}}
}
