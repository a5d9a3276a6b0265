package e2e_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os/exec"
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/rand"

	"github.com/tracestack/tracestack/e2e/internal/project"
	"github.com/tracestack/tracestack/e2e/internal/searchstore"
	"github.com/tracestack/tracestack/e2e/internal/stacktest"
	"github.com/tracestack/tracestack/e2e/internal/wait"
)

// readOnlyStore does what a store does itself when its disk is nearly full.
func readOnlyStore(t *testing.T, s searchstore.Stack) {
	full := func(blocked string) {
		s.Do(t, http.MethodPut, "/"+searchstore.Prefix+"-*/_settings", fmt.Sprintf(`{"index.blocks.read_only_allow_delete": %s}`, blocked))
	}
	flow := s.Send(t)
	full("true")
	status, answer, err := s.Store.Jaeger.Ask(t.Context(), http.MethodPost, "/"+s.Indices(t)[0]+"/_doc", `{}`)
	if err != nil || status != http.StatusTooManyRequests {
		t.Errorf("a write is answered %d %s, %v", status, answer, err)
	}
	time.Sleep(8 * time.Second)
	full("null")
	s.Stored(t, flow, 30)
}

// cleanedIndices runs the cleaner as its schedule would, and then with a retention of no day: nobody can
// make an index that is older than it is.
func cleanedIndices(t *testing.T, s searchstore.Stack) {
	own := s.Indices(t)
	others := []string{
		"jaeger-span-2020-01-01",                         // of a Jaeger without a prefix
		"shop-jaeger-span-2020-01-01",                    // of one with another
		searchstore.Prefix + "-2-jaeger-span-2020-01-01", // of one with a longer
		searchstore.Prefix + "-jaeger-span-archive",      // without a date
		"orders-2020-01-01",
	}
	named := searchstore.Prefix + "-jaeger-span-2020-01-01" // of a day long ago, and made now
	for _, index := range append([]string{named}, others...) {
		s.Do(t, http.MethodPut, "/"+index, "")
	}
	if runCleaner(t, s, "3", "3"); !slices.Contains(s.Indices(t), named) {
		t.Errorf("%s is gone, which was made today", named)
	}
	if left := s.Indices(t); len(left) != len(own)+len(others)+1 {
		t.Errorf("the cleaner of the schedule left %q", left)
	}
	runCleaner(t, s, "3", "0")
	slices.Sort(others)
	if left := s.Indices(t); !slices.Equal(left, others) {
		t.Errorf("without any retention the cleaner left %q, want %q", left, others)
	}
	flow := s.Send(t)
	time.Sleep(2 * time.Second)
	s.Stored(t, flow, 5)
}

// rolledOver has indices that begin by their age. The Job of the schedule is run as it is, and then with an age
// and a retention that everything has.
func rolledOver(t *testing.T, s searchstore.Stack) {
	settings := s.With(searchstore.PasswordSecret)
	settings["tracestack:elasticsearch"] = project.With(settings["tracestack:elasticsearch"].(map[string]any), project.Config{"rotation": "rollover"})
	stacktest.Configure(t, s.Stack, settings)
	stacktest.Up(t, s.Stack)
	span := func(number string) string { return searchstore.Prefix + "-jaeger-span-" + number }
	service := func(number string) string { return searchstore.Prefix + "-jaeger-service-" + number }
	others := []string{"shop-jaeger-span-000001", searchstore.Prefix + "-2-jaeger-span-000001", "orders-000001"}
	for _, index := range others {
		s.Do(t, http.MethodPut, "/"+index, "")
	}
	before := s.Indices(t)
	first := s.Send(t)
	time.Sleep(2 * time.Second)
	s.Stored(t, first, 5)

	runScheduled(t, s, "jaeger-rollover", `\"max_age\":\"1d\"`, `\"max_age\":\"1d\"`)
	if now := s.Indices(t); !slices.Equal(now, before) {
		t.Errorf("young indices were rolled over: %q, before %q", now, before)
	}
	runScheduled(t, s, "jaeger-rollover", `\"max_age\":\"1d\"`, `\"max_age\":\"1s\"`)
	second := s.Send(t)
	time.Sleep(2 * time.Second)
	s.Stored(t, second, 5)
	s.Answered(t, first) // They are in the older index.

	runCleaner(t, s, "4", "4")
	if now := s.Indices(t); !slices.Contains(now, span("000001")) {
		t.Errorf("the cleaner of the schedule left %q", now)
	}
	runCleaner(t, s, "4", "0")
	want := slices.DeleteFunc(append(before, span("000002"), service("000002")), func(index string) bool {
		return index == span("000001") || index == service("000001")
	})
	slices.Sort(want)
	if left := s.Indices(t); !slices.Equal(left, want) {
		t.Errorf("without any retention the cleaner left %q, want %q", left, want)
	}
	s.Answered(t, second)
}

// runCleaner makes a Job of the cleaner, which is to count so many days, not as many as its schedule has.
func runCleaner(t *testing.T, s searchstore.Stack, scheduled, days string) {
	t.Helper()
	runScheduled(t, s, "jaeger-index-cleaner", `"`+scheduled+`",`, `"`+days+`",`)
}

// runScheduled makes a Job of a CronJob, with other words in the place of some of its own, and waits for its end.
func runScheduled(t *testing.T, s searchstore.Stack, cronJob, words, others string) {
	t.Helper()
	name := cronJob + "-" + rand.String(5)
	kubectl := func(stdin []byte, args ...string) []byte {
		cmd := exec.CommandContext(t.Context(), "kubectl", append(args, "--namespace", s.Stack.Namespace)...)
		cmd.Stdin = bytes.NewReader(stdin)
		output, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v\n%s", cmd.Args, err, output)
		}
		return output
	}
	job := kubectl(nil, "create", "job", name, "--from=cronjob/"+cronJob, "--dry-run=client", "--output=json")
	if bytes.Count(job, []byte(words)) != 1 {
		t.Fatalf("%s has not %s once: %s", cronJob, words, job)
	}
	kubectl(bytes.Replace(job, []byte(words), []byte(others), 1), "create", "--filename=-")
	wait.For(t, name+" to have ended well", func() error {
		jobs := schema.GroupVersionResource{Group: "batch", Version: "v1", Resource: "jobs"}
		object, err := kube.Resource(jobs, s.Stack.Namespace).Get(t.Context(), name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		if done, _, _ := unstructured.NestedInt64(object.Object, "status", "succeeded"); done == 0 {
			return fmt.Errorf("its status is %v", object.Object["status"])
		}
		return nil
	})
}
