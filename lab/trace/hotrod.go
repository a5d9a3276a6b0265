package trace

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Call is one request to HotROD: what was asked, what was answered, and what
// finds its trace among all others.
type Call struct {
	Nonce          string
	Sent, Answered time.Time
	Driver         string
	ETA            time.Duration
}

// Names that HotROD gives to what answers a dispatch.
const (
	hotrodService   = "frontend"
	hotrodOperation = "/dispatch"
)

// Drive asks HotROD for a car for one of its customers (123, 392, 567, 731).
//
// The nonce makes the trace findable. HotROD logs the whole request URL as an
// event of the root span, so the trace that carries the nonce is the trace of
// this very request, whoever else is calling. A traceparent of our own would
// name the trace as well, but then the root would have a parent that nobody
// recorded; the traceresponse header would need more than a Getter, and the
// API server's proxy is usually read through a client that hides headers.
func Drive(ctx context.Context, demo Getter, customer int) (Call, error) {
	call := Call{Nonce: rand.Text(), Sent: time.Now()}
	path := fmt.Sprintf("%s?customer=%d&%s", hotrodOperation, customer, call.query())
	body, err := demo(ctx, path)
	if err != nil {
		return Call{}, fmt.Errorf("drive HotROD: %w", err)
	}
	call.Answered = time.Now()
	var answer struct {
		Driver string
		ETA    time.Duration
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.Driver == "" {
		return Call{}, fmt.Errorf("drive HotROD: %s: not a dispatched car: %s", path, excerpt(body))
	}
	call.Driver, call.ETA = answer.Driver, answer.ETA
	return call, nil
}

// query is spelled as HotROD's own page spells it.
func (c Call) query() string { return "nonse=" + c.Nonce }

// made says whether the trace is the one that this call caused.
func (c Call) made(t Trace) bool {
	return slices.ContainsFunc(t.Spans, func(s Span) bool {
		return c.in(s.Attributes) || slices.ContainsFunc(s.Events, func(e Event) bool { return c.in(e.Attributes) })
	})
}

func (c Call) in(attributes map[string]string) bool {
	for _, v := range attributes {
		if strings.Contains(v, c.query()) {
			return true
		}
	}
	return false
}

// hotrodEdges is what one dispatch of HotROD 1.76 always leaves behind, apart
// from the GetDriver calls that time out.
var hotrodEdges = Edges{
	{Op{}, Op{"frontend", "/dispatch"}}:                              1,
	{Op{"frontend", "/dispatch"}, Op{"frontend", "HTTP GET"}}:        11,
	{Op{"frontend", "HTTP GET"}, Op{"customer", "/customer"}}:        1,
	{Op{"customer", "/customer"}, Op{"mysql", "SQL SELECT"}}:         1,
	{Op{"frontend", "HTTP GET"}, Op{"route", "/route"}}:              10,
	{Op{"frontend", "/dispatch"}, Op{"frontend", findNearest}}:       1,
	{Op{"frontend", findNearest}, Op{"driver", findNearest}}:         1,
	{Op{"driver", findNearest}, Op{"redis-manual", "FindDriverIDs"}}: 1,
	getDriver: 10,
}

const findNearest = "driver.DriverService/FindNearest"

var getDriver = Edge{Op{"driver", findNearest}, Op{"redis-manual", "GetDriver"}}

// asksAgain is the event of the driver's span for each GetDriver that timed out.
const asksAgain = "Retrying GetDriver after error"

// HotROD says what is missing from the trace of a whole dispatch, edge by
// edge, and what is too much.
//
// HotROD lets every fifth GetDriver of its process time out and asks again:
// how many fail depends on the requests before. The driver tells how often it
// asked again, so that not one of them is missed either.
func HotROD(t Trace) error {
	wanted, got := maps.Clone(hotrodEdges), t.Edges()
	wanted[getDriver] += askedAgain(t)
	var problems []error
	for edge, want := range wanted {
		if got[edge] != want {
			problems = append(problems, fmt.Errorf("%s: %d of %d", edge, got[edge], want))
		}
	}
	for edge, n := range got {
		if wanted[edge] == 0 {
			problems = append(problems, fmt.Errorf("%s: %d, a dispatch has none", edge, n))
		}
	}
	slices.SortFunc(problems, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(problems...)
}

func askedAgain(t Trace) (times int) {
	for _, s := range t.Spans {
		for _, e := range s.Events {
			if e.Name == asksAgain && (Op{s.Service, s.Operation}) == getDriver.Parent {
				times++
			}
		}
	}
	return times
}
