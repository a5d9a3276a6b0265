package otlp

import (
	"context"
	"encoding/hex"
	"sync"
)

// A Record is what became of traces that were sent, each with spans of one service.
type Record struct {
	Service string
	Each    int // how many spans each trace has

	sync.Mutex
	Taken   []string // the IDs of traces that were acknowledged
	Refused []string // what was said to the others
}

// Send sends one trace by gRPC.
func (r *Record) Send(ctx context.Context, to Receiver) {
	id := NewID(16)
	answer, err := to.Send(ctx, GRPC, NewRequest(r.Service, NewSpans(id, r.Each)...))
	r.Lock()
	defer r.Unlock()
	switch {
	case err != nil:
		r.Refused = append(r.Refused, err.Error())
	case !answer.Taken():
		r.Refused = append(r.Refused, answer.Code+": "+answer.Says)
	default:
		r.Taken = append(r.Taken, hex.EncodeToString(id))
	}
}
