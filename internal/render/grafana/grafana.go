// Package grafana renders what a Grafana is provisioned with: datasources that lead to each other,
// and the dashboards that read them. Pure: no Pulumi, no files, no clock.
package grafana

import (
	"maps"
	"strings"

	"github.com/tracestack/tracestack/internal/render"
)

// APIVersion is that of Grafana's provisioning files.
const APIVersion = 1

// Access is by Grafana's server, not by the browser, which cannot resolve names of the cluster.
const Access = "proxy"

// The kinds of datasource, as Grafana's plugins are named.
const (
	TypeJaeger     = "jaeger"
	TypeTempo      = "tempo"
	TypePrometheus = "prometheus"
)

// UIDs are fixed: dashboards and other datasources refer to them, and people's links.
const (
	UIDTraces     = "tracestack-tempo" // in the stored dashboards
	UIDPrometheus = "tracestack-prometheus"
)

// Datasource is one datasource, as its users and Grafana's API see it: with $ as it is meant.
type Datasource struct {
	Name, Type, UID, URL string
	JSONData             map[string]any
	// SpanMetrics tells whether the metrics of spans are made of its traces.
	SpanMetrics bool
	// User signs in with a password that Grafana itself reads from its environment variable
	// PasswordVariable; without one nobody signs in.
	User, PasswordVariable string
}

// PasswordVariable names the variable in Grafana's environment that has a datasource's password.
func PasswordVariable(uid string) string {
	return strings.ToUpper(strings.ReplaceAll(uid, "-", "_")) + "_PASSWORD"
}

// Entry is a datasource in a provisioning file.
type Entry struct {
	Name          string            `json:"name" yaml:"name"`
	Type          string            `json:"type" yaml:"type"`
	UID           string            `json:"uid" yaml:"uid"`
	Access        string            `json:"access" yaml:"access"`
	URL           string            `json:"url" yaml:"url"`
	BasicAuth     bool              `json:"basicAuth,omitempty" yaml:"basicAuth,omitempty"`
	BasicAuthUser string            `json:"basicAuthUser,omitempty" yaml:"basicAuthUser,omitempty"`
	JSONData      map[string]any    `json:"jsonData,omitempty" yaml:"jsonData,omitempty"`
	SecureJSON    map[string]string `json:"secureJsonData,omitempty" yaml:"secureJsonData,omitempty"`
}

// Entry gives the datasource as a provisioning file has it. Grafana expands $NAME and ${NAME} in
// every value of such a file, and takes $$ for $; the password's variable is the one thing here
// that it shall expand.
func (d Datasource) Entry() Entry {
	entry := Entry{Name: Escape(d.Name), Type: d.Type, UID: d.UID, Access: Access, URL: Escape(d.URL)}
	if len(d.JSONData) > 0 {
		entry.JSONData = escaped(render.Plain(d.JSONData)).(map[string]any)
	}
	if d.User != "" {
		entry.BasicAuth, entry.BasicAuthUser = true, Escape(d.User)
		// Not $__file: a file that is not there keeps Grafana from starting, a variable only this
		// datasource from signing in.
		entry.SecureJSON = map[string]string{"basicAuthPassword": "$__env{" + d.PasswordVariable + "}"}
	}
	return entry
}

// Escape keeps Grafana from expanding what is in a value of a provisioning file.
func Escape(text string) string { return render.EscapeDollars(text) }

// escaped goes through what JSON can hold. Keys are not expanded, so they stay.
func escaped(value any) any {
	switch v := value.(type) {
	case string:
		return Escape(v)
	case map[string]any:
		all := map[string]any{}
		for key, inner := range v {
			all[key] = escaped(inner)
		}
		return all
	case []any:
		var all []any
		for _, inner := range v {
			all = append(all, escaped(inner))
		}
		return all
	}
	return value
}

// Render gives the provisioning file of datasources.
func Render(name string, datasources []Datasource) (render.File, error) {
	file := struct {
		APIVersion  int     `yaml:"apiVersion"`
		Datasources []Entry `yaml:"datasources"`
	}{APIVersion: APIVersion}
	for _, datasource := range datasources {
		file.Datasources = append(file.Datasources, datasource.Entry())
	}
	return render.YAML(name, file)
}

// with gives both; the second wins.
func with(first, second map[string]any) map[string]any {
	all := maps.Clone(first)
	maps.Copy(all, second)
	return all
}
