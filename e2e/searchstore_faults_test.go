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

	"github.com/tracestack/tracestack/e2e/internal/searchstore"
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
	if runCleaner(t, s, "3"); !slices.Contains(s.Indices(t), named) {
		t.Errorf("%s is gone, which was made today", named)
	}
	if left := s.Indices(t); len(left) != len(own)+len(others)+1 {
		t.Errorf("the cleaner of the schedule left %q", left)
	}
	runCleaner(t, s, "0")
	slices.Sort(others)
	if left := s.Indices(t); !slices.Equal(left, others) {
		t.Errorf("without any retention the cleaner left %q, want %q", left, others)
	}
	flow := s.Send(t)
	time.Sleep(2 * time.Second)
	s.Stored(t, flow, 5)
}

// runCleaner makes a Job of the CronJob, which is to count so many days, and waits for its end.
func runCleaner(t *testing.T, s searchstore.Stack, days string) {
	t.Helper()
	name := "clean-" + days
	kubectl := func(stdin []byte, args ...string) []byte {
		cmd := exec.CommandContext(t.Context(), "kubectl", append(args, "--namespace", s.Stack.Namespace)...)
		cmd.Stdin = bytes.NewReader(stdin)
		output, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v\n%s", cmd.Args, err, output)
		}
		return output
	}
	job := kubectl(nil, "create", "job", name, "--from=cronjob/jaeger-index-cleaner", "--dry-run=client", "--output=json")
	const scheduled = `"3",` // The retention of two days, and the day that an index is of.
	if bytes.Count(job, []byte(scheduled)) != 1 {
		t.Fatalf("the cleaner is not given %s once: %s", scheduled, job)
	}
	kubectl(bytes.Replace(job, []byte(scheduled), []byte(`"`+days+`",`), 1), "create", "--filename=-")
	wait.For(t, "the cleaner to have ended well", func() error {
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
