package components

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/internal/render"
)

const grafanaProvisioningType = "tracestack:index:GrafanaProvisioning"

// GrafanaProvisioning gives a Grafana that runs already its datasources and dashboards, as objects
// beside it.
type GrafanaProvisioning struct {
	pulumi.ResourceState
}

// GrafanaDelivery is the kind of object that Grafana gets.
type GrafanaDelivery string

const (
	// GrafanaConfigMap is labelled, for the sidecar of Grafana's own chart and of
	// kube-prometheus-stack. Let the provider change ConfigMaps in place (enableConfigMapMutable):
	// one that is replaced is gone for a moment, and so is what the sidecar made of it.
	GrafanaConfigMap GrafanaDelivery = "configmap"
	// GrafanaOperator reads GrafanaDatasource and GrafanaDashboard of grafana.integreatly.org.
	GrafanaOperator GrafanaDelivery = "operator"
)

// GrafanaProvisioningArgs describe a GrafanaProvisioning.
type GrafanaProvisioningArgs struct {
	// Namespace of the objects. A sidecar looks in its own, unless it is told to look in all. For
	// the operator, the Secret of a datasource's Auth must be there too. Required.
	Namespace pulumi.StringInput
	// Sources are what Grafana shall show. Required.
	Sources GrafanaSources
	// Delivery is GrafanaConfigMap or GrafanaOperator. Required.
	Delivery GrafanaDelivery
	// DatasourceLabels are what the sidecar knows datasources by, grafana_datasource: "1" by
	// default.
	DatasourceLabels map[string]string
	// DashboardLabels are what the sidecar knows dashboards by, grafana_dashboard: "1" by default.
	DashboardLabels map[string]string
	// InstanceSelector has the labels of the Grafana resources, of any namespace, that the operator
	// shall give this to. Required with GrafanaOperator.
	InstanceSelector map[string]string
	// Metadata of everything that is made.
	Metadata Metadata
}

func (a GrafanaProvisioningArgs) validate() error {
	operator := a.Delivery == GrafanaOperator
	only := func(wanted bool, path string, labels map[string]string, whose string) error {
		return checkThat(len(labels) == 0 || wanted, path, fmt.Sprint(labels), "must not be given but for "+whose)
	}
	return errors.Join(
		checkNamespace(a.Namespace),
		a.Sources.validate(),
		checkOneOf("delivery", string(a.Delivery), string(GrafanaConfigMap), string(GrafanaOperator)),
		only(!operator, "datasourceLabels", a.DatasourceLabels, "a ConfigMap"),
		only(!operator, "dashboardLabels", a.DashboardLabels, "a ConfigMap"),
		only(operator, "instanceSelector", a.InstanceSelector, "the operator"),
		checkThat(len(a.InstanceSelector) > 0 || !operator, "instanceSelector", "", "must be given for the operator"),
		checkLabels("datasourceLabels", a.DatasourceLabels),
		checkLabels("dashboardLabels", a.DashboardLabels),
		checkLabels("instanceSelector", a.InstanceSelector),
		a.Metadata.validate(),
	)
}

func checkLabels(path string, labels map[string]string) error {
	var problems []error
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		if value := labels[key]; !naming.IsLabelKey(key) || !naming.IsLabelValue(value) || naming.IsOwnLabel(key) {
			problems = append(problems, fmt.Errorf("%s[%q]: %q: must be a label, and not one that the component sets", path, key, value))
		}
	}
	return errors.Join(problems...)
}

// NewGrafanaProvisioning makes a GrafanaProvisioning. Its name is in front of the ConfigMaps'; the
// operator's resources have the UIDs of what they are.
func NewGrafanaProvisioning(
	ctx *pulumi.Context, name string, args *GrafanaProvisioningArgs, opts ...pulumi.ResourceOption,
) (*GrafanaProvisioning, error) {
	a := *orDefault(args, &GrafanaProvisioningArgs{})
	if err := refuse("grafana provisioning", name, checkName(name), a.validate()); err != nil {
		return nil, err
	}
	component := &GrafanaProvisioning{}
	if err := ctx.RegisterComponentResourceV2(grafanaProvisioningType, name, pulumi.Map{
		"namespace":        a.Namespace,
		"delivery":         pulumi.String(a.Delivery),
		"datasourceLabels": pulumi.ToStringMap(a.DatasourceLabels),
		"dashboardLabels":  pulumi.ToStringMap(a.DashboardLabels),
		"instanceSelector": pulumi.ToStringMap(a.InstanceSelector),
		"metadata":         pulumi.ToMap(render.Plain(a.Metadata)),
	}, component, opts...); err != nil {
		return nil, err
	}
	create := component.configMaps
	if a.Delivery == GrafanaOperator {
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
	name, labels := name+"-"+content, merged(known, a.labels(name, content))
	_, err := corev1.NewConfigMap(ctx, name, &corev1.ConfigMapArgs{
		Metadata: a.Metadata.object(pulumi.String(name), a.Namespace, labels, nil),
		Data:     files,
	}, pulumi.Parent(g))
	if err != nil {
		return fmt.Errorf("%s: %w", content, err)
	}
	return nil
}
