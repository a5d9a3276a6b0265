package servicegraph

import (
	"maps"
	"os"
	"testing"

	"github.com/tracestack/tracestack/lab/trace"
)

func TestCalls(t *testing.T) {
	t.Run("of a dispatch are those of which both sides are recorded, and the guesses at its ends", func(t *testing.T) {
		body, err := os.ReadFile("../trace/testdata/hotrod/recorded.json")
		if err != nil {
			t.Fatal(err)
		}
		traces, err := trace.Parse(body)
		if err != nil {
			t.Fatal(err)
		}
		want := map[trace.ServiceEdge]int{
			{Parent: "user", Child: "frontend"}:     1,
			{Parent: "frontend", Child: "customer"}: 1,
			{Parent: "frontend", Child: "driver"}:   1,
			{Parent: "frontend", Child: "route"}:    10,
			// HotROD's customer plays its database as a service of its own, whose
			// span is a client's and names mysql as its peer. Redis names none.
			{Parent: "mysql", Child: "mysql"}: 1,
		}
		if got := Calls(traces[0]); !maps.Equal(got, want) {
			t.Errorf("got %v", got)
		}
	})
	t.Run("a message counts from who sent it to who took it", func(t *testing.T) {
		got := Calls(trace.Trace{Spans: []trace.Span{
			{ID: "1", Service: "shop", Kind: trace.Producer, Attributes: map[string]string{"peer.service": "kafka"}},
			{ID: "2", ParentID: "1", Service: "mail", Kind: trace.Consumer},
			{ID: "3", ParentID: "1", Service: "mail", Kind: trace.Internal},
		}})
		if want := map[trace.ServiceEdge]int{{Parent: "shop", Child: "mail"}: 1}; !maps.Equal(got, want) {
			t.Errorf("got %v", got)
		}
	})
}

func TestHolds(t *testing.T) {
	t.Run("the same calls and more pass", func(t *testing.T) {
		if err := hotrod.Holds(map[trace.ServiceEdge]int{{Parent: "frontend", Child: "route"}: 30, {Parent: "user", Child: "frontend"}: 1}); err != nil {
			t.Error(err)
		}
	})
	t.Run("every call that is missing is named with its numbers", func(t *testing.T) {
		err := hotrod.Holds(map[trace.ServiceEdge]int{{Parent: "frontend", Child: "route"}: 31, {Parent: "driver", Child: "redis"}: 1})
		says(t, err, "driver → redis: 0 of 1", "frontend → route: 30 of 31")
	})
	t.Run("kinds of calls between the same two add up", func(t *testing.T) {
		if err := shop.Holds(map[trace.ServiceEdge]int{{Parent: "cart", Child: "ledger"}: 10}); err != nil {
			t.Error(err)
		}
	})
}
