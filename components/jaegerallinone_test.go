package components_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tracestack/tracestack/components"
	"github.com/tracestack/tracestack/internal/pulumitest"
	"github.com/tracestack/tracestack/internal/render/jaeger"
	"github.com/tracestack/tracestack/settings"
)

// onVolume is a Jaeger with Badger that is right but for what is changed.
func onVolume(change func(*components.JaegerStackArgs)) pulumi.RunFunc {
	args := &components.JaegerStackArgs{Namespace: pulumi.String("ns"), OnVolume: true}
	change(args)
	return jaegerStack("jaeger", args)
}

func TestJaegerOnAVolumeKeepsToTheRulesOfEveryPod(t *testing.T) {
	graph := run(t, onVolume(asItIs))
	for _, rule := range []func(pulumitest.Graph) error{
		pulumitest.Secrets, pulumitest.Sealed, pulumitest.Security, pulumitest.Selectors, pulumitest.Labels,
		pulumitest.Budgets, pulumitest.Probes, pulumitest.Configurations,
	} {
		if err := rule(graph); err != nil {
			t.Error(err)
		}
	}
}

func TestJaegerOnAVolumeIsOnePodWithOneClaim(t *testing.T) {
	graph := run(t, onVolume(func(a *components.JaegerStackArgs) {
		a.Badger = &settings.Badger{Volume: &settings.Volume{Size: "2Gi", StorageClass: "fast", Retain: true}}
	}))
	if made := graph.Of(deploymentType); len(made) != 0 {
		t.Errorf("beside it there are %v", made)
	}
	if replicas := graph.Named(t, statefulSetType, "jaeger-statefulset").Object()["spec"].(map[string]any)["replicas"]; replicas != 1.0 {
		t.Errorf("%v pods open one store", replicas)
	}
	claim := graph.Named(t, claimType, "jaeger-volume")
	if got := fmt.Sprint(claim.Object()["spec"]); got != "map[accessModes:[ReadWriteOnce] resources:map[requests:map[storage:2Gi]] storageClassName:fast]" {
		t.Errorf("the claim is %s", got)
	}
	if !claim.Retained {
		t.Error("the disk goes with the stack")
	}
	pod := podSpec(t, graph, statefulSetType, "jaeger-statefulset")
	name := claim.Object()["metadata"].(map[string]any)["name"]
	if got := named(pod["volumes"], "data")["persistentVolumeClaim"]; !reflect.DeepEqual(got, map[string]any{"claimName": name}) {
		t.Errorf("the pod has %v, the claim is %v", got, name)
	}
	if got := named(onlyContainer(pod)["volumeMounts"], "data")["mountPath"]; got != jaeger.Dir {
		t.Errorf("the volume is at %v, and Badger writes to %s", got, jaeger.Dir)
	}
}

func TestJaegersServicesAreTheSameOnAVolumeAsInMemory(t *testing.T) {
	services := func(graph pulumitest.Graph) map[string]any {
		all := map[string]any{}
		for _, service := range graph.Of(serviceType) {
			all[service.Name] = service.Object()
		}
		return all
	}
	memory := services(run(t, jaegerStack("jaeger", &components.JaegerStackArgs{Namespace: pulumi.String("ns")})))
	if got := services(run(t, onVolume(asItIs))); !reflect.DeepEqual(got, memory) {
		t.Errorf("they are\n%v\nand in memory\n%v", got, memory)
	}
}

func TestWhatAJaegerOnAVolumeDoesNotReadIsRefused(t *testing.T) {
	for _, c := range []struct {
		claim, want string
		change      func(*components.JaegerStackArgs)
	}{
		{"a search store", "onVolume: [not shown]: must not be given with store: traces are kept there", func(a *components.JaegerStackArgs) {
			a.Store = &components.SearchStoreArgs{Engine: settings.EngineOpenSearch, SearchStore: settings.SearchStore{URLs: []string{"https://os"}}}
		}},
		{"a number of traces", "maxTraces: 5001: must not be given: only storage memory counts traces", func(a *components.JaegerStackArgs) { a.MaxTraces = 5001 }},
		{"a disk in memory", "badger: [not shown]: must not be given: only storage badger reads it", func(a *components.JaegerStackArgs) {
			a.OnVolume, a.Badger = false, &settings.Badger{Retention: "3d"}
		}},
	} {
		t.Run(c.claim, func(t *testing.T) { refuses(t, onVolume(c.change), c.want) })
	}
}
