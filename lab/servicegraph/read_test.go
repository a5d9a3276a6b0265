package servicegraph

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// vector is an answer as Prometheus' page on its HTTP API describes one, to an
// instant query, with a value for each metric and labels.
func vector(series ...string) []byte {
	return fmt.Appendf(nil, `{"status":"success","data":{"resultType":"vector","result":[%s]}}`, strings.Join(series, ","))
}

func sample(metric, labels, value string) string {
	return fmt.Sprintf(`{"metric":{"__name__":"traces_service_graph_request_%s",%s},"value":[1795563662.5,%q]}`, metric, labels, value)
}

const (
	webToDB   = `"client":"web","server":"db","connection_type":"database"`
	webToCart = `"client":"web","server":"cart"`
)

func TestParse(t *testing.T) {
	t.Run("an edge has its kind, its calls, how many failed and the server's mean", func(t *testing.T) {
		g, err := Parse(vector(
			sample("total", webToDB, "4"), sample("failed_total", webToDB, "1"),
			sample("server_seconds_sum", webToDB, "0.5"), sample("server_seconds_count", webToDB, "4"), sample("client_seconds_sum", webToDB, "9"),
			sample("total", webToCart, "2e+1")))
		if err != nil {
			t.Fatal(err)
		}
		want := []Edge{
			{Client: "web", Server: "cart", Calls: 20},
			{Client: "web", Server: "db", Kind: Database, Calls: 4, Failed: 1, Mean: 125 * time.Millisecond},
		}
		if !slices.Equal(g.Edges, want) {
			t.Errorf("got %+v", g.Edges)
		}
	})
	t.Run("a server that sent no spans has the time that its client waited", func(t *testing.T) {
		g, err := Parse(vector(sample("total", webToCart, "2"), sample("server_seconds_sum", webToCart, "0"),
			sample("server_seconds_count", webToCart, "2"), sample("client_seconds_sum", webToCart, "3")))
		if err != nil || g.Edges[0].Mean != 1500*time.Millisecond {
			t.Errorf("got %+v, %v", g.Edges, err)
		}
	})
	t.Run("no series are a graph without edges", func(t *testing.T) {
		if g, err := Parse(vector()); err != nil || len(g.Edges) != 0 {
			t.Errorf("got %+v, %v", g, err)
		}
	})
}

func TestParseRefuses(t *testing.T) {
	for name, c := range map[string]struct{ body, says string }{
		"an error of Prometheus, in its words": {`{"status":"error","errorType":"bad_data","error":"parse error: unexpected )"}`, "bad_data: parse error: unexpected )"},
		"another type of result":               {`{"status":"success","data":{"resultType":"matrix","result":[]}}`, `"matrix": must be success and vector`},
		"an answer of another service":         {`{"traces":[]}`, "must be success and vector"},
		"a page that is not JSON":              {`<html>`, "not JSON"},
		"a vector that is none":                {`{"status":"success","data":{"resultType":"vector","result":{}}}`, "prometheus' answer"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte(c.body))
			says(t, err, c.says)
		})
	}
	t.Run("every malformed series at once", func(t *testing.T) {
		_, err := Parse(vector(sample("total", `"client":"lonely"`, "1"), sample("total", `"server":"uncalled"`, "1"),
			sample("total", webToDB, "NaN"), sample("failed_total", webToDB, "-1"), sample("total", webToCart, "+Inf"),
			`{"metric":{"client":"a","server":"b"},"value":[1,2]}`, `{"metric":{"client":"a","server":"c"}}`))
		says(t, err, "lonely", "label server: must not be empty", "uncalled", "label client", "NaN", "-1", "Inf", "server:b", "server:c")
	})
}

func TestRead(t *testing.T) {
	t.Run("one query asks for everything, without what tells generators apart", func(t *testing.T) {
		var asked string
		if _, err := Read(t.Context(), func(_ context.Context, path string) ([]byte, error) { asked = path; return vector(), nil }); err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(asked)
		if err != nil || u.Path != "/api/v1/query" {
			t.Fatalf("asked %s, %v", asked, err)
		}
		for _, part := range []string{"sum by (__name__, client, server, connection_type)", "request_total", "failed_total", "server_seconds_sum", "server_seconds_count"} {
			if !strings.Contains(u.Query().Get("query"), part) {
				t.Errorf("the query lacks %s: %s", part, u.Query().Get("query"))
			}
		}
	})
}

// wait runs Wait on a clock of its own against one answer a poll, the last for
// ever, and returns how long it took there.
func wait(t *testing.T, complete func(Graph) error, answers ...any) (g Graph, took time.Duration, err error) {
	t.Helper()
	asked := 0
	get := func(context.Context, string) ([]byte, error) {
		answer := answers[min(asked, len(answers)-1)]
		asked++
		if err, ok := answer.(error); ok {
			return nil, err
		}
		return answer.([]byte), nil
	}
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		g, err = Wait(t.Context(), get, complete)
		took = time.Since(began)
	})
	return g, took, err
}

func TestWait(t *testing.T) {
	some := vector(sample("total", webToCart, "1"))
	t.Run("ends when the graph is what was wanted, whatever failed before", func(t *testing.T) {
		wanted := errors.New("one call of two")
		two := func(g Graph) error {
			if len(g.Edges) == 0 || g.Edges[0].Calls < 2 {
				return wanted
			}
			return nil
		}
		g, took, err := wait(t, two, errors.New("connection refused"), vector(), some, vector(sample("total", webToCart, "2")))
		if err != nil || g.Edges[0].Calls != 2 || took != 3*time.Second {
			t.Errorf("%+v after %s, %v", g, took, err)
		}
	})
	t.Run("asks for one edge when nothing is wanted", func(t *testing.T) {
		if _, took, err := wait(t, nil, vector(), some); err != nil || took != time.Second {
			t.Errorf("after %s, %v", took, err)
		}
	})
	t.Run("gives up after a minute and a half, and says what was missing and what there was", func(t *testing.T) {
		missing := errors.New("web → db: 0 of 1")
		g, took, err := wait(t, func(Graph) error { return missing }, some)
		if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, missing) || took != 90*time.Second {
			t.Errorf("after %s, %v", took, err)
		}
		if len(g.Edges) != 1 {
			t.Errorf("got %+v", g)
		}
	})
	t.Run("says how Prometheus failed", func(t *testing.T) {
		_, _, err := wait(t, nil, errors.New("connection refused"))
		says(t, err, "connection refused")
	})
}
