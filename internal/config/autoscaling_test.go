package config_test

import (
	"fmt"
	"testing"

	"github.com/tracestack/tracestack/internal/config"
	"github.com/tracestack/tracestack/settings"
)

// scaled is a problem of a collector with an autoscaler that has these settings.
func scaled(claim, inside, problem string) refusal {
	return nested(claim, "collector", `{"autoscaling":`+inside+`}`, "collector.autoscaling"+problem)
}

const besideScaling = "must not be given with autoscaling, which decides it: minReplicas is the fewest"

// ofScaling are the refusals of autoscaling.
var ofScaling = []refusal{
	scaled("autoscaling that is a switch", `true`, ": [not shown]: must be an object, not a boolean"),
	scaled("autoscaling that is null", `null`, ": null: "+hasValue),
	scaled("autoscaling of nothing", `{}`, ".maxReplicas: not set: must be given"),
	scaled("autoscaling without an end", `{"minReplicas":2}`, ".maxReplicas: not set: must be given"),
	scaled("at most one pod", `{"maxReplicas":1}`, ".maxReplicas: 1: must be between 2 and 100"),
	scaled("more pods than a hundred", `{"maxReplicas":101}`, ".maxReplicas: 101: must be between 2 and 100"),
	scaled("no pod at times", `{"minReplicas":0,"maxReplicas":3}`, ".minReplicas: 0: must be between 1 and 100"),
	scaled("fewest above most", `{"minReplicas":4,"maxReplicas":3}`, ".maxReplicas: 3: must be more than minReplicas, 4"),
	scaled("fewest that are most", `{"minReplicas":3,"maxReplicas":3}`, ".maxReplicas: 3: must be more than minReplicas, 3"),
	{"fewest of the size that are most", map[string]string{
		"tracestack:size": "large", "tracestack:collector": `{"autoscaling":{"maxReplicas":4}}`,
	}, "tracestack:collector.autoscaling.maxReplicas: 4: must be more than minReplicas, 4"},
	scaled("a target as text", `{"maxReplicas":3,"targetCPUUtilization":"80%"}`, `.targetCPUUtilization: "80%": must be a whole number, not a string`),
	scaled("a target of nothing", `{"maxReplicas":3,"targetCPUUtilization":0}`, ".targetCPUUtilization: 0: must be between 10 and 1000"),
	scaled("a target by Kubernetes' name", `{"maxReplicas":3,"averageUtilization":80}`, ".averageUtilization: [not shown]: no such key"),
	nested("a target that the limit keeps pods from", "collector", `{"autoscaling":{"maxReplicas":3,"targetCPUUtilization":91},"resources":{"requests":{"cpu":"2"}}}`,
		"collector.autoscaling.targetCPUUtilization: 91: must be at most 90: a pod never gets more than its limit, 2, and more pods come only when they use a tenth more than the target"),
	nested("replicas beside autoscaling", "collector", `{"replicas":2,"autoscaling":{"maxReplicas":3}}`, "collector.replicas: 2: "+besideScaling),
	roles("replicas of Jaeger beside autoscaling", `{"query":{"replicas":2,"autoscaling":{"maxReplicas":3}}}`, ".query.replicas: 2: "+besideScaling),
	roles("at most one query", `{"query":{"autoscaling":{"maxReplicas":1}}}`, ".query.autoscaling.maxReplicas: 1: must be between 2 and 100"),
	roles("fewest collectors of Jaeger above most", `{"collector":{"autoscaling":{"minReplicas":5,"maxReplicas":3}}}`, ".collector.autoscaling.maxReplicas: 3: must be more than minReplicas, 5"),
	nested("autoscaling of a Jaeger in memory", "jaeger", `{"autoscaling":{"maxReplicas":3}}`, "jaeger.autoscaling: [not shown]: no such key"),
	ingested("more ingesters than partitions at times", `{"autoscaling":{"maxReplicas":3}}`, ".autoscaling.maxReplicas: 3: must be at most 2, the partitions of Kafka's topic: another pod has nothing to do"),
}

func TestAutoscalingIsRefusedWithItsReason(t *testing.T) {
	for _, c := range ofScaling {
		t.Run(c.claim, func(t *testing.T) {
			_, err := config.Load(raw(c.given))
			if got := fmt.Sprint(err); got != c.want {
				t.Errorf("refused with\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// A size or a profile says how many pods there are at least. An autoscaler adds to them.
func TestAutoscalingBeginsWhereReplicasWouldBe(t *testing.T) {
	for claim, c := range map[string]struct {
		values map[string]string
		want   int
	}{
		"dev":                    {nil, 1},
		"large":                  {key("size", "large"), 4},
		"its own":                {key("collector", `{"autoscaling":{"minReplicas":5,"maxReplicas":9}}`), 5},
		"fewer than of the size": {map[string]string{"tracestack:size": "large", "tracestack:collector": `{"autoscaling":{"minReplicas":1,"maxReplicas":9}}`}, 1},
		"prod":                   {stored("local", map[string]string{"tracestack:profile": "prod", "tracestack:createNamespace": "false"}), 2},
	} {
		t.Run(claim, func(t *testing.T) {
			values := key("collector", `{"autoscaling":{"maxReplicas":9},"signIn":{"kind":"anyone"}}`)
			for name, value := range c.values {
				values[name] = value
			}
			loaded, err := config.Load(raw(values))
			if err != nil {
				t.Fatal(err)
			}
			want := settings.Autoscaling{MinReplicas: c.want, MaxReplicas: 9, TargetCPUUtilization: 80}
			if got := loaded.Collector; *got.Autoscaling != want || got.Replicas != 0 {
				t.Errorf("%+v beside %d replicas, want %+v alone", *got.Autoscaling, got.Replicas, want)
			}
		})
	}
}
