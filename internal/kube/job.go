package kube

import (
	"time"

	batchv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/batch/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Job runs one pod until its containers have succeeded, which the engine awaits. It stays afterwards, and
// runs again when something about it changes.
type Job struct {
	// Patience is how long it may fail. The kubelet runs a container that failed again after 10 seconds,
	// and each time after twice as long.
	Patience time.Duration
	// After are what must be there before it runs.
	After []pulumi.Resource
}

func (Job) replicas() int { return 1 }

func (j Job) run(ctx *pulumi.Context, parent pulumi.Resource, r Role) (pulumi.Resource, error) {
	made, err := r.template(ctx, parent, false)
	if err != nil {
		return nil, err
	}
	r.place(made.pod, "")
	return batchv1.NewJob(ctx, r.Name, &batchv1.JobArgs{
		Metadata: r.object(ctx, pulumi.String(r.Name), nil),
		Spec:     j.spec(made),
	}, pulumi.Parent(parent), pulumi.DependsOn(j.After))
}

func (j Job) spec(made template) *batchv1.JobSpecArgs {
	made.pod.RestartPolicy = pulumi.String("OnFailure")
	return &batchv1.JobSpecArgs{
		ActiveDeadlineSeconds: pulumi.Int(j.Patience / time.Second),
		BackoffLimit:          pulumi.Int(100), // The deadline alone ends it.
		Template:              made.PodTemplateSpecArgs,
	}
}
