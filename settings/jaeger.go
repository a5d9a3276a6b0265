package settings

import (
	"fmt"

	"github.com/tracestack/tracestack/internal/spec"
)

// Jaeger is Jaeger v2. The storage decides how it runs: with memory and with Badger all of it is one pod,
// where the store is elsewhere collector and query are apart.
type Jaeger struct {
	MaxTraces    int             `json:"maxTraces,omitempty" pulumi:"maxTraces,optional" min:"1500" max:"100000" sizes:"5000 20000 50000 100000" doc:"How many traces storage memory holds; the oldest goes when one more comes. Jaeger answers a search that asks for more traces than that with 500, and its pages let one ask for 1500." rule:"must not be given with another storage than memory"`
	Resources    *Resources      `json:"resources,omitempty" pulumi:"resources,optional" sizes:"requests.cpu: 25m 100m 500m 1; limits.cpu: 1 2 2 4" doc:"With storage memory, what the one pod gets. Without limits.memory the limit follows maxTraces: 256Mi, and 96Ki for each trace. At seven tenths of it the pod refuses spans: docs/jaeger.md says what then. Without requests.memory it is a quarter of the limit." rule:"limits.memory must be at least 128Mi; requests.memory must be given with limits.memory; must not be given with another storage than memory"`
	Badger       *Badger         `json:"badger,omitempty" pulumi:"badger,optional" doc:"With storage badger, the one pod and its disk. docs/jaeger.md says what it does not take." rule:"must not be given with another storage than badger"`
	Collector    *JaegerRole     `json:"collector,omitempty" pulumi:"collector,optional" sizes:"replicas: 1 1 2 4; resources.requests.cpu: 25m 100m 500m 1; resources.requests.memory: 128Mi 256Mi 512Mi 1Gi; resources.limits.cpu: 1 2 2 4; resources.limits.memory: 512Mi 1Gi 2Gi 4Gi" prod:"replicas: >=2" doc:"Where the store is elsewhere, the pods that write spans to it." rule:"must not be given with storage memory or badger; resources.limits.memory must be at least 192Mi"`
	Query        *JaegerRole     `json:"query,omitempty" pulumi:"query,optional" sizes:"replicas: 1 1 1 2; resources.requests.cpu: 25m 50m 100m 250m; resources.requests.memory: 64Mi 128Mi 256Mi 512Mi; resources.limits.cpu: 1 1 2 2; resources.limits.memory: 256Mi 512Mi 1Gi 2Gi" prod:"replicas: >=2" doc:"Where the store is elsewhere, the pods that answer queries and show the pages." rule:"must not be given with storage memory or badger; resources.limits.memory must be at least 128Mi"`
	UI           *JaegerUI       `json:"ui,omitempty" pulumi:"ui,optional" doc:"The pages: their path, their menu, and links to other things." see:"https://www.jaegertracing.io/docs/latest/deployment/frontend-ui/"`
	Sampling     *JaegerSampling `json:"sampling,omitempty" pulumi:"sampling,optional" doc:"Which traces applications begin, for SDKs that ask Jaeger." see:"https://www.jaegertracing.io/docs/latest/architecture/sampling/"`
	Dependencies *Dependencies   `json:"dependencies,omitempty" pulumi:"dependencies,optional" doc:"The job that computes which service calls which, for a search store. In memory and on a disk Jaeger does so itself." rule:"must not be given with storage memory or badger; must not be given without a search store" see:"https://github.com/jaegertracing/spark-dependencies"`
	Ingester     *JaegerRole     `json:"ingester,omitempty" pulumi:"ingester,optional" sizes:"replicas: 1 1 1 1; resources.requests.cpu: 25m 100m 500m 1; resources.requests.memory: 128Mi 256Mi 512Mi 1Gi; resources.limits.cpu: 1 2 2 4; resources.limits.memory: 512Mi 1Gi 2Gi 4Gi" doc:"With Kafka, the pods that write what is in it to the store. While there is none, spans wait in Kafka." rule:"must not be given without Kafka; replicas and autoscaling.maxReplicas must be at most the partitions of Kafka's topic; resources.limits.memory must be at least 192Mi"`
}

// JaegerRole is a part of Jaeger that runs in pods of its own.
type JaegerRole struct {
	Replicas    int          `json:"replicas,omitempty" pulumi:"replicas,optional" min:"1" max:"100" doc:"How many pods share the load. From 2 on a disruption budget lets them go one at a time." rule:"must not be given with autoscaling"`
	Autoscaling *Autoscaling `json:"autoscaling,omitempty" pulumi:"autoscaling,optional" doc:"Lets the number of pods follow the load, instead of replicas. The cluster must have the API of metrics, metrics.k8s.io. docs/autoscaling.md has the whole of it." see:"https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/"`
	Resources   *Resources   `json:"resources,omitempty" pulumi:"resources,optional" doc:"What each pod gets."`
}

// Settle makes autoscaling begin where replicas would be.
func (r *JaegerRole) Settle(l spec.Look) { scaled(l, r.Autoscaling, &r.Replicas) }

// Rules across the fields.
func (r *JaegerRole) Rules(l spec.Look) { checkScaled(l, r.Autoscaling, r.Replicas, r.Resources) }

// Settle makes the memory follow the number of traces. A trace of the demo, of 40 spans, takes about 64
// KiB, and spans are refused at seven tenths of the limit: a store that is full of such traces stays below.
// It fills up over hours, so more is kept free than the process takes at first.
func (j *Jaeger) Settle(l spec.Look) {
	const process, kibibytes = 256, 96
	request, limit := &j.Resources.Requests.Memory, &j.Resources.Limits.Memory
	if *limit == "" && *request == "" {
		*limit = MemoryOf(process + (j.MaxTraces*kibibytes+1023)/1024)
	}
	if *request == "" && l.Sound("resources.limits.memory") {
		*request = MemoryOf(amount(*limit) / 4)
	}
}

// Rules across the fields.
func (j *Jaeger) Rules(l spec.Look) {
	atLeast(l.In("resources"), j.Resources, "128Mi", byItself)
	atLeast(l.In("collector.resources"), j.Collector.Resources, "192Mi", "it must hold what comes at once")
	atLeast(l.In("ingester.resources"), j.Ingester.Resources, "192Mi", "it must hold what comes at once")
	atLeast(l.In("query.resources"), j.Query.Resources, "128Mi", byItself)
	request, limit := "resources.requests.memory", "resources.limits.memory"
	if l.GivenSound(request) && !l.Given(limit) {
		l.Refuse(request, j.Resources.Requests.Memory.String(), "must be given with limits.memory: without it both follow maxTraces")
	}
}

// Read is what Jaeger reads with a storage, and with Kafka in front of it or without.
func (j Jaeger) Read(storage Storage, kafka bool) Jaeger {
	made := Jaeger{UI: j.UI, Sampling: j.Sampling.read()}
	switch storage {
	case StorageMemory:
		made.MaxTraces, made.Resources = j.MaxTraces, j.Resources
	case StorageBadger:
		made.Badger = j.Badger
	default:
		made.Collector, made.Query = j.Collector, j.Query
	}
	if IsSearchStore(storage) {
		made.Dependencies = j.Dependencies
	}
	if kafka {
		made.Ingester = j.Ingester
	}
	return made
}

// CheckRoles refuses what Jaeger does not read with a storage.
func (j *Jaeger) CheckRoles(l spec.Look, storage Storage) {
	refuse := func(name, value, why string) {
		if l.GivenSound(name) {
			l.Refuse(name, value, "must not be given: "+why)
		}
	}
	ofOnePod := "with storage memory all of Jaeger is one pod, and resources are its own"
	ofMemory := "with storage " + string(storage) + " collector and query are apart, each with its own resources"
	if storage == StorageBadger {
		ofOnePod = "with storage badger all of Jaeger is one pod, and badger.resources are its own"
		ofMemory = ofOnePod
	}
	if storage != StorageMemory {
		refuse("maxTraces", fmt.Sprint(j.MaxTraces), "only storage memory counts traces")
		refuse("resources", spec.NotShown, ofMemory)
	}
	if storage != StorageBadger {
		refuse("badger", spec.NotShown, "only storage badger reads it")
	}
	j.UI.CheckArchive(l.In("ui"), storage)
	j.Sampling.CheckStorage(l.In("sampling"), storage)
	if !storage.Apart() {
		refuse("collector", spec.NotShown, ofOnePod)
		refuse("query", spec.NotShown, ofOnePod)
		refuse("dependencies", spec.NotShown, fmt.Sprintf("with storage %s Jaeger computes the graph itself when it is asked for", storage))
	} else if !IsSearchStore(storage) {
		refuse("dependencies", spec.NotShown, "the job is there for search stores alone")
	}
}
