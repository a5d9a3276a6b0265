package settings

import (
	"fmt"

	"github.com/tracestack/tracestack/internal/sizes"
	"github.com/tracestack/tracestack/internal/spec"
)

// Queue is where spans wait that the collector has acknowledged and the backend has not taken yet.
type Queue struct {
	Storage QueueStorage `json:"storage,omitempty" pulumi:"storage,optional" default:"memory" prod:"disk" doc:"Where they wait. In memory, what waits is lost when a pod ends while the backend is away. On disk it outlives roll-outs, kills and evictions, and goes to the backend that the pod has when it is back. docs/gateway.md has the whole way, and what each costs." see:"https://opentelemetry.io/docs/collector/resiliency/"`
	Size    Data         `json:"size,omitempty" pulumi:"size,optional" min:"12Mi" max:"65536Gi" doc:"How much may wait in each pod, encoded. What comes when it is full is refused, and its sender sends it again. Without it, in memory an eighth of the memory limit, shared with the mirror; on disk a third of the volume, because small requests take up to three times their size there." rule:"in memory, must be at most an eighth of resources.limits.memory, with a mirror a sixteenth; on disk, must be at most a third of volume.size"`
	Volume  *QueueVolume `json:"volume,omitempty" pulumi:"volume,optional" sizes:"size: 2Gi 5Gi 20Gi 100Gi" doc:"With storage disk, the disk of each pod. Its claim stays in the cluster when its pod is scaled away, and when the collector goes but not its namespace: what is on it may be nowhere else. The pod that comes back finds it again." rule:"must not be given with storage memory" see:"https://kubernetes.io/docs/concepts/storage/persistent-volumes/"`
}

// QueueVolume is the disk of one pod's queue.
type QueueVolume struct {
	Size         Data   `json:"size,omitempty" pulumi:"size,optional" min:"1Gi" max:"65536Gi" doc:"How large. It grows in place where the storage class allows it, and never shrinks."`
	StorageClass string `json:"storageClass,omitempty" pulumi:"storageClass,optional" format:"object" doc:"The class that makes it; without one the cluster's default. Another class makes other, empty volumes; what waits on the first ones stays there."`
}

// Volume is the disk as a volume that stays.
func (v *QueueVolume) Volume() *Volume {
	return &Volume{Size: v.Size, StorageClass: v.StorageClass, Retain: true}
}

// Settle leaves out the disk that nobody asked for.
func (q *Queue) Settle(l spec.Look) {
	if q.Storage == QueueMemory && !l.Given("volume") {
		q.Volume = nil
	}
}

// Rules across the fields.
func (q *Queue) Rules(l spec.Look) {
	if q.Storage == QueueMemory && l.GivenSound("volume") && l.Sound("storage") {
		l.Refuse("volume", spec.NotShown, "must not be given with storage memory")
	}
	if q.Storage == QueueDisk && l.GivenSound("size") && l.Sound("storage", "volume.size") && q.Size.Bytes() > q.onDisk() {
		l.Refuse("size", q.Size.String(), "must be at most a third of volume.size, "+q.Volume.Size.String()+": small requests take up to three times their size there, and a full disk loses spans")
	}
}

func (q *Queue) onDisk() int64 { return sizes.QueueOnDisk(q.Volume.Size.Bytes()) }

// OnDisk tells whether what waits outlives the pod.
func (q *Queue) OnDisk() bool { return q.Storage == QueueDisk }

// Bytes is how much may wait; 0: the queue's share of the memory.
func (q *Queue) Bytes() int64 {
	if q.Size == "" && q.OnDisk() {
		return q.onDisk()
	}
	return q.Size.Bytes()
}

func backends(mirror bool) int {
	if mirror {
		return 2
	}
	return 1
}

// CheckQueue holds the queue to the memory, and the memory to what comes at once: for each backend, the
// mirror is a second one, there is a queue. With samplers there is one for all of them.
func (c *Collector) CheckQueue(l spec.Look, mirror bool) {
	mirror = mirror && !c.Sampling.On()
	count, why := backends(mirror), "its queue must hold what comes at once"
	least := sizes.CollectorMemory(count, c.Forwards())
	if mirror {
		why = "with a mirror it has two queues, and each must hold what comes at once"
	}
	if c.Queue.OnDisk() {
		least, why = max(least, sizes.CollectorMemoryOnDisk+sizes.CollectorMemory(0, c.Forwards())), "with a queue on disk it reads several requests at once, as large as they may come"
	}
	if c.Forwards() > 0 {
		why = "metrics and logs that are forwarded have a queue each, and every queue must hold what comes at once"
	}
	if l.Sound("queue.storage") {
		atLeast(l.In("resources"), c.Resources, MemoryOf(least/sizes.Mebibyte), why)
	}
	if most := sizes.Queue(c.Resources.Limits.Memory.Bytes(), count, c.Forwards()); !c.Queue.OnDisk() && c.Queue.Size.Bytes() > most &&
		l.GivenSound("queue.size") && l.Sound("queue.storage", "resources.limits.memory") {
		share := map[int]string{1: "an eighth", 2: "a sixteenth, as there is a mirror,"}[count]
		if c.Forwards() > 0 {
			share = fmt.Sprintf("%s, what metrics and logs leave of %s", MemoryOf(int(most/sizes.Mebibyte)), share)
		}
		l.Refuse("queue.size", c.Queue.Size.String(), fmt.Sprintf("must be at most %s of resources.limits.memory, %s: what waits takes four times its encoded size", share, c.Resources.Limits.Memory))
	}
}
