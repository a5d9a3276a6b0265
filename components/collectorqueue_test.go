package components_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/pulumitest"
	"github.com/tracestack/tracestack/settings"
)

// queued is a Collector of two pods with its queue on disk.
func queued(t *testing.T, name string, change func(*components.CollectorArgs)) pulumitest.Graph {
	t.Helper()
	args := &components.CollectorArgs{Namespace: pulumi.String("ns"), Backend: elsewhere("t:4317"), Collector: settings.Collector{
		Replicas: 2, Queue: &settings.Queue{Storage: settings.QueueDisk, Volume: &settings.QueueVolume{Size: "3Gi"}},
	}}
	change(args)
	return run(t, collector(name, args))
}

func plain(*components.CollectorArgs) {}

func TestAPodWithItsQueueOnDiskComesBackToIt(t *testing.T) {
	graph := queued(t, "center", plain)
	if got := graph.Of(deploymentType); len(got) > 0 {
		t.Errorf("there is a Deployment too: %v", got)
	}
	set := graph.Named(t, statefulSetType, "center-collector-statefulset").Object()
	spec := set["spec"].(map[string]any)
	if got := fmt.Sprint(set["metadata"].(map[string]any)["name"], " ", spec["replicas"], " ", spec["serviceName"], " ", spec["podManagementPolicy"]); got !=
		"center-queue-collector 2 center-collector-headless Parallel" {
		t.Errorf("it is %s", got)
	}
	for i := range 2 {
		claim := graph.Named(t, claimType, fmt.Sprint("center-collector-volume-", i))
		name := claim.Object()["metadata"].(map[string]any)["name"]
		if want := fmt.Sprint("data-center-queue-collector-", i); name != want || !claim.Retained {
			t.Errorf("claim %v, and stays: %t", name, claim.Retained)
		}
	}
	config := file(t, graph, "center-collector-config", "collector.yaml")
	if !strings.Contains(config, "storage: file_storage") || !strings.Contains(config, "queue_size: 1073741824") {
		t.Errorf("its queue is not a third of its disk:\n%s", config)
	}
}

// Selectors, names and claims cannot change: whatever waits goes to the backend that the pod has.
func TestForAnotherBackendAPodWithItsQueueOnDiskIsTheSame(t *testing.T) {
	objects := func(change func(*components.CollectorArgs)) string {
		graph := queued(t, "center", change)
		set := graph.Named(t, statefulSetType, "center-collector-statefulset").Object()
		spec := set["spec"].(map[string]any)
		return fmt.Sprint(set["metadata"], spec["selector"], spec["volumeClaimTemplates"])
	}
	first, second := objects(plain), objects(func(a *components.CollectorArgs) { a.Backend.Name = "other" })
	if first != second {
		t.Errorf("for another backend it is\n%s\nit was\n%s", second, first)
	}
}

func TestALongNameLeavesRoomForTheLabelOfARollOut(t *testing.T) {
	name := strings.Repeat("n", 40)
	set := queued(t, name, plain).Named(t, statefulSetType, name+"-collector-statefulset").Object()
	if got := set["metadata"].(map[string]any)["name"].(string); len(got)+len("-0123456789") > 63 {
		t.Errorf("%s has %d characters", got, len(got))
	}
}

func TestClientsThatSpreadTheirCallsFindThePodsThatAreReady(t *testing.T) {
	service := queued(t, "center", plain).Named(t, serviceType, "center-collector-headless-service").Object()["spec"].(map[string]any)
	if service["clusterIP"] != "None" || service["publishNotReadyAddresses"] != nil {
		t.Errorf("the Service is %v", service)
	}
}

func TestAnotherStorageClassIsAnotherClaimOfEachPod(t *testing.T) {
	graph := queued(t, "center", func(a *components.CollectorArgs) { a.Queue.Volume.StorageClass = "fast" })
	var names []string
	for _, claim := range graph.Of(claimType) {
		names = append(names, claim.Object()["metadata"].(map[string]any)["name"].(string))
	}
	if want := []string{"data-fast-center-queue-collector-0", "data-fast-center-queue-collector-1"}; !slices.Equal(names, want) {
		t.Errorf("the claims are %v, want %v", names, want)
	}
}
