package config

// validateGrafana refuses what the way to Grafana would not read.
func (c Config) validateGrafana(found *problems) {
	const grafana = "tracestack:grafana"
	if !c.sound(grafana, grafana+".datasources") {
		return
	}
	validateReadBy(c, found, "datasources", c.Grafana.Datasources, []readBy[GrafanaDelivery]{
		{grafana + ".namespace", []GrafanaDelivery{GrafanaConfigMap, GrafanaOperator}, nil},
		{grafana + ".datasourceLabels", []GrafanaDelivery{GrafanaConfigMap}, nil},
		{grafana + ".dashboardLabels", []GrafanaDelivery{GrafanaConfigMap}, nil},
		{grafana + ".instanceSelector", []GrafanaDelivery{GrafanaOperator}, nil},
	})
	if path := grafana + ".instanceSelector"; c.Grafana.Datasources == GrafanaOperator && c.sound(path) && len(c.Grafana.InstanceSelector) == 0 {
		found.add(path, notSet, "must have a label with datasources operator: those of the Grafana that is meant")
	}
}
