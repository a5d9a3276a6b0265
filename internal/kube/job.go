package kube

import (
	batchv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/batch/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Job runs one pod until its containers have succeeded, which the engine awaits. It stays afterwards, and
// runs again when something about it changes, or with the next update where it did not succeed.
type Job struct {
	// Restarts is how often a container that failed is run again before the Job is given up. The kubelet
	// waits 10 seconds, and each time twice as long. Patience is not a time, because a deadline would
	// also count what nobody is to blame for: a node that is full or cordoned, an image that is pulled.
	Restarts int
	// After are what must be there before it runs.
	After []pulumi.Resource
}

// retried lets the provider make a Job anew that is there but has not succeeded. It would wait for the old
// one otherwise, for ever in vain. The time is seconds, of all that is awaited, scheduling and pulling too.
var retried = map[string]string{"pulumi.com/replaceUnready": "true", "pulumi.com/timeoutSeconds": "1800"}

func (Job) replicas() int { return 1 }

// No autoscaler refers to a pod that runs once.
func (Job) target(r Role) target { return target{"batch/v1", "Job", r.Name} }

func (j Job) run(ctx *pulumi.Context, parent pulumi.Resource, r Role) (pulumi.Resource, error) {
	made, err := r.template(ctx, parent, false)
	if err != nil {
		return nil, err
	}
	r.place(made.pod, "")
	return batchv1.NewJob(ctx, r.Name, &batchv1.JobArgs{
		Metadata: r.object(ctx, pulumi.String(r.Name), retried),
		Spec:     j.spec(r, made),
	}, pulumi.Parent(parent), pulumi.DependsOn(j.After))
}

func (j Job) spec(r Role, made template) *batchv1.JobSpecArgs {
	made.pod.RestartPolicy = pulumi.String("OnFailure")
	return &batchv1.JobSpecArgs{
		// Kubernetes counts the restarts of all containers together.
		BackoffLimit: pulumi.Int(j.Restarts * len(r.Pod.Containers)),
		Template:     made.PodTemplateSpecArgs,
	}
}
