package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// series are the times of one operation, each measured the same way.
type series []time.Duration

func (s series) sorted() series { return slices.Sorted(slices.Values(s)) }

func (s series) median() time.Duration {
	sorted := s.sorted()
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// percentile is the least time that so many in a hundred do not exceed.
func (s series) percentile(n int) time.Duration {
	return s.sorted()[(len(s)*n+99)/100-1]
}

// cells are the three columns of a table: least, median, most.
func (s series) cells() string {
	sorted := s.sorted()
	return fmt.Sprintf("%.2f | %.2f | %.2f", sorted[0].Seconds(), s.median().Seconds(), sorted[len(sorted)-1].Seconds())
}

// inOrder lists the runs as they came.
func (s series) inOrder() string {
	var runs []string
	for _, run := range s {
		runs = append(runs, fmt.Sprintf("%.1f", run.Seconds()))
	}
	return strings.Join(runs, ", ")
}

// ratio compares medians.
func (s series) ratio(to series) string {
	return fmt.Sprintf("%.1f", s.median().Seconds()/to.median().Seconds())
}

// timed measures one run.
func timed(run func() error) (time.Duration, error) {
	began := time.Now()
	err := run()
	return time.Since(began), err
}
