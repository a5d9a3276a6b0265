// Package kube is the Kubernetes machinery below the components. A component is a list of roles. A role
// is a pod, what runs it, and what stands around it; each kind of thing is one file with one constructor,
// and one line in a role switches it on. What all pods have in common is written once, here: the restricted
// Pod Security Standard, an account of their own without a token, and a configuration whose change rolls
// the pods.
//
// It knows no product, and reads no configuration.
package kube

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/settings"
)

// Role is one part of a product that has pods of its own.
type Role struct {
	Name      string // in Kubernetes, and in front of the children's logical names
	Backend   string // that the pods send to: for another there is another Deployment; empty: they send to none
	Product   string // app.kubernetes.io/name
	Part      string // app.kubernetes.io/component
	Namespace pulumi.StringInput
	Metadata  *settings.Metadata
	Placement *settings.Pods
	Pod       Pod

	// Follows is for pods that can only start when those of the role before are up.
	Follows bool
	// After must be there before the pods of a Deployment or a StatefulSet.
	After []pulumi.Resource

	// Runner runs the pods: a Deployment, a StatefulSet, a Job, a CronJob or a CustomResource.
	Runner Runner

	// What stands around the pods. A monitor or a network policy is one more file like budget.go, a field
	// here that switches it on, and its line in make.
	Account     *Account // without one the pods have the namespace's
	Services    []Service
	Budget      bool                  // lets a drain of nodes take one pod at a time; a single pod never has one
	Autoscaling *settings.Autoscaling // decides how many pods there are; nil: the runner says
	Route       *Route
}

// Runner makes what runs a role's pods.
type Runner interface {
	run(ctx *pulumi.Context, parent pulumi.Resource, r Role) (pulumi.Resource, error)
	// replicas is how many pods there are at once, unless an autoscaler decides.
	replicas() int
	// target is what it makes, as an autoscaler refers to it.
	target(r Role) target
}

// target names an object.
type target struct{ version, kind, name string }

// Made is what there is of a role. Who uses its addresses waits for all of it.
type Made struct {
	Runner   pulumi.Resource
	Services []pulumi.Resource
}

// Resources are the runner and the Services.
func (m Made) Resources() []pulumi.Resource {
	return append([]pulumi.Resource{m.Runner}, m.Services...)
}

// Make makes roles, one after the other, as children of a component. Where there are several, what they
// made is in their order.
func Make(ctx *pulumi.Context, parent pulumi.Resource, roles ...Role) ([]Made, error) {
	var all []Made
	for i, role := range roles {
		if role.Follows && i > 0 {
			role.After = append(role.After, all[i-1].Runner)
		}
		made, err := role.make(ctx, parent)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", role.Name, err)
		}
		all = append(all, made)
	}
	return all, nil
}

func (r Role) make(ctx *pulumi.Context, parent pulumi.Resource) (Made, error) {
	rights, err := r.give(ctx, parent)
	if err != nil {
		return Made{}, fmt.Errorf("rights: %w", err)
	}
	r.After = append(r.After, rights...)
	runner, err := r.Runner.run(ctx, parent, r)
	if err != nil {
		return Made{}, err
	}
	made := Made{Runner: runner}
	if err := r.budget(ctx, parent); err != nil {
		return Made{}, fmt.Errorf("disruption budget: %w", err)
	}
	if err := r.autoscaler(ctx, parent, runner); err != nil {
		return Made{}, fmt.Errorf("autoscaler: %w", err)
	}
	for _, service := range r.Services {
		one, err := service.make(ctx, parent, r, runner)
		if err != nil {
			return Made{}, fmt.Errorf("service %s: %w", service.Name, err)
		}
		made.Services = append(made.Services, one)
	}
	if r.Route != nil {
		if err := r.Route.make(ctx, parent, r); err != nil {
			return Made{}, fmt.Errorf("route %s: %w", r.Route.Host, err)
		}
	}
	return made, nil
}

// labels are on everything of the role.
func (r Role) labels() map[string]string { return naming.Labels(r.Product, r.Name, r.Part) }

// Selector finds all pods of the role, for its Services, its disruption budget and who lets them in.
func (r Role) Selector() map[string]string {
	if r.operated() {
		return naming.OperatedSelector(r.Product, r.Name)
	}
	return naming.Selector(r.Product, r.Name, r.Part)
}

// podSelector finds the pods of what runs them: while there are two Deployments, each has its own.
func (r Role) podSelector() map[string]string { return merged(r.Selector(), r.towards()) }

// towards is a label of the pods with the backend that they send to.
func (r Role) towards() map[string]string {
	if r.Backend == "" {
		return nil
	}
	return map[string]string{naming.BackendLabel: r.Backend}
}
