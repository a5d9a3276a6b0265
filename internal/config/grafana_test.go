package config_test

const notWith = ": [not shown]: must not be given with datasources "

// ofGrafana are the refusals of how a Grafana gets what it shows.
var ofGrafana = []refusal{
	nested("a Grafana that is text", "grafana", "configmap", "grafana: [not shown]: "+wellFormed),
	nested("a Grafana that is a list", "grafana", `["configmap"]`, "grafana: [not shown]: must be an object, not an array"),
	nested("a way to Grafana that there is not", "grafana", `{"datasources":"sidecar"}`, "grafana.datasources: sidecar: must be output, configmap or operator"),
	nested("a way to Grafana in capitals", "grafana", `{"datasources":"ConfigMap"}`, "grafana.datasources: ConfigMap: must be output, configmap or operator"),
	nested("an empty way to Grafana", "grafana", `{"datasources":""}`, `grafana.datasources: "": must be output, configmap or operator`),
	nested("a way to Grafana that is null", "grafana", `{"datasources":null}`, "grafana.datasources: null: "+hasValue),
	nested("datasources that are a list", "grafana", `{"datasources":[{"name":"Jaeger"}]}`, "grafana.datasources: [not shown]: must be a string, not an array"),
	nested("dashboards by another way", "grafana", `{"dashboards":"configmap"}`, "grafana.dashboards: [not shown]: no such key"),
	nested("a password of Grafana", "grafana", `{"adminPassword":"hunter2"}`, "grafana.adminPassword: [not shown]: no such key"),
	nested("a namespace of no object", "grafana", `{"namespace":"monitoring"}`, "grafana.namespace"+notWith+"output, only with configmap, operator"),
	nested("a namespace in capitals", "grafana", `{"datasources":"configmap","namespace":"Monitoring"}`, "grafana.namespace: Monitoring: "+dnsRule),
	nested("labels for a sidecar that gets no ConfigMap", "grafana", `{"datasourceLabels":{"a":"b"}}`, "grafana.datasourceLabels"+notWith+"output, only with configmap"),
	nested("labels for a sidecar beside the operator", "grafana", `{"datasources":"operator","instanceSelector":{"a":"b"},"dashboardLabels":{"a":"b"}}`, "grafana.dashboardLabels"+notWith+"operator, only with configmap"),
	nested("a sidecar's label that selectors depend on", "grafana", `{"datasources":"configmap","datasourceLabels":{"app.kubernetes.io/name":"grafana"}}`, `grafana.datasourceLabels["app.kubernetes.io/name"]: [not shown]: `+ownRule),
	nested("a sidecar's label that is a number", "grafana", `{"datasources":"configmap","dashboardLabels":{"grafana_dashboard":1}}`, `grafana.dashboardLabels["grafana_dashboard"]: 1: must be a string, not a number`),
	nested("a sidecar's labels that are text", "grafana", `{"datasources":"configmap","dashboardLabels":"grafana_dashboard"}`, "grafana.dashboardLabels: [not shown]: must be an object, not a string"),
	nested("an operator that is told of no Grafana", "grafana", `{"datasources":"operator"}`, "grafana.instanceSelector: not set: must have a label with datasources operator: those of the Grafana that is meant"),
	nested("an operator that is told of every Grafana", "grafana", `{"datasources":"operator","instanceSelector":{}}`, "grafana.instanceSelector: not set: must have a label with datasources operator: those of the Grafana that is meant"),
	nested("a Grafana that no operator looks for", "grafana", `{"datasources":"configmap","instanceSelector":{"a":"b"}}`, "grafana.instanceSelector"+notWith+"configmap, only with operator"),
	nested("a Grafana's label with a space", "grafana", `{"datasources":"operator","instanceSelector":{"a":"b c"}}`, `grafana.instanceSelector["a"]: b c: `+valueRule),
}
