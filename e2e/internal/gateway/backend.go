package gateway

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/snappy"
	"google.golang.org/grpc"
	"google.golang.org/grpc/encoding"
	_ "google.golang.org/grpc/encoding/gzip" // What a collector sends by default.
)

// A Backend takes OTLP over gRPC, and remembers which spans came.
type Backend struct {
	Address string
	// Delay is how long it takes over each request.
	Delay atomic.Int64

	server *grpc.Server

	mu     sync.Mutex
	seen   map[uint64]struct{}
	copies int
}

// NewBackend has an address, and does not listen yet.
func NewBackend() *Backend {
	return &Backend{Address: newAddress(), seen: map[uint64]struct{}{}}
}

// Start makes it listen.
func (b *Backend) Start() error {
	listener, err := net.Listen("tcp", b.Address)
	if err != nil {
		return err
	}
	b.server = grpc.NewServer(grpc.ForceServerCodec(encoded{}), grpc.MaxRecvMsgSize(64<<20), grpc.UnknownServiceHandler(b.take))
	go func(server *grpc.Server) { _ = server.Serve(listener) }(b.server)
	return nil
}

// Kill ends it in the midst of its calls.
func (b *Backend) Kill() { b.server.Stop() }

func (b *Backend) take(_ any, stream grpc.ServerStream) error {
	var request []byte
	if err := stream.RecvMsg(&request); err != nil {
		return err
	}
	if delay := time.Duration(b.Delay.Load()); delay > 0 {
		select {
		case <-time.After(delay):
		case <-stream.Context().Done():
			return stream.Context().Err()
		}
	}
	b.mu.Lock()
	err := eachID(request, func(id uint64) {
		if _, again := b.seen[id]; again {
			b.copies++
		}
		b.seen[id] = struct{}{}
	})
	b.mu.Unlock()
	if err != nil {
		return err
	}
	answer := []byte{} // An empty message: all was taken.
	return stream.SendMsg(&answer)
}

// Stored is how many different spans it has, and how many came more than once.
func (b *Backend) Stored() (spans, copies int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.seen), b.copies
}

// Missing is how many of these spans it does not have.
func (b *Backend) Missing(ids []uint64) (missing int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, id := range ids {
		if _, is := b.seen[id]; !is {
			missing++
		}
	}
	return missing
}

// encoded is a codec that leaves messages as they come: *[]byte.
type encoded struct{}

func (encoded) Marshal(message any) ([]byte, error) { return *message.(*[]byte), nil }

func (encoded) Unmarshal(body []byte, message any) error {
	*message.(*[]byte) = body
	return nil
}

func (encoded) Name() string { return "proto" }

// snappies lets a gRPC server read what is sent with snappy, as Jaeger and Tempo do.
type snappies struct{}

func init() { encoding.RegisterCompressor(snappies{}) }

func (snappies) Name() string { return "snappy" }

func (snappies) Compress(to io.Writer) (io.WriteCloser, error) {
	return snappy.NewBufferedWriter(to), nil
}

func (snappies) Decompress(from io.Reader) (io.Reader, error) { return snappy.NewReader(from), nil }
