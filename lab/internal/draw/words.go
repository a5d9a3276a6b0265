package draw

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Short writes a duration with three digits and the unit a reader expects.
func Short(d time.Duration) string {
	switch {
	case d < time.Microsecond:
		return fmt.Sprintf("%d ns", d.Nanoseconds())
	case d < time.Millisecond:
		return digits(float64(d)/float64(time.Microsecond)) + " µs"
	case d < time.Second:
		return digits(float64(d)/float64(time.Millisecond)) + " ms"
	default:
		return digits(d.Seconds()) + " s"
	}
}

func digits(v float64) string {
	switch {
	case v < 9.995:
		return fmt.Sprintf("%.2f", v)
	case v < 99.95:
		return fmt.Sprintf("%.1f", v)
	default:
		return fmt.Sprintf("%.0f", v)
	}
}

// Plural counts a noun whose plural ends in s.
func Plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Printable replaces what a terminal or an XML parser would act on: names come
// from applications, and an escape sequence in one must stay text.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return '·'
		}
		return r
	}, s)
}

// Ellipsis cuts to width runes.
func Ellipsis(s string, width int) string {
	if utf8.RuneCountInString(s) <= width {
		return s
	}
	if width < 1 {
		return ""
	}
	return string([]rune(s)[:width-1]) + "…"
}

// Inks of a terminal, as 256-colour codes. Red means failed.
const (
	InkError = 160
	InkFaint = 244
)

// serviceInks are of middle lightness, so that they read on a dark and on a
// light terminal. Red is not among them.
var serviceInks = []int{33, 35, 172, 134, 37, 168, 136, 67}

// ServiceInk is the colour of the service with this number.
func ServiceInk(i int) int { return serviceInks[i%len(serviceInks)] }

// Ink colours text for a terminal.
func Ink(s string, code int) string {
	if s == "" {
		return s
	}
	return fmt.Sprintf("\x1b[38;5;%dm%s\x1b[0m", code, s)
}

// Guide draws the lines that lead down a tree to one of its lines. For each
// level it takes whether what stands there is the last child.
func Guide(lasts []bool) string {
	var b strings.Builder
	for i, last := range lasts {
		switch leaf := i == len(lasts)-1; {
		case leaf && last:
			b.WriteString("└─ ")
		case leaf:
			b.WriteString("├─ ")
		case last:
			b.WriteString("   ")
		default:
			b.WriteString("│  ")
		}
	}
	return b.String()
}
