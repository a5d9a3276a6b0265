package main

import (
	"testing"
	"time"
)

func TestASeriesGivesLeastMedianAndMost(t *testing.T) {
	for _, c := range []struct {
		claim string
		of    series
		want  string
	}{
		{"of an odd number the middle one", series{3 * time.Second, time.Second, 2 * time.Second}, "1.00 | 2.00 | 3.00"},
		{"of an even number the mean of the middle two", series{4 * time.Second, time.Second, 2 * time.Second, 3 * time.Second}, "1.00 | 2.50 | 4.00"},
		{"of one that one", series{time.Second}, "1.00 | 1.00 | 1.00"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			if got := c.of.cells(); got != c.want {
				t.Errorf("%v gives %s, want %s", c.of, got, c.want)
			}
		})
	}
}

func TestAPercentileIsTheLeastThatSoManyDoNotExceed(t *testing.T) {
	var hundred series
	for n := range 100 {
		hundred = append(hundred, time.Duration(100-n))
	}
	for _, c := range []struct {
		claim string
		of    series
		n     int
		want  time.Duration
	}{
		{"of a hundred it is the one with that number", hundred, 95, 95},
		{"the hundredth is the most", hundred, 100, 100},
		{"of a few it is the next one up", series{30, 10, 20}, 50, 20},
		{"of one it is that one", series{7}, 95, 7},
	} {
		t.Run(c.claim, func(t *testing.T) {
			if got := c.of.percentile(c.n); got != c.want {
				t.Errorf("the %dth is %d, want %d", c.n, got, c.want)
			}
		})
	}
}
