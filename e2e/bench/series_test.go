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
