package settings

import "github.com/tracestack/tracestack/internal/spec"

// Grafana is how a Grafana that runs already gets what it shows.
type Grafana struct {
	Datasources GrafanaDelivery `json:"datasources,omitempty" pulumi:"datasources,optional" default:"output" doc:"How datasources reach Grafana, and dashboards with them: in the output alone, as labelled ConfigMaps for the sidecar of Grafana's chart, or as GrafanaDatasource and GrafanaDashboard for Grafana's operator. Whether the cluster serves the operator's kinds is read first, for which the right to get apiservices is needed." see:"https://grafana.com/docs/grafana/latest/administration/provisioning/"`
	Namespace   string          `json:"namespace,omitempty" pulumi:"namespace,optional" format:"label" doc:"Where these objects are; without it in the stack's namespace. A sidecar that is not told to look in all namespaces finds them only in its own." rule:"must not be given with datasources output"`
	GrafanaLabels
}

// GrafanaLabels are how objects for Grafana find it.
type GrafanaLabels struct {
	DatasourceLabels map[string]string `json:"datasourceLabels,omitempty" pulumi:"datasourceLabels,optional" keys:"ownLabel" format:"labelValue" doc:"Labels by which the sidecar knows datasources; without them grafana_datasource: 1." rule:"must not be given but with datasources configmap" see:"https://github.com/grafana-community/helm-charts/tree/main/charts/grafana"`
	DashboardLabels  map[string]string `json:"dashboardLabels,omitempty" pulumi:"dashboardLabels,optional" keys:"ownLabel" format:"labelValue" doc:"Labels by which the sidecar knows dashboards; without them grafana_dashboard: 1." rule:"must not be given but with datasources configmap" see:"https://github.com/grafana-community/helm-charts/tree/main/charts/grafana"`
	InstanceSelector map[string]string `json:"instanceSelector,omitempty" pulumi:"instanceSelector,optional" keys:"labelKey" format:"labelValue" doc:"Labels of the Grafana resources that the operator gives the datasources and dashboards to." rule:"must be given with datasources operator, and not with another" see:"https://grafana.github.io/grafana-operator/docs/api/"`
}

// Rules across the fields.
func (g *Grafana) Rules(l spec.Look) {
	if !l.Sound("", "datasources") {
		return
	}
	spec.CheckReadBy(l, "datasources", g.Datasources, []spec.ReadBy[GrafanaDelivery]{
		{Name: "namespace", By: []GrafanaDelivery{GrafanaConfigMap, GrafanaOperator}},
	})
	g.CheckDelivery(l, g.Datasources)
}

// CheckDelivery refuses what the way to Grafana would not read.
func (g *GrafanaLabels) CheckDelivery(l spec.Look, delivery GrafanaDelivery) {
	spec.CheckReadBy(l, "datasources", delivery, []spec.ReadBy[GrafanaDelivery]{
		{Name: "datasourceLabels", By: []GrafanaDelivery{GrafanaConfigMap}},
		{Name: "dashboardLabels", By: []GrafanaDelivery{GrafanaConfigMap}},
		{Name: "instanceSelector", By: []GrafanaDelivery{GrafanaOperator}},
	})
	if delivery == GrafanaOperator && l.Sound("instanceSelector") && len(g.InstanceSelector) == 0 {
		l.Refuse("instanceSelector", spec.NotSet, "must have a label with datasources operator: those of the Grafana that is meant")
	}
}
