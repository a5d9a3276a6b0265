package grafana

import (
	_ "embed"
	"slices"
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
// that Tempo makes, and draws its graph by Tempo's datasource.
func Dashboards(datasources []Datasource) []Dashboard {
	has := func(uid string) bool {
		return slices.ContainsFunc(datasources, func(d Datasource) bool { return d.UID == uid })
	}
	if !has(UIDTempo) || !has(UIDPrometheus) {
		return nil
	}
	return []Dashboard{{Name: "tracestack-services", UID: UIDServices, JSON: services}}
}
