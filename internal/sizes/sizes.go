// Package sizes says how large a message may be on its way from a sender to a backend. It is a chain:
// each part takes whatever the part before it may send. What a part took and cannot send on would be
// lost, though its sender was told that it arrived.
package sizes

// All are in bytes.
const (
	Mebibyte = 1 << 20

	// Request is the most that the collector takes from a sender at once, counted after
	// decompression. Every gRPC server takes as much by default.
	Request = 4 * Mebibyte
	// Batch is the most that the collector sends at once. It splits batches, but never a span, and
	// one span may fill a request. What it sends it encodes anew, with empty IDs and values written
	// out: at worst, for links of nothing, two bytes become six.
	Batch = 3 * Request
	// Message is the most that a backend takes at once. Where the collector splits a batch, it
	// miscounts some bytes.
	Message = Batch + 4*Mebibyte
)

// queueShare is the part of a collector's memory that its queues fill. Decoded spans take about four
// times their encoded size, so full queues and the process stay below the memory limiter's 55 %.
const queueShare = 8

// Queue is what a collector with so much memory holds for each of its backends, encoded. What it forwards
// elsewhere has a queue of Batch each.
func Queue(memory int64, backends, forwards int) int64 {
	return (memory/queueShare - int64(forwards)*Batch) / int64(backends)
}

// CollectorMemory is the least with which each queue holds what the collector may send at once. With
// less, a large request is refused for ever, though the queue is empty.
func CollectorMemory(backends, forwards int) int { return queueShare * Batch * (backends + forwards) }

// diskShare is the part of a volume that a queue on it fills, encoded. A small request takes up to three times
// its size there: pages are half full, and each entry has a key. On a full disk the queue would skip what it
// cannot mark as read.
const diskShare = 3

// QueueOnDisk is what a collector holds on a volume of so many bytes, encoded.
func QueueOnDisk(volume int64) int64 { return volume / diskShare }

// CollectorMemoryOnDisk is the least with which a collector sends what it reads from its disk: each of its
// consumers has a request that may be as large as requests are, decoded.
const CollectorMemoryOnDisk = 192 * Mebibyte

// SamplerMemory is the least with which a sampler holds what comes at once, decoded, beside traces that wait.
const SamplerMemory = 192 * Mebibyte

// traceShare and rememberedShare are bytes of a sampler's memory for each trace that may wait in it, and for
// each of which it remembers the decision. A trace takes more than the first, whatever is in it, so that the
// memory is always full before the count is; to remember a decision takes about a thirtieth of the second.
const (
	traceShare      = 512
	rememberedShare = 4096
)

// Traces is how many traces wait in a sampler with so much memory at most, and of how many it remembers what it
// has decided.
func Traces(memory int64) (waiting, remembered int64) {
	return memory / traceShare, memory / rememberedShare
}

// Bulk is when Jaeger sends what it has gathered for a search store, which takes 100 MB at once by its own
// default. Jaeger looks at the size behind each span, so a request may be larger by one.
const Bulk = 5_000_000
