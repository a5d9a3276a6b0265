package servicegraph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tracestack/tracestack/lab/trace"
)

const (
	pollEvery = time.Second
	// patience bounds a wait whose context has no nearer deadline. Tempo waits
	// ten seconds for the other side of a call and sends every fifteen.
	patience = 90 * time.Second
)

// Wait polls a Prometheus until the graph in it is what complete wants; nil
// asks for one edge. It ends with the context, or after a minute and a half,
// and then says what was missing last, with the graph as far as it was there.
func Wait(ctx context.Context, prometheus trace.Getter, complete func(Graph) error) (Graph, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if complete == nil {
		complete = someEdge
	}
	var last Graph
	seen := errors.New("nothing was asked yet")
	for {
		g, err := Read(ctx, prometheus)
		if err == nil {
			last, err = g, complete(g)
		}
		if err == nil {
			return g, nil
		}
		// A request that was cut by the deadline says less than the one before.
		if ctx.Err() == nil {
			seen = err
		}
		select {
		case <-ctx.Done():
			return last, fmt.Errorf("no whole service graph: %w: last seen: %w", context.Cause(ctx), seen)
		case <-time.After(pollEvery):
		}
	}
}

func someEdge(g Graph) error {
	if len(g.Edges) == 0 {
		return errors.New("no edge at all")
	}
	return nil
}

// Read asks a Prometheus for the graph as it is now. A graph without edges is
// no error: nothing may have been called yet.
func Read(ctx context.Context, prometheus trace.Getter) (Graph, error) {
	body, err := prometheus(ctx, "/api/v1/query?"+url.Values{"query": {query}}.Encode())
	if err != nil {
		return Graph{}, err
	}
	return Parse(body)
}

// Names of Tempo's metrics, in modules/generator/processor/servicegraphs.
const (
	prefix        = "traces_service_graph_request_"
	total         = prefix + "total"
	failedTotal   = prefix + "failed_total"
	serverSeconds = prefix + "server_seconds_sum"
	serverCount   = prefix + "server_seconds_count"
	clientSeconds = prefix + "client_seconds_sum"
)

// query asks for everything at one instant. The sum is over what tells
// generators apart (__metrics_gen_instance) and over dimensions that the
// configuration may have added.
var query = fmt.Sprintf(`sum by (__name__, client, server, connection_type) ({__name__=~"%s"})`,
	strings.Join([]string{total, failedTotal, serverSeconds, serverCount, clientSeconds}, "|"))

// Parse reads an answer of Prometheus' GET /api/v1/query, which its page on
// the HTTP API describes, into the graph. All malformed series are reported.
func Parse(body []byte) (Graph, error) {
	var a struct {
		Status, ErrorType, Error string
		Data                     struct {
			ResultType string
			Result     json.RawMessage
		}
	}
	if err := json.Unmarshal(body, &a); err != nil {
		return Graph{}, fmt.Errorf("prometheus' answer is not JSON: %w", err)
	}
	if a.Status == "error" {
		return Graph{}, fmt.Errorf("prometheus answered %s: %s", a.ErrorType, a.Error)
	}
	if a.Status != "success" || a.Data.ResultType != "vector" {
		return Graph{}, fmt.Errorf("prometheus' answer has status %q and resultType %q: must be success and vector", a.Status, a.Data.ResultType)
	}
	var vector []series
	if err := json.Unmarshal(a.Data.Result, &vector); err != nil {
		return Graph{}, fmt.Errorf("prometheus' answer: %w", err)
	}
	return graph(vector)
}

// series is an element of an instant vector: labels, and a pair of time and
// value, the value as text.
type series struct {
	Metric map[string]string
	Value  []any
}

// figures are the values of one edge by the metric's name.
type figures map[string]float64

func graph(vector []series) (Graph, error) {
	found := map[Edge]figures{}
	var problems []error
	for _, s := range vector {
		edge := Edge{Client: s.Metric["client"], Server: s.Metric["server"], Kind: Kind(s.Metric["connection_type"])}
		value, err := s.value()
		if err := errors.Join(s.labelled(), err); err != nil {
			problems = append(problems, err)
			continue
		}
		if found[edge] == nil {
			found[edge] = figures{}
		}
		found[edge][s.Metric["__name__"]] = value
	}
	if err := errors.Join(problems...); err != nil {
		return Graph{}, err
	}
	var g Graph
	for _, edge := range slices.SortedFunc(maps.Keys(found), byEnds) {
		g.Edges = append(g.Edges, edge.with(found[edge]))
	}
	return g, nil
}

// labelled refuses a series that draws no edge.
func (s series) labelled() error {
	var problems []error
	for _, label := range []string{"client", "server"} {
		if s.Metric[label] == "" {
			problems = append(problems, fmt.Errorf("series %v: label %s: must not be empty", s.Metric, label))
		}
	}
	return errors.Join(problems...)
}

func (s series) value() (float64, error) {
	if len(s.Value) == 2 {
		text, _ := s.Value[1].(string)
		v, err := strconv.ParseFloat(text, 64)
		if err == nil && v >= 0 && !math.IsInf(v, 0) {
			return v, nil
		}
	}
	return 0, fmt.Errorf("series %v: value %v: must be a time and the text of a finite number from 0", s.Metric, s.Value)
}

// with completes an edge. Tempo gives zero seconds to a server without spans.
func (e Edge) with(f figures) Edge {
	// A span multiplier in Tempo's configuration may make fractions.
	e.Calls, e.Failed = int(math.Round(f[total])), int(math.Round(f[failedTotal]))
	seconds := f[serverSeconds]
	if seconds == 0 {
		seconds = f[clientSeconds]
	}
	if f[serverCount] > 0 {
		e.Mean = time.Duration(seconds / f[serverCount] * float64(time.Second))
	}
	return e
}
