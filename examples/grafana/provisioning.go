package main

import (
	"encoding/json"
	"fmt"
)

const (
	datasourcesFile = "datasources.yaml"
	providersFile   = "providers.yaml"
	// dashboardsDir is where Grafana looks for dashboards, as the file of providers tells it.
	dashboardsDir = "/etc/tracestack/dashboards"
)

// provisioned is the output grafana of a tracestack stack.
type provisioned struct {
	APIVersion  int   `json:"apiVersion"`
	Datasources []any `json:"datasources"`
	Dashboards  []any `json:"dashboards"`
}

// provisioningFiles turns the output into the files that Grafana reads, by name. All of them are
// JSON, which is YAML as well. Nothing needs escaping: in datasources tracestack did it, and in
// dashboards Grafana expands nothing.
func provisioningFiles(stack string, output any) (map[string]string, error) {
	var given provisioned
	text, err := json.Marshal(output)
	if err == nil {
		err = json.Unmarshal(text, &given)
	}
	if err != nil || given.APIVersion != 1 {
		return nil, fmt.Errorf("stack %s: output grafana: must be an object of apiVersion 1, as tracestack has it", stack)
	}
	files := map[string]string{
		datasourcesFile: asJSON(map[string]any{"apiVersion": given.APIVersion, "datasources": given.Datasources}),
		providersFile: asJSON(map[string]any{"apiVersion": 1, "providers": []any{map[string]any{
			"name": "tracestack", "type": "file", "options": map[string]any{"path": dashboardsDir},
		}}}),
	}
	for i, dashboard := range given.Dashboards {
		files[fmt.Sprintf("dashboard-%d.json", i)] = asJSON(dashboard)
	}
	return files, nil
}

// asJSON writes what came from JSON.
func asJSON(value any) string {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		panic(err)
	}
	return string(text) + "\n"
}
