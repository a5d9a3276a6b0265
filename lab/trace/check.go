package trace

import (
	"errors"
	"fmt"
	"strings"
)

// Check says whether the trace is one tree: exactly one root, every parent
// present, no cycle, no span twice, every span named. All problems are
// reported at once, and each names the spans it is about.
func Check(t Trace) error {
	if len(t.Spans) == 0 {
		return errors.New("no spans")
	}
	byID, twice := index(t)
	problems := append(twice, oneRoot(t))
	for _, s := range t.Spans {
		problems = append(problems, named(s))
		if s.ParentID == "" {
			continue
		}
		if _, ok := byID[s.ParentID]; !ok {
			problems = append(problems, fmt.Errorf("%s: parent %s is missing", s, s.ParentID))
		}
	}
	return errors.Join(append(problems, cycles(t, byID)...)...)
}

// String names a span in a message.
func (s Span) String() string {
	return fmt.Sprintf("span %s (%s %s)", s.ID, s.Service, s.Operation)
}

func index(t Trace) (map[string]Span, []error) {
	byID := make(map[string]Span, len(t.Spans))
	var twice []error
	for _, s := range t.Spans {
		if _, ok := byID[s.ID]; ok {
			twice = append(twice, fmt.Errorf("%s: stored twice", s))
		}
		byID[s.ID] = s
	}
	return byID, twice
}

func oneRoot(t Trace) error {
	var roots []string
	for _, s := range t.Spans {
		if s.ParentID == "" {
			roots = append(roots, s.String())
		}
	}
	switch len(roots) {
	case 1:
		return nil
	case 0:
		return errors.New("no root: every span has a parent")
	default:
		return fmt.Errorf("%d roots, must be one: %s", len(roots), strings.Join(roots, ", "))
	}
}

// named finds what would draw no edge between services: such a span is stored,
// but no service graph shows it.
func named(s Span) error {
	var problems []error
	if s.Service == "" {
		problems = append(problems, fmt.Errorf("%s: no service.name", s))
	}
	if s.Operation == "" {
		problems = append(problems, fmt.Errorf("%s: no operation", s))
	}
	return errors.Join(problems...)
}

// cycles follows every span up to its root. A cycle is reported once, from
// whichever of its spans came first.
func cycles(t Trace, byID map[string]Span) []error {
	var problems []error
	settled := map[string]bool{}
	for _, s := range t.Spans {
		var path []string
		onPath := map[string]bool{}
		for id := s.ID; id != "" && !settled[id]; id = byID[id].ParentID {
			if onPath[id] {
				problems = append(problems, fmt.Errorf("cycle: %s", strings.Join(loop(path, id), " → ")))
				break
			}
			path, onPath[id] = append(path, id), true
		}
		for _, id := range path {
			settled[id] = true
		}
	}
	return problems
}

// loop cuts the way that led into the cycle and closes it.
func loop(path []string, again string) []string {
	for i, id := range path {
		if id == again {
			return append(path[i:len(path):len(path)], again)
		}
	}
	return append(path, again)
}
