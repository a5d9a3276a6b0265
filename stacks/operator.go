package stacks

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/internal/plan"
	"github.com/tracestack/tracestack/settings"
)

const (
	collectorsOfOperator = "opentelemetrycollectors"
	collectorKind        = "OpenTelemetryCollector"
	collectorVersion     = "v1beta1"
	operatorNeeded       = "needs the OpenTelemetry operator, 0.148.0 or newer: "
	orDeployment         = ", or choose deployment"
)

// collectors asks whether the cluster takes the collector that the operator is to run: is the kind defined, in
// the version that is meant, and do the operator's webhooks let through what the stack would make? The second
// is asked with a request that changes nothing.
func (k *kubeClient) collectors(ctx *pulumi.Context, c config.Config, objects []plan.Object) error {
	if c.Collector.ManagedBy != settings.ManagedByOperator {
		return nil
	}
	within, cancel := context.WithTimeout(ctx.Context(), 3*patience) // The API server asks the webhooks in turn.
	defer cancel()
	rule := k.definesCollectors(within)
	for _, object := range objects {
		if rule == "" && object.Kind == collectorKind {
			if c.CreateNamespace {
				object.Namespace = "default" // Its own may not be there yet.
			}
			rule = k.takes(within, object)
		}
	}
	if rule == "" {
		return nil
	}
	return settings.Problem{Path: "tracestack:collector.managedBy", Value: string(c.Collector.ManagedBy), Rule: operatorNeeded + rule + orDeployment}
}

// definesCollectors is what is wrong with the definition of the kind; empty where nothing is.
func (k *kubeClient) definesCollectors(ctx context.Context) string {
	const name = collectorsOfOperator + ".opentelemetry.io"
	type version struct {
		Name            string
		Served, Storage bool
	}
	var definition struct{ Spec struct{ Versions []version } }
	status := k.ask(ctx, http.MethodGet, "apis/apiextensions.k8s.io/v1/customresourcedefinitions/"+name, "application/json", nil, &definition)
	if status == http.StatusNotFound {
		return "this cluster does not know " + name + "; install it first"
	}
	versions := definition.Spec.Versions
	if status != http.StatusOK || len(versions) == 0 {
		return ""
	}
	i := slices.IndexFunc(versions, func(v version) bool { return v.Name == collectorVersion })
	switch {
	case i < 0 || !versions[i].Served:
		return "this cluster's " + name + " is without " + collectorVersion + "; upgrade the operator with its definitions"
	case !versions[i].Storage:
		return "this cluster stores " + name + " in another version than " + collectorVersion + "; upgrade the operator with its definitions"
	}
	return ""
}

// takes is why the cluster would not take the collector; empty where it would, or does not tell.
func (k *kubeClient) takes(ctx context.Context, object plan.Object) string {
	body := object.Body
	body["metadata"].(map[string]any)["namespace"] = object.Namespace
	text, err := json.Marshal(body)
	if err != nil {
		return ""
	}
	var answer struct{ Message string }
	path := "apis/" + object.APIVersion + "/namespaces/" + object.Namespace + "/" + collectorsOfOperator
	status := k.ask(ctx, http.MethodPost, path+"?dryRun=All&fieldValidation=Strict", "application/json", text, &answer)
	said := strings.Join(strings.Fields(answer.Message), " ")
	switch {
	case strings.Contains(said, "failed calling webhook"):
		return "its webhook does not answer (" + said + "); see that its pods are ready"
	case status == http.StatusBadRequest, status == http.StatusUnprocessableEntity, strings.Contains(said, "denied the request"):
		return "this cluster's does not take the collector (" + said + "); upgrade it with its definitions"
	}
	return ""
}
