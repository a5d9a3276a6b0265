package settings

import (
	"regexp"
	"strconv"
	"time"

	"github.com/tracestack/tracestack/internal/spec"
)

// CPU is an amount of processor time as Kubernetes writes it: "500m", or whole cores, "2".
type CPU string

// Memory is an amount of memory: "512Mi" or "2Gi".
type Memory string

// Data is an amount of data: "512Mi" or "10Gi".
type Data string

// Duration is a time: "30s", "5m", "12h" or "14d".
type Duration string

// Probability is a number from 0 to 1: "0.1".
type Probability string

var (
	probabilityForm = regexp.MustCompile(`^([01])(?:\.([0-9]{1,6}))?$`)

	cpuForm  = regexp.MustCompile(`^(0|[1-9][0-9]{0,8})(m?)$`)
	dataForm = regexp.MustCompile(`^(0|[1-9][0-9]{0,8})(Mi|Gi)$`)
	timeForm = regexp.MustCompile(`^(0|[1-9][0-9]{0,8})(s|m|h|d)$`)
)

// The units of each form, with what they are of the smallest one.
var (
	cpuUnits  = []unit{{"", 1000}, {"m", 1}}
	dataUnits = []unit{{"Gi", 1024}, {"Mi", 1}}
	timeUnits = []unit{{"d", 86_400}, {"h", 3600}, {"m", 60}, {"s", 1}}
)

type unit struct {
	name string
	size int
}

func number(form *regexp.Regexp, units []unit, text string) (int, bool) {
	match := form.FindStringSubmatch(text)
	if match == nil {
		return 0, false
	}
	amount, err := strconv.Atoi(match[1])
	for _, unit := range units {
		if match[2] == unit.name {
			amount *= unit.size
		}
	}
	return amount, err == nil
}

// written gives an amount in the largest unit that it is a multiple of.
func written(amount int, units []unit) string {
	for _, unit := range units {
		if amount%unit.size == 0 {
			return strconv.Itoa(amount/unit.size) + unit.name
		}
	}
	return "" // Everything is a multiple of the smallest.
}

// Number gives it in thousandths of a core.
func (c CPU) Number() (int, bool) { return number(cpuForm, cpuUnits, string(c)) }

// Form is the rule of how it is written.
func (CPU) Form() string { return "must be an amount of processor time such as 500m or 2" }

// Kind of amount.
func (CPU) Kind() spec.Kind { return spec.ProcessorTime }

// String writes it as Kubernetes does when it gives a quantity back, so that a refresh sees no
// difference where there is none.
func (c CPU) String() string { return canonical(c, string(c), cpuUnits) }

// Number gives it in mebibytes.
func (m Memory) Number() (int, bool) { return number(dataForm, dataUnits, string(m)) }

// Form is the rule of how it is written.
func (Memory) Form() string { return "must be an amount of memory such as 512Mi or 2Gi" }

// Kind of amount.
func (Memory) Kind() spec.Kind { return spec.MemoryAmount }

// String writes it as Kubernetes does, as CPU's.
func (m Memory) String() string { return canonical(m, string(m), dataUnits) }

// Bytes gives it in bytes; 0 where it is not set.
func (m Memory) Bytes() int64 { return int64(amount(m)) << 20 }

// Number gives it in mebibytes.
func (d Data) Number() (int, bool) { return number(dataForm, dataUnits, string(d)) }

// Form is the rule of how it is written.
func (Data) Form() string { return "must be an amount of data such as 512Mi or 10Gi" }

// Kind of amount.
func (Data) Kind() spec.Kind { return spec.DataAmount }

// String writes it as Kubernetes does, as CPU's.
func (d Data) String() string { return canonical(d, string(d), dataUnits) }

// Bytes gives it in bytes; 0 where it is not set.
func (d Data) Bytes() int64 { return int64(amount(d)) << 20 }

// Number gives it in seconds.
func (d Duration) Number() (int, bool) { return number(timeForm, timeUnits, string(d)) }

// Form is the rule of how it is written.
func (Duration) Form() string { return "must be a time such as 30s, 5m, 12h or 14d" }

// Kind of amount.
func (Duration) Kind() spec.Kind { return spec.TimeAmount }

// String writes it in the largest unit that it is a multiple of.
func (d Duration) String() string { return canonical(d, string(d), timeUnits) }

// Time gives it as Go has it; 0 where it is not set.
func (d Duration) Time() time.Duration { return time.Duration(amount(d)) * time.Second }

// Number gives it in millionths.
func (p Probability) Number() (int, bool) {
	match := probabilityForm.FindStringSubmatch(string(p))
	if match == nil {
		return 0, false
	}
	number, err := strconv.Atoi(match[1] + (match[2] + "000000")[:6])
	return number, err == nil
}

// Form is the rule of how it is written.
func (Probability) Form() string {
	return "must be a probability such as 0.1, with at most 6 digits behind the point"
}

// Kind of amount.
func (Probability) Kind() spec.Kind { return spec.ProbabilityAmount }

// String writes it without zeros at its end.
func (p Probability) String() string {
	if _, ok := p.Number(); !ok {
		return string(p)
	}
	return strconv.FormatFloat(p.Float(), 'f', -1, 64)
}

// Float is the number; 0 where it is not set.
func (p Probability) Float() float64 { return float64(amount(p)) / 1e6 }

// amount is 0 of what is not set or malformed: what is malformed is refused before anybody asks.
func amount(a spec.Amount) int {
	number, _ := a.Number()
	return number
}

// canonical leaves a malformed text as it is.
func canonical(a spec.Amount, text string, units []unit) string {
	if number, ok := a.Number(); ok {
		return written(number, units)
	}
	return text
}

// atMost gives the smaller one of two amounts; the second where the first is not set.
func atMost[A spec.Amount](a, limit A) A {
	if number, set := a.Number(); set && number <= amount(limit) {
		return a
	}
	return limit
}

// MemoryOf writes mebibytes.
func MemoryOf(mebibytes int) Memory { return Memory(written(mebibytes, dataUnits)) }
