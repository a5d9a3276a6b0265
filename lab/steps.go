package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// steps shows a long command's way, and how long each part of it took.
type steps struct {
	out  io.Writer
	done []timed
}

type timed struct {
	name string
	took time.Duration
	part bool // Contained in the step before it.
}

// run does one step under a heading.
func (s *steps) run(name string, do func() error) error {
	fmt.Fprintf(s.out, "==> %s\n", name)
	began := time.Now()
	err := do()
	s.done = append(s.done, timed{name: name, took: time.Since(began)})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// part notes what one part of the last step took.
func (s *steps) part(name string, took time.Duration) {
	s.done = append(s.done, timed{name: name, took: took, part: true})
}

// table prints the time of each step.
func (s *steps) table() {
	var total time.Duration
	fmt.Fprintf(s.out, "\n%-32s %8s\n", "PART", "SECONDS")
	for _, d := range s.done {
		indent := ""
		if d.part {
			indent = "  "
		} else {
			total += d.took
		}
		fmt.Fprintf(s.out, "%-32s %8.1f\n", indent+d.name, d.took.Seconds())
	}
	fmt.Fprintf(s.out, "%s\n%-32s %8.1f\n", strings.Repeat("─", 41), "in all", total.Seconds())
}
