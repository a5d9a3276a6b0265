package components

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render"
	"github.com/tracestack/tracestack/internal/render/grafana"
)

const grafanaOperatorVersion = "grafana.integreatly.org/v1beta1"

// customResources makes one for each datasource and dashboard. The operator hands them to Grafana's
// API, which expands nothing: here $ is $.
func (g *GrafanaProvisioning) customResources(ctx *pulumi.Context, name string, a GrafanaProvisioningArgs) error {
	specs := map[string]pulumi.Output{}
	for _, source := range a.Sources.linked() {
		specs[source.UID] = source.url.ApplyT(func(url string) map[string]any {
			return render.Plain(newGrafanaDatasource(a, source, url))
		})
	}
	if err := g.ofKind(ctx, name, "datasource", a, specs); err != nil {
		return err
	}
	specs = map[string]pulumi.Output{}
	for _, dashboard := range a.Sources.dashboards() {
		specs[dashboard.UID] = pulumi.ToOutput(render.Plain(grafanaDashboard{a.common(dashboard.UID), dashboard.JSON}))
	}
	return g.ofKind(ctx, name, "dashboard", a, specs)
}

// ofKind makes the resources of one kind, each named by its UID.
func (g *GrafanaProvisioning) ofKind(
	ctx *pulumi.Context, name, content string, a GrafanaProvisioningArgs, specs map[string]pulumi.Output,
) error {
	if len(specs) == 0 {
		return nil
	}
	kind := "Grafana" + strings.ToUpper(content[:1]) + content[1:]
	definition, err := kube.Served(ctx, g, name+"-"+content+"-kind", grafanaOperatorVersion)
	if err != nil {
		return fmt.Errorf("%s: %w", kind, err)
	}
	for _, uid := range slices.Sorted(maps.Keys(specs)) {
		_, err := kube.NewObject(ctx, name+"-"+strings.TrimPrefix(uid, name+"-"), grafanaOperatorVersion, kind,
			kube.Object(ctx, a.Metadata, pulumi.String(naming.Object(uid)), a.Namespace, a.labels(name, content+"s"), nil),
			specs[uid],
			pulumi.Parent(g), pulumi.DependsOn([]pulumi.Resource{definition}),
			// The cluster refuses to change them. The old resource goes first: the operator takes
			// what it made in Grafana away with it, and by its UID that is the new one's too.
			pulumi.ReplaceOnChanges([]string{"spec.instanceSelector", "spec.uid"}), pulumi.DeleteBeforeReplace(true),
		)
		if err != nil {
			return fmt.Errorf("%s %s: %w", kind, uid, err)
		}
	}
	return nil
}

// grafanaCommon is in every resource of the operator.
type grafanaCommon struct {
	InstanceSelector labelSelector `json:"instanceSelector"`
	// The Grafana is seldom in the stack's own namespace.
	AllowCrossNamespaceImport bool   `json:"allowCrossNamespaceImport"`
	UID                       string `json:"uid"`
}

func (a GrafanaProvisioningArgs) common(uid string) grafanaCommon {
	return grafanaCommon{InstanceSelector: labelSelector{a.InstanceSelector}, AllowCrossNamespaceImport: true, UID: uid}
}

type labelSelector struct {
	MatchLabels map[string]string `json:"matchLabels"`
}

type grafanaDashboard struct {
	grafanaCommon
	JSON string `json:"json"`
}

type grafanaDatasource struct {
	grafanaCommon
	Datasource grafanaDatasourceModel `json:"datasource"`
	ValuesFrom []grafanaValueFrom     `json:"valuesFrom,omitempty"`
}

type grafanaDatasourceModel struct {
	Name           string            `json:"name"`
	Type           string            `json:"type"`
	Access         string            `json:"access"`
	URL            string            `json:"url"`
	BasicAuth      bool              `json:"basicAuth,omitempty"`
	BasicAuthUser  string            `json:"basicAuthUser,omitempty"`
	JSONData       map[string]any    `json:"jsonData,omitempty"`
	SecureJSONData map[string]string `json:"secureJsonData,omitempty"`
}

// grafanaValueFrom puts an entry of a Secret in the place of ${ENTRY} at a path.
type grafanaValueFrom struct {
	TargetPath string `json:"targetPath"`
	ValueFrom  struct {
		SecretKeyRef secretKeyRef `json:"secretKeyRef"`
	} `json:"valueFrom"`
}

type secretKeyRef struct {
	Name string `json:"name"`
	Key  string `json:"key"`
}

func newGrafanaDatasource(a GrafanaProvisioningArgs, source grafanaSource, url string) grafanaDatasource {
	spec := grafanaDatasource{grafanaCommon: a.common(source.UID), Datasource: grafanaDatasourceModel{
		Name: source.Name, Type: source.Type, Access: grafana.Access, URL: url, JSONData: source.JSONData,
	}}
	if source.auth != nil {
		const password = "basicAuthPassword"
		spec.Datasource.BasicAuth, spec.Datasource.BasicAuthUser = true, source.auth.User
		spec.Datasource.SecureJSONData = map[string]string{password: "${" + source.auth.PasswordEntry + "}"}
		value := grafanaValueFrom{TargetPath: "secureJsonData." + password}
		value.ValueFrom.SecretKeyRef = secretKeyRef{Name: source.auth.SecretName, Key: source.auth.PasswordEntry}
		spec.ValuesFrom = []grafanaValueFrom{value}
	}
	return spec
}
