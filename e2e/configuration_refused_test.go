package e2e_test

import (
	"strings"
	"testing"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
)

const password = "correct-horse-battery"

// refusals are configurations that must never reach a cluster, each with the lines of its message.
var refusals = []struct {
	claim    string
	settings project.Config
	want     []string
}{
	{"an unknown key", project.Config{"tracestack:bakend": "jaeger"}, []string{
		"tracestack:bakend: [not shown]: no such key; did you mean tracestack:backend?",
	}},
	{"a wrong type", project.Config{"tracestack:jaeger": project.Config{"maxTraces": "many"}}, []string{
		`tracestack:jaeger.maxTraces: "many": must be a whole number, not a string`,
	}},
	{"a wrong choice", project.Config{"tracestack:backend": "zipkin"}, []string{
		"tracestack:backend: zipkin: must be jaeger or tempo",
	}},
	{"a wrong combination", project.Config{"tracestack:storage": "s3"}, []string{
		"tracestack:storage: s3: must be memory, badger, elasticsearch, opensearch, cassandra or grpc with backend jaeger",
	}},
	{"no cluster named", project.Config{"kubernetes:context": nil}, []string{
		"kubernetes:context: not set: must name the cluster, here or in kubernetes:kubeconfig",
	}},
	{"a cluster that no kubeconfig has", project.Config{"kubernetes:context": "nowhere"}, []string{
		"kubernetes:context: nowhere: must be a context of the kubeconfig", project.Context,
	}},
	{"a secret in plain", project.Config{"tracestack:elasticsearchPassword": password}, []string{
		"tracestack:elasticsearchPassword: [not shown]: must be a secret",
	}},
	{"several at once", project.Config{
		"tracestack:bakend":                "jaeger",
		"tracestack:storage":               "floppy",
		"tracestack:profile":               "staging",
		"tracestack:jaeger":                project.Config{"maxTraces": 0},
		"tracestack:elasticsearchPassword": password,
		"kubernetes:context":               nil,
	}, []string{
		"6 things to correct",
		"kubernetes:context: not set: must name the cluster",
		"tracestack:bakend: [not shown]: no such key",
		"tracestack:storage: floppy: must be memory, badger",
		"tracestack:elasticsearchPassword: [not shown]: must be a secret",
		"tracestack:jaeger.maxTraces: 0: must be between 1500 and 100000",
		"tracestack:profile: staging: must be dev or prod",
	}},
}

func TestAWrongConfigurationIsRefusedBeforeAnythingIsCreated(t *testing.T) {
	t.Parallel()
	s := newStack(t, nil)
	for _, c := range refusals {
		for name, operation := range stacktest.Operations(s) {
			t.Run(c.claim+" is refused by "+name, func(t *testing.T) {
				stacktest.Configure(t, s, c.settings)
				err := operation(t.Context())
				stacktest.Refused(t, err, c.want...)
				if strings.Contains(err.Error(), password) {
					t.Errorf("the message shows the password:\n%v", err)
				}
				stacktest.NothingMade(t, lab.Cluster, s)
			})
		}
	}
}

func TestTheEngineRefusesAWrongTypeThatTheSchemaKnowsBeforeTheProgramRuns(t *testing.T) {
	t.Parallel()
	s := newStack(t, nil)
	for key, c := range map[string]struct {
		value any
		want  string
	}{
		"tracestack:demo":      {"perhaps", "must be of type 'boolean'"},
		"tracestack:namespace": {project.Config{"name": "tracing"}, "must be of type 'string'"},
		"tracestack:jaeger":    {"all-in-one", "must be of type 'object'"},
	} {
		t.Run(key, func(t *testing.T) {
			// The program would find the second fault too.
			stacktest.Configure(t, s, project.Config{key: c.value, "tracestack:bakend": "jaeger"})
			_, err := s.Preview(t.Context())
			stacktest.Refused(t, err, key[len("tracestack:"):], c.want)
			if err != nil && strings.Contains(err.Error(), "bakend") {
				t.Errorf("the program has run:\n%v", err)
			}
			stacktest.NothingMade(t, lab.Cluster, s)
		})
	}
}
