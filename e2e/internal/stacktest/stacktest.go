// Package stacktest works on a stack on behalf of a test: it brings the stack up, previews it, and
// checks what Pulumi's engine says. What runs in the stack is for others to check.
package stacktest

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tracestack/tracestack/e2e/internal/kubetest"
	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/lab/cluster"
)

// Main runs the tests of a package. The lab is shared by all of them, each with stacks and namespaces of
// its own; kube is its cluster.
func Main(m *testing.M, lab **project.Lab, kube *kubetest.Cluster) {
	opened, err := project.Open()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	*lab, *kube = opened, kubetest.Cluster{Cluster: opened.Cluster}
	code := m.Run()
	opened.Close()
	os.Exit(code)
}

// New makes an empty stack that goes with the test.
func New(t *testing.T, lab *project.Lab, settings project.Config) *project.Stack {
	t.Helper()
	s, err := lab.NewStack(t.Context(), t.TempDir(), settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
		defer cancel()
		if err := s.Remove(ctx); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Configure replaces the stack's settings.
func Configure(t *testing.T, s *project.Stack, settings project.Config) {
	t.Helper()
	if err := s.Configure(settings); err != nil {
		t.Fatal(err)
	}
}

// Up brings the stack up.
func Up(t *testing.T, s *project.Stack) {
	t.Helper()
	if _, err := s.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// UpChangesNothing brings a stack up that is up.
func UpChangesNothing(t *testing.T, s *project.Stack) {
	t.Helper()
	result, err := s.Up(t.Context(), optup.ExpectNoChanges())
	if err != nil {
		t.Fatal(err)
	}
	changes := *result.Summary.ResourceChanges
	delete(changes, "read") // Somebody else's Prometheus.
	if len(changes) != 1 || changes["same"] == 0 {
		t.Errorf("the second up did %v, want only same", changes)
	}
}

// Destroy destroys what the stack has.
func Destroy(t *testing.T, s *project.Stack) {
	t.Helper()
	if _, err := s.Destroy(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// Operations are those that must both refuse what is wrong, by their names.
func Operations(s *project.Stack) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"preview": func(ctx context.Context) error { _, err := s.Preview(ctx); return err },
		"up":      func(ctx context.Context) error { _, err := s.Up(ctx); return err },
	}
}

// UpWarned brings the stack up, and gives what it is warned of meanwhile.
func UpWarned(t *testing.T, s *project.Stack) (warnings []string) {
	t.Helper()
	all := watched(t, func(stream chan<- events.EngineEvent) error {
		_, err := s.Up(t.Context(), optup.EventStreams(stream))
		return err
	})
	for _, event := range all {
		if said := event.DiagnosticEvent; said != nil && said.Severity == "warning" {
			warnings = append(warnings, said.Message)
		}
	}
	return warnings
}

// Steps are all that a preview announces.
func Steps(t *testing.T, s *project.Stack) (steps []apitype.StepEventMetadata) {
	t.Helper()
	all := watched(t, func(stream chan<- events.EngineEvent) error {
		_, err := s.Preview(t.Context(), optpreview.EventStreams(stream))
		return err
	})
	for _, event := range all {
		if event.ResourcePreEvent != nil {
			steps = append(steps, event.ResourcePreEvent.Metadata)
		}
	}
	return steps
}

// watched are the engine's events of an operation.
func watched(t *testing.T, operation func(chan<- events.EngineEvent) error) []events.EngineEvent {
	t.Helper()
	stream := make(chan events.EngineEvent)
	seen := make(chan []events.EngineEvent)
	go func() {
		var all []events.EngineEvent
		for event := range stream {
			all = append(all, event)
		}
		seen <- all
	}()
	if err := operation(stream); err != nil {
		t.Fatal(err)
	}
	return <-seen
}

// Name is the logical name of a step's resource.
func Name(step apitype.StepEventMetadata) string {
	return step.URN[strings.LastIndex(step.URN, ":")+1:]
}

// Refused checks that an operation has ended with an error that has each of these lines.
func Refused(t *testing.T, err error, lines ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("accepted")
	}
	message := err.Error()
	for _, line := range lines {
		if !strings.Contains(message, line) {
			t.Errorf("the message lacks\n%s\nit is\n%s", line, message)
		}
	}
}

// NothingMade asks the cluster and the stack's state. The engine has ended, so nothing comes later.
func NothingMade(t *testing.T, in *cluster.Cluster, s *project.Stack) {
	t.Helper()
	_, err := in.Resource(cluster.Core("namespaces"), "").Get(t.Context(), s.Namespace, metav1.GetOptions{})
	if !apierrors.IsNotFound(err) {
		t.Errorf("namespace %s: want that there is none, got error %v", s.Namespace, err)
	}
	NothingRegistered(t, s)
}

// NothingRegistered asks the stack's state alone.
func NothingRegistered(t *testing.T, s *project.Stack) {
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
