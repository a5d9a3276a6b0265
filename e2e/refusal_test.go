package e2e_test

import (
	"context"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/lab/cluster"
)

const password = "correct-horse-battery"

// refusals are configurations that must not come as far as a cluster, with the lines of the message.
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
		"tracestack:jaeger.maxTraces: 0: must be between 1 and 100000",
		"tracestack:profile: staging: must be dev or prod",
	}},
}

func TestAWrongConfigurationIsRefusedBeforeAnythingIsCreated(t *testing.T) {
	t.Parallel()
	s := newStack(t, nil)
	for _, c := range refusals {
		for name, operation := range operations(s) {
			t.Run(c.claim+" is refused by "+name, func(t *testing.T) {
				if err := s.Configure(c.settings); err != nil {
					t.Fatal(err)
				}
				refuses(t, operation(t.Context()), c.want)
				nothingMade(t, s)
			})
		}
	}
}

// operations are those that run the program.
func operations(s *project.Stack) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"preview": func(ctx context.Context) error { _, err := s.Preview(ctx); return err },
		"up":      func(ctx context.Context) error { _, err := s.Up(ctx); return err },
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
			if err := s.Configure(project.Config{key: c.value, "tracestack:bakend": "jaeger"}); err != nil {
				t.Fatal(err)
			}
			_, err := s.Preview(t.Context())
			refuses(t, err, []string{key[len("tracestack:"):], c.want})
			if err != nil && strings.Contains(err.Error(), "bakend") {
				t.Errorf("the program has run:\n%v", err)
			}
			nothingMade(t, s)
		})
	}
}

func refuses(t *testing.T, err error, want []string) {
	t.Helper()
	if err == nil {
		t.Fatal("accepted")
	}
	message := err.Error()
	for _, line := range want {
		if !strings.Contains(message, line) {
			t.Errorf("the message lacks\n%s\nit is\n%s", line, message)
		}
	}
	if strings.Contains(message, password) {
		t.Errorf("the message shows the password:\n%s", message)
	}
}

// nothingMade asks the cluster and the stack's state. The engine has ended, so nothing comes later.
func nothingMade(t *testing.T, s *project.Stack) {
	t.Helper()
	_, err := lab.Cluster.Resource(cluster.Core("namespaces"), "").Get(t.Context(), s.Namespace, metav1.GetOptions{})
	if !apierrors.IsNotFound(err) {
		t.Errorf("namespace %s: want that there is none, got error %v", s.Namespace, err)
	}
	nothingRegistered(t, s)
}

func nothingRegistered(t *testing.T, s *project.Stack) {
	t.Helper()
	resources, err := s.Resources(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range resources {
		// The stack itself and the ways to others, which `up` notes before it asks them.
		if !strings.HasPrefix(string(r.Type), "pulumi:") {
			t.Errorf("the stack has the resource %s", r.URN)
		}
	}
}
