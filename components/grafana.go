package components

import (
	"fmt"
	"maps"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/kube"
	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/spec"
	"github.com/tracestack/tracestack/settings"
)

const grafanaProvisioningType = "tracestack:index:GrafanaProvisioning"

// GrafanaProvisioning gives a Grafana that runs already its datasources and dashboards, as objects
// beside it.
type GrafanaProvisioning struct {
	pulumi.ResourceState
}

// GrafanaProvisioningArgs describe a GrafanaProvisioning.
type GrafanaProvisioningArgs struct {
	Namespace   pulumi.StringInput       `pulumi:"namespace" doc:"Of the objects. A sidecar looks in its own, unless it is told to look in all. For the operator, the Secret of a datasource's auth must be there too."`
	Sources     *GrafanaSources          `pulumi:"sources" doc:"What Grafana shall show."`
	Datasources settings.GrafanaDelivery `pulumi:"datasources" doc:"How they reach Grafana, and dashboards with them." rule:"must be configmap or operator"`
	settings.GrafanaLabels
	Metadata *settings.Metadata `pulumi:"metadata,optional" doc:"Labels and annotations of everything that is made."`
}

// Rules across the fields.
func (a *GrafanaProvisioningArgs) Rules(l spec.Look) {
	if a.Datasources == settings.GrafanaOutput {
		l.Refuse("datasources", string(a.Datasources), "must be configmap or operator: an output needs no objects")
	} else if l.GivenSound("datasources") {
		a.CheckDelivery(l, a.Datasources)
	}
}

// NewGrafanaProvisioning makes a GrafanaProvisioning. Its name is in front of the ConfigMaps'; the
// operator's resources have the UIDs of what they are.
func NewGrafanaProvisioning(
	ctx *pulumi.Context, name string, args *GrafanaProvisioningArgs, opts ...pulumi.ResourceOption,
) (*GrafanaProvisioning, error) {
	a := *orDefault(args, &GrafanaProvisioningArgs{})
	if err := settle("grafana provisioning", name, &a); err != nil {
		return nil, err
	}
	component := &GrafanaProvisioning{}
	if err := ctx.RegisterComponentResourceV2(grafanaProvisioningType, name, inputs(&a), component, opts...); err != nil {
		return nil, err
	}
	create := component.configMaps
	if a.Datasources == settings.GrafanaOperator {
		create = component.customResources
	}
	if err := create(ctx, name, a); err != nil {
		return nil, refuse("grafana provisioning", name, err)
	}
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{})
}

func (a GrafanaProvisioningArgs) labels(name, component string) map[string]string {
	return naming.Labels("grafana-provisioning", name, component)
}

// configMaps makes one for the datasources, and one for the dashboards where there are any. They
// keep their names when their content changes, unlike those that pods mount: a sidecar that saw the
// new one come and then the old one go would remove the file that both have.
func (g *GrafanaProvisioning) configMaps(ctx *pulumi.Context, name string, a GrafanaProvisioningArgs) error {
	file := name + "-datasources.yaml"
	labels := a.DatasourceLabels
	if len(labels) == 0 {
		labels = map[string]string{"grafana_datasource": "1"}
	}
	if err := g.configMap(ctx, name, "datasources", a, labels, pulumi.StringMap{file: a.Sources.file(file)}); err != nil {
		return err
	}
	files := pulumi.StringMap{}
	for _, dashboard := range a.Sources.dashboards() {
		files[dashboard.Name+".json"] = pulumi.String(dashboard.JSON)
	}
	if len(files) == 0 {
		return nil
	}
	if labels = a.DashboardLabels; len(labels) == 0 {
		labels = map[string]string{"grafana_dashboard": "1"}
	}
	return g.configMap(ctx, name, "dashboards", a, labels, files)
}

func (g *GrafanaProvisioning) configMap(
	ctx *pulumi.Context, name, content string, a GrafanaProvisioningArgs, known map[string]string, files pulumi.StringMap,
) error {
	labels := maps.Clone(known)
	maps.Copy(labels, a.labels(name, content))
	name += "-" + content
	_, err := corev1.NewConfigMap(ctx, name, &corev1.ConfigMapArgs{
		Metadata: kube.Object(ctx, a.Metadata, pulumi.String(name), a.Namespace, labels, nil),
		Data:     files,
	}, pulumi.Parent(g))
	if err != nil {
		return fmt.Errorf("%s: %w", content, err)
	}
	return nil
}
