package config

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// CPU is an amount of processor time in thousandths of a core.
type CPU int

// Mebibytes is an amount of memory.
type Mebibytes int

// Capacity is an amount of data in mebibytes.
type Capacity int

// Duration is a time in seconds.
type Duration int

// Time gives it as Go has it.
func (d Duration) Time() time.Duration { return time.Duration(d) * time.Second }

// amount is a number that is written with its unit.
type amount interface {
	fmt.Stringer
	// parse gives the number of a text, and whether it is one.
	parse(text string) (int, bool)
	// form is the rule of how it is written.
	form() string
}

var (
	cpu    = regexp.MustCompile(`^(0|[1-9][0-9]{0,8})(m?)$`)
	memory = regexp.MustCompile(`^(0|[1-9][0-9]{0,8})(Mi|Gi)$`)
	period = regexp.MustCompile(`^(0|[1-9][0-9]{0,8})(s|m|h|d)$`)
)

func (CPU) form() string { return "must be an amount of processor time such as 500m or 2" }

func (CPU) parse(text string) (int, bool) { return parseAmount(cpu, text, "m", 1000) }

func (c CPU) String() string {
	if c%1000 == 0 {
		return strconv.Itoa(int(c) / 1000)
	}
	return strconv.Itoa(int(c)) + "m"
}

func (Mebibytes) form() string { return "must be an amount of memory such as 512Mi or 2Gi" }

func (Mebibytes) parse(text string) (int, bool) { return parseAmount(memory, text, "Mi", 1024) }

func (m Mebibytes) String() string {
	if m%1024 == 0 {
		return strconv.Itoa(int(m)/1024) + "Gi"
	}
	return strconv.Itoa(int(m)) + "Mi"
}

func (Capacity) form() string { return "must be an amount of data such as 512Mi or 10Gi" }

func (Capacity) parse(text string) (int, bool) { return parseAmount(memory, text, "Mi", 1024) }

func (c Capacity) String() string { return Mebibytes(c).String() }

func (Duration) form() string { return "must be a time such as 30s, 5m, 12h or 14d" }

func (Duration) parse(text string) (int, bool) {
	match := period.FindStringSubmatch(text)
	if match == nil {
		return 0, false
	}
	number, err := strconv.Atoi(match[1])
	for _, unit := range units {
		if match[2] == unit.name {
			number *= unit.seconds
		}
	}
	return number, err == nil
}

// String writes it in the largest unit that it is a multiple of.
func (d Duration) String() string {
	for _, unit := range units {
		if int(d)%unit.seconds == 0 {
			return strconv.Itoa(int(d)/unit.seconds) + unit.name
		}
	}
	return "" // A second divides all of them.
}

var units = []struct {
	name    string
	seconds int
}{{"d", 86_400}, {"h", 3600}, {"m", 60}, {"s", 1}}

func parseAmount(form *regexp.Regexp, text, base string, larger int) (int, bool) {
	match := form.FindStringSubmatch(text)
	if match == nil {
		return 0, false
	}
	number, err := strconv.Atoi(match[1])
	if match[2] != base {
		number *= larger
	}
	return number, err == nil
}
