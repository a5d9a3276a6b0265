// Package trace reads a trace back from Jaeger or Tempo, checks it and draws it.
//
// Parsing, checking and drawing are pure. Only Drive, Wait and a Source reach
// outside: they talk through the Getter they are given and read the clock.
package trace

import (
	"cmp"
	"slices"
	"time"
)

// Trace is what a backend holds of one request: its spans, by start time.
type Trace struct {
	ID    string
	Spans []Span
}

// Span is one piece of work. ParentID is empty for a root.
type Span struct {
	ID         string
	ParentID   string
	Service    string
	Operation  string
	Kind       Kind
	Start      time.Time
	Duration   time.Duration
	Error      bool
	Message    string // why it failed, in the application's words; empty when it said nothing
	Attributes map[string]string
	Resource   map[string]string // of who sent it
	Events     []Event
}

// Event is a log line that the application attached to a span.
type Event struct {
	Name       string
	Time       time.Time
	Attributes map[string]string
}

// Kind says which side of a call a span is.
type Kind string

// The kinds of OpenTelemetry. A span that does not say has none.
const (
	Internal Kind = "internal"
	Server   Kind = "server"
	Client   Kind = "client"
	Producer Kind = "producer"
	Consumer Kind = "consumer"
)

// End is when the span was over.
func (s Span) End() time.Time { return s.Start.Add(s.Duration) }

// Start is when the first span began.
func (t Trace) Start() time.Time {
	if len(t.Spans) == 0 {
		return time.Time{}
	}
	return slices.MinFunc(t.Spans, bySpanStart).Start
}

// Duration reaches from the first start to the last end. Work that outlives
// the root (asynchronous consumers) counts, otherwise its bar would leave the
// picture.
func (t Trace) Duration() time.Duration {
	var last time.Duration
	start := t.Start()
	for _, s := range t.Spans {
		last = max(last, s.End().Sub(start))
	}
	return last
}

// Services names the services of the trace in the order in which they appear.
func (t Trace) Services() []string {
	var names []string
	for _, s := range slices.SortedFunc(slices.Values(t.Spans), bySpanStart) {
		if !slices.Contains(names, s.Service) {
			names = append(names, s.Service)
		}
	}
	return names
}

// Errors counts the spans that failed.
func (t Trace) Errors() int {
	n := 0
	for _, s := range t.Spans {
		if s.Error {
			n++
		}
	}
	return n
}

// bySpanStart orders spans by time; the ID breaks ties so that a drawing of
// the same trace is always the same bytes.
func bySpanStart(a, b Span) int {
	return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.ID, b.ID))
}
