// Command report writes docs/reliability.md from what `go test -json` said of the long proofs.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
	"unicode"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: report EVENTS PAGE")
		os.Exit(2)
	}
	if err := report(os.Args[1], os.Args[2], time.Now()); err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
}

// proof is one test, and what it measured.
type proof struct {
	name, result string
	seconds      float64
	measured     []string
}

// test is the name of the whole test.
func (p proof) test() string {
	test, _, _ := strings.Cut(p.name, "/")
	return test
}

func report(events, page string, now time.Time) error {
	file, err := os.Open(events)
	if err != nil {
		return err
	}
	defer file.Close()
	proofs, err := read(file)
	if err != nil {
		return err
	}
	return os.WriteFile(page, []byte(write(proofs, now)), 0o644)
}

func read(file *os.File) ([]proof, error) {
	var all []proof
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var event struct {
			Action, Test, Output string
			Elapsed              float64
		}
		if err := json.Unmarshal(lines.Bytes(), &event); err != nil {
			return nil, fmt.Errorf("%q: %w", lines.Text(), err)
		}
		if event.Test == "" {
			continue
		}
		i := slices.IndexFunc(all, func(p proof) bool { return p.name == event.Test })
		if i < 0 {
			i, all = len(all), append(all, proof{name: event.Test})
		}
		switch event.Action {
		case "pass", "fail", "skip":
			all[i].result, all[i].seconds = event.Action, event.Elapsed
		case "output":
			// What a test logs has its file and line in front.
			if place, said, ok := strings.Cut(strings.TrimSpace(event.Output), ": "); ok && strings.Contains(place, "_test.go:") {
				all[i].measured = append(all[i].measured, said)
			}
		}
	}
	return all, lines.Err()
}

func write(proofs []proof, now time.Time) string {
	var page strings.Builder
	page.WriteString("# Reliability\n\n<!-- Written by make proof. -->\n\n" +
		"What is claimed and takes too long for every run of `make test`: long, heavy or random. `make proof` runs it in\nthe lab and writes this page.\n\n")
	fmt.Fprintf(&page, "Run on %s, with %d processors (%s/%s).\n\n", now.UTC().Format("2006-01-02"), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)
	page.WriteString("| Claim | Result | Seconds | Measured |\n|---|---|---|---|\n")
	// Each test's claims below it: they ran at the same time as those of others.
	slices.SortStableFunc(proofs, func(a, b proof) int { return strings.Compare(a.test(), b.test()) })
	for _, p := range proofs {
		fmt.Fprintf(&page, "| %s | %s | %.0f | %s |\n", sentence(p.name), p.result, p.seconds, strings.Join(p.measured, "<br>"))
	}
	return page.String()
}

// sentence reads a test's name aloud.
func sentence(name string) string {
	test, inner, _ := strings.Cut(strings.TrimPrefix(name, "Test"), "/")
	var words []rune
	for i, letter := range test {
		if unicode.IsUpper(letter) && i > 0 {
			words = append(words, ' ')
			letter = unicode.ToLower(letter)
		}
		words = append(words, letter)
	}
	if inner != "" {
		return "… " + strings.ReplaceAll(inner, "_", " ")
	}
	return string(words)
}
