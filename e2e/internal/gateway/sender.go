package gateway

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// A Sender sends requests of one template, each with span IDs of its own, as SDKs do: several clients, each
// with one request on its way.
type Sender struct {
	Template *Template
	Clients  int
	// Pace is the time from one request of a client to its next; zero: as fast as they are answered.
	Pace time.Duration
	// Insist makes a client send a refused request again, until it is taken or the sender stops.
	Insist bool

	next atomic.Uint64

	mu           sync.Mutex
	acknowledged []uint64 // the first ID of each request
	refused      int
}

const export = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"

// Send sends until the context ends. What it answers is an error of its own making, never a refusal.
func (s *Sender) Send(ctx context.Context, to string) error {
	connection, err := s.connect(to)
	if err != nil {
		return err
	}
	defer connection.Close()
	var clients sync.WaitGroup
	for range s.Clients {
		clients.Go(func() { s.client(ctx, connection) })
	}
	clients.Wait()
	return nil
}

func (s *Sender) connect(to string) (*grpc.ClientConn, error) {
	return grpc.NewClient(to, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(encoded{}), grpc.MaxCallSendMsgSize(64<<20)))
}

func (s *Sender) client(ctx context.Context, connection *grpc.ClientConn) {
	for ctx.Err() == nil {
		began := time.Now()
		spans := uint64(s.Template.Spans())
		first := s.next.Add(spans) - spans + 1 // There is no span 0.
		request := s.Template.with(first)
		for !s.call(connection, request, first) && s.Insist && ctx.Err() == nil {
			time.Sleep(50 * time.Millisecond)
		}
		if rest := s.Pace - time.Since(began); rest > 0 {
			select {
			case <-ctx.Done():
			case <-time.After(rest):
			}
		}
	}
}

// call is not ended with the sender, so that nothing is taken without being counted.
func (s *Sender) call(connection *grpc.ClientConn, request []byte, first uint64) bool {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	var answer []byte
	err := connection.Invoke(ctx, export, &request, &answer)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.refused++
		return false
	}
	s.acknowledged = append(s.acknowledged, first)
	return true
}

// Offered is how many spans were sent, each counted once.
func (s *Sender) Offered() int { return int(s.next.Load()) }

// Refused is how many requests were not taken.
func (s *Sender) Refused() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refused
}

// Acknowledged are the spans that were taken.
func (s *Sender) Acknowledged() []uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := make([]uint64, 0, len(s.acknowledged)*s.Template.Spans())
	for _, first := range slices.Sorted(slices.Values(s.acknowledged)) {
		for i := range s.Template.Spans() {
			ids = append(ids, first+uint64(i))
		}
	}
	return ids
}
