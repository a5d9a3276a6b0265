package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/tracestack/tracestack/internal/naming"
	"github.com/tracestack/tracestack/lab/trace"
)

// A side is one of the two Tempos that are compared, and what was measured of it.
type side struct {
	namespace string // also its bucket
	otlp      string
	tempo     trace.Tempo
	client    *http.Client
	values    values

	ingest  series
	answers map[string]*answers // by the name of the question
	fresh   series              // from sending a trace until a search finds it
	memory  []float64           // resident, in bytes, during the load
	cpu     float64             // seconds of the processor, during the load

	// The bucket when the load ended, after an orderly stop, and when all traces were in it.
	loaded, stopped, whole contents
}

// answers are those to one question.
type answers struct {
	took   series // of those that were right
	failed int
	first  error // why the first of those that failed did
}

// A part of what the load asks may hang; it must not hang the benchmark.
const patience = 30 * time.Second

func (b *bench) newSide(ctx context.Context, namespace string) (*side, error) {
	ip, err := b.lab.Cluster.ServiceIP(ctx, namespace, naming.TempoService(naming.Tempo))
	if err != nil {
		return nil, err
	}
	s := &side{
		namespace: namespace, client: newClient(), answers: map[string]*answers{},
		otlp: fmt.Sprintf("http://%s:%d/v1/traces", ip, naming.OTLPHTTP),
	}
	s.tempo.Get = func(ctx context.Context, path string) ([]byte, error) {
		return s.do(ctx, http.MethodGet, fmt.Sprintf("http://%s:%d%s", ip, naming.TempoHTTP, path), nil)
	}
	if s.values, err = b.valuesOf(ctx, namespace); err != nil {
		return nil, err
	}
	return s, await(ctx, "Tempo to answer", func() error {
		_, err := s.self(ctx, residentMemory)
		return err
	})
}

// newClient keeps its connections. One that is begun while the node learns of a pod may lead nowhere for as
// long as it is tried, so it is given up soon.
func newClient() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DialContext = (&net.Dialer{Timeout: 2 * time.Second}).DialContext
	return &http.Client{Timeout: patience, Transport: transport}
}

// post sends a trace.
func (s *side) post(ctx context.Context, body []byte) error {
	_, err := s.do(ctx, http.MethodPost, s.otlp, body)
	return err
}

// do is one request. An error has the whole answer, as the page quotes it.
func (s *side) do(ctx context.Context, method, url string, body []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-protobuf")
	response, err := s.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", response.Status, bytes.TrimSpace(answer))
	}
	return answer, err
}

// answer asks one question, and keeps how long the right answer took.
func (s *side) answer(ctx context.Context, q question) {
	all := s.answers[q.name]
	if all == nil {
		all = &answers{}
		s.answers[q.name] = all
	}
	took, err := timed(func() error { return q.ask(ctx, s.tempo) })
	switch {
	case err == nil:
		all.took = append(all.took, took)
	case ctx.Err() == nil:
		all.failed++
		if all.first == nil {
			all.first = err
		}
	}
}

// self reads some of Tempo's metrics of its own.
func (s *side) self(ctx context.Context, names ...string) ([]float64, error) {
	body, err := s.tempo.Get(ctx, "/metrics")
	if err != nil {
		return nil, err
	}
	var all []float64
	for _, name := range names {
		value, err := metric(string(body), name)
		if err != nil {
			return nil, err
		}
		all = append(all, value)
	}
	return all, nil
}

// metric finds one without labels in a Prometheus exposition.
func metric(exposition, name string) (float64, error) {
	for line := range strings.Lines(exposition) {
		if value, found := strings.CutPrefix(line, name+" "); found {
			return strconv.ParseFloat(strings.TrimSpace(value), 64)
		}
	}
	return 0, fmt.Errorf("there is no metric %s", name)
}
