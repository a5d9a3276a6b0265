package kube

import (
	batchv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/batch/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// CronJob runs a Job at times. A run that is due while the one before is not over is left out.
type CronJob struct {
	Job
	Schedule string // as cron has it, in UTC
}

func (c CronJob) run(ctx *pulumi.Context, parent pulumi.Resource, r Role) (pulumi.Resource, error) {
	made, err := r.template(ctx, parent, false)
	if err != nil {
		return nil, err
	}
	r.place(made.pod, "")
	return batchv1.NewCronJob(ctx, r.Name, &batchv1.CronJobArgs{
		Metadata: r.object(ctx, pulumi.String(r.Name), nil),
		Spec: &batchv1.CronJobSpecArgs{
			Schedule:          pulumi.String(c.Schedule),
			TimeZone:          pulumi.String("Etc/UTC"),
			ConcurrencyPolicy: pulumi.String("Forbid"),
			JobTemplate:       &batchv1.JobTemplateSpecArgs{Spec: c.spec(r, made)},
		},
	}, pulumi.Parent(parent), pulumi.DependsOn(c.After))
}
