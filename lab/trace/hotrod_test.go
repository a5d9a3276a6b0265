package trace

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestHotROD(t *testing.T) {
	recorded := load(t, "hotrod")
	without := func(drop func(Span) bool) Trace {
		return Trace{ID: recorded.ID, Spans: slices.DeleteFunc(slices.Clone(recorded.Spans), drop)}
	}
	first := func(operation string) func(Span) bool {
		done := false
		return func(s Span) bool {
			hit := !done && s.Operation == operation && !s.Error
			done = done || hit
			return hit
		}
	}
	t.Run("a whole dispatch passes", func(t *testing.T) {
		if err := HotROD(recorded); err != nil {
			t.Error(err)
		}
	})
	t.Run("a Redis call that timed out is missed too, as the driver tells of it", func(t *testing.T) {
		if recorded.Errors() != 3 {
			t.Fatalf("the recording has %d failed spans, want 3", recorded.Errors())
		}
		says(t, HotROD(without(func(s Span) bool { return s.Error })),
			"driver driver.DriverService/FindNearest → redis-manual GetDriver: 10 of 13")
	})
	t.Run("a leaf that has not arrived is named by its edge", func(t *testing.T) {
		says(t, HotROD(without(first("GetDriver"))),
			"driver driver.DriverService/FindNearest → redis-manual GetDriver: 12 of 13")
		says(t, HotROD(without(first("/route"))), "frontend HTTP GET → route /route: 9 of 10")
	})
	t.Run("right spans under a wrong parent are refused, though every count is right", func(t *testing.T) {
		moved := without(func(Span) bool { return false })
		for i, s := range moved.Spans {
			if s.Operation == "SQL SELECT" {
				moved.Spans[i].ParentID = moved.Spans[0].ID
			}
		}
		says(t, HotROD(moved), "customer /customer → mysql SQL SELECT: 0 of 1",
			"frontend /dispatch → mysql SQL SELECT: 1, a dispatch has none")
	})
}

func TestDrive(t *testing.T) {
	answering := func(body string, asked *string) Getter {
		return func(_ context.Context, path string) ([]byte, error) {
			*asked = path
			return []byte(body), nil
		}
	}
	var asked string
	t.Run("the request carries the customer and a nonce of its own", func(t *testing.T) {
		demo := answering(`{"Driver":"T7C","ETA":120000000000}`, &asked)
		a, err := Drive(t.Context(), demo, 123)
		if err != nil {
			t.Fatal(err)
		}
		if want := "/dispatch?customer=123&nonse=" + a.Nonce; asked != want {
			t.Errorf("asked %s, want %s", asked, want)
		}
		if a.Driver != "T7C" || a.ETA != 2*time.Minute || a.Answered.Before(a.Sent) {
			t.Errorf("got %+v", a)
		}
		if b, _ := Drive(t.Context(), demo, 123); b.Nonce == a.Nonce {
			t.Error("two calls share a nonce")
		}
	})
	t.Run("an answer without a driver is refused and quoted", func(t *testing.T) {
		_, err := Drive(t.Context(), answering("invalid customer ID", &asked), 1)
		says(t, err, "drive HotROD", "invalid customer ID")
	})
	t.Run("what the Getter says is kept", func(t *testing.T) {
		down := errors.New("connection refused")
		_, err := Drive(t.Context(), func(context.Context, string) ([]byte, error) { return nil, down }, 1)
		if !errors.Is(err, down) {
			t.Error(err)
		}
	})
	t.Run("the nonce finds its own trace in a recording and no other", func(t *testing.T) {
		recorded := load(t, "hotrod")
		_, nonce, ok := strings.Cut(recorded.Spans[0].Events[0].Attributes["url"], "nonse=")
		if !ok {
			t.Fatal("the recording has no nonce")
		}
		if !(Call{Nonce: nonce}).made(recorded) {
			t.Error("not found by its nonce")
		}
		if (Call{Nonce: "ANOTHER"}).made(recorded) {
			t.Error("found by another nonce")
		}
	})
}
