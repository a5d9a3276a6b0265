package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/tracestack/tracestack/lab/trace"
)

// A question is one that both sides are asked.
type question struct {
	name string
	// ask is an error where the answer is not the right one.
	ask func(context.Context, trace.Tempo) error
}

const (
	recentByID = "a trace by its ID, sent a second before"
	olderByID  = "a trace by its ID, sent more than a minute before"
	byOrder    = "a search for an attribute that one such trace has"
	byMetrics  = "TraceQL metrics, the rate of spans by service"
)

// asked are the questions, in the order of the page.
var asked = []string{recentByID, olderByID, byOrder, byMetrics}

// questions are those that can be asked by now.
func questions(journal *journal, began time.Time) (all []question) {
	if recent, is := journal.newest(time.Now().Add(-time.Second)); is {
		all = append(all, question{recentByID, func(ctx context.Context, t trace.Tempo) error { return reads(ctx, t, recent) }})
	}
	if older, is := journal.any(time.Now().Add(-time.Minute)); is {
		all = append(all,
			question{olderByID, func(ctx context.Context, t trace.Tempo) error { return reads(ctx, t, older) }},
			question{byOrder, func(ctx context.Context, t trace.Tempo) error { return finds(ctx, t, older, began) }},
			question{byMetrics, counts},
		)
	}
	return all
}

// reads gets a trace with all its spans.
func reads(ctx context.Context, t trace.Tempo, want sent) error {
	got, err := t.ByID(ctx, want.id)
	if err == nil && len(got.Spans) != len(shop) {
		err = fmt.Errorf("trace %s has %d spans, want %d", want.id, len(got.Spans), len(shop))
	}
	return err
}

// finds searches all that was sent for one trace.
func finds(ctx context.Context, t trace.Tempo, want sent, began time.Time) error {
	found, err := t.Search(ctx, fmt.Sprintf("{ span.%s = %q }", orderAttribute, want.order), began.Add(-time.Minute), time.Now())
	if err == nil && !slices.Equal(found, []string{want.id}) {
		err = fmt.Errorf("%s finds %v, want %s", want.order, found, want.id)
	}
	return err
}

// counts gets a rate of each service.
func counts(ctx context.Context, t trace.Tempo) error {
	body, err := t.Get(ctx, "/api/metrics/query_range?"+url.Values{
		"q": {"{} | rate() by (resource.service.name)"}, "since": {"15m"}, "step": {"15s"},
	}.Encode())
	if err != nil {
		return err
	}
	var answer struct{ Series []json.RawMessage }
	if err := json.Unmarshal(body, &answer); err != nil {
		return err
	}
	if len(answer.Series) == 0 {
		return errors.New("there is no series in the answer")
	}
	return nil
}
