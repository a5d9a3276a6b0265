package settings

import (
	"fmt"

	"github.com/tracestack/tracestack/internal/spec"
)

// Autoscaling lets the number of pods follow the processor time that they use.
type Autoscaling struct {
	MinReplicas          int `json:"minReplicas,omitempty" pulumi:"minReplicas,optional" min:"1" max:"100" doc:"The fewest pods. Without it they are as many as replicas would be."`
	MaxReplicas          int `json:"maxReplicas" pulumi:"maxReplicas" min:"2" max:"100" doc:"The most pods." rule:"must be more than minReplicas"`
	TargetCPUUtilization int `json:"targetCPUUtilization,omitempty" pulumi:"targetCPUUtilization,optional" min:"10" max:"1000" default:"80" doc:"How much processor time the pods use on average, in percent of what each requests. Above it there are more pods, below it fewer." rule:"must be below nine tenths of the CPU limit, or there are never more pods"`
}

// scaled settles how many pods there are where their number follows the load: the fewest are as many as
// there would be otherwise. Replicas that somebody wrote beside it are refused.
func scaled(l spec.Look, a *Autoscaling, replicas *int) {
	if a == nil {
		return
	}
	if a.MinReplicas == 0 {
		a.MinReplicas = *replicas
	}
	if !l.Given("replicas") {
		*replicas = 0
	}
}

// checkScaled holds autoscaling to what is beside it.
func checkScaled(l spec.Look, a *Autoscaling, replicas int, r *Resources) {
	if a == nil {
		return
	}
	if l.GivenSound("replicas") {
		l.Refuse("replicas", fmt.Sprint(replicas), "must not be given with autoscaling, which decides it: minReplicas is the fewest")
	}
	inside := l.In("autoscaling")
	if inside.GivenSound("maxReplicas") && inside.Sound("minReplicas") && a.MaxReplicas <= a.MinReplicas {
		inside.Refuse("maxReplicas", fmt.Sprint(a.MaxReplicas), fmt.Sprintf("must be more than minReplicas, %d", a.MinReplicas))
	}
	checkReached(l, a, r)
}

// checkReached refuses a target that no pod can go beyond. Kubernetes leaves the number of pods as it is until
// they use a tenth more.
func checkReached(l spec.Look, a *Autoscaling, r *Resources) {
	const target = "autoscaling.targetCPUUtilization"
	if !l.Sound("resources", "resources.requests", "resources.limits", "resources.requests.cpu", "resources.limits.cpu", target) {
		return
	}
	request, limit := amount(r.Requests.CPU), amount(r.Limits.CPU)
	if request > limit {
		return // That is refused by itself.
	}
	if most := limit * 90 / request; a.TargetCPUUtilization > most {
		l.Refuse(target, fmt.Sprint(a.TargetCPUUtilization), fmt.Sprintf(
			"must be at most %d: a pod never gets more than its limit, %s, and more pods come only when they use a tenth more than the target",
			most, r.Limits.CPU))
	}
}
