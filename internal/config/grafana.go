package config

import (
	"slices"
	"strings"
)

// validateGrafana refuses what the way to Grafana would not read.
func (c Config) validateGrafana(found *problems) {
	const grafana = "tracestack:grafana"
	if !c.sound(grafana, grafana+".datasources") {
		return
	}
	for _, only := range []struct {
		path string
		with []GrafanaDelivery
	}{
		{".namespace", []GrafanaDelivery{GrafanaConfigMap, GrafanaOperator}},
		{".datasourceLabels", []GrafanaDelivery{GrafanaConfigMap}},
		{".dashboardLabels", []GrafanaDelivery{GrafanaConfigMap}},
		{".instanceSelector", []GrafanaDelivery{GrafanaOperator}},
	} {
		path := grafana + only.path
		if c.set[path] && c.sound(path) && !slices.Contains(only.with, c.Grafana.Datasources) {
			found.add(path, notShown, "must not be given with datasources "+string(c.Grafana.Datasources)+
				", only with "+strings.Join(texts(only.with...), ", "))
		}
	}
	if path := grafana + ".instanceSelector"; c.Grafana.Datasources == GrafanaOperator && c.sound(path) && len(c.Grafana.InstanceSelector) == 0 {
		found.add(path, notSet, "must have a label with datasources operator: those of the Grafana that is meant")
	}
}
