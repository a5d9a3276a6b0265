package settings

import "github.com/tracestack/tracestack/internal/spec"

// Badger is the store that Jaeger brings, on a disk of its one pod.
type Badger struct {
	Retention Duration   `json:"retention,omitempty" pulumi:"retention,optional" min:"1h" max:"3650d" default:"2d" prod:"14d" doc:"How long traces are kept. Another retention holds for the spans that come from then on."`
	Volume    *Volume    `json:"volume,omitempty" pulumi:"volume,optional" sizes:"size: 10Gi 20Gi 100Gi 500Gi" prod:"retain: true" doc:"The disk of the pod. Nothing is deleted to make room, so it must hold all that comes within the retention, and more." see:"https://kubernetes.io/docs/concepts/storage/persistent-volumes/"`
	Resources *Resources `json:"resources,omitempty" pulumi:"resources,optional" sizes:"requests.cpu: 50m 200m 500m 1; requests.memory: 256Mi 512Mi 1Gi 2Gi; limits.cpu: 1 2 2 4; limits.memory: 1536Mi 2Gi 4Gi 8Gi" doc:"What the pod gets." rule:"limits.memory must be at least 1Gi"`
}

// Rules across the fields.
func (b *Badger) Rules(l spec.Look) {
	atLeast(l.In("resources"), b.Resources, "1Gi", "what Badger holds before it is on the disk, and what it has read from there, takes up to three quarters of it")
}
