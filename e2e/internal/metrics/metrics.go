// Package metrics asks for numbers: PromQL of a Prometheus and TraceQL of Tempo, wherever they are.
package metrics

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"testing"

	"github.com/tracestack/tracestack/lab/trace"
)

// A Sample is one series of an instant query's answer.
type Sample struct {
	Labels map[string]string
	Value  float64
}

// Now asks a Prometheus for an expression at this moment: an instant query.
func Now(t *testing.T, prometheus trace.Getter, expression string) []Sample {
	t.Helper()
	body, err := prometheus(t.Context(), "/api/v1/query?"+url.Values{"query": {expression}}.Encode())
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	samples, err := Samples(body)
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return samples
}

// Samples reads the answer to an instant query.
func Samples(body []byte) (samples []Sample, err error) {
	var answer struct {
		Data struct {
			Result []struct {
				Metric map[string]string
				Value  [2]any
			}
		}
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, err
	}
	for _, series := range answer.Data.Result {
		text, _ := series.Value[1].(string)
		value, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, fmt.Errorf("series %v: %w", series.Metric, err)
		}
		samples = append(samples, Sample{series.Metric, value})
	}
	return samples, nil
}

// TraceQL asks Tempo for a function of all spans of the last ten minutes, by their service.
func TraceQL(t *testing.T, tempo trace.Getter, function string) map[string][]float64 {
	t.Helper()
	body, err := tempo(t.Context(), TraceQLPath(function))
	if err != nil {
		t.Fatal(err)
	}
	series, err := Series(body)
	if err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return series
}

// TraceQLPath is where TraceQL asks.
func TraceQLPath(function string) string {
	return "/api/metrics/query_range?" + url.Values{
		"q": {"{} | " + function + " by (resource.service.name)"}, "since": {"10m"}, "step": {"10s"},
	}.Encode()
}

// Series reads the answer: the values of each service.
func Series(body []byte) (map[string][]float64, error) {
	var answer struct {
		Series []struct {
			Labels  []struct{ Value struct{ StringValue string } }
			Samples []struct{ Value float64 }
		}
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, err
	}
	series := map[string][]float64{}
	for _, one := range answer.Series {
		if len(one.Labels) != 1 {
			return nil, fmt.Errorf("a series has the labels %v, want one", one.Labels)
		}
		for _, sample := range one.Samples {
			service := one.Labels[0].Value.StringValue
			series[service] = append(series[service], sample.Value)
		}
	}
	return series, nil
}
