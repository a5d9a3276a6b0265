package config_test

import (
	"fmt"
	"testing"

	"github.com/tracestack/tracestack/internal/config"
)

const dailyRule = "must be a time of every day from 20 o'clock on, as cron has it, such as 49 23 * * *"

// derived is a problem of the job on a search store that has more than its address.
func derived(claim, store, job, problem string) refusal {
	return refusal{claim, elastic(map[string]string{
		"tracestack:elasticsearch": `{` + store + `}`, "tracestack:jaeger": `{"dependencies":` + job + `}`,
	}), "tracestack:jaeger.dependencies" + problem}
}

// ofDependencies are the refusals of the job that computes them.
var ofDependencies = []refusal{
	nested("a job in memory", "jaeger", `{"dependencies":{"enabled":true}}`, "jaeger.dependencies: [not shown]: must not be given: with storage memory Jaeger computes the graph itself when it is asked for"),
	badgered("a job on a disk", `{"dependencies":{"enabled":true}}`, ".dependencies: [not shown]: must not be given: with storage badger Jaeger computes the graph itself when it is asked for"),
	{"a job on a remote storage", map[string]string{"tracestack:storage": "grpc", "tracestack:remoteStorage": `{"endpoint":"store:17271"}`, "tracestack:jaeger": `{"dependencies":{"enabled":true}}`},
		"tracestack:jaeger.dependencies: [not shown]: must not be given: the job is there for search stores alone"},
	derived("a schedule of words", esAddress, `{"schedule":"@daily"}`, ".schedule: @daily: "+dailyRule),
	derived("a schedule of every hour", esAddress, `{"schedule":"0 * * * *"}`, ".schedule: 0 * * * *: "+dailyRule),
	derived("a schedule of a day that has just begun", esAddress, `{"schedule":"30 0 * * *"}`, ".schedule: 30 0 * * *: "+dailyRule),
	derived("a schedule of some days", esAddress, `{"schedule":"49 23 * * 1"}`, ".schedule: 49 23 * * 1: "+dailyRule),
	derived("a schedule of a minute that there is not", esAddress, `{"schedule":"60 23 * * *"}`, ".schedule: 60 23 * * *: "+dailyRule),
	derived("a variant that there is not", esAddress, `{"variant":"elasticsearch6"}`, ".variant: elasticsearch6: must be elasticsearch7, elasticsearch8, elasticsearch9 or opensearch"),
	derived("OpenSearch's variant on an Elasticsearch", esAddress, `{"variant":"opensearch"}`, ".variant: opensearch: must be for the storage, elasticsearch"),
	{"Elasticsearch's variant on an OpenSearch", map[string]string{
		"tracestack:storage": "opensearch", "tracestack:opensearch": "{" + esAddress + "}", "tracestack:jaeger": `{"dependencies":{"variant":"elasticsearch9"}}`,
	}, "tracestack:jaeger.dependencies.variant: elasticsearch9: must be for the storage, opensearch"},
	derived("less memory than Spark takes", esAddress, `{"resources":{"limits":{"memory":"1023Mi"}}}`, ".resources.limits.memory: 1023Mi: must be at least 1Gi: Spark does not start with less"),
	derived("a job with an API key", esAddress+`,"keepIndices":true,"apiKeySecret":{"secretName":"es","key":"k"}`, `{"enabled":true}`, ".enabled: true: must not be given with apiKeySecret: the job knows user and password alone"),
	derived("a job that shows a certificate", esAddress+`,"clientCertSecret":"jaeger"`, `{"enabled":true}`, ".enabled: true: must not be given with clientCertSecret: the job takes a certificate from a Java keystore alone"),
	derived("a job on indices that are rolled over", esAddress+`,"rotation":"rollover"`, `{"enabled":true}`, ".enabled: true: must not be given with rotation rollover: the job reads an index of a day"),
	derived("a job on indices of an hour", esAddress+`,"rotation":"hour"`, `{"enabled":true}`, ".enabled: true: must not be given with rotation hour: the job reads an index of a day"),
	derived("a job on a store below a path", `"urls":["https://es:9200/","https://es/search"]`, `{"enabled":true}`, ".enabled: true: must not be given with a path in urls: the job knows host and port alone"),
}

func TestAStoreThatTheJobCannotReadIsRefused(t *testing.T) {
	for _, c := range ofDependencies {
		t.Run(c.claim, func(t *testing.T) {
			_, err := config.Load(raw(c.given))
			if got := fmt.Sprint(err); got != c.want {
				t.Errorf("refused with\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestAJobThatIsNotEnabledMayBeOfAnyStore(t *testing.T) {
	if _, err := config.Load(raw(elastic(map[string]string{
		"tracestack:elasticsearch": `{` + esAddress + `,"rotation":"hour"}`, "tracestack:jaeger": `{"dependencies":{"variant":"elasticsearch9"}}`,
	}))); err != nil {
		t.Error(err)
	}
}
